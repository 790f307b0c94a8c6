"""Granted units over time. Units are counted, never valued, and never added to cash."""

import calendar
from dataclasses import dataclass
from datetime import date

from common.periods import Month
from incentives.rules.document import VestingTerms

FOUR_YEARS = VestingTerms()
"""Four years, nothing in the first, then month by month."""


@dataclass(frozen=True)
class Vesting:
    """Units that become owned on ``day``, and how many then are in all."""

    day: date
    units: int
    vested: int


@dataclass(frozen=True)
class VestingPosition:
    """How a grant stands on a day; the three numbers add up to the grant."""

    vested: int
    unvested: int
    forfeited: int


def vesting_schedule(
    *, units: int, granted_on: date, terms: VestingTerms = FOUR_YEARS
) -> tuple[Vesting, ...]:
    """Return every vesting of a grant in order; the units add up to ``units``.

    Nothing vests before the cliff, on the cliff what the months so far have earned, then
    a step every ``terms.every_months`` months. Whole units only: a step vests what has
    been earned so far, cut down, less what has vested. Raises ``ValueError`` for units
    below one or terms that do not fit together.
    """
    if units < 1:
        raise ValueError(f"a grant of {units} units is none")
    _check(terms)
    schedule: list[Vesting] = []
    vested = 0
    for months in range(terms.cliff_months or terms.every_months, terms.months + 1, terms.every_months):
        earned = units * months // terms.months
        if earned > vested:
            schedule.append(Vesting(months_after(granted_on, months), earned - vested, earned))
            vested = earned
    return tuple(schedule)


def vesting_position(
    *,
    units: int,
    granted_on: date,
    on: date,
    left_on: date | None = None,
    terms: VestingTerms = FOUR_YEARS,
) -> VestingPosition:
    """Return what is vested, unvested and forfeited at the end of the day ``on``.

    ``left_on`` is the last day in post: what has not vested by then is forfeited after it.
    """
    left = left_on is not None and left_on < on
    until = min(on, left_on) if left_on else on
    schedule = vesting_schedule(units=units, granted_on=granted_on, terms=terms)
    vested = sum(step.units for step in schedule if step.day <= until)
    rest = units - vested
    return VestingPosition(vested=vested, unvested=0 if left else rest, forfeited=rest if left else 0)


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, or that month's last day if it is shorter."""
    month = Month.of(day).plus(months)
    return date(month.year, month.number, min(day.day, calendar.monthrange(month.year, month.number)[1]))


def _check(terms: VestingTerms) -> None:
    if terms.months < 1 or terms.every_months < 1 or not 0 <= terms.cliff_months <= terms.months:
        raise ValueError(f"{terms} do not fit together")
    if (terms.months - terms.cliff_months) % terms.every_months:
        raise ValueError(f"{terms}: the steps after the cliff do not end with the last month")
