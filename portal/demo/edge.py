"""What an ad budget has to return for a card to end just beside a tier's edge. Pure.

The other lines of such a card follow from its plans, so the missing one can be
worked out. This is a forecast on planned figures, good to a hundredth or so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from common.periods import Month
from portal.demo.worked import Followers, full_period_loss, reference_months, year_span

WANTED: Mapping[str, Fraction] = {"Y003": Fraction(9020, 100), "Y008": Fraction(8980, 100)}
"""Operators whose last month ends beside the 90.00 between bronze and silver."""
_RETURN_WEIGHT = Fraction(21, 100)
_RETURN_TARGET = 2
_CAP = 150


@dataclass(frozen=True, slots=True)
class Past:
    """An operator's months up to the last one, oldest first, as planned.

    ``depths`` and ``conversions`` are (counted, out of) pairs; ``growth`` and
    ``goal`` are what an account of that size is asked a month and a year.
    """

    months: Sequence[Month]
    followers: Sequence[Followers]
    depths: Sequence[tuple[int, int]]
    conversions: Sequence[tuple[int, int]]
    originals: int
    completion: Fraction
    campaigns: int
    growth: Fraction
    goal: int


def wanted_return(past: Past, *, total: Fraction) -> Fraction:
    """Return gmv net of refunds over spend that brings the card to ``total``."""
    needed = (total - _others(past)) / _RETURN_WEIGHT
    return max(Fraction(0), min(needed, Fraction(_CAP))) * _RETURN_TARGET / 100


def _others(past: Past) -> Fraction:
    last, reference = past.followers[-1], reference_months(past.months)
    quarter = (past.months[-1].number - 1) % 3 + 1
    lines = (
        ("16", Fraction(past.originals, 30)),
        ("10", past.completion / Fraction(7, 10)),
        ("8.4", _against_past(past.depths, reference, Fraction(12, 10))),
        ("5.6", Fraction(past.campaigns, quarter)),
        ("4", Fraction(last.net, last.opening) / past.growth),
        ("8.5", Fraction(last.net * 12, past.goal)),
        ("5", _monthly_loss(past.followers[:reference]) / _monthly_loss([last])),
        ("7.5", _yearly(past, reference)),
        ("14", _against_past(past.conversions, reference, Fraction(13, 10))),
    )
    return sum((Fraction(weight) * _achieved(ratio) / 100 for weight, ratio in lines), Fraction(0))


def _achieved(ratio: Fraction) -> Fraction:
    return max(Fraction(0), min(ratio * 100, Fraction(_CAP)))


def _against_past(pairs: Sequence[tuple[int, int]], reference: int, growth: Fraction) -> Fraction:
    before = Fraction(
        sum(top for top, _ in pairs[:reference]), sum(bottom for _, bottom in pairs[:reference])
    )
    return Fraction(*pairs[-1]) / (before * growth)


def _monthly_loss(months: Sequence[Followers]) -> Fraction:
    return Fraction(sum(m.lost for m in months), sum(m.opening + m.gained for m in months))


def _yearly(past: Past, reference: int) -> Fraction:
    first, span_days = year_span(past.months)
    days = [month.days for month in past.months]
    before = full_period_loss(past.followers[:reference], days=sum(days[:reference]), span_days=span_days)
    return before / full_period_loss(past.followers[first:], days=sum(days[first:]), span_days=span_days)
