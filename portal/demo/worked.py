"""The one card that is known to the cent: the worked example of ``docs/algorithms/scoring.md``. Pure.

Two of its lines hang on the past. The reference loss is that of the reference
months; the loss since 1 January has to meet the same reference over its own
span. ``follower_path`` finds the whole numbers that make both come true for any
calendar position of the six months.

The reference months are those of the year before when at least three of the six
lie there, else the first three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from common.periods import Month
from portal.demo.exact import nearest, spread
from portal.demo.timeline import PAST_MONTHS as PAST

ORIGINALS = 27
COMPLETION = Fraction(665, 1000)
DEPTH, DEPTH_BEFORE = Fraction(228, 10000), Fraction(200, 10000)
NET_FOLLOWERS = 65_000
OPENING = 1_413_043
LOSS, LOSS_BEFORE = Fraction(3003, 100000), Fraction(3, 100)
ROI = Fraction(26, 10)
CONVERSION, CONVERSION_BEFORE = Fraction(234, 10000), Fraction(200, 10000)
GROWTH_TARGET = "0.04"
TOTAL = "101.11"
_GROWTH = tuple(Fraction(thousandths, 1000) for thousandths in (1004, 1007, 1003, 1010, 1015))
"""How the five months before the last one grow."""
ENOUGH_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Followers:
    """One month of an account: total before its first day, gained and lost in it."""

    opening: int
    gained: int
    lost: int

    @property
    def net(self) -> int:
        """Return gained less lost."""
        return self.gained - self.lost


def full_period_loss(months: Sequence[Followers], *, days: int, span_days: int) -> Fraction:
    """Return lost / (opening stock × days held / days of the span + gained) of consecutive months."""
    stock = Fraction(months[0].opening * days, span_days)
    return Fraction(sum(month.lost for month in months)) / (stock + sum(month.gained for month in months))


def year_span(months: Sequence[Month]) -> tuple[int, int]:
    """Return (index of the first of ``months`` in the last one's year, days from 1 January to the end)."""
    last = months[-1]
    first = next(index for index, month in enumerate(months) if month.year == last.year)
    return first, (last.last - Month(last.year, 1).first).days + 1


def reference_months(months: Sequence[Month]) -> int:
    """Return how many of the six months, from the oldest on, the last one is held against."""
    year_before = sum(month.year < months[-1].year for month in months[:-1])
    return year_before if year_before >= ENOUGH_MONTHS else ENOUGH_MONTHS


def follower_path(months: Sequence[Month]) -> tuple[Followers, ...]:
    """Return the six months of the worked example, oldest first.

    Pooled monthly loss of the reference months is 3.000 %, of the last 3.003 %,
    the last gains 65 000 net on 1 413 043, and the loss since 1 January equals the
    reference loss over a span as long.
    """
    first_in_year, _ = year_span(months)
    path = _Path(months, reference_months(months))
    return path.by_opening() if first_in_year == len(months) - 1 else path.by_lost()


def _stocks() -> list[int]:
    """Return the totals at the start of each month and after the last."""
    stocks = [OPENING, OPENING + NET_FOLLOWERS]
    for growth in reversed(_GROWTH):
        stocks.insert(0, nearest(stocks[0] / growth))
    return stocks


def _month(stocks: Sequence[int], index: int, lost: int) -> Followers:
    return Followers(stocks[index], stocks[index + 1] - stocks[index] + lost, lost)


def _lost_at(rate: Fraction, closing: int) -> int:
    """Return what is lost when lost / (opening + gained) is ``rate``: opening + gained = closing + lost."""
    return nearest(rate * closing / (1 - rate))


@dataclass(frozen=True)
class _Path:
    """The search: ``count`` months are the reference, those after it up to the last are free."""

    months: Sequence[Month]
    count: int

    def by_lost(self) -> tuple[Followers, ...]:
        """Choose what the free months lose, as far as they belong to the year."""
        stocks = _stocks()
        first, span_days = year_span(self.months)
        reference, last = self._reference(stocks), self._last(stocks)
        target = self._reference_loss(reference)
        free = [index for index in range(self.count, PAST - 1) if index >= first]
        known = [*reference[first:], last]
        held = sum(month.days for month in self.months[first:])
        base = Fraction(stocks[first] * held, span_days) + sum(month.gained for month in known)
        risen = sum(stocks[index + 1] - stocks[index] for index in free)
        lost = nearest((target * (base + risen) - sum(month.lost for month in known)) / (1 - target))
        parts = dict(zip(free, spread(lost, [1.0] * len(free)), strict=True))
        middle = [
            _month(stocks, index, parts.get(index, _lost_at(LOSS_BEFORE, stocks[index + 1])))
            for index in range(self.count, PAST - 1)
        ]
        return (*reference, *middle, last)

    def by_opening(self) -> tuple[Followers, ...]:
        """Choose how the account moved before, since only the last month belongs to the year."""
        _, span_days = year_span(self.months)
        last = self._last(_stocks())
        wanted = full_period_loss([last], days=self.months[-1].days, span_days=span_days)
        low, high = OPENING // 2, OPENING * 2
        while high - low > 1:
            middle = (low + high) // 2
            # A higher start weighs more in the sum of the months than in the one stock of the span.
            rises = self._reference_loss(self._reference(self._slope(middle))) > wanted
            low, high = (middle, high) if rises else (low, middle)
        stocks = self._slope(low)
        return (*self._reference(stocks), last)

    def _slope(self, start: int) -> list[int]:
        step = Fraction(OPENING - start, self.count)
        return [
            *(nearest(start + place * step) for place in range(self.count)),
            OPENING,
            OPENING + NET_FOLLOWERS,
        ]

    def _reference(self, stocks: Sequence[int]) -> list[Followers]:
        """Share out the lost followers so that the pooled loss of the reference months is the stated one."""
        opening = list(stocks[: self.count])
        risen = stocks[self.count] - stocks[0]
        lost = nearest(LOSS_BEFORE * (sum(opening) + risen) / (1 - LOSS_BEFORE))
        return [
            _month(stocks, index, part)
            for index, part in enumerate(spread(lost, [float(s) for s in opening]))
        ]

    def _last(self, stocks: Sequence[int]) -> Followers:
        return _month(stocks, len(stocks) - 2, _lost_at(LOSS, stocks[-1]))

    def _reference_loss(self, reference: Sequence[Followers]) -> Fraction:
        _, span_days = year_span(self.months)
        days = sum(month.days for month in self.months[: self.count])
        return full_period_loss(reference, days=days, span_days=span_days)
