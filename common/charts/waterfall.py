"""How a total comes about: one bar per step, from zero to the total. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.charts.scale import TIER_LINES, Number, Segment, Tick, between, ink, rounded


@dataclass(frozen=True)
class Step:
    """One line of a waterfall: its points and, where known, the points of full marks."""

    label: str
    change: Decimal
    full: Decimal | None = None
    kind: str = "part"
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class WaterfallBar:
    """One drawn line: the bar, the outline of what full marks would have added, exact ends."""

    label: str
    change: Decimal
    start: Decimal
    end: Decimal
    bar: Segment
    ghost: Segment | None
    full: Decimal | None
    note: str
    url: str


@dataclass(frozen=True)
class Waterfall:
    """All bars from zero to the total, and the tier lines behind them."""

    bars: tuple[WaterfallBar, ...]
    total: Decimal
    total_bar: Segment
    lines: tuple[Tick, ...]
    zero: float


def waterfall(steps: Sequence[Step], *, total: Decimal, lines: Sequence[Number] = TIER_LINES) -> Waterfall:
    """Lay out the steps one after another from zero, then the total.

    ``total`` is the published (rounded) figure; the steps may carry more decimals.
    A bar's outline (``ghost``) shows what full marks would have added beyond it.
    """
    ends = [Decimal(0)]
    for step in steps:
        ends.append(ends[-1] + step.change)
    reach = [_reach(step, end) for step, end in zip(steps, ends[1:], strict=True)]
    drawn_lines = [line for line in lines if ink(line) <= max(map(ink, [*ends, *reach, total])) * 1.25]
    low = min(0.0, *(ink(end) for end in ends))
    high = max(ink(number) for number in [*ends, *reach, total, *drawn_lines]) * 1.02 or 1.0
    bars = tuple(_waterfall_bar(step, ends[i], ends[i + 1], low, high) for i, step in enumerate(steps))
    return Waterfall(
        bars=bars,
        total=total,
        total_bar=_stretch(Decimal(0), total, low, high, "total"),
        lines=tuple(Tick(between(line, low, high), label=str(line)) for line in drawn_lines),
        zero=between(0, low, high),
    )


def _reach(step: Step, end: Decimal) -> Decimal:
    """Return where full marks would have ended."""
    return end if step.full is None else end + max(step.full - step.change, Decimal(0))


def _waterfall_bar(step: Step, start: Decimal, end: Decimal, low: float, high: float) -> WaterfallBar:
    kind = step.kind if step.kind != "part" else ("down" if step.change < 0 else "up")
    ghost = None
    if step.full is not None and step.full > step.change:
        ghost = _stretch(end, end + step.full - step.change, low, high, "ghost")
    bar = _stretch(start, end, low, high, kind)
    return WaterfallBar(step.label, step.change, start, end, bar, ghost, step.full, step.note, step.url)


def _stretch(start: Decimal, end: Decimal, low: float, high: float, kind: str) -> Segment:
    left, right = sorted((between(start, low, high), between(end, low, high)))
    return Segment(left, rounded(right - left), kind=kind)
