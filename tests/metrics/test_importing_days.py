"""Columns of days: exact dates, years inferred, orders found or asked for."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.importing.days import Moment, read_days
from metrics.importing.messages import BadValue, ImportRefused
from metrics.importing.months import MONTHS, fold

TODAY = date(2026, 11, 23)


def read(cells, *, as_of=None, day_first=None):
    rows = list(range(2, len(cells) + 2))
    return read_days(cells, rows=rows, file="f.csv", as_of=as_of, day_first=day_first, today=TODAY)


def days(cells, **options):
    return [moment.day for moment in read(cells, **options).moments]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-05", Moment(date(2026, 3, 5))),
        ("2026/3/5", Moment(date(2026, 3, 5))),
        ("2026.03.05", Moment(date(2026, 3, 5))),
        ("20260305", Moment(date(2026, 3, 5))),
        ("2026年3月5日", Moment(date(2026, 3, 5))),
        ("2026年03月25日09时49分34秒", Moment(date(2026, 3, 25), time(9, 49, 34))),
        ("2026-03-05 08:07:06", Moment(date(2026, 3, 5), time(8, 7, 6))),
        ("2026-03-05T08:07", Moment(date(2026, 3, 5), time(8, 7))),
        ("2026-03-05 00:00:00", Moment(date(2026, 3, 5), time(0, 0))),
        ("Mar 5, 2026", Moment(date(2026, 3, 5))),
        ("5 de marzo de 2026", Moment(date(2026, 3, 5))),
        ("5 марта 2026 г.", Moment(date(2026, 3, 5))),
        (date(2026, 3, 5), Moment(date(2026, 3, 5))),
        (datetime(2026, 3, 5), Moment(date(2026, 3, 5))),
        (datetime(2026, 3, 5, 8, 7, 6), Moment(date(2026, 3, 5), time(8, 7, 6))),
        (datetime(2026, 3, 5, 9, 59, 59, 999_900), Moment(date(2026, 3, 5), time(10))),
        (46086.0, Moment(date(2026, 3, 5))),
        (46086.5, Moment(date(2026, 3, 5), time(12))),
        ("05.03.2026", Moment(date(2026, 3, 5))),
        ("2026. 3. 5.", Moment(date(2026, 3, 5))),
        ("1º de maio de 2026", Moment(date(2026, 5, 1))),
        ("25 ก.ย. 2569", Moment(date(2026, 9, 25))),
        ("25 กันยายน 2026", Moment(date(2026, 9, 25))),
        ("03/27/2026, 06:08", Moment(date(2026, 3, 27), time(6, 8))),
        ("3/27/2026 12:08 AM", Moment(date(2026, 3, 27), time(0, 8))),
        ("Mar 5, 2026 2:05 p.m.", Moment(date(2026, 3, 5), time(14, 5))),
        ("25/03/2026", Moment(date(2026, 3, 25))),
        ("03/25/26", Moment(date(2026, 3, 25))),
        ("", None),
        ("-", None),
        (None, None),
    ],
)
def test_one_date(cell, expected):
    assert read([cell]).moments == [expected]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "hello",
        "Total",
        "32 May 2026",
        "2026-03-05 25:00",
        "Smarch 3",
        True,
        1.5,
        1e400,
        float("nan"),
        timedelta(1),
        "31 June",
        "5 May 6 2026",
        "March April 5",
        "1772668800",
        "Jul-20",
        "3/27/2026 14:08 PM",
    ],
)
def test_no_date(cell):
    [result] = read([cell]).moments
    assert isinstance(result, BadValue)
    assert result.code == "not_a_date"


def test_a_time_with_a_zone_is_refused():
    [result] = read(["2026-03-05T08:07:06Z"]).moments
    assert isinstance(result, BadValue)
    assert result.code == "zoned_time"


@pytest.mark.parametrize(
    ("cell", "month", "day"),
    [
        ("September 25", 9, 25),
        ("28 мая", 5, 28),
        ("3月25日", 3, 25),
        ("8 de marzo", 3, 8),
        ("25 Σεπτεμβρίου", 9, 25),
        ("25 septembre", 9, 25),
        ("25. September", 9, 25),
        ("1 août", 8, 1),
        ("25 tháng 9", 9, 25),
        ("3월 25일", 3, 25),
        ("25 de março", 3, 25),
        ("1 Ağustos", 8, 1),
        ("25 września", 9, 25),
        ("1 травня", 5, 1),
        ("٢٥", 0, 0),
        ("1 mai", 5, 1),
        ("Mar 25", 3, 25),
        ("25 Kasım", 11, 25),
        ("7 Μαΐου", 5, 7),
        ("Sept. 25", 9, 25),
    ],
)
def test_days_without_a_year(cell, month, day):
    [result] = read([cell], as_of=date(2025, 12, 31)).moments
    if not month:
        assert isinstance(result, BadValue)
    else:
        assert result == Moment(date(2025, month, day))


def test_no_month_name_means_two_months():
    assert MONTHS[fold("Μαΐου")] == 5
    assert MONTHS["listopada"] == 11
    assert set(MONTHS.values()) == set(range(1, 13))


def english(day):
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    return f"{names[day.month - 1]} {day.day}"


@given(st.dates(date(2020, 1, 1), date(2026, 11, 23)), st.integers(1, 360), st.booleans(), st.integers(0, 3))
def test_a_run_of_days_gets_its_years_back(last, length, newest_first, waited):
    run = [last - timedelta(days=offset) for offset in reversed(range(length))]
    run = run[::-1] if newest_first else run
    assert days([english(day) for day in run], as_of=last + timedelta(days=waited)) == run


def test_without_as_of_the_year_is_today_s_and_told():
    result = read(["October 31", "November 1", "November 2"])
    assert [moment.day for moment in result.moments] == [
        date(2026, 10, 31),
        date(2026, 11, 1),
        date(2026, 11, 2),
    ]
    assert [warning.code for warning in result.warnings] == ["year_assumed"]
    assert result.question is None


def test_without_as_of_a_column_that_ends_long_ago_is_asked_for():
    result = read(["December 31", "January 1", "January 2"])
    assert result.question.code == "as_of"


def test_few_rows_that_fit_two_ways_are_not_read():
    for cells in (["March 8", "October 8"], ["October 8", "March 8"]):
        with pytest.raises(ImportRefused) as refusal:
            read(cells, as_of=date(2026, 11, 1))
        assert refusal.value.code == "year_open"


@pytest.mark.parametrize(
    "cells",
    [
        ["March 5", "March 7", "March 6"],
        ["December 31", "January 1", "December 31", "January 1", "March 1"],
        ["May 1", "June 1", "April 1", "July 1"],
        ["December 31", "December 29", "January 2"],
        ["January 2", "December 29", "December 31"],
    ],
)
def test_rows_out_of_order_are_no_new_year(cells):
    with pytest.raises(ImportRefused) as refusal:
        read(cells, as_of=date(2026, 11, 1))
    assert refusal.value.code == "year_unclear"


def test_the_29th_of_february_needs_its_year():
    assert days(["February 28", "February 29"], as_of=date(2024, 3, 2)) == [
        date(2024, 2, 28),
        date(2024, 2, 29),
    ]
    with pytest.raises(ImportRefused) as refusal:
        read(["February 28", "February 29"], as_of=date(2026, 3, 2))
    assert refusal.value.code == "day_not_in_year"


def test_a_continuous_column_shows_its_order():
    assert days(["09/09/24", "10/09/24", "11/09/24"]) == [
        date(2024, 9, 9),
        date(2024, 9, 10),
        date(2024, 9, 11),
    ]
    assert days(["09/09/24", "09/10/24", "09/11/24"]) == [
        date(2024, 9, 9),
        date(2024, 9, 10),
        date(2024, 9, 11),
    ]
    assert [warning.params["order"] for warning in read(["09/10/24", "09/11/24"]).warnings] == ["month first"]


def test_an_open_order_is_asked_and_answered():
    cells = ["01/02/24", "03/04/24", "05/06/24"]
    result = read(cells)
    assert result.question.code == "day_first"
    assert result.moments == [None, None, None]
    assert days(cells, day_first=True) == [date(2024, 2, 1), date(2024, 4, 3), date(2024, 6, 5)]
    assert days(cells, day_first=False) == [date(2024, 1, 2), date(2024, 3, 4), date(2024, 5, 6)]


def test_a_wrong_answer_is_refused():
    with pytest.raises(ImportRefused) as refusal:
        read(["01/02/24", "25/02/24"], day_first=False)
    assert refusal.value.code == "day_order_does_not_fit"
    assert refusal.value.params["row"] == 3


def test_both_orders_in_one_column_are_refused():
    with pytest.raises(ImportRefused) as refusal:
        read(["25/02/24", "02/26/24"])
    assert refusal.value.code == "mixed_day_order"


def test_one_impossible_row_does_not_turn_a_column():
    assert read(["01/09/24", "02/09/24", "03/09/24", "09/13/24"]).question is not None


def test_dates_mixed_with_text_are_a_resaved_file():
    with pytest.raises(ImportRefused) as refusal:
        read([datetime(2024, 9, 10), "13/09/24"])
    assert refusal.value.code == "resaved_dates"


@given(
    st.dates(date(2001, 1, 1), date(2026, 11, 1)),
    st.integers(1, 60),
    st.booleans(),
    st.sampled_from(["/", "-"]),
)
def test_an_order_found_is_the_order_written(first, length, day_first, mark):
    run = [first + timedelta(days=offset) for offset in range(length)]
    pattern = f"%d{mark}%m{mark}%y" if day_first else f"%m{mark}%d{mark}%y"
    result = read([day.strftime(pattern) for day in run])
    if result.question is None:
        assert [moment.day for moment in result.moments] == run
    else:
        # The days of a January, read the other way, are the first days of months.
        assert length == 1 or all(day.month == 1 and day.day <= 12 for day in run)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_instants_come_back(moment):
    moment = moment.replace(microsecond=0)
    for written in (
        moment.isoformat(),
        moment.strftime("%Y/%m/%d %H:%M:%S"),
        moment.strftime("%Y年%m月%d日%H时%M分%S秒"),
    ):
        assert read([written]).moments[0].at == moment


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_refusal(cell):
    [result] = read([cell], as_of=date(2026, 11, 1)).moments
    assert result is None or isinstance(result, (Moment, BadValue))
