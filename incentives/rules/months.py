"""The salary a month's award is taken of: dated components, days in post, part months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from common.money import FEN, round_half_up, to_decimal
from common.periods import ONE_DAY, Month, Span, overlaps
from incentives.choices import SalaryComponent

FACTOR_PLACES = 4
LARGEST_SALARY = Decimal("999999999999.99")


class MixedCurrencies(ValueError):
    """Amounts of different currencies would have been added; ``currencies`` are sorted."""

    def __init__(self, currencies: set[str]) -> None:
        """Keep the currencies."""
        self.currencies = tuple(sorted(currencies))
        super().__init__(f"amounts in {', '.join(self.currencies)} are never added")


@dataclass(frozen=True)
class SalarySpan:
    """One component's amount a month, in force from ``first`` to ``last`` (None: goes on)."""

    component: SalaryComponent
    amount: Decimal
    currency: str
    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse an amount below zero, beyond ten digits, or that is no number."""
        if not 0 <= to_decimal(self.amount) <= LARGEST_SALARY:
            raise ValueError(f"a salary component of {self.amount} is not between 0 and {LARGEST_SALARY}")


@dataclass(frozen=True)
class SalarySegment:
    """Days in a row on which the counted components add up to the same ``monthly`` sum."""

    first: date
    last: date
    monthly: Decimal


@dataclass(frozen=True)
class SalaryBase:
    """What an award of the month is taken of.

    ``rate`` is the monthly salary averaged over the days in post, exact; ``factor`` the
    share of the month in post, four decimals; ``exact`` their product, not rounded.
    """

    rate: Fraction
    factor: Decimal
    days_in_post: int
    days_of_month: int
    currency: str
    segments: tuple[SalarySegment, ...]

    @property
    def exact(self) -> Fraction:
        """Return rate × factor."""
        return self.rate * Fraction(self.factor)


@dataclass(frozen=True)
class NoSalary:
    """Days in post without any counted component on record: how many, and the first."""

    days: int
    first_day: date


def part_month_factor(days_in_post: int, days_of_month: int) -> Decimal:
    """Return the share of the month in post, rounded half-up to four decimals.

    Raises ``ValueError`` unless 0 ≤ ``days_in_post`` ≤ ``days_of_month`` and the month has days.
    """
    if days_of_month <= 0 or not 0 <= days_in_post <= days_of_month:
        raise ValueError(f"{days_in_post} of {days_of_month} days is no part of a month")
    return round_half_up(Fraction(days_in_post, days_of_month), FACTOR_PLACES)


def days_in_post(in_post: Sequence[Span], month: Month) -> list[date]:
    """Return the days of ``month`` covered by any of the spans, in order, each once."""
    return [day for day in month.span if any(day in span for span in in_post)]


def salary_base(
    components: Sequence[SalarySpan],
    month: Month,
    *,
    in_post: Sequence[Span],
    counted: Sequence[SalaryComponent] = tuple(SalaryComponent),
) -> SalaryBase | NoSalary:
    """Return the base of ``month`` from the ``counted`` components in force on the days in post.

    The base is Σ over the days in post of the salary in force ÷ days of the month, written
    as the average salary of those days times the part-month factor, so a raise within the
    month counts from its day. A day in post with no counted component makes the base
    unknown, never smaller. Raises ``MixedCurrencies``, and ``ValueError`` for two amounts
    of one component on one day or for a month without a day in post.
    """
    days = days_in_post(in_post, month)
    if not days:
        raise ValueError(f"nobody was in post in {month}")
    spans = _counted_spans(components, days, counted)
    missing = [day for day in days if not any(_in_force(span, day) for span in spans)]
    if missing:
        return NoSalary(days=len(missing), first_day=missing[0])
    segments = _segments(spans, days)
    paid_days = sum(
        (Fraction(part.monthly) * Span(part.first, part.last).days for part in segments), Fraction(0)
    )
    return SalaryBase(
        rate=paid_days / len(days),
        factor=part_month_factor(len(days), month.days),
        days_in_post=len(days),
        days_of_month=month.days,
        currency=spans[0].currency,
        segments=segments,
    )


def _counted_spans(
    components: Sequence[SalarySpan], days: Sequence[date], counted: Sequence[SalaryComponent]
) -> list[SalarySpan]:
    spans = [
        span
        for span in components
        if span.component in counted and overlaps(span.first, span.last, days[0], days[-1])
    ]
    _refuse_doubles(spans)
    currencies = {span.currency for span in spans}
    if len(currencies) > 1:
        raise MixedCurrencies(currencies)
    return spans


def _refuse_doubles(spans: Sequence[SalarySpan]) -> None:
    for index, span in enumerate(spans):
        for other in spans[index + 1 :]:
            if span.component is not other.component:
                continue
            if overlaps(span.first, span.last, other.first, other.last):
                raise ValueError(f"two amounts of {span.component} are in force from {other.first}")


def _in_force(span: SalarySpan, day: date) -> bool:
    return span.first <= day and (span.last is None or day <= span.last)


def _segments(spans: Sequence[SalarySpan], days: Sequence[date]) -> tuple[SalarySegment, ...]:
    segments: list[SalarySegment] = []
    for day in days:
        in_force = (span.amount for span in spans if _in_force(span, day))
        monthly = round_half_up(sum(in_force, Decimal(0)), FEN)
        last = segments[-1] if segments else None
        if last and last.monthly == monthly and last.last + ONE_DAY == day:
            segments[-1] = SalarySegment(last.first, day, last.monthly)
        else:
            segments.append(SalarySegment(day, day, monthly))
    return tuple(segments)
