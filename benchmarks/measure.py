"""Medians of three, as ratios against a floor taken in the same run."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: medians in seconds, their ratio, what is aimed at, and what else is worth saying."""

    name: str
    ours: float
    floor: float
    aim: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """Return ours over the floor."""
        return self.ours / self.floor

    def __str__(self) -> str:
        """Return the line as a table row."""
        verdict = "within" if self.ratio <= self.aim else "missed"
        return f"| {self.name} | {self.ratio:.2f} × | ≤ {self.aim:g} × | {verdict} | {self.note} |"


def median_of(
    times: int, work: Callable[[], object], *, between: Callable[[], object] = lambda: None
) -> float:
    """Return the median of how long ``work`` took; ``between`` restores what it changed."""
    taken = []
    for turn in range(times):
        if turn:
            between()
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def peak_megabytes() -> int:
    """Return the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
