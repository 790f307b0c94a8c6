"""How far a company is on its way to the first cycle."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from common.choices import RunState
from common.models import JobRun
from common.periods import Month
from metrics.models import AccountDay
from people.models import Position
from people.selectors.company import Step, go_live_steps
from performance.choices import CycleState, TargetKind
from performance.models import Cycle
from performance.scheme_tree import Leaf, SchemeDocument
from performance.schemes import builtin_scheme, structural_weights
from performance.selectors.schemes import latest_scheme
from reviews.words import figure, name_in

COMPARE_JOB = "portal.compare_scheme"
ENOUGH_MONTHS = 3
MOST_CHOICES = 6


@dataclass(frozen=True)
class LeafRow:
    """One leaf of the scheme with its target and what the last months had."""

    name: str
    dimension: str
    weight: Decimal
    target: str
    months: tuple[tuple[str, int], ...]


def checklist(*, day: date) -> list[Step]:
    """Return the steps to the first cycle in order, each with its state and where it is done."""
    return [*go_live_steps(day=day), _history_step(day), _scheme_step(), _cycle_step()]


def history_months(*, day: date) -> int:
    """Return how many full months before the month of ``day`` have account facts since their start."""
    first = AccountDay.objects.aggregate(first=Min("date"))["first"]
    if first is None:
        return 0
    start, end = Month.of(first), Month.of(day)
    begun_late = first > start.first
    return max((end.year - start.year) * 12 + end.number - start.number - begun_late, 0)


def months_to_open(*, day: date) -> list[Month]:
    """Return the months a first cycle may be opened for, newest first: this one and past ones with facts."""
    current = Month.of(day)
    past = min(history_months(day=day), MOST_CHOICES)
    return [current.plus(-back) for back in range(past + 1)]


def scheme_rows(comparison: Mapping[str, object] | None) -> list[LeafRow]:
    """Return the built-in scheme's leaves with weights, targets and the compared months, if any."""
    document = builtin_scheme()
    weights = structural_weights(document)
    told = comparison["leaves"] if comparison else {}
    return [
        LeafRow(
            name=name_in(leaf.name),
            dimension=name_in(dimension.name),
            weight=Decimal(weights[leaf.key].numerator) / weights[leaf.key].denominator,
            target=_target(leaf),
            months=tuple(_month(leaf, pair) for pair in told.get(leaf.key, ())),  # type: ignore[attr-defined]
        )
        for dimension in document.dimensions
        for leaf in dimension.leaves
    ]


def last_comparison() -> JobRun | None:
    """Return the newest finished comparison of the scheme with the past."""
    runs = JobRun.objects.filter(job=COMPARE_JOB, state=RunState.DONE)
    return runs.order_by("-requested_at").first()


def comparison_is_running() -> bool:
    """Say whether a comparison is on its way."""
    return JobRun.objects.filter(job=COMPARE_JOB, state__in=[RunState.PENDING, RunState.RUNNING]).exists()


def scored_positions() -> list[Position]:
    """Return the positions whose people get a card."""
    return list(Position.objects.filter(scored=True).order_by("code"))


def built_in() -> SchemeDocument:
    """Return the scheme that ships with the product."""
    return builtin_scheme()


def _target(leaf: Leaf) -> str:
    rule = leaf.target
    if rule.kind is TargetKind.ABSOLUTE:
        staged = sorted({value for _stage, value in rule.by_stage})
        if rule.value is not None:
            return figure(rule.value, leaf.unit)
        return " / ".join(figure(value, leaf.unit) for value in staged)
    if rule.kind is TargetKind.BASELINE_GROWTH:
        sign = "+" if rule.growth >= 0 else ""
        return str(_("own past %(change)s")) % {"change": f"{sign}{figure(rule.growth, 'share')}"}
    return str(_("own past %(change)s")) % {"change": f"+{figure(rule.points, leaf.unit)}"}


def _month(leaf: Leaf, pair: tuple[str | None, int]) -> tuple[str, int]:
    value, people = pair
    return figure(None if value is None else Decimal(value), leaf.unit), people


def _history_step(day: date) -> Step:
    months = history_months(day=day)
    return Step(
        key="history",
        title=_("Three months of history"),
        done=months >= ENOUGH_MONTHS,
        detail=_("Import the exports of the last three months: targets that grow from the past need one."),
        figures={"months": months},
        address="metrics:upload",
    )


def _scheme_step() -> Step:
    return Step(
        key="scheme",
        title=_("A scheme for each scored position"),
        done=latest_scheme() is not None,
        detail=_("Hold the targets against your last months, then use the scheme."),
        figures={"positions": Position.objects.filter(scored=True).count()},
        address="portal:setup_scheme",
    )


def _cycle_step() -> Step:
    opened = Cycle.objects.exclude(state=CycleState.PLANNED).count()
    return Step(
        key="cycle",
        title=_("The first cycle"),
        done=opened > 0,
        detail=_("Open the running month, or a past one whose data is there."),
        figures={"cycles": opened},
        address="portal:cycles",
    )
