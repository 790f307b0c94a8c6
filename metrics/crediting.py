"""From sums per holding to measured figures per person. Pure, in whole numbers.

A holding is one account period of one person. Sums are whole units of the fields'
last decimal place and shares are ten-thousandths of a per cent, so both sides of
a measure stay whole numbers over one known denominator and are divided once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from common.money import round_ratio
from metrics.choices import Aggregation, Credit, Gap
from metrics.definitions import MeasureDefinition

FULL_SHARE = 1_000_000
VALUE_PLACES = 10
COVERAGE_PLACES = 4
OVER_STOCK = (Aggregation.OVER_OPENING_STOCK, Aggregation.LOSS)


class Holding(NamedTuple):
    """Who held which account from when to when, clipped to what is asked; ``share`` of ``FULL_SHARE``."""

    holding: int
    employee: int
    account: int
    platform: str
    first: date
    last: date
    share: int


class FlowSums(NamedTuple):
    """Both sides of a holding's counted days and how many these are."""

    numerator: int
    denominator: int
    present: int


class CohortSums(NamedTuple):
    """Both sides of a holding's counted videos, how many these are and how many were read late.

    ``missed`` are the plays of the videos that lack a side, ``lacking`` how many these are.
    """

    numerator: int
    denominator: int
    counted: int
    late: int
    missed: int
    lacking: int


class Measured(NamedTuple):
    """What was measured for one person.

    ``value`` is NULL with a ``reason``, or exact to ten decimals. ``numerator`` and
    ``denominator`` are after shares. ``volume`` is what minimum volumes compare:
    the denominator, or the whole opening stock. ``platforms`` holds the two sides
    per platform; ``incomplete`` says that cells were missing though enough remained.
    """

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    reason: Gap | None = None
    coverage: Decimal | None = None
    videos: int = 0
    volume: Decimal | None = None
    platforms: tuple[tuple[str, Decimal, Decimal], ...] = ()
    incomplete: bool = False
    late_readings: int = 0


class _Person:
    """What one person's holdings add up to, over the denominators of ``_Scales``."""

    __slots__ = (
        "denominator", "expected", "lacking", "late", "numerator", "platforms", "present", "videos", "volume",
    )  # fmt: skip

    def __init__(self) -> None:
        self.numerator = self.denominator = self.volume = 0
        self.present = self.expected = self.videos = self.late = 0
        self.platforms: dict[str, tuple[int, int]] = {}
        self.lacking: Gap | None = None

    def add(self, platform: str, numerator: int, denominator: int) -> None:
        self.numerator += numerator
        self.denominator += denominator
        top, bottom = self.platforms.get(platform, (0, 0))
        self.platforms[platform] = (top + numerator, bottom + denominator)


@dataclass(frozen=True)
class _Scales:
    """What the whole numbers of a person's sides and volume are over."""

    numerator: int
    denominator: int
    volume: int


_NO_DAYS = FlowSums(0, 0, 0)
_NO_VIDEOS = CohortSums(0, 0, 0, 0, 0, 0)


def flow_figures(
    definition: MeasureDefinition,
    holdings: Iterable[Holding],
    sums: Mapping[int, FlowSums],
    *,
    period_days: int,
    stocks: Mapping[int, int] | None = None,
    gaps: Mapping[int, Gap] | None = None,
) -> dict[int, Measured]:
    """Measure dated facts per employee.

    ``period_days`` is the length of the leaf's whole period: an opening stock
    counts by days held ÷ period days, which makes the rate a full-period rate.
    ``stocks`` are the opening stocks by holding; days of a holding without one do
    not count. ``gaps`` names, per account, why cells are missing.
    """
    over_stock = definition.aggregation in OVER_STOCK
    unit = 10**definition.denominator_places
    bottom_scale = unit * FULL_SHARE * (period_days if over_stock else 1)
    scales = _Scales(
        10**definition.numerator_places * FULL_SHARE, bottom_scale, FULL_SHARE if over_stock else bottom_scale
    )
    people: dict[int, _Person] = {}
    for holding in holdings:
        person = people.get(holding.employee)
        if person is None:
            person = people[holding.employee] = _Person()
        days = (holding.last - holding.first).days + 1
        known = sums.get(holding.holding, _NO_DAYS)
        if stocks is not None and holding.holding not in stocks:
            known = _NO_DAYS
        person.expected += days
        person.present += known.present
        if known.present < days and person.lacking is None:
            person.lacking = (gaps or {}).get(holding.account, Gap.NOT_SUPPLIED)
        if known.present == 0:
            continue
        share = FULL_SHARE if definition.credit == Credit.FULL else holding.share
        bottom = volume = known.denominator
        if over_stock:
            volume = (stocks or {})[holding.holding]
            bottom = bottom * period_days + volume * days * unit
        person.add(holding.platform, known.numerator * share, bottom * share)
        person.volume += volume * share
    return {employee: _finish(definition, scales, person) for employee, person in people.items()}


def cohort_figures(
    definition: MeasureDefinition,
    holdings: Iterable[Holding],
    sums: Mapping[int, CohortSums],
    *,
    listed: Mapping[int, bool],
    gaps: Mapping[int, Gap] | None = None,
) -> dict[int, Measured]:
    """Measure the videos published in the span, per employee.

    ``listed`` says, per account, whether a list of its works reaches past the
    span. Without it the account's figure is missing: not zero. Coverage is the
    part of the cohort's plays that has both sides; for a count, the part of the
    accounts that is listed.
    """
    bottom_scale = 10**definition.denominator_places * FULL_SHARE
    scales = _Scales(10**definition.numerator_places * FULL_SHARE, bottom_scale, bottom_scale)
    counting = definition.aggregation == Aggregation.COUNT
    people: dict[int, _Person] = {}
    for holding in holdings:
        person = people.get(holding.employee)
        if person is None:
            person = people[holding.employee] = _Person()
        known = sums.get(holding.holding, _NO_VIDEOS)
        weight = 1 if counting else known.denominator + known.missed
        is_listed = listed.get(holding.account, False)
        if (known.lacking or not is_listed) and person.lacking is None:
            person.lacking = (gaps or {}).get(holding.account, Gap.NOT_SUPPLIED)
        if not is_listed:
            person.expected += max(1, weight)
            continue
        person.expected += weight
        person.present += 1 if counting else known.denominator
        share = FULL_SHARE if definition.credit == Credit.FULL else holding.share
        person.add(holding.platform, known.numerator * share, known.denominator * share)
        person.volume += known.denominator * share
        person.videos += known.counted
        person.late += known.late
    return {employee: _finish(definition, scales, person) for employee, person in people.items()}


def _finish(definition: MeasureDefinition, scales: _Scales, person: _Person) -> Measured:
    """Divide once, or say why there is no figure beside everything that is known."""
    counting = definition.aggregation in (Aggregation.COUNT, Aggregation.SUM)
    if person.expected == 0 or person.present == 0:
        return Measured(None, reason=person.lacking or Gap.NO_BASE)
    top = round_ratio(person.numerator, scales.numerator, VALUE_PLACES)
    bottom = round_ratio(person.denominator, scales.denominator, VALUE_PLACES)
    coverage = _coverage(person.present, person.expected)
    value, reason = None, None
    if coverage < definition.minimum_coverage:
        reason = person.lacking or Gap.INCOMPLETE
    elif counting:
        value = top
    elif person.denominator <= 0:
        reason = Gap.NO_BASE
    else:
        value = round_ratio(
            person.numerator * scales.denominator, scales.numerator * person.denominator, VALUE_PLACES
        )
    return Measured(
        value,
        top,
        None if counting else bottom,
        reason,
        coverage,
        person.videos,
        None if counting else _volume(scales, person, bottom),
        _platforms(scales, person, top, bottom),
        value is not None and person.present < person.expected,
        person.late,
    )


@lru_cache(maxsize=4096)
def _coverage(present: int, expected: int) -> Decimal:
    return round_ratio(present, expected, COVERAGE_PLACES)


def _volume(scales: _Scales, person: _Person, bottom: Decimal) -> Decimal:
    """Return the volume, which is the denominator itself but for measures over a stock."""
    if (person.volume, scales.volume) == (person.denominator, scales.denominator):
        return bottom
    return round_ratio(person.volume, scales.volume, VALUE_PLACES)


def _platforms(
    scales: _Scales, person: _Person, top: Decimal, bottom: Decimal
) -> tuple[tuple[str, Decimal, Decimal], ...]:
    """Return both sides per platform; on a single one they are the person's own."""
    if len(person.platforms) == 1:
        return ((next(iter(person.platforms)), top, bottom),)
    return tuple(
        (
            name,
            round_ratio(numerator, scales.numerator, VALUE_PLACES),
            round_ratio(denominator, scales.denominator, VALUE_PLACES),
        )
        for name, (numerator, denominator) in sorted(person.platforms.items())
    )
