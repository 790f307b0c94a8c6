"""How much of a period has gone by, and how much of it somebody was in post. Pure.

Dates come from outside. "Through" is the last day that is complete: while a
cycle is open the data-through date, afterwards the cycle's last day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from common.money import round_half_up
from common.periods import Month, Span
from performance.choices import PeriodKind, SpanRule
from performance.scheme_tree import Leaf

POST_PLACES = 4
FIRST_TIER_DAY = 6
"""Before this day of an open month a tier would say nothing."""

_WHOLE = Fraction(1)
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True)
class Elapsed:
    """The part of a leaf's period that is scored.

    ``span`` is the whole part when the month is closed, ``through`` the days so
    far (None before the first complete day), ``pace`` the part of the period's
    target that belongs to ``through``.
    """

    span: Span
    through: Span | None
    pace: Fraction


def period_span(kind: PeriodKind, day: date) -> Span:
    """Return the calendar month, quarter or year that ``day`` falls in."""
    length = _MONTHS[kind]
    first = Month(day.year, (day.month - 1) // length * length + 1)
    return Span(first.first, first.plus(length - 1).last)


def elapsed(leaf: Leaf, *, month: Month, through: date, month_share: Fraction | None = None) -> Elapsed:
    """Return the elapsed part of a leaf in the monthly cycle ``month``.

    ``own_months`` counts the month alone, against ``month_share`` of the period's
    target (left out: equal shares). ``to_date`` counts from the period's start. A
    leaf at the period's end counts the whole period.
    """
    length = _MONTHS[leaf.period]
    start = period_span(leaf.period, month.first).first
    if leaf.span is SpanRule.OWN_MONTHS:
        share = Fraction(1, length) if month_share is None else month_share
        span = month.span
        return Elapsed(span, _until(span, through), share * _part(month, through))
    span = Span(start, month.last)
    months = (month.year - start.year) * 12 + month.number - start.month
    pace = (months + _part(month, through)) / length
    return Elapsed(span, _until(span, through), pace)


def is_due(leaf: Leaf, *, month: Month) -> bool:
    """Say whether a leaf counts in the monthly cycle ``month``."""
    return leaf.span is not SpanRule.PERIOD_END or period_span(leaf.period, month.first).last == month.last


def due_on(leaf: Leaf, *, month: Month) -> date:
    """Return the last day of the leaf's period: the day a leaf at the period's end falls due."""
    return period_span(leaf.period, month.first).last


def _part(month: Month, through: date) -> Fraction:
    """Return the part of the month that is complete: days through over days of the month."""
    return Fraction(max(0, min((through - month.first).days + 1, month.days)), month.days)


def _until(span: Span, through: date) -> Span | None:
    return span.intersect(span.first, through)


def days_in_post(
    span: Span | None, *, in_post: Iterable[tuple[date, date | None]], exempt: Iterable[Span] = ()
) -> int:
    """Count the days of ``span`` in a scored position and not exempted; overlaps count once."""
    if span is None:
        return 0
    held = [part for first, last in in_post if (part := span.intersect(first, last))]
    days = {day for part in held for day in part}
    days.difference_update(day for part in exempt for day in part)
    return len(days)


def post_factor(days: int, of_days: int) -> Decimal:
    """Return days in post over days of the elapsed part, to four decimals half-up.

    Raises ``ValueError`` when there are no days or more days than there can be.
    """
    if not 0 <= days <= of_days or of_days <= 0:
        raise ValueError(f"{days} of {of_days} days cannot be")
    return round_half_up(Fraction(days, of_days), POST_PLACES)


def count_target(target: Decimal, pace: Fraction, post: Decimal) -> Fraction:
    """Return the part of a count's target that holds now: target × pace × days in post, exact."""
    (whole, unit), (days, of_days) = target.as_integer_ratio(), post.as_integer_ratio()
    return Fraction(whole * pace.numerator * days, unit * pace.denominator * of_days)


def opening_stock(
    stock: Decimal, *, days_held: int, period_days: int, share: Fraction = Fraction(1)
) -> Fraction:
    """Return an account's opening stock in proportion to the days and the share it was held.

    A rate over this is a full-period rate, comparable with the target.
    """
    return Fraction(stock) * Fraction(days_held, period_days) * share


def shows_tier(*, month: Month, through: date) -> bool:
    """Say whether enough of an open month has gone by to show a tier."""
    return through >= month.first.replace(day=FIRST_TIER_DAY)
