"""From uploaded bytes to sheets of raw cells."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.errors import Refusal
from common.uploads import check_zip_limits
from people.importing.tables import TABLES, Table, table_named

MAX_ROWS = 20_000
MAX_COLUMNS = 60
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class RawSheet:
    """A sheet's rows as read, the heading first; ``title`` is what the user called it."""

    table: Table
    title: str
    rows: list[list[object]]


def read_files(files: Iterable[tuple[str, bytes]]) -> list[RawSheet]:
    """Return the known sheets of workbooks and CSV files given as (name, content).

    Raises ``Refusal`` naming the file for anything else, and when nothing known is in it.
    """
    sheets: list[RawSheet] = []
    for name, content in files:
        found = _workbook(name, content) if content[:2] == b"PK" else [_csv(name, content)]
        sheets.extend(found)
    keys = [sheet.table.key for sheet in sheets]
    if not sheets or len(keys) != len(set(keys)):
        raise Refusal(
            "no_sheets",
            _("Give the template's sheets, each once: %(sheets)s.")
            % {"sheets": ", ".join(f"{one.english} / {one.chinese}" for one in TABLES)},
        )
    return sheets


def _workbook(name: str, content: bytes) -> list[RawSheet]:
    check_zip_limits(content, sentence=_unreadable(name))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        pages = [(title, table_named(title)) for title in book.sheet_names]
        return [_page(book, title, table, name) for title, table in pages if table]
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal("broken_file", _unreadable(name)) from error


def _page(book: CalamineWorkbook, title: str, table: Table, name: str) -> RawSheet:
    sheet = book.get_sheet_by_name(title)
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise Refusal("too_many_rows", _too_many(name))
    return RawSheet(table, title, sheet.to_python(skip_empty_area=False))  # type: ignore[arg-type]


def _csv(name: str, content: bytes) -> RawSheet:
    text = _decoded(name, content)
    try:
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(text), strict=True)]
    except csv.Error as error:
        raise Refusal("broken_file", _unreadable(name)) from error
    if len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise Refusal("too_many_rows", _too_many(name))
    table = table_named(PurePath(name).stem) or _by_headings(rows[0] if rows else [])
    if table is None:
        raise Refusal("unknown_sheet", _unreadable(name))
    return RawSheet(table, PurePath(name).name, rows)


def _by_headings(headings: list[object]) -> Table | None:
    for table in TABLES:
        columns = [table.column_for(str(one)) for one in headings if str(one).strip()]
        if columns and all(columns) and table.required <= {one.key for one in columns if one}:
            return table
    return None


def _decoded(name: str, content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refusal("broken_file", _unreadable(name))


def _unreadable(name: str) -> object:
    return _(
        "%(file)s cannot be read as the template. Give an .xlsx of at most 10 MB made from the template, "
        "or one CSV file per sheet named like the sheet."
    ) % {"file": PurePath(name).name}


def _too_many(name: str) -> object:
    return _("%(file)s has more than %(rows)s rows or %(columns)s columns in a sheet. Split it.") % {
        "file": PurePath(name).name,
        "rows": MAX_ROWS,
        "columns": MAX_COLUMNS,
    }
