"""Upright bars: months side by side, and people counted into ranges. Pure."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.scale import FULL, HEADROOM, Number, Tick, ink, rounded, share


@dataclass(frozen=True)
class Column:
    """An upright bar; ``y`` and ``height`` in per cent from the top; ``None`` heights are missing."""

    label: str
    value: Number | None
    x: float
    width: float
    y: float
    height: float | None
    kind: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Columns:
    """Upright bars on a common scale, with level lines (``x`` is per cent from the top)."""

    columns: tuple[Column, ...]
    lines: tuple[Tick, ...]
    top: float


def columns(
    items: Sequence[tuple[str, Number | None]],
    *,
    lines: Sequence[Number] = (),
    kinds: Sequence[str] = (),
    marks: Sequence[str] = (),
) -> Columns:
    """Lay out upright bars from zero, one per (label, value); missing values get no bar.

    ``marks`` are notes drawn over a bar, such as a change of scheme.
    """
    known = [ink(value) for _, value in items if value is not None]
    top = max([*known, *(ink(line) for line in lines)], default=0.0) * HEADROOM or 1.0
    slot = FULL / max(len(items), 1)
    drawn = tuple(
        _column(label, value, index, slot, top, _at(kinds, index), _at(marks, index))
        for index, (label, value) in enumerate(items)
    )
    return Columns(drawn, tuple(Tick(rounded(FULL - share(line, top)), str(line)) for line in lines), top)


def histogram(values: Sequence[Number], edges: Sequence[Number]) -> Columns:
    """Count values into half-open ranges [edge, next edge) and lay the counts out as columns.

    Values below the first edge count in the first range, values at or above the last in
    the last, so nobody is lost. Raises ``ValueError`` unless the edges rise and number two.
    """
    if len(edges) < 2 or any(a >= b for a, b in itertools.pairwise(edges)):
        raise ValueError("the edges must rise and number at least two")
    counts = [0] * (len(edges) - 1)
    for value in values:
        ink(value)
        below = sum(1 for edge in edges[1:-1] if value >= edge)
        counts[below] += 1
    labels = [f"{a}–{b}" for a, b in itertools.pairwise(edges)]
    return columns(list(zip(labels, counts, strict=True)))


def _column(
    label: str, value: Number | None, index: int, slot: float, top: float, kind: str, mark: str
) -> Column:
    height = None if value is None else share(value, top)
    left, wide = rounded(index * slot + slot * 0.15), rounded(slot * 0.7)
    return Column(label, value, left, wide, rounded(FULL - (height or 0.0)), height, kind, mark)


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""
