"""The rows that were set aside, as a sheet to mend and upload again. Pure.

It is the file's own table, reduced to those rows, with the reason in front of
each. Cells that a spreadsheet program could take for a formula are guarded by an
apostrophe, which the reader takes off again because it knows the sheet by the
header of its reasons.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence

from metrics.importing.messages import Note, note
from metrics.importing.pieces import pieces
from metrics.importing.profiles import ALL, Kind
from metrics.importing.reader import read_tables, split_upload
from metrics.importing.records import ParsedFile
from metrics.importing.tables import Table
from metrics.importing.values import GUARDED, REASON_MARK, Cell, is_number_text


def error_sheet(
    content: bytes,
    parsed: ParsedFile,
    *,
    label: str = "Reason",
    say: Callable[[Note], str] = str,
    later: Sequence[tuple[int, str | None, str]] = (),
) -> bytes:
    """Return the rejected rows of a parsed table as CSV (UTF-8 with BOM).

    ``content`` is the upload the table came from, a zip included; ``label`` heads
    the column of reasons (line, column and why), ``say`` words them. ``later`` are rows
    that were read but could not be stored: line, column and why in words. Days are
    written with their year, as they were read; the separator is the file's own,
    which says how its decimals are written; and a row that was cut off stays
    short. Raises ``ValueError`` when the content is another file.
    """
    table = _table(content, parsed)
    header = table.rows[(parsed.header_row or 1) - 1 - table.first_row]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", delimiter=table.delimiter or ",")
    writer.writerow([f"{REASON_MARK} {label}", *_headers(header, parsed)])
    reasons = [(one.row, _reason(one.row, one.column, one.reason), dict(one.days)) for one in parsed.rejected]
    reasons += [(row, _reason(row, column, why), {}) for row, column, why in later]
    for row, reason, days in sorted(reasons, key=lambda one: one[0]):
        cells = table.rows[row - 1 - table.first_row]
        writer.writerow([_guarded(say(reason)), *_cells(cells, days)])
    return text.getvalue().encode("utf-8-sig")


def _reason(row: int, column: str | None, why: Note | str) -> Note:
    if column:
        return note("at_cell", row=row, column=column, why=why)
    return note("at_row", row=row, why=why)


def _headers(header: Sequence[Cell], parsed: ParsedFile) -> list[str]:
    """Return the file's headers; one of percentages says so, since few rows may not show it."""
    profile = next((one for one in ALL if one.key == parsed.profile), None)
    percent = {
        column.field for column in (profile.columns if profile else ()) if column.kind is Kind.PERCENT_NUMBER
    }
    taken = [report.field if report.outcome == "taken" else None for report in parsed.columns]
    shown = [_guarded(cell) for cell in header]
    return [
        f"{name} (%)" if "%" not in name and place < len(taken) and taken[place] in percent else name
        for place, name in enumerate(shown)
    ]


def _table(content: bytes, parsed: ParsedFile) -> Table:
    parts = [content]
    if hashlib.sha256(content).hexdigest() != parsed.sha256:
        parts = [part.content for part in split_upload(name=parsed.file, content=content)[0]]
    for part in parts:
        if hashlib.sha256(part).hexdigest() == parsed.sha256:
            sheets = read_tables(name=parsed.file, content=part)
            tables = [piece for sheet in sheets for piece in pieces(sheet, platform=parsed.platform)]
            return next(table for table in tables if table.name == parsed.table)
    raise ValueError(f"{parsed.file} is not the file that was read")


def _cells(cells: Sequence[Cell], days: Mapping[int, str]) -> list[str]:
    return [_guarded(days.get(place, cell)) for place, cell in enumerate(cells)]


def _guarded(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)
    text = "" if cell is None else str(cell)
    if text.startswith(GUARDED) and not is_number_text(text):
        return f"'{text}"
    return text
