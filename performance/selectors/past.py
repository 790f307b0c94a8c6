"""What is known of the past when a cycle opens: the figures that baselines are read from."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd
from django.db.models import F

from common.periods import Month
from metrics.crediting import Measured
from metrics.definitions import MeasureDefinition
from metrics.selectors.coverage import history_start
from metrics.selectors.fact_reader import Reading
from metrics.selectors.frames import holdings_frame
from metrics.selectors.measured import measure_people
from people.models import Account
from performance.baselines import ENOUGH_CYCLES, Figure, Past, span_months
from performance.choices import Accrual, CycleState, PeriodKind, SpanRule
from performance.models import Cycle, ScorecardLine
from performance.pace import period_span
from performance.scheme_tree import Leaf
from performance.selectors.roster import Member

LOOK_BACK = 24
"""Months before a cycle that a baseline may be read from."""

FROZEN = (CycleState.REVIEW, CycleState.PUBLISHED, CycleState.FINAL)
FigureMap = dict[int, list[Figure]]


@dataclass
class PastReader:
    """Reads past figures leaf by leaf, for everybody at once, from frozen cards or from facts.

    A month whose cycle is frozen speaks through its cards, so that a baseline
    agrees with what was approved; any other month is measured from the facts.
    """

    cycle: Cycle
    members: Collection[Member]
    measures: Mapping[str, MeasureDefinition]
    held_now: pd.DataFrame = field(init=False)
    months: list[Month] = field(init=False)
    _frozen: dict[Month, int] = field(init=False)

    def __post_init__(self) -> None:
        """Read who holds what now, how far history goes and which months are frozen."""
        opening = holdings_frame(first=self.cycle.starts_on, last=self.cycle.ends_on)
        accounts = set(opening["account"])
        kinds = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "kind"))
        self.held_now = opening.assign(kind=[kinds[account] for account in opening["account"]])
        self.months = self._candidates(accounts)
        cycles = Cycle.objects.filter(kind=PeriodKind.MONTH, state__in=FROZEN)
        self._frozen = {Month.of(cycle.starts_on): cycle.pk for cycle in cycles}

    def _candidates(self, accounts: set[int]) -> list[Month]:
        starts = history_start(accounts=accounts)
        month = Month.of(self.cycle.starts_on)
        if not starts:
            return []
        earliest = max(Month.of(min(starts.values())), month.plus(-LOOK_BACK))
        return [found for back in range(LOOK_BACK, 0, -1) if (found := month.plus(-back)) >= earliest]

    def past_of(self, leaf: Leaf) -> dict[int, Past]:
        """Return every member's past of one leaf."""
        employees = {member.employee for member in self.members}
        own = self._figures(leaf, employees)
        wanting = {employee for employee in employees if len(own.get(employee, [])) < ENOUGH_CYCLES}
        inherited = self._inherited(leaf, wanting)
        if leaf.span is SpanRule.TO_DATE and leaf.accrual is not Accrual.COUNT:
            own = self._windows(leaf, own)
        names = self._account_names()
        teams: dict[int, dict[int, list[Figure]]] = defaultdict(dict)
        for member in self.members:
            teams[member.team][member.employee] = own.get(member.employee, [])
        return {
            member.employee: Past(
                own=tuple(own.get(member.employee, [])),
                accounts_held=tuple(inherited.get(member.employee, [])),
                accounts=names.get(member.employee, ()),
                colleagues={
                    str(other): tuple(figures)
                    for other, figures in teams[member.team].items()
                    if other != member.employee
                },
            )
            for member in self.members
        }

    def _account_names(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, set[int]] = defaultdict(set)
        for row in self.held_now.itertuples(index=False):
            found[row.employee].add(row.account)
        named = {
            account.pk: str(account) for account in Account.objects.filter(pk__in=self.held_now["account"])
        }
        return {person: tuple(sorted(named[account] for account in rows)) for person, rows in found.items()}

    def _figures(self, leaf: Leaf, employees: set[int]) -> FigureMap:
        figures: FigureMap = defaultdict(list)
        for month in self.months:
            found = self._frozen_figures(leaf, month) if month in self._frozen else {}
            missing = employees - found.keys() if month not in self._frozen else set()
            if missing:
                found |= _as_figures(self._measure(leaf, missing, month, month), month)
            for employee, figure in found.items():
                figures[employee].append(figure)
        return figures

    def _frozen_figures(self, leaf: Leaf, month: Month) -> dict[int, Figure]:
        """Read the month's cards; a leaf over more than the month is measured for the month alone."""
        if leaf.span is not SpanRule.WHOLE:
            employees = {member.employee for member in self.members}
            return _as_figures(self._measure(leaf, employees, month, month), month)
        rows = ScorecardLine.objects.filter(
            version__card__cycle_id=self._frozen[month],
            version__card__current=F("version"),
            leaf=leaf.key,
            numerator__isnull=False,
            auto__isnull=False,
        ).values_list("version__card__employee_id", "numerator", "denominator")
        return {employee: Figure(month, top, bottom) for employee, top, bottom in rows if top is not None}

    def _measure(
        self,
        leaf: Leaf,
        employees: set[int],
        first: Month,
        last: Month,
        *,
        period_days: int | None = None,
        holdings: pd.DataFrame | None = None,
    ) -> dict[int, Measured]:
        days = (last.last - first.first).days + 1
        reading = Reading(first=first.first, last=last.last, period_days=period_days or days)
        return measure_people(
            self.measures[leaf.measure], employees=employees, reading=reading, holdings=holdings
        )

    def _inherited(self, leaf: Leaf, employees: set[int]) -> FigureMap:
        """Measure the accounts now held as if their holders had always held them."""
        figures: FigureMap = defaultdict(list)
        held = self.held_now[self.held_now["employee"].isin(employees)]
        if held.empty:
            return figures
        for month in self.months:
            past = held.assign(first=month.first, last=month.last)
            for employee, figure in _as_figures(
                self._measure(leaf, employees, month, month, holdings=past), month
            ).items():
                figures[employee].append(figure)
        return figures

    def _windows(self, leaf: Leaf, monthly: FigureMap) -> FigureMap:
        """Re-read a leaf that runs from its period's start over one window of the past.

        With enough of the year before, the same span of that year or, where that
        span knows nothing, all that year knows; else the first measured months.
        Over an opening stock the window is brought to the length of this cycle's
        span by the stock's days, so that both rates mean the same span.
        """
        month = Month.of(self.cycle.starts_on)
        span = period_span(leaf.period, month.first)
        days = (month.last - span.first).days + 1
        groups: dict[tuple[Month, Month, tuple[Month, ...]], set[int]] = defaultdict(set)
        for employee, figures in monthly.items():
            chosen = _window(figures, Month.of(span.first), month)
            if chosen:
                groups[chosen].add(employee)
        read: FigureMap = defaultdict(list)
        for (first, last, stands_for), employees in groups.items():
            measured = self._measure(leaf, employees, first, last, period_days=days)
            for employee, figure in _as_figures(measured, last).items():
                months = span_months(leaf, month)
                read[employee] = [
                    Figure(each, figure.numerator, figure.denominator, months) for each in stands_for
                ]
        return read


def _window(
    figures: list[Figure], start: Month, month: Month
) -> tuple[Month, Month, tuple[Month, ...]] | None:
    """Return first and last month of the window, and the months it stands for."""
    known = sorted(figure.month for figure in figures)
    year_before = [found for found in known if found.year == month.year - 1]
    if len(year_before) >= ENOUGH_CYCLES:
        begins, ends = start.plus(-12), month.plus(-12)
        if not any(begins <= found <= ends for found in year_before):
            begins, ends = year_before[0], year_before[-1]
        return begins, ends, tuple(year_before)
    first = known[:ENOUGH_CYCLES]
    return (first[0], first[-1], tuple(first)) if len(first) == ENOUGH_CYCLES else None


def _as_figures(measured: Mapping[int, Measured], month: Month) -> dict[int, Figure]:
    return {
        employee: Figure(month, found.numerator, found.denominator)
        for employee, found in measured.items()
        if found.value is not None and found.numerator is not None
    }
