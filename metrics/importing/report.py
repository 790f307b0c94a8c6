"""What is told of a table that was read: its columns, its sums, and totals that differ. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from metrics.importing.messages import BadValue, note
from metrics.importing.profiles import Column, Kind
from metrics.importing.records import ColumnReport
from metrics.importing.sheet import Sheet, read_figure


def report_columns(sheet: Sheet) -> tuple[ColumnReport, ...]:
    """Say for each column what became of it."""
    return tuple(_report(sheet, position) for position in range(len(sheet.match.columns)))


def _report(sheet: Sheet, position: int) -> ColumnReport:
    column, header = sheet.match.columns[position], sheet.headers[position]
    place = sheet.first_column + position
    if column is None:
        return ColumnReport(header, place, "unknown")
    if column.kind in (Kind.IGNORED, Kind.LIFE) or sheet.fields[column.field] != position:
        return ColumnReport(header, place, "known")
    outcome = "held" if column.field in sheet.held else "taken"
    return ColumnReport(header, place, outcome, column.field)


def add_up(
    sheet: Sheet, rows: Sequence[Mapping[str, int | Decimal | None]]
) -> dict[str, int | Decimal | None]:
    """Add the summable figures of accepted rows; a field that no row has stays None."""
    result: dict[str, int | Decimal | None] = {}
    for name in sheet.measured():
        if is_summable(sheet.column(name)):
            present = [value for row in rows if (value := row[name]) is not None]
            result[name] = sum(present) if present else None
    return result


def is_summable(column: Column) -> bool:
    """Say whether adding the column over rows means something: flows and money, no rates, no stock."""
    return (
        column.kind in (Kind.COUNT, Kind.SIGNED, Kind.FLOW, Kind.MONEY) and column.field != "followers_total"
    )


def compare_totals(sheet: Sheet, sums: Mapping[str, int | Decimal | None]) -> None:
    """Warn about each total of the file that its rows do not add up to."""
    for line in sheet.totals:
        sheet.warnings.append(note("total_row_left_out", row=line.row))
        for name, added in sums.items():
            try:
                stated = read_figure(sheet, line, name)
            except BadValue:
                continue
            if stated is not None and stated != added:
                header = sheet.headers[sheet.fields[name]]
                sheet.warnings.append(
                    note(
                        "total_differs",
                        column=header,
                        total=str(stated),
                        sum=str(added),
                    )
                )
