"""Days as the numbers spreadsheet programs count them by. Pure."""

import re
from collections.abc import Sequence

from metrics.importing.values import Cell, is_null

_SERIAL_TEXT = re.compile(r"[0-9]{5}(?:\.[0-9]{1,12})?")
FIRST_DAY, LAST_DAY = 36526, 73050  # 2000-01-01 … 2099-12-31


def is_serial_text(text: str) -> bool:
    """Say whether the text is a spreadsheet's number of a day."""
    return _SERIAL_TEXT.fullmatch(text.strip()) is not None and (FIRST_DAY <= float(text) < LAST_DAY + 1)


def with_serials(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return the column with numbers of days as numbers, where it holds nothing else."""
    is_found = False
    for cell in cells:
        if is_null(cell):
            continue
        if not isinstance(cell, str) or not is_serial_text(cell):
            return cells
        is_found = True
    if not is_found:
        return cells
    return [float(cell) if isinstance(cell, str) and not is_null(cell) else cell for cell in cells]


def from_1904(cell: Cell) -> Cell:
    """Return a bare number of a day of a workbook that counts from 1904 as others count."""
    return cell + 1462 if isinstance(cell, (int, float)) and not isinstance(cell, bool) else cell
