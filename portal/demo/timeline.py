"""Which months the demonstration covers and when its files were exported. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from common.periods import ONE_DAY, Month, Span

PAST_MONTHS = 6
SETTLED_AFTER = timedelta(days=3)
"""A month's list of works is exported this long after its last day."""
LIST_EVERY = 6
"""In the running month the list of works is exported every so many days."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Six past months, oldest first, and the running one, as seen on the morning of ``today``."""

    today: date

    @property
    def past(self) -> tuple[Month, ...]:
        """Return the six past months, oldest first."""
        return tuple(self.running.plus(back - PAST_MONTHS) for back in range(PAST_MONTHS))

    @property
    def running(self) -> Month:
        """Return the month that ``today`` falls in."""
        return Month.of(self.today)

    @property
    def months(self) -> tuple[Month, ...]:
        """Return the past months and the running one."""
        return (*self.past, self.running)

    @property
    def start(self) -> date:
        """Return the first day that anything is told of."""
        return self.past[0].first

    @property
    def last_month(self) -> Month:
        """Return the month that is in review."""
        return self.past[-1]

    @property
    def through(self) -> date:
        """Return the last complete day: yesterday."""
        return self.today - ONE_DAY

    def settled_on(self, month: Month) -> date:
        """Return the day a past month's files were exported, never after ``today``."""
        return min(month.last + SETTLED_AFTER, self.today)

    def nights(self) -> tuple[date, ...]:
        """Return the days of the running month that are over."""
        first = self.running.first
        return tuple(Span(first, self.through)) if self.through >= first else ()

    def list_days(self) -> tuple[date, ...]:
        """Return the days on which lists of works were exported, oldest first."""
        settled = {self.settled_on(month) for month in self.past}
        running = {
            day for day in self.nights() if day.day > SETTLED_AFTER.days and (day.day - 3) % LIST_EVERY == 0
        }
        return tuple(sorted(settled | running | {self.today}))
