"""Measured figures for many people at once: one pass over the facts per measure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from metrics import measures
from metrics.capabilities import can_export
from metrics.choices import Basis, EntryState, Gap, Grain
from metrics.crediting import (
    OVER_STOCK,
    CohortSums,
    FlowSums,
    Holding,
    Measured,
    cohort_figures,
    flow_figures,
)
from metrics.definitions import MeasureDefinition
from metrics.models import ManualEntry
from metrics.selectors import sums
from metrics.selectors.coverage import history_start, works_listed_until
from metrics.selectors.frames import as_frame, day_cells, follower_totals, holding_list, video_cells


@dataclass(frozen=True)
class Reading:
    """What to measure: days, the last complete day per person, and the whole period's length.

    ``through`` clips each person's days (None clips nobody); ``closed`` says that the
    period is over, so that cohorts wait for their cut-off instead of the last day.
    """

    first: date
    last: date
    period_days: int
    through: Mapping[int, date] | None = None
    closed: bool = True


class FactReader:
    """Reads facts once for several measures over the same people and days.

    Keep one for the length of a transaction: it remembers what it read.
    """

    def __init__(self, definitions: Collection[MeasureDefinition]) -> None:
        """Note the measures, so that those which read the same facts are added up together."""
        self._definitions = list(definitions)
        self._here: bool | None = None
        self._holdings: dict[tuple[object, ...], tuple[Holding, ...]] = {}
        self._frames: dict[tuple[object, ...], pd.DataFrame] = {}
        self._flows: dict[tuple[object, ...], Mapping[str, Mapping[int, FlowSums]]] = {}
        self._cohorts: dict[tuple[object, ...], Mapping[str, Mapping[int, CohortSums]]] = {}
        self._stocks: dict[tuple[Holding, ...], dict[int, int]] = {}
        self._days: dict[tuple[str, frozenset[int]], dict[int, date]] = {}

    def holdings(self, reading: Reading, kind: str, employees: set[int]) -> tuple[Holding, ...]:
        """Return who held which accounts of a kind, clipped to the reading's people and days."""
        through = None if reading.through is None else frozenset(reading.through.items())
        key = (reading.first, reading.last, kind, frozenset(employees), through)
        if key not in self._holdings:
            found = holding_list(
                first=reading.first, last=reading.last, kind=kind, employees=_scope(employees)
            )
            self._holdings[key] = _clip(found, employees, reading)
        return self._holdings[key]

    def flow(
        self, definition: MeasureDefinition, reading: Reading, held: tuple[Holding, ...]
    ) -> Mapping[int, FlowSums]:
        """Return the sums of the counted days of each holding."""
        if not self._adds_up_here():
            return measures.flow_sums(
                measures.flow_rows(definition, as_frame(held), self.day_cells(definition, reading, held))
            )
        key = (definition.grain, held)
        if key not in self._flows:
            self._flows[key] = sums.day_sums(definition.grain, self._alike(definition), held)
        return self._flows[key][definition.key]

    def cohort(
        self, definition: MeasureDefinition, reading: Reading, held: tuple[Holding, ...]
    ) -> Mapping[int, CohortSums]:
        """Return the sums of the videos published inside each holding."""
        if not self._adds_up_here():
            return measures.cohort_sums(
                measures.cohort_rows(definition, as_frame(held), self.video_cells(definition, reading, held))
            )
        cutoff = reading.last + timedelta(days=definition.cutoff_days)
        latest = cutoff + timedelta(days=definition.late_days)
        key = (held, cutoff, latest)
        if key not in self._cohorts:
            self._cohorts[key] = sums.video_sums(self._alike(definition), held, cutoff=cutoff, latest=latest)
        return self._cohorts[key][definition.key]

    def stocks(self, held: tuple[Holding, ...]) -> dict[int, int]:
        """Return the opening stock of each holding that has one."""
        if held not in self._stocks:
            if self._adds_up_here():
                self._stocks[held] = sums.opening_stock_of(held)
            else:
                frame = as_frame(held)
                opening = measures.opening_stocks(frame, follower_totals(frame))
                self._stocks[held] = measures.known_stocks(opening)
        return self._stocks[held]

    def history_start(self, accounts: frozenset[int]) -> dict[int, date]:
        """Return the first day of account facts (see ``coverage.history_start``)."""
        key = ("history", accounts)
        if key not in self._days:
            self._days[key] = history_start(accounts=accounts)
        return self._days[key]

    def works_listed_until(self, accounts: frozenset[int]) -> dict[int, date]:
        """Return the day of each account's latest list of works (see ``coverage.works_listed_until``)."""
        key = ("works", accounts)
        if key not in self._days:
            self._days[key] = works_listed_until(accounts=accounts)
        return self._days[key]

    def complete_days(
        self, definition: MeasureDefinition, reading: Reading, held: tuple[Holding, ...]
    ) -> dict[int, int]:
        """Return on how many of the reading's days each account has every cell of the measure.

        A holding over all of the days has counted them already; the others' accounts
        are counted as if they had been held throughout.
        """
        found = self.flow(definition, reading, held)
        whole = {
            holding.account: found[holding.holding].present if holding.holding in found else 0
            for holding in held
            if (holding.first, holding.last) == (reading.first, reading.last)
        }
        rest = tuple(
            Holding(account, 0, account, "", reading.first, reading.last, 0)
            for account in sorted({holding.account for holding in held} - whole.keys())
        )
        if rest:
            whole |= {
                account: found.present for account, found in self.flow(definition, reading, rest).items()
            }
        return whole

    def day_cells(
        self, definition: MeasureDefinition, reading: Reading, held: Sequence[Holding]
    ) -> pd.DataFrame:
        """Return the span's dated cells as a frame (see ``frames.day_cells``)."""
        accounts = frozenset(holding.account for holding in held)
        key = ("days", definition.grain, reading.first, reading.last, accounts)
        if key not in self._frames:
            self._frames[key] = day_cells(
                definition.grain,
                accounts=accounts,
                first=reading.first,
                last=reading.last,
                fields=self._fields(definition),
            )
        return self._frames[key]

    def video_cells(
        self, definition: MeasureDefinition, reading: Reading, held: Sequence[Holding]
    ) -> pd.DataFrame:
        """Return the span's videos with the one reading that counts (see ``frames.video_cells``)."""
        cutoff = reading.last + timedelta(days=definition.cutoff_days)
        accounts = frozenset(holding.account for holding in held)
        key = ("videos", reading.first, reading.last, cutoff, definition.late_days, accounts)
        if key not in self._frames:
            self._frames[key] = video_cells(
                accounts=accounts,
                first=reading.first,
                last=reading.last,
                cutoff=cutoff,
                late_days=definition.late_days,
                fields=self._fields(definition) or ("plays",),
            )
        return self._frames[key]

    def _adds_up_here(self) -> bool:
        """Say whether the database adds facts up, and prepare it the first time."""
        if self._here is None:
            self._here = sums.added_up_here()
            if self._here:
                sums.without_compiling()
        return self._here

    def _alike(self, definition: MeasureDefinition) -> list[MeasureDefinition]:
        """Return the measures that read the same accounts' facts at the same cut-off."""
        asked = (definition.basis, definition.grain, definition.account_kind)
        found = [
            other
            for other in self._definitions
            if (other.basis, other.grain, other.account_kind) == asked
            and (other.cutoff_days, other.late_days) == (definition.cutoff_days, definition.late_days)
        ]
        return found if definition in found else [*found, definition]

    def _fields(self, definition: MeasureDefinition) -> tuple[str, ...]:
        asked = (definition.basis, definition.grain)
        alike = [other for other in self._definitions if (other.basis, other.grain) == asked]
        return tuple(dict.fromkeys(field for other in [*alike, definition] for field in other.fields))


def measure_people(
    definition: MeasureDefinition,
    *,
    employees: set[int],
    reading: Reading,
    holdings: pd.DataFrame | None = None,
    reader: FactReader | None = None,
) -> dict[int, Measured]:
    """Measure one figure for each of ``employees``; who holds no such account is not supported.

    ``holdings`` replaces who held what (a frame of holdings with a column
    ``kind``): the past of accounts now held, whoever held them. A ``reader`` shares
    what it read with other measures.
    """
    if definition.basis == Basis.MANUAL:
        return _manual(definition, employees, reading)
    reader = reader or FactReader([definition])
    held = _held(definition, employees, reading, holdings, reader)
    gaps = _not_exported(definition, held)
    if definition.basis == Basis.COHORT:
        found = cohort_figures(
            definition,
            held,
            reader.cohort(definition, reading, held),
            listed=_listed(held, reading, reader),
            gaps=gaps,
        )
    else:
        found = flow_figures(
            definition,
            held,
            reader.flow(definition, reading, held),
            period_days=reading.period_days,
            stocks=reader.stocks(held) if definition.aggregation in OVER_STOCK else None,
            gaps=_before_records(definition, reading, held, reader) | gaps,
        )
    nothing = Measured(None, reason=Gap.UNSUPPORTED)
    return {employee: found.get(employee, nothing) for employee in employees}


def source_rows(definition: MeasureDefinition, *, employees: set[int], reading: Reading) -> pd.DataFrame:
    """Return the rows behind a figure, counted and not, each with its note (see ``measures``).

    ``share`` and ``employee`` of the holding are joined to each row.
    """
    reader = FactReader([definition])
    held = _held(definition, employees, reading, None, reader)
    frame = as_frame(held)
    if definition.basis == Basis.COHORT:
        rows = measures.cohort_rows(definition, frame, reader.video_cells(definition, reading, held))
    else:
        over_stock = definition.aggregation in OVER_STOCK
        stocks = measures.opening_stocks(frame, follower_totals(frame)) if over_stock else None
        rows = measures.flow_rows(definition, frame, reader.day_cells(definition, reading, held), stocks)
    for side in ("numerator", "denominator"):
        rows[side] = rows[side].astype("object").where(rows[side].notna(), None)
    return rows.merge(frame[["holding", "employee", "share", "first", "last"]], on="holding")


def _held(
    definition: MeasureDefinition,
    employees: set[int],
    reading: Reading,
    given: pd.DataFrame | None,
    reader: FactReader,
) -> tuple[Holding, ...]:
    if given is None:
        return reader.holdings(reading, definition.account_kind, employees)
    rows = measures.holding_rows(given[given["kind"] == definition.account_kind])
    return _clip(rows, employees, reading)


SCOPE_LIMIT = 500


def _scope(employees: set[int]) -> set[int] | None:
    """Return the set itself while it is small enough for an IN list."""
    return employees if len(employees) <= SCOPE_LIMIT else None


def _clip(held: Collection[Holding], employees: set[int], reading: Reading) -> tuple[Holding, ...]:
    """Keep the wanted people and end each one's days at their last complete day."""
    kept = (holding for holding in held if holding.employee in employees)
    if reading.through is not None:
        through = reading.through
        kept = (
            holding._replace(last=min(holding.last, through.get(holding.employee, holding.last)))
            for holding in kept
        )
    return tuple(holding for holding in kept if holding.last >= holding.first)


def _accounts(held: Collection[Holding]) -> frozenset[int]:
    return frozenset(holding.account for holding in held)


def _not_exported(definition: MeasureDefinition, held: Collection[Holding]) -> dict[int, Gap]:
    """Return the accounts whose platform has no export with the measure's fields."""
    platforms = {holding.platform for holding in held}
    without = {name for name in platforms if not can_export(name, definition.grain, definition.fields)}
    return {holding.account: Gap.UNSUPPORTED for holding in held if holding.platform in without}


def _before_records(
    definition: MeasureDefinition, reading: Reading, held: tuple[Holding, ...], reader: FactReader
) -> dict[int, Gap]:
    """Return the accounts whose missing days all lie before their first fact.

    Nobody owes those days: they are not supported, where a hole later on is owed.
    """
    if definition.grain != Grain.ACCOUNT_DAY or not held:
        return {}
    starts = reader.history_start(_accounts(held))
    owed: dict[int, int] = {}
    late: set[int] = set()
    seen: set[tuple[int, date]] = set()
    for holding in held:
        if (holding.account, holding.first) in seen:
            continue
        seen.add((holding.account, holding.first))
        begins = max(holding.first, starts.get(holding.account, holding.first))
        owed[holding.account] = owed.get(holding.account, 0) + max(0, (holding.last - begins).days + 1)
        if begins > holding.first:
            late.add(holding.account)
    if not late:
        return {}
    complete = reader.complete_days(definition, reading, held)
    return {account: Gap.UNSUPPORTED for account in late if complete.get(account, 0) >= owed[account]}


def _listed(held: Collection[Holding], reading: Reading, reader: FactReader) -> dict[int, bool]:
    """Say per account whether a list of works reaches past the days that are asked about.

    A closed period needs a list taken after it; a running one, a list taken on or
    after the last complete day.
    """
    listed = reader.works_listed_until(_accounts(held))
    answer: dict[int, bool] = {}
    for holding in held:
        until = listed.get(holding.account)
        reaches = until is not None and (
            until > holding.last or (not reading.closed and until >= holding.last)
        )
        answer[holding.account] = answer.get(holding.account, True) and reaches
    return answer


def _manual(definition: MeasureDefinition, employees: set[int], reading: Reading) -> dict[int, Measured]:
    """Add up confirmed entries. None is a figure too: nothing was done."""
    entries = ManualEntry.objects.filter(
        measure=definition.key, state=EntryState.CONFIRMED, date__range=(reading.first, reading.last)
    )
    if _scope(employees) is not None:
        entries = entries.filter(employee_id__in=employees)
    sums = dict.fromkeys(employees, Decimal("0.0000"))
    for employee, value in entries.values_list("employee_id", "value"):
        if employee in sums:
            sums[employee] += value
    return {employee: _entered(amount) for employee, amount in sums.items()}


def _entered(amount: Decimal) -> Measured:
    return Measured(amount, numerator=amount, coverage=Decimal("1.0000"))


__all__ = ["Reading", "measure_people", "source_rows"]
