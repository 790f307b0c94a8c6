"""Bars along one line: bullet, tier bar and the strip of a private comparison. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.scale import (
    FULL,
    HEADROOM,
    TIER_LINES,
    Number,
    Segment,
    Tick,
    between,
    ink,
    rounded,
    share,
    zones,
)

TIER_NAMES = ("none", "bronze", "silver", "gold")
MIN_COMPARED = 5
"""Fewest people a comparison is shown for."""
MIN_DOTS = 10
"""Fewest people whose dots are shown one by one."""


@dataclass(frozen=True)
class Bullet:
    """A value bar over bands, with target and expected-by-today ticks; None where missing."""

    bands: tuple[Segment, ...]
    value: Segment | None
    target: Tick | None
    expected: Tick | None
    top: float
    clipped: bool


@dataclass(frozen=True)
class TierBar:
    """Zones between the tier lines and the marker of one total."""

    zones: tuple[Segment, ...]
    lines: tuple[Tick, ...]
    marker: Tick | None
    tier: str


@dataclass(frozen=True)
class Strip:
    """The middle half of a group, its median and one's own dot; dots only for large groups."""

    band: Segment
    median: Tick
    own: Tick | None
    dots: tuple[Tick, ...]


def bullet(
    *,
    value: Number | None,
    target: Number | None,
    expected: Number | None = None,
    bands: Sequence[Number] = (),
    top: Number | None = None,
) -> Bullet:
    """Lay out a bullet bar from zero to ``top`` (default: just above the largest figure).

    ``bands`` are the ends of the grey stretches, ascending; the last one reaches the
    right edge. A value beyond ``top`` is cut and marked ``clipped``.
    """
    known = [ink(number) for number in (value, target, expected, *bands) if number is not None]
    end = ink(top) if top is not None else max(known, default=0.0) * HEADROOM
    end = end if end > 0 else 1.0
    length = None if value is None else Segment(0.0, share(value, end))
    return Bullet(
        bands=zones([share(band, end) for band in bands]),
        value=length,
        target=None if target is None else Tick(share(target, end)),
        expected=None if expected is None else Tick(share(expected, end)),
        top=end,
        clipped=value is not None and ink(value) > end,
    )


def tier_bar(
    total: Number | None, *, lines: Sequence[Number] = TIER_LINES, top: Number = 130, bottom: Number = 60
) -> TierBar:
    """Lay out the four tier zones and where ``total`` stands, from ``bottom`` to ``top``.

    The last line belongs to the tier below it (110.00 is silver, 110.01 gold), the
    others to the tier above.
    """
    low, high = ink(bottom), ink(top)
    ends = [between(line, low, high) for line in lines]
    starts = [0.0, *ends]
    zones = tuple(
        Segment(start, rounded(end - start), kind=name)
        for start, end, name in zip(starts, [*ends, FULL], TIER_NAMES, strict=True)
    )
    marker = None if total is None else Tick(between(total, low, high))
    ticks = tuple(Tick(end, label=str(line)) for end, line in zip(ends, lines, strict=True))
    return TierBar(zones, ticks, marker, "" if total is None else tier_of(total, lines))


def tier_of(total: Number, lines: Sequence[Number] = TIER_LINES) -> str:
    """Name the zone of a total for colouring; what is paid is decided by the rule set, not here."""
    bronze, silver, gold = lines
    if total > gold:
        return "gold"
    if total >= silver:
        return "silver"
    return "bronze" if total >= bronze else "none"


def strip(
    *,
    own: Number | None,
    low: Number,
    median: Number,
    high: Number,
    people: int,
    dots: Sequence[Number] = (),
) -> Strip | None:
    """Lay out a private comparison: the band from ``low`` to ``high`` quartile, median, own dot.

    None for fewer than ``MIN_COMPARED`` people; the other dots only from ``MIN_DOTS``.
    """
    if people < MIN_COMPARED:
        return None
    shown = tuple(dots) if people >= MIN_DOTS else ()
    known = [ink(number) for number in (low, median, high, own, *shown) if number is not None]
    margin = (max(known) - min(known)) * 0.08 or 1.0
    start, end = min(known) - margin, max(known) + margin
    left, right = between(low, start, end), between(high, start, end)
    return Strip(
        band=Segment(left, rounded(right - left)),
        median=Tick(between(median, start, end)),
        own=None if own is None else Tick(between(own, start, end)),
        dots=tuple(Tick(between(dot, start, end)) for dot in shown),
    )
