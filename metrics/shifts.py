"""Whether a series of days is a stored one moved by a day. Pure.

Platforms and spreadsheet programs move the label of a day now and then: the
figures stay and every date is one later or one earlier. Stored as they are, such
a file would restate a whole month. Only equal values tell of it: a day that was
cut at another hour has other values and is an ordinary restatement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from itertools import pairwise
from typing import TypeVar

MIN_RUN = 5
"""So many days in a row must agree once they are moved."""

MIN_DISTINCT = 4
"""So many different values other than zero must be among them."""

MOST = (4, 5)
"""That part of the days that can be compared must agree once moved, and less than half as they stand."""

Value = TypeVar("Value")


class Shift(IntEnum):
    """By how many days the new labels lie after the stored ones."""

    EARLIER = -1
    LATER = 1


@dataclass(frozen=True, slots=True)
class Shifted:
    """A field whose new days are the stored ones, moved; ``days`` are the new labels that agree."""

    field: str
    shift: Shift
    days: tuple[date, ...]


def shift_of(
    stored: Mapping[date, Value], new: Mapping[date, Value]
) -> tuple[Shift, tuple[date, ...]] | None:
    """Return by how much the new days lie beside the stored ones, and which agree; None when they do not.

    ``None`` values are days without a value. See the constants for what is asked. A
    series that grows by the same step every day agrees with itself moved whatever
    happened to it, so its steps must differ.
    """
    for shift in (Shift.LATER, Shift.EARLIER):
        agreeing = _agreeing(stored, new, shift)
        if agreeing is not None:
            return shift, agreeing
    return None


def _agreeing(
    stored: Mapping[date, Value], new: Mapping[date, Value], shift: Shift
) -> tuple[date, ...] | None:
    step = timedelta(days=int(shift))
    known = sorted(day for day, value in new.items() if value is not None)
    moved = [day for day in known if stored.get(day - step) is not None]
    agreeing = tuple(day for day in moved if new[day] == stored[day - step])
    part, whole = MOST
    if not agreeing or len(agreeing) * whole < part * len(moved):
        return None
    if not any(_tells(run, new) for run in _runs(agreeing)):
        return None
    in_place = [day for day in known if stored.get(day) is not None]
    same = sum(new[day] == stored[day] for day in in_place)
    return agreeing if 2 * same < len(in_place) else None


def _runs(days: tuple[date, ...]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _tells(run: list[date], new: Mapping[date, Value]) -> bool:
    values = [new[day] for day in run]
    steps = {second - first for first, second in pairwise(values)}  # type: ignore[operator]
    return (
        len(run) >= MIN_RUN and len({value for value in values if value}) >= MIN_DISTINCT and len(steps) > 1
    )


def shifted_field(
    stored: Mapping[str, Mapping[date, Value]], new: Mapping[str, Mapping[date, Value]]
) -> Shifted | None:
    """Return the field that shows most plainly that the new days are moved, None when no field does.

    Fields are series by name. The one with the most agreeing days speaks, the first by
    name among equals.
    """
    found = []
    for field in sorted(new):
        answer = shift_of(stored.get(field, {}), new[field])
        if answer is not None:
            found.append(Shifted(field, *answer))
    return max(found, key=lambda one: len(one.days), default=None)
