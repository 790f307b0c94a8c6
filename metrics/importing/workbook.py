"""XLSX bytes → tables: the parts are searched as bytes before any reader sees them. Pure.

Every bound here is an upper one that costs a few passes over the bytes: a
workbook is read by a library only when its cells, its area and its text are
known to fit.
"""

import re
import tempfile
import zipfile
from dataclasses import dataclass, field, replace
from itertools import islice

import python_calamine

from metrics.importing import archive as guard
from metrics.importing.archive import Budget
from metrics.importing.messages import ImportRefused, Note, note
from metrics.importing.tables import Table
from metrics.importing.values import Cell

_PREFIX = rb"<(?:[A-Za-z_][\w.-]*:)?"
_CELL = re.compile(_PREFIX + rb"c[\s/>]")
_ROW = re.compile(_PREFIX + rb"row[\s/>]")
_SHEET = re.compile(_PREFIX + rb"sheet[\s/>]")
_ITEM = re.compile(_PREFIX + rb"si[\s/>]")
_ITEM_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?si\s*>")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,4})[0-9]")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{0,4}([0-9]{4,})")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"']")
_SHARED_VALUE = re.compile(
    rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:[A-Za-z_][\w.-]*:)?v[^>]*>\s*([0-9]{1,9})\s*<"
)
_FORMULA = re.compile(_PREFIX + rb"f[\s/>]")
_ERRORS = (b't="e"', b"t='e'")
_DATE_1904 = re.compile(rb"\sdate1904\s*=\s*[\"'](?:1|true)[\"']")
_TAG = re.compile(rb"<[^>]*>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_ITEM_OVERHEAD = 11
"""Bytes of the tags around a plain shared string."""


def read_workbook(name: str, content: bytes, budget: Budget) -> list[Table]:
    """Read the sheets of a workbook. Raises ``ImportRefused``."""
    opened = guard.open_archive(content, file=name)
    _refuse_other_office(opened, name)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as clean:
        # What was checked is what is read: the parts are packed anew, so no reader
        # can be shown another size or another copy of a part than we were.
        scan = _repack_checked(opened, clean.name, name)
        return _load_sheets(clean.name, name, scan, budget)


def _refuse_other_office(opened: zipfile.ZipFile, name: str) -> None:
    names = {entry.filename for entry in opened.infolist()}
    lower = {part.lower() for part in names}
    if "[Content_Types].xml" not in names:
        raise ImportRefused("not_a_table", file=name, found="no XLSX workbook")
    types = guard.read_entry(opened, "[Content_Types].xml", file=name)
    if b"macroEnabled.main+xml" in types or any(
        "vbaproject" in part or "macrosheets/" in part for part in lower
    ):
        raise ImportRefused("macros", file=name)
    if "xl/workbook.xml" not in lower:
        raise ImportRefused("not_a_table", file=name, found="an office file of another kind")


def _is_read(part: str) -> bool:
    return part.lower().endswith((".xml", ".rels")) and not part.lower().startswith(("xl/media", "customxml"))


@dataclass(slots=True)
class _Scan:
    """What the parts of a workbook hold together."""

    file: str
    cells: int = 0
    lengths: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    days_from_1904: bool = False


def _repack_checked(opened: zipfile.ZipFile, path: str, name: str) -> _Scan:
    scan = _Scan(name)
    # Shared strings first: what the cells show is counted against their lengths.
    entries = sorted(opened.infolist(), key=lambda entry: "sharedstrings" not in entry.filename.lower())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as clean:
        for entry in entries:
            if _is_read(entry.filename):
                data = guard.read_entry(opened, entry.filename, file=name)
                _check_part(scan, entry.filename, data)
                clean.writestr(zipfile.ZipInfo(entry.filename), data)
    return scan


def _check_part(scan: _Scan, part: str, data: bytes) -> None:
    declared = _ENCODING.match(data[:200])
    if b"\x00" in data[:4096] or (declared and declared[1].lower() not in _PLAIN_ENCODINGS):
        raise ImportRefused("broken_archive", file=scan.file)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ImportRefused("xml_entities", file=scan.file, part=guard.shown_name(part))
    lower = part.lower()
    if "sharedstrings" in lower:
        _scan_strings(scan, data)
    elif lower.endswith("workbook.xml"):
        if data.count(b"sheet") > guard.MAX_SHEETS and _count(_SHEET, data) > guard.MAX_SHEETS:
            raise ImportRefused("too_many_sheets", file=scan.file, limit=guard.MAX_SHEETS)
        scan.days_from_1904 = _DATE_1904.search(data) is not None
    elif b"sheetData" in data:
        _scan_sheet(scan, part, data)


def _count(pattern: re.Pattern[bytes], data: bytes, limit: int | None = None) -> int:
    most = None if limit is None else limit + 1
    return sum(1 for _ in islice(pattern.finditer(data), most))


def _upper_or_exact(tag: bytes, pattern: re.Pattern[bytes], data: bytes, limit: int) -> int:
    """Return how often a tag opens: a quick upper bound where that is within the limit, else exactly."""
    bound = data.count(b"<" + tag) + data.count(b":" + tag)
    return bound if bound <= limit else _count(pattern, data, guard.MAX_CELLS)


def _scan_strings(scan: _Scan, data: bytes) -> None:
    if _upper_or_exact(b"si", _ITEM, data, guard.MAX_CELLS) > guard.MAX_CELLS:
        raise ImportRefused("too_many_cells", file=scan.file, limit=guard.MAX_CELLS)
    parts = data.split(b"</si>") if b":si" not in data else _ITEM_END.split(data)
    scan.lengths = [max(len(part) - _ITEM_OVERHEAD, 0) for part in parts]


def _scan_sheet(scan: _Scan, part: str, data: bytes) -> None:
    cells = _upper_or_exact(b"c", _CELL, data, 1000)
    scan.cells += cells
    if scan.cells > guard.MAX_CELLS:
        raise ImportRefused("too_many_cells", file=scan.file, limit=guard.MAX_CELLS)
    _check_area(scan.file, part, data, cells)
    _check_text(scan, data, cells)
    if cells and (b"<f" in data or b":f" in data) and _FORMULA.search(data):
        scan.notes.append(note("formulas", sheet=guard.shown_name(part)))
    if any(mark in data for mark in _ERRORS):
        scan.notes.append(note("error_cells", sheet=guard.shown_name(part)))


def _check_area(file: str, part: str, data: bytes, cells: int) -> None:
    """Refuse cells far from each other: a reader lays out everything between them."""
    references = _REFERENCE.findall(data)
    columns = max(map(_column_number, set(references)), default=0)
    if len(references) < cells:
        # Cells without a reference follow the one before them.
        columns += max((row.count(b"<c") + row.count(b":c") for row in data.split(b"row")), default=0)
    last = max((int(found[:9]) for found in set(_ROW_NUMBER.findall(data))), default=0)
    area = max(last, _count(_ROW, data)) * columns
    if area > guard.SPARSE_FROM and area > guard.MAX_AREA_PER_CELL * max(cells, 1):
        raise ImportRefused("sparse_sheet", file=file, part=guard.shown_name(part))
    if area > 4 * guard.MAX_CELLS:
        raise ImportRefused("too_many_cells", file=file, limit=guard.MAX_CELLS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_text(scan: _Scan, data: bytes, cells: int) -> None:
    # One long string shown by every cell is small in the file and huge in memory.
    if max(scan.lengths, default=0) * cells > guard.MAX_TEXT:
        shown = [int(found) for found in _SHARED_VALUE.findall(data)]
        text = sum(scan.lengths[place] for place in shown if place < len(scan.lengths))
        if text > guard.MAX_TEXT or len(shown) < _count(_SHARED, data):
            _refuse_text(scan.file)
    own = b"inlineStr" in data or b"'str'" in data or b'"str"' in data
    if own and len(data) > guard.MAX_TEXT and len(_TAG.sub(b"", data)) > guard.MAX_TEXT:
        _refuse_text(scan.file)


def _refuse_text(file: str) -> None:
    raise ImportRefused("too_much_text", file=file, limit=max(guard.MAX_TEXT // 1_000_000, 1))


def _load_sheets(path: str, name: str, scan: _Scan, budget: Budget) -> list[Table]:
    notes, from_1904 = tuple(scan.notes), scan.days_from_1904
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheets = [
            meta
            for meta in book.sheets_metadata[: guard.MAX_SHEETS]
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        shown = [meta for meta in sheets if meta.visible == python_calamine.SheetVisibleEnum.Visible]
        # No platform hides a sheet; what somebody hid is seldom what they want to hand in.
        hidden = tuple(note("sheet_hidden", sheet=meta.name) for meta in sheets if meta not in shown)
        tables = []
        for meta in shown:
            rows = _load(book, meta.name, name, budget)
            tables.append(Table(meta.name, rows, notes=notes, days_from_1904=from_1904))
        tables = [replace(table, notes=(*table.notes, *hidden)) for table in tables[:1]] + tables[1:]
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise ImportRefused("broken_archive", file=name) from error
    return tables


def _load(book: python_calamine.CalamineWorkbook, sheet: str, file: str, budget: Budget) -> list[list[Cell]]:
    opened = book.get_sheet_by_name(sheet)
    # Several sheets may point to one part; each is paid for.
    budget.take(file=file, cells=opened.height * opened.width // 4, text=0, rows=0)
    rows: list[list[Cell]] = opened.to_python(skip_empty_area=False)  # type: ignore[assignment]
    while rows and all(cell is None or cell == "" for cell in rows[-1]):
        rows.pop()
    budget.take(file=file, cells=0, text=0, rows=len(rows))
    return rows
