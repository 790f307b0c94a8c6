"""Days, months and spans."""

from datetime import UTC, date, datetime

import pytest

from common.periods import Month, Span, business_day, overlaps, plus_working_days


@pytest.mark.parametrize(
    ("month", "days"), [("2026-02", 28), ("2028-02", 29), ("2026-04", 30), ("2026-12", 31)]
)
def test_months_have_their_days(month, days):
    found = Month.parse(month)
    assert (found.days, found.span.days, str(found)) == (days, days, month)


def test_months_run_over_the_year():
    assert Month(2026, 11).plus(3) == Month(2027, 2)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2026, 1).plus(-13) == Month(2024, 12)


@pytest.mark.parametrize("text", ["2026", "2026-13", "x", "26-1", ""])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 8, 31, 15, 30, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2026, 8, 31, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 8, 31)),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 8, 31, 16, 30, tzinfo=UTC), date(2026, 9, 1)),
    ],
)
def test_an_instant_falls_into_one_company_day(moment, day):
    assert business_day(moment, "Asia/Shanghai") == day


def test_days_of_23_and_25_hours_are_days():
    zone = "America/Los_Angeles"
    assert business_day(datetime(2026, 3, 8, 8, 0, tzinfo=UTC), zone) == date(2026, 3, 8)
    assert business_day(datetime(2026, 3, 9, 6, 59, tzinfo=UTC), zone) == date(2026, 3, 8)
    assert business_day(datetime(2026, 11, 2, 7, 59, tzinfo=UTC), zone) == date(2026, 11, 1)


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError):
        business_day(datetime(2026, 8, 31), "Asia/Shanghai")


def test_a_span_is_closed_at_both_ends():
    span = Span(date(2026, 8, 1), date(2026, 8, 31))
    assert date(2026, 8, 31) in span
    assert date(2026, 9, 1) not in span
    assert len(list(span)) == span.days == 31
    assert span.intersect(date(2026, 8, 20), None) == Span(date(2026, 8, 20), date(2026, 8, 31))
    assert span.intersect(date(2026, 9, 1), None) is None
    with pytest.raises(ValueError):
        Span(date(2026, 8, 2), date(2026, 8, 1))


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ((date(2026, 8, 11), None), False),
        ((date(2026, 8, 10), None), True),
        ((date(2026, 7, 1), date(2026, 7, 31)), False),
        ((date(2026, 7, 1), date(2026, 8, 1)), True),
    ],
)
def test_ranges_overlap_when_they_share_a_day(other, shared):
    mine = (date(2026, 8, 1), date(2026, 8, 10))
    assert overlaps(*mine, *other) is shared
    assert overlaps(*other, *mine) is shared


def test_working_days_leave_weekends_and_holidays_out():
    friday = date(2026, 10, 30)
    assert plus_working_days(friday, 1) == date(2026, 11, 2)
    assert plus_working_days(friday, 0) == friday
    assert plus_working_days(friday, 1, holidays=frozenset({date(2026, 11, 2)})) == date(2026, 11, 3)
