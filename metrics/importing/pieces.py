"""One sheet → the tables it holds: stacked above one another or side by side. Pure.

Row and column numbers of a piece stay those of the file, so that messages point
into what the user sees.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from metrics.importing.messages import note
from metrics.importing.profiles import ALL, Kind, Match, choose, first_rows
from metrics.importing.profiles.base import fold_header, fold_headers
from metrics.importing.profiles.meta import DAYS, STACKED
from metrics.importing.tables import Table
from metrics.importing.values import Cell, is_null

_WIDEST = 60
_MOST_STACKED = 50
_DAY_HEADERS = frozenset(fold_header(alias) for alias in DAYS.columns[0].aliases)

_FIRST_KINDS = (Kind.DAY, Kind.ID, Kind.TEXT, Kind.MOMENT)
_HEADERS = frozenset(
    fold_header(alias) for profile in ALL for column in profile.columns for alias in column.aliases
)
_FIRST_HEADERS = frozenset(
    fold_header(alias)
    for profile in ALL
    for column in profile.columns
    if column.required and (profile.declined is not None or column.kind in _FIRST_KINDS)
    for alias in column.aliases
)
"""What tables start with: a day, a video, or what they are split by."""
_LONGEST_HEADER = 60

_PRIMARY = frozenset(
    ("primary", "primär", "principal", "principale", "primario", "primária", "primaire", "основной", "主要")
)


def pieces(table: Table, *, platform: str | None) -> list[Table]:
    """Return the tables of a sheet, one where it holds one."""
    stacked = _stacked(table)
    if stacked:
        return stacked
    below = _below(table)
    return [side for part in below for side in _side_by_side(part, platform) or [part]]


# Stacked -----------------------------------------------------------------


def _stacked(table: Table) -> list[Table]:
    """Cut a file of small tables, each headed by a title and "Date, Primary"."""
    starts = [
        index
        for index, (above, below) in enumerate(pairwise(table.rows))
        if _is_day_header(below) and _is_title(above)
    ]
    if len(starts) > _MOST_STACKED:
        return []
    ends = [*starts[1:], len(table.rows)] if starts else []
    return [_block(table, start, end) for start, end in zip(starts, ends, strict=True)]


def _is_title(row: Sequence[Cell]) -> bool:
    present = [cell for cell in row if not is_null(cell)]
    return len(present) == 1 and isinstance(row[0], str) and present[0] == row[0]


def _is_day_header(row: Sequence[Cell]) -> bool:
    if len(row) < 2 or not isinstance(row[0], str) or not isinstance(row[1], str) or len(row[1]) > 20:
        return False
    return fold_header(row[1]) in _PRIMARY and fold_header(row[0]) in _DAY_HEADERS


def _block(table: Table, start: int, end: int) -> Table:
    title = str(table.rows[start][0]).strip()
    header: list[Cell] = [table.rows[start + 1][0], title, *table.rows[start + 1][2:]]
    rows = [header, *table.rows[start + 2 : end]]
    while rows and all(is_null(cell) for cell in rows[-1]):
        rows.pop()
    name = f"{table.name} {title}".strip()
    return replace(table, name=name, rows=rows, first_row=table.first_row + start + 1, family=STACKED)


# Below each other ---------------------------------------------------------


def _below(table: Table) -> list[Table]:
    """Cut a sheet where another header follows: what is below it means something else."""
    starts: list[int] = []
    for index, row in enumerate(table.rows):
        if _is_header(row) and (not starts or _unlike(row, table.rows[starts[-1]])):
            starts.append(index)
    if len(starts) < 2 or len(starts) > _MOST_STACKED:
        return [table]
    starts[0] = 0
    ends = [*starts[1:], len(table.rows)]
    return [_rows_of(table, start, end) for start, end in zip(starts, ends, strict=True)]


def _is_header(row: Sequence[Cell]) -> bool:
    first = next((cell for cell in row if cell is not None and cell != ""), None)
    if not isinstance(first, str) or len(first) > _LONGEST_HEADER or fold_header(first) not in _FIRST_HEADERS:
        return False
    present = [cell for cell in row if not is_null(cell)]
    if len(present) < 2 or not all(isinstance(cell, str) for cell in present):
        return False
    others = [fold_header(cell) for cell in present[1:]]
    known = sum(header in _HEADERS for header in others)
    return known > 0 or (fold_header(first) in _DAY_HEADERS and not any(map(_has_digit, present)))


def _has_digit(cell: Cell) -> bool:
    return any(mark.isdigit() for mark in str(cell))


def _unlike(row: Sequence[Cell], header: Sequence[Cell]) -> bool:
    return [*map(_shown, row)] != [*map(_shown, header)]


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _rows_of(table: Table, start: int, end: int) -> Table:
    rows = table.rows[start:end]
    while rows and sum(not is_null(cell) for cell in rows[-1]) <= 1 and len(rows) > 2:
        rows.pop()  # blank rows, and the title of the next table
    first = table.first_row + start
    name = f"{table.name} {first + 1}–{first + len(rows)}".strip()
    return replace(table, name=name, rows=rows, first_row=first, pieces=2)


# Side by side ------------------------------------------------------------


def _side_by_side(table: Table, platform: str | None) -> list[Table]:
    """Cut a sheet whose header names the same figure twice, where both sides are files that are known."""
    for index, header in first_rows(table.rows):
        if 4 <= len(header) <= _WIDEST and (_names_twice(header) or _claims_twice(header, platform)):
            cut = _best_cut(table.rows[index : index + 1], platform)
            if cut is not None:
                return _cut(table, header, cut)
    return []


def _names_twice(header: Sequence[Cell]) -> bool:
    names = [name for name in fold_headers(header) if name]
    return len(names) != len(set(names))


def _claims_twice(header: Sequence[Cell], platform: str | None) -> bool:
    """Say whether the header as one table is days and videos at once, or names a figure by two names."""
    match = choose([header], platform=platform)
    return match is not None and (match.profile.declined == "day_or_video" or _has_twice(match))


def _best_cut(rows: Sequence[Sequence[Cell]], platform: str | None) -> int | None:
    best: tuple[int, int] | None = None
    for cut in range(2, len(rows[0]) - 1):
        sides = [choose([row[:cut] for row in rows], platform=platform),
                 choose([row[cut:] for row in rows], platform=platform)]  # fmt: skip
        known = sum(_known(side) for side in sides if side is not None)
        unlike = not _names_twice(rows[0][:cut]) and not _names_twice(rows[0][cut:])
        clean = all(side is not None and _is_clean(side) for side in sides)
        # Of cuts that explain as much, the last: the second table starts with what it is about.
        if unlike and clean and (best is None or known >= best[0]):
            best = (known, cut)
    return best[1] if best else None


def _known(match: Match) -> int:
    return sum(column is not None for column in match.columns)


def _is_clean(match: Match) -> bool:
    """Say whether the match is a file that is read and claims no figure twice."""
    return match.profile.declined is None and not _has_twice(match)


def _has_twice(match: Match) -> bool:
    fields = [column.field for column in match.columns if column and column.kind is not Kind.IGNORED]
    return len(fields) != len(set(fields))


def _cut(table: Table, header: Sequence[Cell], cut: int) -> list[Table]:
    width = len(header)
    names = [f"{_letters(first)}–{_letters(last - 1)}" for first, last in ((0, cut), (cut, width))]
    told = note(
        "side_by_side",
        first=names[0], first_columns=_listed(header[:cut]),
        second=names[1], second_columns=_listed(header[cut:]),
    )  # fmt: skip
    left = [list(row[:cut]) if len(row) >= cut else list(row) for row in table.rows]
    # What goes beyond the header stays with the right side, which then refuses the row.
    right = [list(row[cut:]) for row in table.rows]
    shared = replace(table, notes=(*table.notes, told), pieces=2)
    return [
        replace(shared, name=f"{table.name} {names[0]}".strip(), rows=left),
        replace(shared, name=f"{table.name} {names[1]}".strip(), rows=right,
                first_column=table.first_column + cut),
    ]  # fmt: skip


def _listed(header: Sequence[Cell]) -> str:
    return ", ".join(str(cell).strip() for cell in header if not is_null(cell))


def _letters(position: int) -> str:
    """Return the letters a spreadsheet gives to a column (from 0)."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
