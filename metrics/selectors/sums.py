"""Facts added up per holding by PostgreSQL itself, in whole numbers.

Scoring everybody needs sums, not rows. These statements come to the sums that
``measures.flow_sums`` and ``measures.cohort_sums`` make of frames, by the same rules: of
each day the best source field by field, of each video the one reading that
counts, both sides of a measure from the same cells. A test holds the two together.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models

from metrics.choices import SOURCE_ORDER, Aggregation, CorrectionState, Grain, Source
from metrics.crediting import CohortSums, FlowSums, Holding
from metrics.definitions import MeasureDefinition, Term
from metrics.models import AccountDay, Correction, Video, VideoSnapshot
from metrics.selectors.frames import NOT_ORIGINAL, first_uploads
from metrics.selectors.precedence import DAY_MODELS, RANK

HELD = "unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[]) AS h(holding, account, first, last)"

# Names of platforms' and files' sources fall in the order of their rank, so an index on them gives the
# best one first. Only accounts with a correction are read by the rank itself.
BEST_FIRST = "source DESC"
BY_RANK = (
    "CASE {table}.source " + " ".join(f"WHEN '{name}' THEN {rank}" for name, rank in RANK.items()) + " END"
)
EMPTIED = "{table}.source = '" + Source.CORRECTED.value + "' AND {table}.gaps ? '{field}'"

DAYS = "SELECT h.holding, {columns} FROM {held} {days} GROUP BY h.holding"
DAYS_AS_STORED = "JOIN {table} c ON c.account_id = h.account AND c.date BETWEEN h.first AND h.last"
DAYS_OF_SEVERAL = """CROSS JOIN LATERAL (
    SELECT {summed} FROM (
        SELECT {keys}, {best} FROM {table} x
        WHERE x.account_id = h.account AND x.date BETWEEN h.first AND h.last GROUP BY {keys}
    ) x GROUP BY date
) c"""

# A cell that the best source lacks is the next best one's of the same day.
FILLED = """, coalesce(n.{field}, (
    SELECT y.{field} FROM {snapshot} y
    WHERE y.video_id = v.id AND y.captured_on = n.captured_on AND y.{field} IS NOT NULL
    ORDER BY {best_first} LIMIT 1
)) AS {field}"""
FILLED_UNLESS_EMPTIED = """, CASE WHEN NOT EXISTS (
    SELECT 1 FROM {snapshot} y
    WHERE y.video_id = v.id AND y.captured_on = n.captured_on AND {emptied}
) THEN coalesce(n.{field}, (
    SELECT y.{field} FROM {snapshot} y
    WHERE y.video_id = v.id AND y.captured_on = n.captured_on AND y.{field} IS NOT NULL
    ORDER BY {best_first} LIMIT 1
)) END AS {field}"""
VIDEOS = """
SELECT h.holding, {columns}
FROM {held}
JOIN {video} v ON v.account_id = h.account AND v.published_on BETWEEN h.first AND h.last
LEFT JOIN LATERAL (
    SELECT n.captured_on, n.captured_on > %s AS late{filled} FROM (
        (SELECT s.captured_on{fields} FROM {snapshot} s WHERE s.video_id = v.id AND s.captured_on <= %s
            ORDER BY s.captured_on DESC, {best_first} LIMIT 1)
        UNION ALL
        (SELECT s.captured_on{fields} FROM {snapshot} s WHERE s.video_id = v.id
            AND s.captured_on > %s AND s.captured_on <= %s
            AND NOT EXISTS (SELECT 1 FROM {snapshot} e WHERE e.video_id = v.id AND e.captured_on <= %s)
            ORDER BY s.captured_on, {best_first} LIMIT 1)
        LIMIT 1
    ) n
) r ON true
GROUP BY h.holding
"""

STOCKS = """
SELECT h.holding, t.followers_total
FROM {held}
CROSS JOIN LATERAL (
    SELECT x.followers_total FROM {table} x
    WHERE x.account_id = h.account AND x.date BETWEEN h.first - 4 AND h.first - 1
        AND x.followers_total IS NOT NULL{standing}
    ORDER BY x.date DESC, {best_first} LIMIT 1
) t
"""
STANDING = """ AND NOT EXISTS (
    SELECT 1 FROM {table} y WHERE y.account_id = x.account_id AND y.date = x.date AND {emptied}
)"""


def added_up_here() -> bool:
    """Say whether the database can add facts up exactly; SQLite's sums of decimals cannot."""
    return connection.vendor == "postgresql"


def without_compiling() -> None:
    """Have the rest of the transaction's statements run as they are.

    PostgreSQL would compile them first, as they look costly; that takes longer than
    the compiled parts save.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jit', 'off', true)")


def day_sums(
    grain: Grain, definitions: Sequence[MeasureDefinition], holdings: Sequence[Holding]
) -> dict[str, dict[int, FlowSums]]:
    """Return, per measure of a grain of days, the sums of each holding that has any day.

    A first statement adds the rows up as they are stored and says which holdings
    have a day told by several sources or about several accounts; a second one adds
    those up from the best of their cells.
    """
    columns = _Columns()
    for definition in definitions:
        columns.side_sums(definition, _both_sides(definition, "c"), "c")
    model = DAY_MODELS[grain]
    told_once = ['min(c.source COLLATE "C") IS DISTINCT FROM max(c.source COLLATE "C")']
    if grain is not Grain.ACCOUNT_DAY:
        told_once.append("min(c.about_id) IS DISTINCT FROM max(c.about_id)")
    stored = _day_statement(model, DAYS_AS_STORED, [*columns.texts, " OR ".join(told_once)], definitions)
    rows = {row[0]: row[1:] for row in _fetch(stored, holdings)}
    several = [holding for holding in holdings if rows.get(holding.holding, (False,))[-1]]
    if several:
        best = _day_statement(model, DAYS_OF_SEVERAL, columns.texts, definitions)
        rows |= {row[0]: row[1:] for row in _fetch(best, several)}
    return {definition.key: _flow(columns.places[definition.key], rows) for definition in definitions}


def video_sums(
    definitions: Sequence[MeasureDefinition], holdings: Sequence[Holding], *, cutoff: date, latest: date
) -> dict[str, dict[int, CohortSums]]:
    """Return, per cohort measure, the sums of each holding that published anything.

    A video's reading is its latest one up to ``cutoff``; with none, the first one
    up to ``latest``, which is late.
    """
    columns = _Columns()
    for definition in definitions:
        if definition.aggregation == Aggregation.COUNT:
            columns.works(definition)
        else:
            columns.cohort(definition)
    rows: dict[int, tuple[Any, ...]] = {}
    for held, corrected in _parted(Grain.VIDEO_SNAPSHOT, holdings):
        statement = _video_statement(definitions, columns.texts, corrected=corrected)
        found = _fetch(statement, held, cutoff, cutoff, cutoff, latest, cutoff)
        rows |= {row[0]: row[1:] for row in found}
    return {
        definition.key: _cohort(definition, columns.places[definition.key], rows, holdings)
        for definition in definitions
    }


def opening_stock_of(holdings: Sequence[Holding]) -> dict[int, int]:
    """Return the followers on the eve of each holding, or up to three days before, where known."""
    stocks: dict[int, int] = {}
    for held, corrected in _parted(Grain.ACCOUNT_DAY, holdings):
        emptied = EMPTIED.format(table="y", field="followers_total")
        statement = STOCKS.format(
            held=HELD,
            table=_table(AccountDay),
            standing=STANDING.format(table=_table(AccountDay), emptied=emptied) if corrected else "",
            best_first=_best_first("x", corrected=corrected),
        )
        stocks |= {holding: int(stock) for holding, stock in _fetch(statement, held)}
    return stocks


def _parted(grain: Grain, holdings: Sequence[Holding]) -> list[tuple[list[Holding], bool]]:
    """Return the holdings without and those with a correction of the grain on their account."""
    confirmed = Correction.objects.filter(grain=grain.value, state=CorrectionState.CONFIRMED)
    accounts = set(confirmed.order_by().values_list("account_id", flat=True).distinct())
    plain = [holding for holding in holdings if holding.account not in accounts]
    corrected = [holding for holding in holdings if holding.account in accounts]
    return [(held, told) for held, told in ((plain, False), (corrected, True)) if held]


def _best_first(table: str, *, corrected: bool) -> str:
    return BY_RANK.format(table=table) if corrected else f"{table}.{BEST_FIRST}"


def _video_statement(
    definitions: Sequence[MeasureDefinition], columns: Sequence[str], *, corrected: bool
) -> str:
    fields = _fields(definitions)
    filled = FILLED_UNLESS_EMPTIED if corrected else FILLED
    return VIDEOS.format(
        columns=", ".join(columns),
        held=HELD,
        video=_table(Video),
        snapshot=_table(VideoSnapshot),
        fields="".join(f", s.{_quoted(field)}" for field in fields),
        filled="".join(
            filled.format(
                field=_quoted(field),
                snapshot=_table(VideoSnapshot),
                best_first=_best_first("y", corrected=corrected),
                emptied=EMPTIED.format(table="y", field=field),
            )
            for field in fields
        ),
        best_first=_best_first("s", corrected=corrected),
    )


class _Columns:
    """The columns of one statement, each written once, and which ones each measure reads."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.places: dict[str, tuple[int, ...]] = {}

    def _place(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)

    def side_sums(self, definition: MeasureDefinition, counted: str, table: str) -> None:
        """Both sides and the number of the rows that count."""
        self.places[definition.key] = (
            self._place(_sum(definition.numerator, definition.numerator_places, counted, table)),
            self._place(_sum(definition.denominator, definition.denominator_places, counted, table)),
            self._place(f"count(*) FILTER (WHERE {counted})"),
        )

    def cohort(self, definition: MeasureDefinition) -> None:
        """The sides of the counted videos, the late ones, and the plays of those that lack a side."""
        media = _media(definition)
        read = f"r.captured_on IS NOT NULL AND {_both_sides(definition, 'r')}"
        self.side_sums(definition, f"{media} AND {read}", "r")
        lacking = f"{media} AND NOT ({read})"
        weight = _expression(definition.denominator, "r")
        scale = 10**definition.denominator_places
        self.places[definition.key] += (
            self._place(f"count(*) FILTER (WHERE {media} AND {read} AND r.late)"),
            self._place(f"sum(coalesce(({weight}) * {scale}, 1)) FILTER (WHERE {lacking})"),
            self._place(f"count(*) FILTER (WHERE {lacking})"),
        )

    def works(self, definition: MeasureDefinition) -> None:
        """The original videos, and of those that belong to a work: work, medium and number."""
        originals = ", ".join(f"'{kind.value}'" for kind in NOT_ORIGINAL)
        counted = f"{_media(definition)} AND v.originality NOT IN ({originals})"
        in_works = f"FILTER (WHERE {counted} AND v.work_id <> 0)"
        self.places[definition.key] = (
            self._place(f"count(*) FILTER (WHERE {counted})"),
            *(self._place(f"array_agg({name}) {in_works}") for name in ("v.work_id", "v.media", "v.id")),
        )


def _flow(places: Sequence[int], rows: dict[int, tuple[Any, ...]]) -> dict[int, FlowSums]:
    top, bottom, count = places
    return {
        holding: FlowSums(int(row[top] or 0), int(row[bottom] or 0), row[count])
        for holding, row in rows.items()
    }


def _cohort(
    definition: MeasureDefinition,
    places: Sequence[int],
    rows: dict[int, tuple[Any, ...]],
    holdings: Sequence[Holding],
) -> dict[int, CohortSums]:
    if definition.aggregation != Aggregation.COUNT:
        top, bottom, counted, late, missed, lacking = places
        return {
            holding: CohortSums(
                int(row[top] or 0),
                int(row[bottom] or 0),
                row[counted],
                row[late],
                int(row[missed] or 0),
                row[lacking],
            )
            for holding, row in rows.items()
        }
    count, *works = places
    counts = {holding: int(row[count]) for holding, row in rows.items()}
    uploads = {
        holding: list(zip(*(row[place] for place in works), strict=True))
        for holding, row in rows.items()
        if row[works[0]]
    }
    if uploads:
        first, last = min(one.first for one in holdings), max(one.last for one in holdings)
        leads = first_uploads(first, last)
        for holding, found in uploads.items():
            counts[holding] -= sum(leads.get((work, media), video) != video for work, media, video in found)
    return {holding: CohortSums(count, 0, count, 0, 0, 0) for holding, count in counts.items()}


def _day_statement(
    model: type[models.Model], join: str, columns: Iterable[str], definitions: Sequence[MeasureDefinition]
) -> str:
    fields = _fields(definitions)
    about = [] if model is AccountDay else ["about_id"]
    days = join.format(
        table=_table(model),
        keys=", ".join(["date", *about]),
        best=", ".join(f"{_best(field)} AS {_quoted(field)}" for field in fields),
        summed=", ".join(f"{_complete_sum(_quoted(field))} AS {_quoted(field)}" for field in fields),
    )
    return DAYS.format(columns=", ".join(columns), held=HELD, days=days)


def _best(field: str) -> str:
    """Return a day's value from the best source that has it; none where people emptied the cell."""
    column = _quoted(field)
    sources = (f"max({column}) FILTER (WHERE source = '{source.value}')" for source in SOURCE_ORDER)
    emptied = EMPTIED.format(table="x", field=field)
    return f"CASE WHEN NOT coalesce(bool_or({emptied}), false) THEN coalesce({', '.join(sources)}) END"


def _complete_sum(column: str) -> str:
    return f"CASE WHEN count(*) = count({column}) THEN sum({column}) END"


def _fields(definitions: Iterable[MeasureDefinition]) -> list[str]:
    """Return the names of the columns that the measures read."""
    return list(dict.fromkeys(field for definition in definitions for field in definition.fields))


def _media(definition: MeasureDefinition) -> str:
    kinds = ", ".join("'" + kind.replace("'", "''").replace("%", "%%") + "'" for kind in definition.media)
    return f"v.media IN ({kinds})" if kinds else "true"


def _both_sides(definition: MeasureDefinition, table: str) -> str:
    return " AND ".join(f"{table}.{_quoted(field)} IS NOT NULL" for field in definition.fields) or "true"


def _sum(terms: Sequence[Term], places: int, counted: str, table: str) -> str:
    scale = f" * {10**places}" if places else ""
    return f"sum({_expression(terms, table)}) FILTER (WHERE {counted}){scale}"


def _expression(terms: Sequence[Term], table: str) -> str:
    """Return one side of a row; products are numeric, as they leave 64 bits."""
    parts = []
    for term in terms:
        cast = "::numeric" if len(term.fields) > 1 else ""
        product = " * ".join(f"{table}.{_quoted(field)}{cast}" for field in term.fields)
        parts.append(f"{'-' if term.sign < 0 else '+'} {product}")
    return "0 " + " ".join(parts) if parts else "0"


def _quoted(field: str) -> str:
    return connection.ops.quote_name(field)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _fetch(statement: str, holdings: Sequence[Holding], *more: date) -> list[tuple[Any, ...]]:
    held: list[Any] = [
        [holding.holding for holding in holdings],
        [holding.account for holding in holdings],
        [holding.first for holding in holdings],
        [holding.last for holding in holdings],
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*held, *more])
        return list(cursor.fetchall())
