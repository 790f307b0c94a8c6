"""Columns of the simplest shape, read at once: strict, fast, or ``Odd``. Pure.

Each reader accepts only what the reader of single cells would read the same way;
whatever else a column holds is left to that one.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from metrics.importing import values
from metrics.importing.profiles import Kind

_RATES = re.compile(r"(?:(?:0(?:\.[0-9]{1,15})?|1(?:\.0{1,15})?),)+")
_SECONDS = re.compile(r"(?:[0-9]{1,6}(?:\.[0-9]{1,15})?,)+")
_MOMENTS = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?,)+")
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]*[A-DF-Za-df-z_][A-Za-z0-9_-]*|[0-9]{1,40}")
"""Ids that are neither a sign for "no value" nor a number in scientific writing."""
Column = list[Any]


class Odd(Exception):
    """A column of a batch holds something else than the simplest shape."""


def counts(cells: Sequence[str]) -> Column:
    """Read whole numbers at or above zero."""
    joined = "".join(cells)
    if not joined:
        return [None] * len(cells)
    if not (joined.isascii() and joined.isdigit()) or max(map(len, cells)) > 14:
        raise Odd
    if "" in cells:
        return [int(cell) if cell else None for cell in cells]
    return list(map(int, cells))


def signed(cells: Sequence[str]) -> Column:
    """Read whole numbers."""
    try:
        return counts(cells)
    except Odd:
        plain = [cell.removeprefix("-") for cell in cells]
        if "-" in cells:
            raise
        counts(plain)
        return [int(cell) if cell else None for cell in cells]


def _decimals(cells: Sequence[str], shape: re.Pattern[str]) -> Column:
    given = [cell for cell in cells if cell]
    if not given:
        return [None] * len(cells)
    if shape.fullmatch(",".join(given) + ",") is None:
        raise Odd
    return [Decimal(cell) if cell else None for cell in cells]


def rates(cells: Sequence[str]) -> Column:
    """Read fractions from 0 to 1."""
    return _decimals(cells, _RATES)


def seconds(cells: Sequence[str]) -> Column:
    """Read plain numbers of seconds."""
    return _decimals(cells, _SECONDS)


def reader(kind: Kind) -> Callable[[Sequence[str]], Column] | None:
    """Return how a column of that kind is read, None where it holds no figures."""
    return {Kind.COUNT: counts, Kind.SIGNED: signed, Kind.RATE: rates, Kind.SECONDS: seconds}.get(kind)


def texts(cells: Sequence[str]) -> Column:
    """Read texts, empty ones as None."""
    known = set(cells) if len(cells) > 64 else cells
    if len(known) * 4 < len(cells):
        read = {cell: _text(cell) for cell in known}
        return [read[cell] for cell in cells]
    joined = "".join(cells)
    lengths = set(map(len, cells))
    if min(lengths) > 4 and max(lengths) <= values.MAX_TEXT and joined.isprintable():
        stripped: Column = list(map(str.strip, cells))
        if "" not in stripped and "undefined" not in joined.lower():
            return stripped
    return [_text(cell) for cell in cells]


def _text(cell: str) -> str | None:
    if not cell:
        return None
    if 4 < len(cell) <= values.MAX_TEXT and cell.isprintable() and cell.strip().lower() != "undefined":
        return cell.strip() or None
    # Short cells may stand for "no value", which differs between titles and the rest.
    if cell.strip() != cell or not cell.isalnum() or cell.lower() == "nan" or values.is_null(cell):
        raise Odd
    return cell


def ids(cells: Sequence[str]) -> Column:
    """Read ids, which stay text."""
    if "" not in cells and (joined := "".join(cells)).isascii() and joined.isdigit():
        if max(map(len, cells)) > 200:
            raise Odd
        return list(cells)
    match = _PLAIN_ID.fullmatch
    for cell in cells:
        if cell and (match(cell) is None or len(cell) > 200 or cell.lower() in ("null", "nan", "undefined")):
            raise Odd
    return [cell or None for cell in cells]


def moments(cells: Sequence[str]) -> tuple[Column, Column]:
    """Return the days, and the instants where the cells give them."""
    distinct = set(cells)
    if len(distinct) * 2 > len(cells) and _MOMENTS.fullmatch(",".join(cells) + ","):
        try:
            found = list(map(datetime.fromisoformat, cells))
        except ValueError:
            raise Odd from None
        return [moment.date() for moment in found], list(found)
    known = {cell: _moment(cell) if cell else (None, None) for cell in distinct}
    return [known[cell][0] for cell in cells], [known[cell][1] for cell in cells]


def _moment(cell: str) -> tuple[date, datetime | None]:
    size = len(cell)
    plain = size in (10, 16, 19) and cell[4] == "-" and cell[7] == "-"
    if (
        not plain
        or (size > 10 and (cell[10] not in " T" or cell[13] != ":"))
        or (size == 19 and cell[16] != ":")
    ):
        raise Odd
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise Odd from None
    return moment.date(), moment if size > 10 else None
