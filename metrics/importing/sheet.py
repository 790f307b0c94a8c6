"""One matched table: its columns, its data rows, its totals; cells read column by column. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from metrics.importing import values
from metrics.importing.days import Moment, Read, read_days
from metrics.importing.messages import BadValue, ImportRefused, Note, note
from metrics.importing.profiles import Column, Kind, Match
from metrics.importing.profiles.base import MEASURED
from metrics.importing.records import RejectedRow
from metrics.importing.serials import from_1904
from metrics.importing.tables import Table
from metrics.importing.totals import is_remark, is_total
from metrics.importing.values import Cell, RateUnit

_UNITS = {
    Kind.RATE: RateUnit.FRACTION,
    Kind.PERCENT_TEXT: RateUnit.PERCENT_TEXT,
    Kind.PERCENT_NUMBER: RateUnit.PERCENT_NUMBER,
    Kind.RATE_WITH_SIGN: RateUnit.PERCENT_TEXT,
}
MAX_REJECTED = 5000
"""More bad rows than this are a bad file."""
_DATED = (Kind.DAY, Kind.MOMENT)


@dataclass(frozen=True, slots=True)
class Line:
    """One data row: its number as in the sheet, and its cells, as many as the header has."""

    row: int
    cells: Sequence[Cell]
    index: int | None = None
    """Place among the lines that are read."""


@dataclass(slots=True)
class Sheet:
    """A table laid out by its profile."""

    file: str
    match: Match
    headers: tuple[str, ...]
    fields: dict[str, int]
    columns: dict[str, Column]
    lines: list[Line] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    questions: list[Note] = field(default_factory=list)
    dates: dict[str, list[Read]] = field(default_factory=dict)
    units: dict[str, RateUnit] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    over_period: bool = False
    """The figures cover a period: flows may be below zero."""
    decimal_comma: bool = False
    """The file separates by semicolons, as programs do that write 1,5 for one and a half."""
    first_column: int = 0
    several_accounts: bool = False
    by_row: dict[int, Line] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    header: Sequence[Cell] = ()
    days_from_1904: bool = False
    figures: tuple[str, ...] | None = None

    def column(self, name: str) -> Column:
        """Return the column that feeds a field the file has."""
        return self.columns[name]

    def cell(self, line: Line, name: str) -> Cell:
        """Return a line's cell for a field, None when the file has no such column."""
        return line.cells[self.fields[name]] if name in self.fields else None

    def line_at(self, row: int) -> Line:
        """Return the line that is read from a row of the file."""
        if not self.by_row:
            self.by_row = {line.row: line for line in self.lines}
        return self.by_row[row]

    def measured(self) -> tuple[str, ...]:
        """Return the fields of the file that are figures, the duration of a video left out."""
        if self.figures is None:
            names = [name for name in self.fields if self.column(name).kind in MEASURED]
            self.figures = tuple(name for name in names if name != "duration_seconds")
        return self.figures

    def reject(self, line: Line, name: str | None, reason: Note) -> None:
        """Set a row aside with its reason."""
        header = self.headers[self.fields[name]] if name in self.fields else None
        if len(self.rejected) >= MAX_REJECTED:
            first = self.rejected[0]
            raise ImportRefused(
                "too_many_bad_rows", file=self.file, limit=MAX_REJECTED, row=first.row,
                why=first.reason,
            )  # fmt: skip
        self.rejected.append(RejectedRow(line.row, header, reason, shown(line.cells), self._days_of(line)))

    def _days_of(self, line: Line) -> tuple[tuple[int, str], ...]:
        if not self.dates or line.index is None:
            return ()
        found = ((self.fields[name], moments[line.index]) for name, moments in self.dates.items())
        return tuple((position, one.text) for position, one in found if isinstance(one, Moment))


def shown(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return cells as text, for a sheet of errors."""
    return tuple("" if cell is None else str(cell) for cell in cells)


def lay_out(table: Table, match: Match, *, file: str) -> Sheet:
    """Sort a table's rows into data, totals and broken ones. Raises ``ImportRefused``."""
    table = _unguarded(table, match)
    header = table.rows[match.header_index]
    headers = tuple("" if cell is None else str(cell).strip() for cell in header)
    fields = _fields(match, headers, file)
    columns = {name: column for name, position in fields.items() if (column := match.columns[position])}
    sheet = Sheet(
        file, match, headers, fields, columns, warnings=list(table.notes),
        decimal_comma=table.delimiter == ";", first_column=table.first_column, header=header,
        days_from_1904=table.days_from_1904,
    )  # fmt: skip
    start = table.first_row + match.header_index + 2
    for index, cells in enumerate(table.rows[match.header_index + 1 :], start=start):
        if not _is_blank(cells):
            _place(sheet, Line(index, cells), ragged=table.ragged)
    if not sheet.lines and not sheet.rejected:
        raise ImportRefused("no_rows", file=file)
    _report_drift(sheet)
    return sheet


def _unguarded(table: Table, match: Match) -> Table:
    """Take the apostrophes off that a sheet of set-aside rows puts before risky texts."""
    first = next(iter(table.rows[match.header_index]), None)
    if not (isinstance(first, str) and first.lstrip("\ufeff").startswith(values.REASON_MARK)):
        return table
    return replace(table, rows=[[values.unguarded(cell) for cell in row] for row in table.rows])


def _fields(match: Match, headers: Sequence[str], file: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for position, column in enumerate(match.columns):
        if column is None or column.kind is Kind.IGNORED:
            continue
        earlier = found.setdefault(column.field, position)
        if earlier != position and column.kind is not Kind.TEXT:
            raise ImportRefused(
                "column_twice",
                file=file,
                field=column.field,
                first=headers[earlier],
                second=headers[position],
            )
    return found


def _is_blank(cells: Sequence[Cell]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _place(sheet: Sheet, line: Line, *, ragged: bool) -> None:
    width, expected = len(line.cells), len(sheet.headers)
    if ragged and width > expected and not _is_blank(line.cells[expected:]):
        # A comma too many moves every figure to its right into a wrong column.
        sheet.reject(line, None, note("more_cells", count=width, expected=expected))
    elif width < expected and ragged:
        sheet.reject(line, None, note("fewer_cells", count=width, expected=expected))
    elif line.cells[0] == sheet.header[0] and list(line.cells[:expected]) == list(sheet.header):
        sheet.warnings.append(note("header_again", row=line.row))
    elif is_total(line.cells, sheet.fields, shape=sheet.match.profile.id_pattern):
        sheet.totals.append(line)
    elif is_remark(line.cells, sheet.fields, shape=sheet.match.profile.id_pattern):
        text = values.show(next(cell for cell in line.cells if not values.is_null(cell)))
        sheet.warnings.append(note("remark_left_out", row=line.row, text=text))
    else:
        sheet.lines.append(Line(line.row, line.cells, len(sheet.lines)))


def _report_drift(sheet: Sheet) -> None:
    match = sheet.match
    sheet.unknown = [
        position
        for position, column in enumerate(match.columns)
        if column is None and (sheet.headers[position] or _has_values(sheet, position))
    ]
    if sheet.unknown:
        names = [sheet.headers[position] or f"#{position + 1}" for position in sheet.unknown]
        sheet.warnings.append(note("columns_unknown", columns=", ".join(names)))
    ignored = [
        sheet.headers[position]
        for position, column in enumerate(match.columns)
        if column is not None
        and (column.kind is Kind.IGNORED or sheet.fields[column.field] != position)
        and not sheet.headers[position].startswith(values.REASON_MARK)
    ]
    if ignored:
        sheet.warnings.append(note("known_not_stored", columns=", ".join(ignored)))
    for position, column in enumerate(match.columns):
        if column is not None and column.remark is not None:
            sheet.warnings.append(note(column.remark, column=sheet.headers[position]))
    missing = [
        column.aliases[0]
        for column in match.profile.columns
        if column.expected and column.field not in sheet.fields
    ]
    if missing:
        sheet.warnings.append(note("columns_missing", columns=", ".join(missing)))


def _has_values(sheet: Sheet, position: int) -> bool:
    return any(not _is_blank(line.cells[position : position + 1]) for line in sheet.lines)


def read_dates(sheet: Sheet, *, as_of: date | None, day_first: bool | None, today: date) -> None:
    """Read the columns of days, each as a whole; a question goes to ``sheet.questions``.

    Raises ``ImportRefused`` when a column contradicts itself.
    """
    rows = [line.row for line in sheet.lines]
    for name, position in sheet.fields.items():
        if sheet.column(name).kind not in _DATED:
            continue
        cells = [line.cells[position] for line in sheet.lines]
        days = read_days(
            [from_1904(cell) for cell in cells] if sheet.days_from_1904 else cells,
            rows=rows,
            file=sheet.file,
            as_of=as_of,
            day_first=day_first,
            today=today,
            listed=sheet.column(name).kind is Kind.MOMENT,
        )
        sheet.dates[name] = days.moments
        sheet.warnings.extend(days.warnings)
        if days.question is not None and days.question not in sheet.questions:
            sheet.questions.append(days.question)
        if days.years is not None and sheet.column(name).kind is Kind.MOMENT:
            first, last = days.years
            sheet.warnings.append(
                note("publish_years", column=sheet.headers[position], first=first, last=last)
            )


def settle_units(sheet: Sheet) -> None:
    """Decide once per column how it writes rates, and leave out a column that contradicts its unit."""
    for name in list(sheet.fields):
        kind = sheet.column(name).kind
        if kind in _UNITS:
            cells = [line.cells[sheet.fields[name]] for line in sheet.lines]
            given = [cell for cell in cells if not values.is_null(cell)]
            sheet.units[name] = _unit(kind, given)
            _hold_if_doubtful(sheet, name, given)
        elif kind in (Kind.COUNT, Kind.SIGNED, Kind.FLOW):
            _warn_if_rounded(sheet, name)


def _unit(kind: Kind, given: Sequence[Cell]) -> RateUnit:
    # A sign on most values is the column's own statement; on a few it is a fault of those rows.
    if given and sum(values.has_percent_sign(cell) for cell in given) * 2 > len(given):
        return RateUnit.PERCENT_TEXT
    return _UNITS[kind]


def _hold_if_doubtful(sheet: Sheet, name: str, given: Sequence[Cell]) -> None:
    if sheet.column(name).kind is Kind.RATE_WITH_SIGN:
        if not all(values.has_percent_sign(cell) for cell in given):
            sheet.held.add(name)
            sheet.warnings.append(note("rate_unit_unknown", column=sheet.headers[sheet.fields[name]]))
        return
    header = sheet.headers[sheet.fields[name]]
    if sheet.units[name] is RateUnit.PERCENT_NUMBER and "%" not in header and _is_unit_open(given):
        sheet.held.add(name)
        sheet.warnings.append(note("rate_unit_open", column=header))
    if sheet.units[name] is not RateUnit.FRACTION:
        return
    above = sum(_is_above_one(cell) for cell in given)
    # One value above 1 is a bad row; many mean that the column now gives per cent,
    # and then the small ones among them would be read a hundred times too large.
    if above >= 2 and above * 20 >= len(given):
        sheet.held.add(name)
        sheet.warnings.append(note("rate_unit_doubtful", column=header, count=above))


def _is_unit_open(given: Sequence[Cell]) -> bool:
    """Say whether all values could be fractions as well as very small percentages."""
    return any(not re.fullmatch(r"[0.]*", str(cell)) for cell in given) and not any(
        map(_number_above_one, given)
    )


def _is_above_one(cell: Cell) -> bool:
    try:
        number = values.rate(cell, RateUnit.FRACTION)
    except BadValue as fault:
        return fault.code == "not_a_fraction" and _number_above_one(cell)
    return number is not None and number > 1


def _number_above_one(cell: Cell) -> bool:
    try:
        return float(str(cell)) > 1
    except ValueError:
        return False


def _warn_if_rounded(sheet: Sheet, name: str) -> None:
    position = sheet.fields[name]
    for line in sheet.lines:
        if values.is_rounded(line.cells[position]):
            value = values.show(line.cells[position])
            sheet.warnings.append(note("rounded_numbers", column=sheet.headers[position], value=value))
            return


def read_figure(sheet: Sheet, line: Line, name: str) -> int | Decimal | None:
    """Read one figure of a line. Raises ``BadValue``."""
    cell = line.cells[sheet.fields[name]]
    kind = sheet.column(name).kind
    if sheet.decimal_comma:
        cell = values.with_point(cell)
    if kind is Kind.COUNT:
        return values.count(cell)
    if kind in (Kind.SIGNED, Kind.FLOW):
        return values.count(cell, signed=kind is Kind.SIGNED or sheet.over_period)
    if kind is Kind.MONEY:
        return values.money(cell)
    if kind is Kind.SECONDS:
        return values.seconds(cell)
    return values.rate(cell, sheet.units[name])
