"""Facts read once for several measures and many people, added up by the database where it can."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from metrics import measures
from metrics.choices import EntryState
from metrics.crediting import CohortSums, FlowSums, Holding
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

    Keep one for the length of a transaction: it remembers what it read. Where people are
    measured portion by portion (``in_portions``), who holds what and how far records reach is read once
    for everybody, and ``next_portion`` lets go of the sums of the last one.
    """

    def __init__(self, definitions: Collection[MeasureDefinition], *, in_portions: bool = False) -> None:
        """Note the measures, so that those which read the same facts are added up together."""
        self._definitions = list(definitions)
        self._in_portions = in_portions
        self._everybodys: dict[tuple[date, date, str], dict[int, list[Holding]]] = {}
        self._here: bool | None = None
        self._entries: dict[tuple[str, date, date], list[tuple[int, Decimal]]] = {}
        self._holdings: dict[tuple[object, ...], tuple[Holding, ...]] = {}
        self._frames: dict[tuple[object, ...], pd.DataFrame] = {}
        self._flows: dict[tuple[object, ...], Mapping[str, Mapping[int, FlowSums]]] = {}
        self._cohorts: dict[tuple[object, ...], Mapping[str, Mapping[int, CohortSums]]] = {}
        self._stocks: dict[tuple[Holding, ...], dict[int, int]] = {}
        self._days: dict[tuple[str, frozenset[int] | None], dict[int, date]] = {}

    def next_portion(self) -> None:
        """Forget what was read about the people so far."""
        for read in (self._holdings, self._frames, self._flows, self._cohorts, self._stocks):
            read.clear()

    def holdings(self, reading: Reading, kind: str, employees: set[int]) -> tuple[Holding, ...]:
        """Return who held which accounts of a kind, clipped to the reading's people and days."""
        through = None if reading.through is None else frozenset(reading.through.items())
        key = (reading.first, reading.last, kind, frozenset(employees), through)
        if key not in self._holdings:
            self._holdings[key] = clip(self._found_holdings(reading, kind, employees), employees, reading)
        return self._holdings[key]

    def _found_holdings(self, reading: Reading, kind: str, employees: set[int]) -> Iterable[Holding]:
        span = (reading.first, reading.last, kind)
        if not self._in_portions:
            return holding_list(first=span[0], last=span[1], kind=kind, employees=_scope(employees))
        if span not in self._everybodys:
            everybodys = self._everybodys[span] = defaultdict(list)
            for holding in holding_list(first=span[0], last=span[1], kind=kind):
                everybodys[holding.employee].append(holding)
        known = self._everybodys[span]
        return (holding for employee in sorted(employees) for holding in known.get(employee, ()))

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

    def entries(
        self, definition: MeasureDefinition, reading: Reading, employees: set[int]
    ) -> list[tuple[int, Decimal]]:
        """Return the confirmed entries of a measure typed in by people: who and how much."""
        key = (definition.key, reading.first, reading.last)
        if key in self._entries:
            return self._entries[key]
        rows = ManualEntry.objects.filter(
            measure=definition.key, state=EntryState.CONFIRMED, date__range=(reading.first, reading.last)
        )
        if not self._in_portions and _scope(employees) is not None:
            rows = rows.filter(employee_id__in=employees)
        found = list(rows.values_list("employee_id", "value"))
        if self._in_portions:
            self._entries[key] = found
        return found

    def history_start(self, accounts: frozenset[int]) -> dict[int, date]:
        """Return the first day of account facts (see ``coverage.history_start``)."""
        return self._days_of("history", history_start, accounts)

    def works_listed_until(self, accounts: frozenset[int]) -> dict[int, date]:
        """Return the day of each account's latest list of works (see ``coverage.works_listed_until``)."""
        return self._days_of("works", works_listed_until, accounts)

    def _days_of(
        self, name: str, read: Callable[..., dict[int, date]], accounts: frozenset[int]
    ) -> dict[int, date]:
        wanted = None if self._in_portions else accounts
        if (name, wanted) not in self._days:
            self._days[name, wanted] = read(accounts=wanted)
        return self._days[name, wanted]

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


SCOPE_LIMIT = 500


def _scope(employees: set[int]) -> set[int] | None:
    """Return the set itself while it is small enough for an IN list."""
    return employees if len(employees) <= SCOPE_LIMIT else None


def clip(held: Iterable[Holding], employees: set[int], reading: Reading) -> tuple[Holding, ...]:
    """Keep the wanted people and end each one's days at their last complete day."""
    kept = (holding for holding in held if holding.employee in employees)
    if reading.through is not None:
        through = reading.through
        kept = (
            holding._replace(last=min(holding.last, through.get(holding.employee, holding.last)))
            for holding in kept
        )
    return tuple(holding for holding in kept if holding.last >= holding.first)
