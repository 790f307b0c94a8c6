"""Everything a cycle's cards are scored from, gathered for all people at once."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from common.periods import Month, Span
from metrics.choices import Gap
from metrics.crediting import Measured
from metrics.selectors.coverage import days_through, works_listed_until
from metrics.selectors.definitions import current_measures
from metrics.selectors.frames import holdings_frame
from metrics.selectors.measured import FactReader, Reading, measure_people
from performance.adjusting import Adjustment, Veto
from performance.choices import MISSING_POLICY, HoldDecision, MissingPolicy, MissingReason
from performance.inputs import CardFacts, LeafFacts
from performance.models import Adjustment as AdjustmentRow
from performance.models import Cycle, Exemption, SchemeVersion, Target
from performance.pace import Elapsed, due_on, elapsed, is_due, post_factor
from performance.scheme_tree import Leaf
from performance.selectors.roster import Member, days_in_post
from performance.selectors.schemes import scheme_document


class Gathered(NamedTuple):
    """One person's facts and under which scheme version they are scored."""

    member: Member
    scheme_version: SchemeVersion
    facts: CardFacts


class _Target(NamedTuple):
    value: Decimal | None
    baseline: Decimal | None
    reason: str


class _Figures:
    """Measured figures, each asked for once however many leaves and people need it."""

    def __init__(
        self, cycle: Cycle, members: Collection[Member], through: Mapping[int, date], closed: bool
    ) -> None:
        self.measures = current_measures()
        self.employees = {member.employee for member in members}
        self._reader: FactReader | None = None
        self.cycle, self.through, self.closed = cycle, through, closed
        self._found: dict[tuple[str, date], dict[int, Measured]] = {}
        self._posts: dict[date, dict[int, tuple[date, ...]]] = {}

    def read_for(self, leaves: Collection[Leaf]) -> None:
        """Say which leaves are asked for, so that their measures are read together."""
        self._reader = FactReader(
            [self.measures[key] for key in dict.fromkeys(leaf.measure for leaf in leaves)]
        )

    def of(self, leaf: Leaf, first: date) -> dict[int, Measured]:
        key = (leaf.measure, first)
        if key not in self._found:
            span = Span(first, self.cycle.ends_on)
            reading = Reading(
                first=first,
                last=self.cycle.ends_on,
                period_days=span.days,
                through=None if self.closed else self.through,
                closed=self.closed,
            )
            self._found[key] = measure_people(
                self.measures[leaf.measure], employees=self.employees, reading=reading, reader=self._reader
            )
        return self._found[key]

    def days_in_post(self, first: date) -> dict[int, tuple[date, ...]]:
        if first not in self._posts:
            in_order: dict[frozenset[date], tuple[date, ...]] = {}
            self._posts[first] = {
                employee: in_order[days]
                if days in in_order
                else in_order.setdefault(days, tuple(sorted(days)))
                for employee, days in days_in_post(first=first, last=self.cycle.ends_on).items()
            }
        return self._posts[first]


class _Leaf:
    """One leaf of a scheme with everything about it that does not depend on the person."""

    def __init__(self, leaf: Leaf, cycle: Cycle, figures: _Figures) -> None:
        self.leaf = leaf
        self.month = Month.of(cycle.starts_on)
        self.first = elapsed(leaf, month=self.month, through=cycle.ends_on).span.first
        self.measured = figures.of(leaf, self.first)
        self.held = figures.days_in_post(self.first)
        self.version = figures.measures[leaf.measure].number
        self.due, self.due_on = is_due(leaf, month=self.month), due_on(leaf, month=self.month)
        self._parts: dict[date, Elapsed] = {}

    def facts(self, member: Member, through: date, target: _Target | None, decision: str | None) -> LeafFacts:
        part = self._parts.get(through)
        if part is None:
            part = self._parts[through] = elapsed(self.leaf, month=self.month, through=through)
        measured = self.measured.get(member.employee, _NOTHING)
        return LeafFacts(
            self.leaf.key,
            measured.value,
            measured.numerator,
            measured.denominator,
            measured.coverage,
            measured.volume,
            measured.videos,
            measured.late_readings,
            measured.platforms,
            _missing(measured, target, decision, part),
            target.value if target else None,
            target.baseline if target else None,
            part.pace,
            self._post(member, part),
            self.due,
            self.due_on,
            part.span.first,
            part.through.last if part.through else None,
            self.version,
            HoldDecision.ZERO.value if decision == "zero" else HoldDecision.WAIT.value,
        )

    def _post(self, member: Member, part: Elapsed) -> Decimal:
        if part.through is None:
            return Decimal("0.0000")
        held = self.held.get(member.employee, ())
        return _post_factor(bisect_right(held, part.through.last), part.through.days)


_NOTHING = Measured(None)


def complete_through(cycle: Cycle, members: Collection[Member], *, day: date) -> dict[int, date]:
    """Return the last day that is complete for every account of each person.

    ``day`` is the last day that can be complete. A list of works is complete up to
    the day it was taken. Accounts without any fact in the
    cycle do not hold the others back; who has no facts at all stands at the day
    before the cycle.
    """
    last = min(day, cycle.ends_on)
    before = cycle.starts_on - timedelta(days=1)
    through = {member.employee: before for member in members}
    if last < cycle.starts_on:
        return through
    holdings = holdings_frame(first=cycle.starts_on, last=last)
    accounts = set(holdings["account"])
    reached = days_through(accounts=accounts, first=cycle.starts_on, last=last)
    for account, listed in works_listed_until(accounts=accounts).items():
        if account in reached and listed >= cycle.starts_on:
            reached[account] = min(reached[account], listed)
    ends: dict[int, date] = {}
    for row in holdings.itertuples(index=False):
        if row.account in reached:
            end = last if reached[row.account] >= row.last else reached[row.account]
            ends[row.employee] = min(ends.get(row.employee, last), end)
    through.update({employee: end for employee, end in ends.items() if employee in through})
    return through


def gather(
    cycle: Cycle,
    members: Collection[Member],
    versions: Mapping[int, SchemeVersion],
    *,
    day: date,
    closed: bool,
) -> Iterator[Gathered]:
    """Return the inputs of every member's card, in a fixed number of statements.

    ``versions`` maps positions to scheme versions; ``day`` is the last day that can
    be complete; ``closed`` says that the cycle is over. Everything is read before
    this returns; the cards are put together one by one as they are asked for.
    """
    scored = [member for member in members if member.position in versions]
    ends = {member.employee: cycle.ends_on for member in scored}
    through = ends if closed else complete_through(cycle, scored, day=day)
    figures = _Figures(cycle, scored, through, closed)
    documents = {key: scheme_document(versions[key]) for key in {member.position for member in scored}}
    figures.read_for([leaf for document in documents.values() for leaf in document.leaves])
    leaves = {
        position: [_Leaf(leaf, cycle, figures) for leaf in document.leaves]
        for position, document in documents.items()
    }
    targets, decisions = _targets(cycle), _decisions(cycle)
    events, vetoes = _events(cycle)

    def card(member: Member) -> Gathered:
        version, person = versions[member.position], member.employee
        facts = CardFacts(
            scheme_hash=version.text_hash,
            cycle=cycle.label,
            employee=person,
            through=through[person],
            closed=closed,
            days_in_post=len(member.days),
            leaves=tuple(
                [
                    leaf.facts(
                        member,
                        through[person],
                        targets.get((person, leaf.leaf.key)),
                        decisions.get((person, leaf.leaf.key)),
                    )
                    for leaf in leaves[member.position]
                ]
            ),
            adjustments=events.get(person, ()),
            vetoes=vetoes.get(person, ()),
        )
        return Gathered(member, version, facts)

    return map(card, scored)


def _missing(measured: Measured, target: _Target | None, decision: str | None, part: Elapsed) -> str:
    """Say why the figure does not count: decided by a person, not there, or nothing to hold it against.

    What nobody can supply is told first; a figure that somebody owes matters only
    once there is a target to hold it against.
    """
    if decision == "exempt":
        return MissingReason.EXEMPTED.value
    if part.through is None:
        return MissingReason.NOT_FINAL.value
    gap = "" if measured.value is not None else (measured.reason or Gap.NOT_SUPPLIED).value
    if target is not None and target.value is None and not (gap and _nobody_owes(gap)):
        return target.reason or MissingReason.NO_TARGET.value
    return gap


def _nobody_owes(gap: str) -> bool:
    return MISSING_POLICY[MissingReason(gap)] is MissingPolicy.REDISTRIBUTE


@lru_cache(maxsize=4096)
def _post_factor(days: int, of_days: int) -> Decimal:
    return post_factor(days, of_days)


def _targets(cycle: Cycle) -> dict[tuple[int, str], _Target]:
    rows = Target.objects.filter(cycle=cycle).values_list(
        "employee_id", "leaf", "value", "baseline", "reason"
    )
    return {
        (employee, leaf): _Target(value, baseline, reason)
        for employee, leaf, value, baseline, reason in rows.iterator(chunk_size=5000)
    }


def _decisions(cycle: Cycle) -> dict[tuple[int, str], str]:
    """Return what people decided about single leaves of the cycle: exempt or zero."""
    rows = Exemption.objects.filter(first_day__lte=cycle.starts_on, last_day__gte=cycle.starts_on).exclude(
        leaf=""
    )
    return {(row.employee_id, row.leaf): row.treatment for row in rows.order_by("id")}


def _events(cycle: Cycle) -> tuple[dict[int, list[Adjustment]], dict[int, list[Veto]]]:
    events: dict[int, list[Adjustment]] = {}
    vetoes: dict[int, list[Veto]] = {}
    for row in AdjustmentRow.objects.filter(cycle=cycle).order_by("employee_id", "date", "rule", "event_key"):
        if row.kind == "veto":
            vetoes.setdefault(row.employee_id, []).append(
                Veto(row.event_key, row.points, row.date, row.reason)
            )
        else:
            events.setdefault(row.employee_id, []).append(
                Adjustment(row.rule, row.event_key, row.points, row.date, row.reason)
            )
    return events, vetoes
