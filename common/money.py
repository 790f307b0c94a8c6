"""The one door for decimals: reading, rounding once, splitting, adding.

Pure: imports no Django and reads no clock. ``total`` takes anything that has
``values_list`` so that money in the database is added from its exact Decimals
and never by a database that adds decimals as floats.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from typing import Protocol, TypeVar

Key = TypeVar("Key")

_UNITS = [(10**places, Decimal(1).scaleb(-places)) for places in range(21)]
"""How many units of a last place make one, and that unit, by places."""

FEN = 2
"""Places of an amount of money (the fen, the cent)."""

SCORE_PLACES = 2
"""Places of a published achievement or total, in per cent."""


class _Rows(Protocol):
    def values_list(self, *fields: str, flat: bool = False) -> Iterable[Decimal | None]: ...


def to_decimal(value: Decimal | int | str | Fraction) -> Decimal:
    """Return ``value`` as a finite Decimal.

    Floats are refused: they carry digits nobody wrote. Raises ``ValueError``
    for NaN, Infinity, floats and text that is no number.
    """
    if isinstance(value, (bool, float)):
        raise ValueError(f"{value!r} is not an exact number")
    if isinstance(value, Fraction):
        with localcontext() as context:
            context.prec = 60
            return Decimal(value.numerator) / Decimal(value.denominator)
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def round_half_up(value: Decimal | int | Fraction, places: int) -> Decimal:
    """Round ``value`` half away from zero to ``places`` decimals, exactly.

    A Fraction is rounded from its exact value, so a tie is a tie.
    """
    if type(value) is Fraction:
        return round_ratio(value.numerator, value.denominator, places)
    with localcontext() as context:
        context.prec = 60
        return to_decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def round_ratio(numerator: int, denominator: int, places: int) -> Decimal:
    """Round ``numerator / denominator`` half away from zero to ``places`` decimals, exactly.

    ``denominator`` is above zero; the two need not be in lowest terms.
    """
    unit, step = _UNITS[places]
    whole, rest = divmod(abs(numerator) * unit, denominator)
    if 2 * rest >= denominator:
        whole += 1
    return Decimal(-whole if numerator < 0 else whole) * step


def total(rows: _Rows, field: str, places: int = FEN) -> Decimal:
    """Add one decimal column of a queryset exactly, to ``places`` decimals.

    NULLs are left out; no rows give zero at the scale.
    """
    amounts = (to_decimal(value) for value in rows.values_list(field, flat=True) if value is not None)
    return round_half_up(sum(amounts, Decimal(0)), places)


def split_largest_remainder(
    amount: Decimal, weights: Sequence[tuple[Key, Decimal | int | Fraction]], places: int = FEN
) -> dict[Key, Decimal]:
    """Split ``amount`` by weight so that the parts add up to it to the last place.

    Each part is cut down to ``places``; the units left over go to the largest
    remainders, ties to the smaller ``str(key)``, so the order of input does not
    matter. Raises ``ValueError`` for a negative weight or when all are zero.
    """
    fractions = [(key, Fraction(weight)) for key, weight in weights]
    whole_weight = sum((weight for _, weight in fractions), Fraction(0))
    if whole_weight <= 0 or any(weight < 0 for _, weight in fractions):
        raise ValueError("the weights must be at or above zero and not all zero")
    units = int(round_half_up(amount, places).scaleb(places))
    shares = [(key, Fraction(units) * weight / whole_weight) for key, weight in fractions]
    floors = {key: share.numerator // share.denominator for key, share in shares}
    left = units - sum(floors.values())
    by_remainder = sorted(shares, key=lambda row: (floors[row[0]] - row[1], str(row[0])))
    for key, _ in by_remainder[:left]:
        floors[key] += 1
    return {key: Decimal(count).scaleb(-places) for key, count in floors.items()}
