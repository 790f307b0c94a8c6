"""Signs that a spreadsheet program saved an export again. Pure.

Nothing is refused for it: what such a program damages (ids, dates) is caught
cell by cell. The user is told, because the original is always the better file.
"""

import re
from datetime import date, datetime

from metrics.importing.messages import note
from metrics.importing.serials import is_serial_text
from metrics.importing.sheet import Sheet
from metrics.importing.tables import Table
from metrics.importing.values import REASON_MARK, Cell, is_null, plain

_UNPADDED = re.compile(r"20[0-9]{2}/(?:[1-9]/[0-9]{1,2}|[0-9]{1,2}/[1-9])(?: .*)?")
_SHORT_NAMED = re.compile(r"[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2}")


def tell_if_resaved(sheet: Sheet, table: Table) -> None:
    """Warn about a platform's file that was saved again, naming the signs."""
    if sheet.match.profile.container is None or sheet.headers[0].startswith(REASON_MARK):
        return
    signs = [sign for sign, is_seen in _signs(sheet, table).items() if is_seen]
    if signs:
        sheet.warnings.append(note("resaved", signs="; ".join(signs)))


def _signs(sheet: Sheet, table: Table) -> dict[str, bool]:
    positions = [position for name, position in sheet.fields.items() if name in sheet.dates]
    dates = [line.cells[position] for line in sheet.lines for position in positions]
    writes_csv = sheet.match.profile.container == "csv"
    return {
        "semicolons": writes_csv and table.delimiter == ";",
        "XLSX instead of CSV": writes_csv and not table.ragged,
        "CSV instead of XLSX": not writes_csv and table.ragged,
        "dates like 2026/3/5": any(map(_is_unpadded, dates)),
        "dates as numbers": any(isinstance(cell, str) and is_serial_text(cell) for cell in dates),
        "dates as cells": writes_csv and any(isinstance(cell, (date, datetime)) for cell in dates),
        "empty rows at the end": table.ragged and _has_padding(table),
    }


def _is_unpadded(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = plain(cell)
    return _UNPADDED.fullmatch(text) is not None or _SHORT_NAMED.fullmatch(text) is not None


def _has_padding(table: Table) -> bool:
    last = table.rows[-1] if table.rows else []
    return len(last) > 1 and all(is_null(cell) for cell in last)
