"""From frames of facts to the rows and sums behind a figure. Pure, in whole numbers.

The rows say of every cell and video whether it counts and why not; their sums per
holding become figures in ``metrics.crediting``. Where the database adds facts up itself
(``selectors.sums``), it must come to the same sums.

Fields are whole units of their last decimal place (``definitions.SCALE``), shares
are ten-thousandths of a per cent (100 % = 1 000 000), so every sum is exact.

Frames, one row each:

* holdings — ``holding`` (one account period of one person), ``employee``,
  ``account``, ``platform``, ``first``, ``last`` (clipped to the span), ``share``.
* cells — ``account``, ``date`` and nullable ``Int64`` fields, best source first.
* videos — ``video``, ``account``, ``published_on``, ``media``, ``original``,
  ``first_upload`` (the upload that stands for its work, 0 when alone), ``withdrawn``,
  ``captured_on``, ``late`` and fields.
* stocks — ``holding``, ``stock``: followers at the end of the day before ``first``.

Both sides of a ratio come from the same cells; what lacks one side is left out
of both and stays in the rows with its note.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
from pandas.core.groupby import SeriesGroupBy

from metrics.choices import COUNTING_NOTES, Aggregation, Gap, RowNote
from metrics.crediting import (
    CohortSums,
    FlowSums,
    Holding,
    Measured,
    cohort_figures,
    flow_figures,
)
from metrics.definitions import MeasureDefinition, Term

SAFE = 2**62


def evaluate(frame: pd.DataFrame, terms: Sequence[Term]) -> pd.Series:
    """Add up the terms of one side, row by row; a row lacking a field is missing.

    Sums of single fields stay nullable 64-bit numbers. Products leave 64 bits, so
    they are Python integers and ``None``.
    """
    if all(len(term.fields) == 1 for term in terms):
        side = pd.Series(pd.array([0] * len(frame), dtype="Int64"), index=frame.index)
        for term in terms:
            side = side + frame[term.fields[0]] * term.sign
        return side
    return _products(frame, terms)


def _products(frame: pd.DataFrame, terms: Iterable[Term]) -> pd.Series:
    side = pd.Series(0, index=frame.index, dtype="object")
    missing = pd.Series(False, index=frame.index)
    for term in terms:
        product = pd.Series(term.sign, index=frame.index, dtype="object")
        for name in term.fields:
            missing |= frame[name].isna()
            product = product * frame[name].fillna(0).astype("object")
        side = side + product
    return side.where(~missing, None)


def flow_rows(
    definition: MeasureDefinition,
    holdings: pd.DataFrame,
    cells: pd.DataFrame,
    stocks: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per holding and dated cell inside it.

    Columns: ``holding, account, date, numerator, denominator, note``; the sides are
    whole numbers or missing. For measures over the opening stock, rows of a holding
    without a stock are noted and not counted.
    """
    spans = holdings[["holding", "account", "first", "last"]]
    rows = cells.merge(spans, on="account")
    rows = rows[(rows["date"] >= rows["first"]) & (rows["date"] <= rows["last"])].reset_index(drop=True)
    rows["numerator"] = evaluate(rows, definition.numerator)
    rows["denominator"] = evaluate(rows, definition.denominator)
    lacking = rows["numerator"].isna() | rows["denominator"].isna()
    rows["note"] = RowNote.COUNTED.value
    rows.loc[lacking, "note"] = RowNote.LACKS_VALUE.value
    if stocks is not None:
        known = rows["holding"].isin(stocks.loc[stocks["stock"].notna(), "holding"])
        rows.loc[~known, "note"] = RowNote.NO_OPENING_STOCK.value
    return rows[["holding", "account", "date", "numerator", "denominator", "note"]]


def cohort_rows(definition: MeasureDefinition, holdings: pd.DataFrame, videos: pd.DataFrame) -> pd.DataFrame:
    """Return one row per video published inside a holding.

    Columns: ``holding, account, video, date, captured_on, numerator, denominator,
    note``. A count has 1 as its numerator and needs no reading.
    """
    spans = holdings[["holding", "account", "first", "last"]]
    rows = videos.merge(spans, on="account")
    inside = (rows["published_on"] >= rows["first"]) & (rows["published_on"] <= rows["last"])
    rows = rows[inside].sort_values(["published_on", "video"]).reset_index(drop=True)
    rows["date"] = rows["published_on"]
    counting = definition.aggregation == Aggregation.COUNT
    rows["numerator"] = 1 if counting else evaluate(rows, definition.numerator)
    rows["denominator"] = 0 if counting else evaluate(rows, definition.denominator)
    rows["note"] = _cohort_notes(definition, rows, counting)
    columns = [
        "holding",
        "account",
        "video",
        "date",
        "captured_on",
        "numerator",
        "denominator",
        "note",
    ]
    return rows[columns]


def _cohort_notes(definition: MeasureDefinition, rows: pd.DataFrame, counting: bool) -> pd.Series:
    notes = pd.Series(RowNote.COUNTED.value, index=rows.index, dtype="object")
    notes[rows["withdrawn"].astype(bool)] = RowNote.WITHDRAWN.value
    if not counting:
        notes[rows["late"].astype(bool)] = RowNote.LATE_READING.value
        notes[rows["numerator"].isna() | rows["denominator"].isna()] = RowNote.LACKS_VALUE.value
        notes[rows["captured_on"].isna()] = RowNote.NO_READING.value
    if definition.media:
        notes[~rows["media"].isin(definition.media)] = RowNote.OTHER_MEDIA.value
    if counting:
        notes[~rows["original"].astype(bool)] = RowNote.NOT_ORIGINAL.value
        notes[_repeated_works(rows) & notes.isin(list(COUNTING_NOTES))] = RowNote.SAME_WORK.value
    return notes


def _repeated_works(rows: pd.DataFrame) -> pd.Series:
    """Say which rows are later uploads of a work; its first upload stands for it, whoever published it."""
    return (rows["first_upload"] != 0) & (rows["first_upload"] != rows["video"])


def measure_flow(
    definition: MeasureDefinition,
    holdings: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    period_days: int,
    stocks: pd.DataFrame | None = None,
    gaps: Mapping[int, Gap] | None = None,
) -> dict[int, Measured]:
    """Measure dated facts per employee, from frames (see ``crediting.flow_figures``)."""
    opening = None if stocks is None else known_stocks(stocks)
    return flow_figures(
        definition,
        holding_rows(holdings),
        flow_sums(flow_rows(definition, holdings, cells, stocks)),
        period_days=period_days,
        stocks=opening,
        gaps=gaps,
    )


def measure_cohort(
    definition: MeasureDefinition,
    holdings: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    listed: Mapping[int, bool],
    gaps: Mapping[int, Gap] | None = None,
) -> dict[int, Measured]:
    """Measure the videos published in the span, from frames (see ``crediting.cohort_figures``)."""
    sums = cohort_sums(cohort_rows(definition, holdings, videos))
    return cohort_figures(definition, holding_rows(holdings), sums, listed=listed, gaps=gaps)


def holding_rows(holdings: pd.DataFrame) -> list[Holding]:
    """Return the frame's holdings as plain values."""
    columns = [holdings[name].tolist() for name in Holding._fields]
    return [Holding(*row) for row in zip(*columns, strict=True)]


def known_stocks(stocks: pd.DataFrame) -> dict[int, int]:
    """Return the opening stocks that are known, by holding."""
    known = stocks.dropna(subset=["stock"])
    return {int(holding): int(stock) for holding, stock in zip(known["holding"], known["stock"], strict=True)}


def flow_sums(rows: pd.DataFrame) -> dict[int, FlowSums]:
    """Add up the counted rows of ``flow_rows`` per holding."""
    return {holding: FlowSums(*sums) for holding, sums in _holding_sums(rows).items()}


def cohort_sums(rows: pd.DataFrame) -> dict[int, CohortSums]:
    """Add up the rows of ``cohort_rows`` per holding: counted ones, late ones, and what is missed."""
    counted = _holding_sums(rows)
    late = rows[rows["note"] == RowNote.LATE_READING.value].groupby("holding").size()
    missed = _missed(rows[rows["note"].isin([RowNote.LACKS_VALUE.value, RowNote.NO_READING.value])])
    return {
        holding: CohortSums(
            *counted.get(holding, (0, 0, 0)), int(late.get(holding, 0)), *missed.get(holding, (0, 0))
        )
        for holding in {*counted, *missed}
    }


def opening_stocks(holdings: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Return each holding's opening stock of followers.

    ``totals`` has ``account, date, followers_total``. The end of the day before
    the first day counts, else the nearest of the three days before that; else the
    stock is missing. Columns: ``holding, stock``.
    """
    known = totals.dropna(subset=["followers_total"])
    by_day = {(int(row.account), row.date): int(row.followers_total) for row in known.itertuples(index=False)}
    stocks = [_opening(by_day, int(row.account), row.first) for row in holdings.itertuples(index=False)]
    return pd.DataFrame({"holding": list(holdings["holding"]), "stock": pd.array(stocks, dtype="Int64")})


def _opening(by_day: Mapping[tuple[int, date], int], account: int, first: date) -> int | None:
    for back in range(1, 5):
        stock = by_day.get((account, first - timedelta(days=back)))
        if stock is not None:
            return stock
    return None


def _holding_sums(rows: pd.DataFrame) -> dict[int, tuple[int, int, int]]:
    """Return exact sums of both sides and the number of counted cells per holding."""
    counted = rows[rows["note"].isin(list(COUNTING_NOTES))]
    groups = counted.groupby("holding", sort=False)
    cells = groups.size()
    sides = [_exact_sums(counted[name], groups[name]) for name in ("numerator", "denominator")]
    return {
        int(holding): (int(top), int(bottom), int(count))
        for holding, count, top, bottom in zip(cells.index, cells, *sides, strict=True)
    }


def _exact_sums(column: pd.Series, groups: SeriesGroupBy) -> pd.Series:
    """Add whole numbers per group, in 64 bits only where no sum can leave them."""
    if len(column) and (column.dtype == "object" or int(column.abs().max()) > SAFE // len(column)):
        return groups.agg(lambda values: sum(int(value) for value in values))
    return groups.sum()


def _missed(rows: pd.DataFrame) -> dict[int, tuple[int, int]]:
    """Return plays and number of the videos that lack a side; a video never read weighs one play."""
    missed: dict[int, tuple[int, int]] = {}
    for holding, plays in zip(rows["holding"], rows["denominator"], strict=True):
        weight, count = missed.get(int(holding), (0, 0))
        missed[int(holding)] = (weight + (1 if pd.isna(plays) else int(plays)), count + 1)
    return missed
