"""Everything a cycle's cards are scored from, gathered for a thousand people at once."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from common.periods import Month, Span
from metrics.choices import Gap
from metrics.crediting import Measured
from metrics.selectors.coverage import days_through, works_listed_until
from metrics.selectors.definitions import current_measures
from metrics.selectors.fact_reader import SCOPE_LIMIT, FactReader, Reading
from metrics.selectors.frames import holdings_frame
from metrics.selectors.measured import read_for
from performance.adjusting import Adjustment, Veto
from performance.choices import MISSING_POLICY, HoldDecision, MissingPolicy, MissingReason
from performance.inputs import CardFacts, LeafFacts
from performance.models import Adjustment as AdjustmentRow
from performance.models import Cycle, Exemption, SchemeVersion, Target
from performance.pace import Elapsed, due_on, elapsed, is_due, post_factor
from performance.scheme_tree import Leaf
from performance.selectors.roster import Member, days_in_post
from performance.selectors.schemes import scheme_document

PORTION = 1000
"""People whose facts are read at once: enough for the database to work on sets, few enough to hold."""


class Gathered(NamedTuple):
    """One person's facts and under which scheme version they are scored."""

    member: Member
    scheme_version: SchemeVersion
    facts: CardFacts


class _Target(NamedTuple):
    value: Decimal | None
    baseline: Decimal | None
    reason: str


_Measured = Mapping[int, Measured]
_Targets = Mapping[tuple[int, str], _Target]


class _Leaf:
    """One leaf of a scheme with everything about it that does not depend on the person."""

    def __init__(self, leaf: Leaf, cycle: Cycle, version: int) -> None:
        self.leaf = leaf
        self.month = Month.of(cycle.starts_on)
        self.first = elapsed(leaf, month=self.month, through=cycle.ends_on).span.first
        self.version = version
        self.due, self.due_on = is_due(leaf, month=self.month), due_on(leaf, month=self.month)
        self.measure = (leaf.measure, self.first)
        self._parts: dict[date, Elapsed] = {}

    def facts(
        self,
        measured: Measured,
        days: tuple[date, ...],
        through: date,
        target: _Target | None,
        decision: str | None,
    ) -> LeafFacts:
        part = self._parts.get(through)
        if part is None:
            part = self._parts[through] = elapsed(self.leaf, month=self.month, through=through)
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
            _post(days, part),
            self.due,
            self.due_on,
            part.span.first,
            part.through.last if part.through else None,
            self.version,
            HoldDecision.ZERO.value if decision == "zero" else HoldDecision.WAIT.value,
        )


def _post(days: tuple[date, ...], part: Elapsed) -> Decimal:
    if part.through is None:
        return Decimal("0.0000")
    return _post_factor(bisect_right(days, part.through.last), part.through.days)


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
) -> Iterator["Portion"]:
    """Read the inputs of every member's card, portion by portion.

    ``versions`` maps positions to scheme versions; ``day`` is the last day that can
    be complete; ``closed`` says that the cycle is over. What is about nobody in
    particular is read once; the number of statements of a portion does not depend on its people.
    """
    scored = [member for member in members if member.position in versions]
    if not scored:
        return
    common = _Common(cycle, scored, versions, day=day, closed=closed)
    for start in range(0, len(scored), PORTION):
        yield common.read(scored[start : start + PORTION])


class Portion:
    """Some of a cycle's people with everything read that their cards are put together from."""

    def __init__(
        self,
        common: "_Common",
        members: Sequence[Member],
        measured: Mapping[tuple[str, date], Callable[[], _Measured]],
        targets: Iterable[tuple[int, str, Decimal | None, Decimal | None, str]],
    ) -> None:
        self._common, self._members = common, members
        self._measured, self._targets = measured, targets

    def cards(self) -> Iterator[Gathered]:
        """Yield the inputs of each card; uses no database."""
        measured = {key: make() for key, make in self._measured.items()}
        targets = {
            (employee, leaf): _Target(value, baseline, reason)
            for employee, leaf, value, baseline, reason in self._targets
        }
        for member in self._members:
            yield self._common.card(member, measured, targets)


class _Common:
    """What the cards of a cycle share, read once, and how their own parts are read and put together."""

    def __init__(
        self,
        cycle: Cycle,
        members: Sequence[Member],
        versions: Mapping[int, SchemeVersion],
        *,
        day: date,
        closed: bool,
    ) -> None:
        self.cycle, self.versions, self.closed = cycle, versions, closed
        ends = {member.employee: cycle.ends_on for member in members}
        self.through = ends if closed else complete_through(cycle, members, day=day)
        measures = current_measures()
        documents = {key: scheme_document(versions[key]) for key in {member.position for member in members}}
        self.leaves = {
            position: [_Leaf(leaf, cycle, measures[leaf.measure].number) for leaf in document.leaves]
            for position, document in documents.items()
        }
        found = dict.fromkeys(leaf.measure for leaves in self.leaves.values() for leaf in leaves)
        self.measures = {key: measures[key[0]] for key in found}
        self.posts = {first: _sorted_days(days_in_post(first=first, last=cycle.ends_on))
                      for first in {first for _measure, first in found}}  # fmt: skip
        self.reader = FactReader(
            [measures[key] for key in dict.fromkeys(key for key, _first in found)],
            in_portions=len(members) > SCOPE_LIMIT,
        )
        self.decisions = _decisions(cycle)
        self.events, self.vetoes = _events(cycle)

    def read(self, members: Sequence[Member]) -> Portion:
        """Read what is about these members alone."""
        self.reader.next_portion()
        employees = {member.employee for member in members}
        through = None if self.closed else {employee: self.through[employee] for employee in employees}
        last, measured = self.cycle.ends_on, {}
        for (measure, first), definition in self.measures.items():
            reading = Reading(
                first=first,
                last=last,
                period_days=Span(first, last).days,
                through=through,
                closed=self.closed,
            )
            measured[measure, first] = read_for(
                definition, employees=employees, reading=reading, reader=self.reader
            )
        return Portion(self, members, measured, _targets(self.cycle, employees))

    def card(
        self, member: Member, measured: Mapping[tuple[str, date], _Measured], targets: _Targets
    ) -> Gathered:
        """Put the inputs of one card together."""
        version, person = self.versions[member.position], member.employee
        through = self.through[person]
        facts = CardFacts(
            scheme_hash=version.text_hash,
            cycle=self.cycle.label,
            employee=person,
            through=through,
            closed=self.closed,
            days_in_post=len(member.days),
            leaves=tuple(
                [
                    leaf.facts(
                        measured[leaf.measure].get(person, _NOTHING),
                        self.posts[leaf.first].get(person, ()),
                        through,
                        targets.get((person, leaf.leaf.key)),
                        self.decisions.get((person, leaf.leaf.key)),
                    )
                    for leaf in self.leaves[member.position]
                ]
            ),
            adjustments=self.events.get(person, ()),
            vetoes=self.vetoes.get(person, ()),
        )
        return Gathered(member, version, facts)


def _sorted_days(held: Mapping[int, frozenset[date]]) -> dict[int, tuple[date, ...]]:
    """Return each person's days in order; most people share one and the same tuple."""
    in_order = {days: tuple(sorted(days)) for days in set(held.values())}
    return {employee: in_order[days] for employee, days in held.items()}


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


def _targets(
    cycle: Cycle, employees: Collection[int]
) -> list[tuple[int, str, Decimal | None, Decimal | None, str]]:
    """Read the targets of people; those of a portion stand next to each other."""
    rows = Target.objects.filter(cycle=cycle, employee__id__range=(min(employees), max(employees)))
    return list(rows.values_list("employee_id", "leaf", "value", "baseline", "reason"))


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
