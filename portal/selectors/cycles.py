"""How far a month is: stages, counts, and each manager's part. No amounts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from common.charts import Columns, columns
from common.money import round_half_up
from common.periods import Month
from people.access import Viewer, managed_employees
from performance.choices import CardState, CycleState, PeriodKind
from performance.models import CYCLE_LABELS, Cycle, Scorecard
from performance.selectors.readiness import Owed, problems_before_freezing
from performance.selectors.roster import enrolled
from reviews.selectors.cards import open_month
from reviews.selectors.queue import Queue, due_in_days, review_queue
from reviews.selectors.team import Standing, board_cards, standings
from reviews.selectors.tiers import Tiers, tiers_of

DECIDED = frozenset({CardState.CONFIRMED, CardState.PUBLISHED, CardState.ACKNOWLEDGED, CardState.FINAL})
MOST_OWED = 50
MOST_TASKS = 2
MOST_MEMBERS = 50
TIER_ORDER = ("none", "bronze", "silver", "gold")


@dataclass
class Group:
    """One manager's people in a cycle; ``name`` is empty for people without a manager."""

    name: str
    people: int = 0
    decided: int = 0
    waiting: int = 0
    totals: list[Decimal] = field(default_factory=list)

    @property
    def mean(self) -> Decimal | None:
        """Return the mean total of the group, None without any."""
        return round_half_up(sum(self.totals, Decimal(0)) / len(self.totals), 2) if self.totals else None


@dataclass(frozen=True)
class Stage:
    """A step of the cycle's way, as the stage bar draws it."""

    label: object
    state: str
    note: str = ""


@dataclass(frozen=True)
class Overview:
    """A cycle for those who run it: counts, groups, stages, and what is still owed."""

    cycle: Cycle
    people: int
    computed: int
    waiting: int
    decided: int
    late: int
    tiers: dict[str, int]
    groups: list[Group]
    stages: list[Stage]
    distribution: Columns | None
    owed: list[Owed]


def all_months() -> QuerySet[Cycle]:
    """Return all months, newest first; whoever shows them asks the policies."""
    return Cycle.objects.filter(kind=PeriodKind.MONTH).order_by("-starts_on")


def month_labelled(label: str) -> Cycle | None:
    """Return the month's cycle, None when there is none or the text is no month."""
    try:
        month = Month.parse(label)
    except ValueError:
        return None
    if str(month) != label:
        return None
    return Cycle.objects.filter(kind=PeriodKind.MONTH, starts_on=month.first).first()


def next_month_to_open(*, day: date) -> Month:
    """Return the month after the latest opened one, or the month of ``day`` before the first."""
    opened = Cycle.objects.filter(kind=PeriodKind.MONTH).exclude(state=CycleState.PLANNED)
    latest = opened.order_by("-starts_on").first()
    return Month.of(latest.starts_on).plus(1) if latest else Month.of(day)


def overview(cycle: Cycle) -> Overview:
    """Gather a month's overview in a fixed number of statements."""
    cards = list(_rows(cycle))
    known = {row["employee_id"] for row in cards}
    owing = cycle.state in (CycleState.OPEN, CycleState.CLOSING)
    expected = enrolled(cycle) if owing else known
    rules = tiers_of(cycle)
    tiers = _tiers((row["current__total"] for row in cards), rules)
    return Overview(
        cycle=cycle,
        people=len(expected | known),
        computed=sum(row["current__total"] is not None for row in cards),
        waiting=sum(bool(row["current__waiting"]) for row in cards),
        decided=sum(row["state"] in DECIDED for row in cards),
        late=sum(row["state"] == CardState.CONFIRMED for row in cards),
        tiers=tiers,
        groups=_groups(cards),
        stages=_stages(cycle),
        distribution=_distribution(tiers, rules),
        owed=problems_before_freezing(cycle, most=MOST_OWED) if cycle.state == CycleState.CLOSING else [],
    )


def _rows(cycle: Cycle) -> Iterable[dict[str, Any]]:
    names = ("employee_id", "state", "current__total", "current__waiting", "posting__manager__name")
    return [dict(row) for row in Scorecard.objects.filter(cycle=cycle).values(*names)]


def _distribution(tiers: dict[str, int], rules: Tiers) -> Columns | None:
    named = [(rules.name(key), count) for key, count in tiers.items()]
    return columns(named, kinds=list(tiers)) if sum(tiers.values()) else None


def _tiers(totals: Iterable[Decimal | None], tiers: Tiers) -> dict[str, int]:
    """Count people by tier, ``none`` for those below every tier; only known totals count."""
    counts = Counter(tiers.key(total) for total in totals if total is not None)
    keys = [*TIER_ORDER, *sorted(set(counts) - {*TIER_ORDER, "", "pending"})]
    return {key: counts[key] for key in keys} if tiers.document and tiers.shown else {}


def _groups(cards: Iterable[dict[str, Any]]) -> list[Group]:
    groups: dict[str, Group] = {}
    for row in cards:
        name = str(row["posting__manager__name"] or "")
        group = groups.setdefault(name, Group(name))
        group.people += 1
        group.decided += row["state"] in DECIDED
        group.waiting += bool(row["current__waiting"])
        if row["current__total"] is not None:
            group.totals.append(row["current__total"])
    return sorted(groups.values(), key=lambda group: (group.name == "", group.name))


def _stages(cycle: Cycle) -> list[Stage]:
    order = list(CycleState)
    at = order.index(CycleState(cycle.state))
    return [
        Stage(CYCLE_LABELS[state], "done" if index < at else "current" if index == at else "")
        for index, state in enumerate(order)
    ]


@dataclass(frozen=True)
class TeamTask:
    """What waits for a manager in one month under review."""

    queue: Queue
    days_left: int | None


def team_tasks(viewer: Viewer) -> list[TeamTask]:
    """Return the months under review in which people of the viewer have cards, newest first."""
    people = managed_employees(viewer).order_by().values("pk")
    cards = Scorecard.objects.filter(employee__in=people, cycle__state=CycleState.REVIEW).values("cycle")
    cycles = Cycle.objects.filter(pk__in=cards, kind=PeriodKind.MONTH).order_by("-starts_on")
    return [
        TeamTask(review_queue(viewer, cycle), due_in_days(cycle, viewer.day)) for cycle in cycles[:MOST_TASKS]
    ]


def live_team(viewer: Viewer) -> tuple[Cycle | None, list[Standing]]:
    """Return the running month and where the viewer's people stand in it, lowest total first."""
    cycle = open_month()
    if cycle is None:
        return None, []
    cards = board_cards(viewer, cycle)[:MOST_MEMBERS]
    found = standings(cycle, list(cards), tiers_of(cycle))
    return cycle, sorted(found, key=lambda one: (one.total is None, one.total or Decimal(0)))
