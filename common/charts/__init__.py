"""Geometry of the small charts: figures in, coordinates out; templates draw. Pure.

Horizontal charts are laid out in per cent of their width (0 … 100), so that one
drawing fits a phone and a wide screen without being stretched. Lines have a box
of their own (``width`` × ``height`` units). Positions are floats because they are
ink; figures that are read stay the exact numbers that came in. A missing value
(``None``) has no mark; it is never drawn as zero.
"""

from common.charts.bars import (
    MIN_COMPARED,
    MIN_DOTS,
    Bullet,
    Strip,
    TierBar,
    bullet,
    strip,
    tier_bar,
    tier_of,
)
from common.charts.columns import Column, Columns, columns, histogram
from common.charts.heat import HEAT_GLYPHS, HeatCell, HeatGrid, HeatRow, heat_grid
from common.charts.lines import Sparkline, sparkline
from common.charts.scale import TIER_LINES, Number, Segment, Tick
from common.charts.waterfall import Step, Waterfall, WaterfallBar, waterfall

__all__ = [
    "HEAT_GLYPHS",
    "MIN_COMPARED",
    "MIN_DOTS",
    "TIER_LINES",
    "Bullet",
    "Column",
    "Columns",
    "HeatCell",
    "HeatGrid",
    "HeatRow",
    "Number",
    "Segment",
    "Sparkline",
    "Step",
    "Strip",
    "Tick",
    "TierBar",
    "Waterfall",
    "WaterfallBar",
    "bullet",
    "columns",
    "heat_grid",
    "histogram",
    "sparkline",
    "strip",
    "tier_bar",
    "tier_of",
    "waterfall",
]
