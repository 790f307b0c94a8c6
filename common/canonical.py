"""Canonical text: one way to write a value down, so that its hash means something.

UTF-8 JSON with sorted keys and no spaces; Decimals as text at the scale they
carry, Fractions as ``"n/d"``, dates in ISO form; floats, NaN and unknown types
are refused. Pure.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

__all__ = ["canonical_text", "date_text", "fraction_text", "number_text", "quoted", "text_hash"]


def canonical_text(value: object) -> str:
    """Return ``value`` as canonical JSON text. Raises ``TypeError`` for a float."""
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def text_hash(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def number_text(value: Decimal | None) -> str:
    """Return a number as canonical JSON text. Raises ``TypeError`` for NaN and Infinity."""
    if value is None:
        return "null"
    text = str(value)
    if "E" in text or "N" in text or "n" in text:
        text = _decimal(value)
    return f'"{text}"'


def fraction_text(value: Fraction | None) -> str:
    """Return a fraction as canonical JSON text."""
    return "null" if value is None else f'"{value.numerator}/{value.denominator}"'


@lru_cache(maxsize=4096)
def date_text(value: date | None) -> str:
    """Return a day as canonical JSON text."""
    return "null" if value is None else f'"{value.isoformat()}"'


def _plain(value: object) -> object:
    turn = _TURNS.get(type(value))
    if turn is not None:
        return turn(value)
    for kind, turn in _TURNS.items():
        if isinstance(value, kind) and not isinstance(value, float):
            return turn(value)
    if isinstance(value, Mapping):
        return _mapping(value)
    raise TypeError(f"{type(value).__name__} has no canonical text")


def _same(value: Any) -> Any:
    return value


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise TypeError("only finite numbers have a canonical text")
    return format(value, "f")


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _mapping(value: Mapping[Any, object]) -> dict[str, object]:
    return {str(key): _plain(item) for key, item in value.items()}


def _list(value: Iterable[object]) -> list[object]:
    return [_plain(item) for item in value]


_TURNS: dict[type, Callable[[Any], object]] = {
    type(None): _same,
    bool: _same,
    Enum: lambda value: _plain(value.value),
    str: _same,
    int: _same,
    Decimal: _decimal,
    Fraction: _fraction,
    datetime: datetime.isoformat,
    date: date.isoformat,
    dict: _mapping,
    list: _list,
    tuple: _list,
}
"""How each type is written down; subclasses follow the first that fits."""
