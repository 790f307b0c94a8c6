"""Sources by days: whether the data came. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

HEAT_GLYPHS = {"settled": "●", "partial": "◐", "late": "◔", "failed": "✕", "none": "–"}


@dataclass(frozen=True)
class HeatCell:
    """The state of one source on one day; ``text`` says it in words."""

    day: date
    state: str
    text: str = ""
    url: str = ""

    @property
    def glyph(self) -> str:
        """Return the sign that tells the state without colour."""
        return HEAT_GLYPHS[self.state]


@dataclass(frozen=True)
class HeatRow:
    """One source: its name and a cell per day."""

    label: str
    cells: tuple[HeatCell, ...]
    url: str = ""


@dataclass(frozen=True)
class HeatGrid:
    """Sources by days."""

    days: tuple[date, ...]
    rows: tuple[HeatRow, ...]


def heat_grid(days: Sequence[date], rows: Sequence[HeatRow]) -> HeatGrid:
    """Check that every row has one known cell per day, in order. Raises ``ValueError`` otherwise."""
    for row in rows:
        if tuple(cell.day for cell in row.cells) != tuple(days):
            raise ValueError(f"the cells of {row.label} do not match the days")
        unknown = {cell.state for cell in row.cells} - HEAT_GLYPHS.keys()
        if unknown:
            raise ValueError(f"{row.label} has unknown states: {sorted(unknown)}")
    return HeatGrid(tuple(days), tuple(rows))
