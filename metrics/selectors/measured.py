"""Measured figures for many people at once: one pass over the facts per measure."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import partial

import pandas as pd

from metrics import measures
from metrics.capabilities import can_export
from metrics.choices import Basis, Gap, Grain
from metrics.crediting import (
    OVER_STOCK,
    Holding,
    Measured,
    cohort_figures,
    flow_figures,
)
from metrics.definitions import MeasureDefinition
from metrics.selectors.fact_reader import FactReader, Reading, clip
from metrics.selectors.frames import as_frame, follower_totals


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
    read = read_for(definition, employees=employees, reading=reading, holdings=holdings, reader=reader)
    return read()


def read_for(
    definition: MeasureDefinition,
    *,
    employees: set[int],
    reading: Reading,
    holdings: pd.DataFrame | None = None,
    reader: FactReader | None = None,
) -> Callable[[], dict[int, Measured]]:
    """Read everything ``measure_people`` needs, and return what makes figures of it without the database."""
    reader = reader or FactReader([definition])
    if definition.basis == Basis.MANUAL:
        return partial(_entered_sums, employees, reader.entries(definition, reading, employees))
    held = _held(definition, employees, reading, holdings, reader)
    gaps = _not_exported(definition, held)
    figures: Callable[[], dict[int, Measured]]
    if definition.basis == Basis.COHORT:
        figures = partial(
            cohort_figures,
            definition,
            held,
            reader.cohort(definition, reading, held),
            listed=_listed(held, reading, reader),
            gaps=gaps,
        )
    else:
        figures = partial(
            flow_figures,
            definition,
            held,
            reader.flow(definition, reading, held),
            period_days=reading.period_days,
            stocks=reader.stocks(held) if definition.aggregation in OVER_STOCK else None,
            gaps=_before_records(definition, reading, held, reader) | gaps,
        )
    return partial(_of_everybody, figures, employees)


def _of_everybody(figures: Callable[[], dict[int, Measured]], employees: set[int]) -> dict[int, Measured]:
    found, nothing = figures(), Measured(None, reason=Gap.UNSUPPORTED)
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
    return clip(rows, employees, reading)


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


def _entered_sums(employees: set[int], entries: Iterable[tuple[int, Decimal]]) -> dict[int, Measured]:
    """Add up entries. None is a figure too: nothing was done."""
    sums = dict.fromkeys(employees, Decimal("0.0000"))
    for employee, value in entries:
        if employee in sums:
            sums[employee] += value
    return {employee: _entered(amount) for employee, amount in sums.items()}


def _entered(amount: Decimal) -> Measured:
    return Measured(amount, numerator=amount, coverage=Decimal("1.0000"))
