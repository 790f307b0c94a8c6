"""Small exact arithmetic of the generator: splitting whole numbers by weight. Pure."""

from collections.abc import Sequence
from fractions import Fraction


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number by weight into whole parts that add up to it.

    Largest remainder; ties go to the earlier part. A negative total gives
    negative parts. Raises ``ValueError`` without a positive weight.
    """
    if total < 0:
        return [-part for part in spread(-total, weights)]
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("no positive weight")
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def nearest(value: Fraction) -> int:
    """Return the nearest whole number, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
