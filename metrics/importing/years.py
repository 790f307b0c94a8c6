"""Days without a year: which year each row of a column is in. Pure.

The rows run forward or backward through at most one New Year; the as-of date
says where they end. Where two readings fit about as well, nothing is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from metrics.importing.messages import ImportRefused

_YEAR, _HALF = 372, 186
"""Months counted as 31 days: what matters is which is longer."""
_CLOSE = 46
"""Rows of days this near to each other are a series with gaps; farther ones may be anything."""
_FEWEST_IN_ORDER = 6
"""Fewer works than this lie in the order of a year round by chance: any three of them do."""


@dataclass(frozen=True, slots=True)
class Yearless:
    """A day of some year, with the local time of day when the file gives one."""

    month: int
    day: int
    clock: time | None

    @property
    def mark(self) -> tuple[int, int]:
        """Return month and day, which order days within a year."""
        return self.month, self.day


def place_in_years(
    marks: Sequence[Yearless], *, rows: Sequence[int], shown: Sequence[str], file: str, last: date,
    listed: bool,
) -> list[date]:  # fmt: skip
    """Return the day of each mark, the latest of them on or before ``last``.

    ``rows`` and ``shown`` are row numbers and cells for messages; ``listed`` says
    that the rows are works and not successive days. Raises
    ``ImportRefused`` when the rows do not run through at most one New Year, when
    they may run in two ways, or when a day does not exist in its year.
    """
    offsets = _offsets(marks, rows, file)
    many = len({one.mark for one in marks}) >= _FEWEST_IN_ORDER
    if not (listed and many) and max(_steps(marks, offsets), default=0) > _HALF:
        raise ImportRefused("year_unclear", file=file, row=rows[_longest_step(marks, offsets)])
    if listed and max(offsets) and not many:
        raise ImportRefused(
            "year_open", file=file, row=rows[_first_unlike(offsets, [offsets[0]] * len(rows))]
        )
    latest = max(zip(offsets, (one.mark for one in marks), strict=True))
    fits = latest[1] <= (last.month, last.day)
    base = (last.year if fits else last.year - 1) - latest[0]
    days = []
    for index, (one, offset) in enumerate(zip(marks, offsets, strict=True)):
        try:
            days.append(date(base + offset, one.month, one.day))
        except ValueError:
            raise ImportRefused(
                "day_not_in_year", file=file, value=shown[index], row=rows[index], year=base + offset
            ) from None
    return days


def _offsets(marks: Sequence[Yearless], rows: Sequence[int], file: str) -> list[int]:
    """Return 0 for rows before the New Year in the column and 1 after it."""
    forward, fault = _run(marks)
    backward = _run(marks[::-1])[0][::-1]
    fitting = [offsets for offsets in (forward, backward) if _is_one_run(marks, offsets)]
    if not fitting:
        raise ImportRefused("year_unclear", file=file, row=rows[fault])
    best = min(fitting, key=lambda offsets: _extent(marks, offsets))
    for other in (offsets for offsets in fitting if offsets != best):
        # A few rows far apart fit both ways; a run of days is far shorter one way than the other.
        if 2 * _extent(marks, best) > _extent(marks, other) or max(_steps(marks, best)) > _CLOSE:
            raise ImportRefused("year_open", file=file, row=rows[_first_unlike(best, other)])
    return best


def _first_unlike(one: Sequence[int], other: Sequence[int]) -> int:
    return next(index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])


def _is_one_run(marks: Sequence[Yearless], offsets: Sequence[int]) -> bool:
    """Say whether the rows cover at most a year and cross at most one New Year, in steps under half a year.

    A single row out of place would otherwise look like a New Year.
    """
    if max(offsets) > 1 or _extent(marks, offsets) > _YEAR:
        return False
    return max(offsets) == 0 or max(_steps(marks, offsets)) <= _HALF


def _longest_step(marks: Sequence[Yearless], offsets: Sequence[int]) -> int:
    """Return the index of the row behind the longest step: a New Year in rows out of order looks like one."""
    steps = _steps(marks, offsets)
    return steps.index(max(steps)) + 1


def _steps(marks: Sequence[Yearless], offsets: Sequence[int]) -> list[int]:
    return [abs(later - earlier) for earlier, later in pairwise(_places(marks, offsets))]


def _run(marks: Sequence[Yearless]) -> tuple[list[int], int]:
    offsets, offset, fault = [], 0, 0
    for index, one in enumerate(marks):
        if index and one.mark < marks[index - 1].mark:
            offset += 1
            fault = index if offset == 2 else fault
        offsets.append(offset)
    return offsets, fault


def _extent(marks: Sequence[Yearless], offsets: Sequence[int]) -> int:
    places = _places(marks, offsets)
    return max(places) - min(places)


def _places(marks: Sequence[Yearless], offsets: Sequence[int]) -> list[int]:
    return [offset * _YEAR + one.month * 31 + one.day for one, offset in zip(marks, offsets, strict=True)]
