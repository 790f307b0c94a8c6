"""Where a figure lands: the common scale and the marks that all small charts are made of. Pure."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = Decimal | Fraction | int | float

FULL = 100.0
HEADROOM = 1.05
TIER_LINES = (80, 90, 110)


@dataclass(frozen=True)
class Segment:
    """A stretch from ``x``, ``width`` long, in per cent of the chart's width."""

    x: float
    width: float
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Tick:
    """A thin mark at ``x`` per cent."""

    x: float
    label: str = ""


def ink(value: Number) -> float:
    """Return a figure as ink, a float. Raises ``ValueError`` for NaN and Infinity."""
    drawn = float(value)
    if not math.isfinite(drawn):
        raise ValueError("only finite numbers can be drawn")
    return drawn


def between(value: Number, low: float, high: float) -> float:
    """Return where ``value`` lies from ``low`` (0) to ``high`` (100), cut to the scale."""
    if high <= low:
        return 0.0
    return rounded(min(max((ink(value) - low) / (high - low), 0.0), 1.0) * FULL)


def share(value: Number, top: float) -> float:
    """Return where ``value`` lies from zero to ``top``, in per cent."""
    return between(value, 0.0, top)


def zones(ends: Sequence[float]) -> tuple[Segment, ...]:
    """Return the stretches between the ends, numbered from 1; the last reaches the right edge."""
    if not ends:
        return ()
    edges = [0.0, *ends, FULL]
    return tuple(
        Segment(start, rounded(end - start), kind=str(index + 1))
        for index, (start, end) in enumerate(itertools.pairwise(edges))
    )


def rounded(position: float) -> float:
    """Round a position to what a screen can show."""
    return round(position, 2)
