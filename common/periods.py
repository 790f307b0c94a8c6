"""Days, months and spans: plain calendar arithmetic. Pure.

Every span is closed: ``first`` and ``last`` both belong to it. An open end is
``None`` and means "goes on".
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """A closed range of days, ``first`` ≤ ``last``."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a span that ends before it starts."""
        if self.last < self.first:
            raise ValueError(f"{self.first} … {self.last} ends before it starts")

    @property
    def days(self) -> int:
        """Return the number of days, both ends included."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        """Say whether ``day`` belongs to the span."""
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        """Yield each day in order."""
        return (self.first + timedelta(days=offset) for offset in range(self.days))

    def intersect(self, first: date, last: date | None) -> "Span | None":
        """Return the part shared with ``first … last`` (open when None), or None."""
        start = max(self.first, first)
        end = self.last if last is None else min(self.last, last)
        return Span(start, end) if start <= end else None


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that ``day`` falls in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2026-08``. Raises ``ValueError`` for anything else."""
        moment = datetime.strptime(text, "%Y-%m")
        return cls(moment.year, moment.month)

    @property
    def first(self) -> date:
        """Return the first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Return the last day."""
        return date(self.year, self.number, self.days)

    @property
    def days(self) -> int:
        """Return the number of days."""
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def span(self) -> Span:
        """Return the month as a span."""
        return Span(self.first, self.last)

    def plus(self, months: int) -> "Month":
        """Return the month ``months`` later (earlier when negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        """Return ``2026-08``."""
        return f"{self.year:04d}-{self.number:02d}"


def business_day(moment: datetime, zone: str) -> date:
    """Return the company's calendar day that an aware instant falls in.

    Days are half-open in time: midnight belongs to the day that begins.
    Raises ``ValueError`` for a naive instant.
    """
    if moment.tzinfo is None:
        raise ValueError("the instant has no zone")
    return moment.astimezone(ZoneInfo(zone)).date()


def overlaps(first: date, last: date | None, other_first: date, other_last: date | None) -> bool:
    """Say whether two closed ranges with possibly open ends share a day."""
    return (last is None or other_first <= last) and (other_last is None or first <= other_last)


def plus_working_days(day: date, count: int, *, holidays: frozenset[date] = frozenset()) -> date:
    """Return the day ``count`` working days after ``day`` (Monday to Friday, no holidays)."""
    while count > 0:
        day += ONE_DAY
        if day.weekday() < 5 and day not in holidays:
            count -= 1
    return day
