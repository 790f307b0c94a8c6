"""When days are the stored ones moved by one, and when that is coincidence."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.shifts import MIN_RUN, Shift, shift_of, shifted_field

FIRST = date(2026, 8, 1)
PLAYS = [510, 480, 733, 0, 912, 610, 455, 702, 388, 540]


def series(values, first=FIRST):
    return {first + timedelta(days=place): value for place, value in enumerate(values)}


def moved(values, days):
    return series(values, FIRST + timedelta(days=days))


@pytest.mark.parametrize(
    ("stored", "new", "shift"),
    [
        (PLAYS, moved(PLAYS, 1), Shift.LATER),
        (PLAYS, moved(PLAYS, -1), Shift.EARLIER),
        (PLAYS, series(PLAYS), None),
        (PLAYS, moved(PLAYS, 2), None),
        (PLAYS, moved(PLAYS[4:], 5), Shift.LATER),
        (PLAYS, moved(PLAYS[-5:], 6), Shift.LATER),
        (PLAYS, moved(PLAYS[-4:], 7), None),
        (PLAYS, moved([*PLAYS, 77, 91, 12], 1), Shift.LATER),
        (PLAYS, moved([*PLAYS[:8], 1, 2], 1), Shift.LATER),
        (PLAYS, moved([*PLAYS[:7], 1, 2, 3], 1), None),
        (PLAYS, moved([None if n == 9 else v for n, v in enumerate(PLAYS)], 1), Shift.LATER),
        ([0] * 10, moved([0] * 10, 1), None),
        ([5] * 10, moved([5] * 10, 1), None),
        ([1, 0, 0, 2, 0, 0, 3, 0, 0, 0], moved([1, 0, 0, 2, 0, 0, 3, 0, 0, 0], 1), None),
        ([100, 101, 102, 103, 104, 105, 106], series([101, 102, 103, 104, 105, 106, 107]), None),
        ([100, 101, 103, 104, 106, 107, 109], moved([100, 101, 103, 104, 106, 107, 109], 1), Shift.LATER),
        ([7, 8, 9, 1] * 4, moved([7, 8, 9, 1] * 4, 1), Shift.LATER),
        ([], series(PLAYS), None),
        (PLAYS, {}, None),
    ],
)  # fmt: skip
def test_shifts(stored, new, shift):
    found = shift_of(series(stored), new)
    assert (found[0] if found else None) == shift


def test_a_series_that_agrees_both_ways_is_in_place():
    level = [5, 5, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9]
    assert shift_of(series(level), moved(level[:-1], 1)) is None


def test_the_agreeing_days_are_the_new_labels():
    _shift, days = shift_of(series(PLAYS), moved(PLAYS, 1))
    assert (days[0], days[-1], len(days)) == (FIRST + timedelta(days=1), FIRST + timedelta(days=10), 10)


def test_the_field_that_shows_it_most_plainly_speaks():
    stored = {"likes": series([1, 2, 9, 3, 4, None]), "plays": series(PLAYS), "shares": series([0] * 10)}
    new = {"likes": moved([1, 2, 9, 3, 4], 1), "plays": moved(PLAYS, 1), "shares": moved([0] * 10, 1)}
    found = shifted_field(stored, new)
    assert (found.field, found.shift) == ("plays", Shift.LATER)
    assert shifted_field(stored, {"shares": moved([0] * 10, 1)}) is None
    assert shifted_field({}, new) is None


@given(st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=20), st.sampled_from([1, -1]))
def test_moving_back_is_found_where_moving_is(values, days):
    here, there = series(values), moved(values, days)
    found, back = shift_of(here, there), shift_of(there, here)
    assert (found is None) == (back is None)
    if found:
        assert len(found[1]) >= MIN_RUN
        assert {int(found[0]), int(back[0])} == {1, -1}
