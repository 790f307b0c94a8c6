"""What one import consists of, and what came of it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Why a row was not taken: sheet, row number as the spreadsheet shows it, column, sentence."""

    sheet: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Change:
    """What a row does: ``action`` is created, changed or ended; ``what`` names the record, never pay."""

    sheet: str
    row: int
    action: str
    what: str


@dataclass(frozen=True)
class Row:
    """A row whose cells have their kinds: column key to value, None where empty."""

    sheet: str
    number: int
    cells: dict[str, Any]
    headings: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        """Return the cell, or None when the column is absent or empty."""
        return self.cells.get(key)


@dataclass
class Batch:
    """All rows of an import by sheet, with the problems found while reading them."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def of(self, sheet: str) -> list[Row]:
        """Return the rows of a sheet; none when it was not given."""
        return self.rows.get(sheet, [])


@dataclass
class Outcome:
    """What an import did or, in a preview, would do."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    stored: bool = False

    def as_plain(self) -> dict[str, object]:
        """Return the outcome as plain values for JSON."""
        counts = dict.fromkeys(("created", "changed", "ended"), 0)
        for change in self.changes:
            counts[change.action] += 1
        return {
            "stored": self.stored,
            **counts,
            "unchanged": self.unchanged,
            "changes": [vars(change) for change in self.changes],
            "rejected": [vars(problem) for problem in self.problems],
        }


SalaryStep = Callable[[list[Row]], Outcome]
"""Stores the rows of the salaries sheet inside the running transaction.

Each row has ``number``, ``component``, ``amount`` (Decimal), ``currency``,
``starts_on`` and ``ends_on``; it returns changes without figures and problems.
"""
