"""Strict readers of single cells: exact numbers or a refusal, never a guess. Pure.

Every reader takes a cell as the file gave it (text from CSV; text, number,
date or truth value from XLSX) and returns None for the tokens platforms print
where they have no value. Whatever is left and is not exactly one number raises
``BadValue``.
"""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

from metrics.importing.messages import BadValue

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MAX_COUNT = 10**15
"""No counter of a platform comes near this; larger ones are damaged cells."""

MAX_TEXT = 5000

_NULLS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "undefined",
        "null",
        "NAN",
        "N/A",
        "n/a",
        "暂无",
        "暂无数据",
        "无数据",
    }
)
_SCALES = {
    "": 1,
    "千": 10**3,
    "万": 10**4,
    "亿": 10**8,
    "萬": 10**4,
    "億": 10**8,
    "만": 10**4,
    "억": 10**8,
    "w": 10**4,
    "W": 10**4,
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
}
_OPEN_SCALES = ("", "k", "K", "M")
"""Before these, three digits after a mark may be a thousand: 1.234K is written by people of both customs."""
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,16})"
    r"(?:\.(?P<places>[0-9]{1,9}))? ?(?P<scale>[千万亿萬億만억wWkKM]?)"
)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NON_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:(?P<hours>[0-9]{1,3}):)?(?P<minutes>[0-9]{1,3}):(?P<seconds>[0-9]{2}(?:\.[0-9]{1,6})?)"
)
_UNITS = re.compile(
    r"(?:(?P<hours>[0-9]{1,3})(?:小时|时|h))?(?:(?P<minutes>[0-9]{1,3})(?:分钟|分|min|m))?"
    r"(?:(?P<seconds>[0-9]{1,6}(?:\.[0-9]{1,6})?)(?:秒|s))?"
)
_CURRENCY = str.maketrans("", "", "¥￥元$€£")


REASON_MARK = "!"
"""How the header of the reasons starts in a sheet of rows that were set aside."""

GUARDED = ("=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠")
"""What a text may not start with in such a sheet, unless an apostrophe is put before it."""


def is_number_text(text: str) -> bool:
    """Say whether the text is a plain number or a sign for "no value": nothing a program could run."""
    return set(text) <= set("+-") or re.fullmatch(r"[+-]?[0-9][0-9.,]*%?", text) is not None


def unguarded(cell: Cell) -> Cell:
    """Return a cell of such a sheet without the apostrophe put before it."""
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(GUARDED):
        return cell[1:]
    return cell


class RateUnit(StrEnum):
    """How one column writes rates; a matter of the column, never of the value."""

    FRACTION = "fraction"
    """0.2864"""
    PERCENT_TEXT = "percent_text"
    """28.64%"""
    PERCENT_NUMBER = "percent_number"
    """28.64"""


def plain(text: str) -> str:
    """Return ``text`` in compatibility form, without outer blanks, soft hyphens and invisible marks."""
    if text.isascii():
        return text.strip()
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    return _INVISIBLE.sub("", folded).strip()


def is_null(cell: Cell) -> bool:
    """Say whether the cell stands for "no value"."""
    if cell is None:
        return True
    if not isinstance(cell, str):
        return False
    # Most cells of a file tell by their first mark that they are none.
    first = cell[:1]
    if ("!" <= first <= "~" and first not in "-nNuU") or (
        "\u4e00" <= first <= "\u9fff" and first not in "暂无"
    ):
        return False
    text = cell.strip()
    return text in _NULLS or plain(text) in _NULLS or text.lower() in ("undefined", "null")


def show(cell: object) -> str:
    """Return the cell shortened for a sentence."""
    text = str(cell).replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "…"


def _exact(cell: Cell) -> Decimal:
    if isinstance(cell, (bool, date, time, timedelta)):
        raise BadValue("not_a_number", value=show(cell))
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise BadValue("not_finite", value=show(cell))
        return Decimal(repr(cell))
    return _exact_text(str(cell))


_COMMA = re.compile(r"([+-]?[0-9]{1,9}),([0-9]{1,15})( ?%?)")


def with_point(cell: Cell) -> Cell:
    """Return a cell of a file that separates by semicolons with its decimal comma as a point.

    Raises ``BadValue`` for 1,234, which may be a thousand or a fraction there.
    """
    match = _COMMA.fullmatch(plain(cell)) if isinstance(cell, str) and "," in cell else None
    if match is None:
        return cell
    if len(match[2]) == 3:
        raise BadValue("point_or_thousand", value=show(cell))
    return f"{match[1]}.{match[2]}{match[3]}"


def _exact_text(cell: str) -> Decimal:
    text = plain(cell)
    match = _NUMBER.fullmatch(text)
    if match is None:
        code = "not_finite" if _NON_FINITE.fullmatch(text) or _overflows(text) else "not_a_number"
        raise BadValue(code, value=show(cell))
    is_open = match["places"] is not None and len(match["places"]) == 3 and match["scale"] in _OPEN_SCALES
    if is_open or ("," in match["digits"] and match["scale"] in ("k", "K", "M")):
        raise BadValue("point_or_thousand", value=show(cell))
    digits = re.sub("[ ,]", "", match["digits"])
    return Decimal(f"{match['sign']}{digits}.{match['places'] or '0'}") * _SCALES[match["scale"]]


def _overflows(text: str) -> bool:
    return _SCIENTIFIC.fullmatch(text) is not None and not math.isfinite(float(text))


def count(cell: Cell, *, signed: bool = False) -> int | None:
    """Read a whole number: ``1234``, ``1,234``, ``8.0``, ``1.2万``, ``3亿``.

    Three digits after a point are refused, since ``1.000`` is a thousand to half
    of the world. Below zero only where ``signed``. Raises ``BadValue``.
    """
    if type(cell) is str and len(cell) < 15 and cell.isascii() and cell.isdigit():
        return int(cell)
    if is_null(cell):
        return None
    number = _exact(cell)
    if number != number.to_integral_value():
        raise BadValue("not_whole", value=show(cell))
    if abs(number) > MAX_COUNT:
        raise BadValue("too_big", value=show(cell))
    if number < 0 and not signed:
        raise BadValue("negative", value=show(cell))
    return int(number)


def is_rounded(cell: Cell) -> bool:
    """Say whether the number is written with a unit such as 万, hence rounded."""
    if not isinstance(cell, str) or cell.isdigit():
        return False
    last = plain(cell)[-1:]
    return last != "" and last in _SCALES


def money(cell: Cell) -> Decimal | None:
    """Read an amount with at most two places, at or above zero. Raises ``BadValue``."""
    if is_null(cell):
        return None
    if isinstance(cell, str):
        cell = plain(cell).translate(_CURRENCY).strip()
    number = _exact(cell)
    cents = number.quantize(Decimal("0.01")) if abs(number) <= MAX_COUNT else None
    if cents is None:
        raise BadValue("too_big", value=show(cell))
    # A spreadsheet's 12.340000000000002 is 12.34; 12.345 is nobody's amount.
    noise = Decimal("1e-9") * max(abs(number), Decimal(1)) if isinstance(cell, float) else Decimal(0)
    if abs(cents - number) > noise:
        raise BadValue("too_many_places", value=show(cell))
    if cents < 0:
        raise BadValue("negative", value=show(cell))
    return abs(cents)


def rate(cell: Cell, unit: RateUnit) -> Decimal | None:
    """Read a rate written in ``unit`` and return it as a fraction from 0 to 1. Raises ``BadValue``."""
    if is_null(cell):
        return None
    if unit is RateUnit.FRACTION:
        return _between(_plain_decimal(cell, "not_a_fraction"), cell, "not_a_fraction")
    if unit is RateUnit.PERCENT_NUMBER:
        return _between(_plain_decimal(cell, "not_a_percent") / 100, cell, "not_a_percent")
    text = plain(cell) if isinstance(cell, str) else ""
    if not text.endswith("%"):
        raise BadValue("not_a_percent", value=show(cell))
    return _between(_plain_decimal(text[:-1].strip(), "not_a_percent") / 100, cell, "not_a_percent")


def has_percent_sign(cell: Cell) -> bool:
    """Say whether the cell is text that ends with a per cent sign."""
    return isinstance(cell, str) and plain(cell).endswith("%")


def _plain_decimal(cell: Cell, code: str) -> Decimal:
    if not isinstance(cell, str):
        return _exact(cell)
    digits = plain(cell)
    if _DECIMAL.fullmatch(digits) is None:
        raise BadValue("not_finite" if _NON_FINITE.fullmatch(digits) else code, value=show(cell))
    return Decimal(digits)


def _between(value: Decimal, cell: Cell, code: str) -> Decimal:
    if not 0 <= value <= 1:
        raise BadValue(code, value=show(cell))
    return abs(value)


def seconds(cell: Cell) -> Decimal | None:
    """Read a duration in seconds: ``12``, ``4.58``, ``10秒``, ``1分20秒``, ``0:01:23``, ``00:12``.

    Clock cells of a spreadsheet are refused: it reads 00:12 as twelve minutes.
    Raises ``BadValue``.
    """
    if is_null(cell):
        return None
    if isinstance(cell, str):
        text = re.sub(r"\s", "", plain(cell))
        match = _CLOCK.fullmatch(text) or (_UNITS.fullmatch(text) if text else None)
        if match is not None:
            return _clock(match, cell)
        if _DECIMAL.fullmatch(text) is None:
            raise BadValue(
                "not_finite" if _NON_FINITE.fullmatch(text) else "not_a_duration",
                value=show(cell),
            )
        number = Decimal(text)
    elif isinstance(cell, (date, time, timedelta, bool)):
        raise BadValue("not_a_duration", value=show(cell))
    else:
        number = _exact(cell)
    if number < 0:
        raise BadValue("negative", value=show(cell))
    if number > 10**7:
        raise BadValue("too_big", value=show(cell))
    return number


def _clock(match: re.Match[str], cell: Cell) -> Decimal:
    hours, minutes, rest = (
        match["hours"],
        match["minutes"],
        Decimal(match["seconds"] or 0),
    )
    overrun = (hours is not None and int(minutes or 0) >= 60) or (minutes is not None and rest >= 60)
    if overrun:
        raise BadValue("not_a_duration", value=show(cell))
    return Decimal(int(hours or 0) * 3600 + int(minutes or 0) * 60) + rest


def text(cell: Cell, *, limit: int = MAX_TEXT) -> str | None:
    """Read text without outer blanks; numbers a spreadsheet made of it come back whole.

    A title "-" is a title. Raises ``BadValue`` for NUL and over-long text.
    """
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        cell = int(cell)
    value = str(cell).strip()
    if not value:
        return None
    if not value.isprintable() and _UNSTORABLE.search(value):
        raise BadValue("bad_text")
    if len(value) > limit:
        raise BadValue("text_too_long", length=len(value), limit=limit)
    return value


def identifier(cell: Cell) -> str | None:
    """Read an id, which is text: no digit may be lost, no leading zero. Raises ``BadValue``."""
    if is_null(cell):
        return None
    if isinstance(cell, bool) or (isinstance(cell, float) and (not cell.is_integer() or abs(cell) >= 2**53)):
        raise BadValue("id_lost_digits", value=show(cell))
    value = text(cell, limit=200)
    if value is not None and _SCIENTIFIC.fullmatch(value):
        raise BadValue("id_lost_digits", value=show(cell))
    return value


_MEDIA = {
    "视频": "video", "短视频": "video", "video": "video", "图文": "image", "图集": "image", "图片": "image",
    "image": "image", "photo": "image", "直播": "live", "live": "live",
    "ig reel": "video", "ig video": "video", "reel": "video", "ig image": "image", "ig carousel": "image",
}  # fmt: skip


def media(cell: Cell) -> str:
    """Return ``video``, ``image``, ``live`` or ``unknown``."""
    return _MEDIA.get(plain(str(cell or "")).lower(), "unknown")
