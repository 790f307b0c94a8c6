"""Small lines over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.scale import Number, ink, rounded


@dataclass(frozen=True)
class Sparkline:
    """Line paths in a ``width`` × ``height`` box; one path per unbroken run of values."""

    width: int
    height: int
    paths: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    reference: str
    last: tuple[float, float] | None


def sparkline(
    values: Sequence[Number | None],
    *,
    reference: Sequence[Number | None] = (),
    width: int = 120,
    height: int = 28,
    from_zero: bool = False,
) -> Sparkline:
    """Lay out a line of values in order; a ``None`` breaks it.

    ``reference`` is a second, dashed line on the same scale (a pace, a target).
    """
    known = [ink(value) for value in (*values, *reference) if value is not None]
    low = min([*known, 0.0] if from_zero else known, default=0.0)
    high = max(known, default=1.0)
    box = _Box(width, height, max(len(values), len(reference)), low, high)
    runs = _runs(box.points(values))
    dots = tuple(run[0] for run in runs if len(run) == 1)
    line = _runs(box.points(reference))
    return Sparkline(
        width=width,
        height=height,
        paths=tuple(_path(run) for run in runs if len(run) > 1),
        dots=dots,
        reference=" ".join(_path(run) for run in line if len(run) > 1),
        last=runs[-1][-1] if runs else None,
    )


@dataclass(frozen=True)
class _Box:
    width: int
    height: int
    slots: int
    low: float
    high: float
    pad: float = 3.0

    def points(self, values: Sequence[Number | None]) -> list[tuple[float, float] | None]:
        return [
            None if value is None else self._point(index, ink(value)) for index, value in enumerate(values)
        ]

    def _point(self, index: int, value: float) -> tuple[float, float]:
        across = (self.width - 2 * self.pad) * (index / (self.slots - 1) if self.slots > 1 else 0.5)
        spread = self.high - self.low
        up = (value - self.low) / spread if spread else 0.5
        return rounded(self.pad + across), rounded(self.height - self.pad - up * (self.height - 2 * self.pad))


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
