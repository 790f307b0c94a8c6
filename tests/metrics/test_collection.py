"""Which files an account needs, and how each of them stands on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.periods import Month, Span
from metrics.choices import Grain
from metrics.collection import (
    CellState,
    Evidence,
    FileKind,
    Listing,
    Need,
    Period,
    judge,
    needs_of,
    spans_of,
)
from metrics.definitions import builtin_definitions
from metrics.selectors.collection import KINDS

AUGUST = Month(2026, 8).span
DUE = date(2026, 9, 3)
LIST = Need("video_snapshot.works", Grain.VIDEO_SNAPSHOT, ("plays",), ("works",), 3, 14)
DAYS = Need("account_day.days", Grain.ACCOUNT_DAY, ("followers_net",), ("days",))
ADS = Need("ads_day.days", Grain.ADS_DAY, ("spend",), ("ads",))
MEASURES = builtin_definitions()


def day(text):
    return date.fromisoformat(f"2026-{text}")


def days(first, last, *without):
    left_out = {day(one) for one in without}
    return frozenset(one for one in Span(day(first), day(last)) if one not in left_out)


def stand(need, on, *, held=(AUGUST,), **evidence):
    firsts = [span.first for span in held]
    return judge(need, held=held, due=DUE, day=day(on), evidence=Evidence(**evidence), firsts=firsts)


# Which files


@pytest.mark.parametrize(
    ("platform", "kind", "measures", "keys"),
    [
        ("douyin", "creator", ["original_works", "completion_rate"], ["video_snapshot.douyin_works"]),
        (
            "douyin", "creator", ["completion_rate", "followers_net", "follower_loss_rate"],
            ["video_snapshot.douyin_works", "account_day.douyin_daily"],
        ),
        ("tiktok", "creator", ["followers_net"], ["account_day.tiktok_followers"]),
        ("tiktok", "creator", ["follower_loss_rate"], []),
        ("xiaohongshu", "creator", ["followers_net", "interaction_depth"],
         ["video_snapshot.xiaohongshu_notes"]),
        ("xiaohongshu", "creator", ["completion_rate"], []),
        ("douyin", "advertiser", ["ad_roi", "original_works"], ["ads_day.plain_ads"]),
        ("douyin", "creator", ["ad_roi", "hot_event_campaigns"], []),
        ("douyin", "shop", ["ecommerce_conversion"], ["commerce_day.compass_overview"]),
    ],
)  # fmt: skip
def test_an_account_needs_as_few_files_as_hold_its_fields(platform, kind, measures, keys):
    found = needs_of(platform, kind, measures=[MEASURES[key] for key in measures], kinds=KINDS)
    assert [need.key for need in found] == keys


def kind(key, *feeds, platform="douyin"):
    return FileKind(key, key, platform, Grain.ACCOUNT_DAY, frozenset(feeds))


def test_files_that_feed_the_same_are_one_need():
    kinds = [kind("a", "followers_net"), kind("b", "followers_net", "plays"), kind("c", "plays")]
    (need,) = needs_of("douyin", "creator", measures=[MEASURES["followers_net"]], kinds=kinds)
    assert (need.titles, need.fields) == (("a", "b"), ("followers_net",))


def test_fields_that_no_single_file_holds_take_two():
    kinds = [kind("a", "followers_lost"), kind("b", "followers_gained"), kind("plain", platform=None)]
    found = needs_of("douyin", "creator", measures=[MEASURES["follower_loss_rate"]], kinds=kinds)
    assert {(need.titles, need.fields) for need in found} == {
        (("a",), ("followers_lost",)), (("b",), ("followers_gained",)),
    }  # fmt: skip


def test_two_of_three_follower_counts_make_the_third():
    kinds = [kind("a", "followers_gained", "followers_lost")]
    (need,) = needs_of("douyin", "creator", measures=[MEASURES["followers_net"]], kinds=kinds)
    assert need.titles == ("a",)


# How a list of works stands


def listing(as_of, came_on=None, fields=None):
    return Listing(day(as_of), day(came_on or as_of), fields and frozenset(fields))


@pytest.mark.parametrize(
    ("on", "listings", "state", "late"),
    [
        ("08-15", [], CellState.DUE, False),
        ("09-03", [], CellState.DUE, False),
        ("09-04", [], CellState.LATE, False),
        ("08-15", [listing("08-14")], CellState.RECEIVED, False),
        ("08-16", [listing("08-14")], CellState.PARTIAL, False),
        ("09-03", [listing("08-31")], CellState.PARTIAL, False),
        ("09-04", [listing("08-31")], CellState.LATE, False),
        ("09-04", [listing("09-01")], CellState.RECEIVED, False),
        ("09-10", [listing("09-01", "09-04")], CellState.RECEIVED, True),
        ("09-20", [listing("09-17")], CellState.RECEIVED, True),
        ("09-20", [listing("09-18")], CellState.LATE, False),
        ("09-04", [listing("09-01", fields=["likes"])], CellState.LATE, False),
        ("09-04", [listing("09-01", fields=["likes", "plays"])], CellState.RECEIVED, False),
    ],
)
def test_a_list_of_works_is_taken_after_the_last_day_held(on, listings, state, late):
    found = stand(LIST, on, listings=tuple(listings))
    assert (found.state, found.came_late) == (state, late)


def test_a_list_that_comes_too_late_to_count_is_said():
    assert stand(LIST, "09-20", listings=(listing("09-18"),)).too_late
    assert not stand(LIST, "09-04").too_late


def test_who_hands_an_account_over_owes_a_list_of_the_day_after_only():
    half = (Span(day("08-01"), day("08-15")),)
    assert stand(LIST, "09-04", held=half, listings=(listing("08-16"),)).state is CellState.RECEIVED
    assert stand(LIST, "09-04", held=half, listings=(listing("08-15"),)).state is CellState.LATE


# How days stand


@pytest.mark.parametrize(
    ("on", "given_days", "state", "missing"),
    [
        ("08-01", days("08-01", "08-01") - days("08-01", "08-01"), CellState.DUE, 0),
        ("08-15", frozenset(), CellState.DUE, 14),
        ("08-15", days("08-01", "08-14"), CellState.RECEIVED, 0),
        ("08-16", days("08-01", "08-14"), CellState.PARTIAL, 1),
        ("09-03", days("08-01", "08-29"), CellState.PARTIAL, 2),
        ("09-04", days("08-01", "08-29"), CellState.LATE, 2),
        ("09-04", frozenset(), CellState.LATE, 31),
        ("09-04", days("08-01", "08-31", "08-10", "08-20", "08-21"), CellState.LATE, 3),
        ("09-04", days("08-01", "08-31"), CellState.RECEIVED, 0),
    ],
)
def test_days_are_complete_or_named(on, given_days, state, missing):
    found = stand(ADS, on, days=given_days)
    assert (found.state, found.missing_days) == (state, missing)


def test_days_before_the_first_stored_one_are_nobodys_debt():
    some = days("08-20", "08-31")
    assert stand(DAYS, "09-04", days=some, begins=day("08-20")).state is CellState.RECEIVED
    assert stand(DAYS, "09-04", days=some - {day("08-25")}, begins=day("08-20")).missing == (
        Span(day("08-25"), day("08-25")),
    )
    later = stand(DAYS, "09-04", begins=day("09-01"))
    assert (later.state, later.before_records) == (CellState.NOT_NEEDED, True)


GROWTH = Need("account_day.days", Grain.ACCOUNT_DAY, ("followers_net",), ("days",), opening=True)


@pytest.mark.parametrize(
    ("total", "begins", "state"),
    [
        ("07-31", "07-01", CellState.RECEIVED),
        ("07-28", "07-01", CellState.RECEIVED),
        ("07-27", "07-01", CellState.LATE),
        ("08-01", "08-01", CellState.LATE),
        ("08-02", "08-02", CellState.RECEIVED),
    ],
)
def test_a_rate_over_the_opening_stock_asks_for_a_total_before_the_first_day(total, begins, state):
    found = stand(
        GROWTH, "09-04", days=days(begins, "08-31") if begins > "08" else days("08-01", "08-31"),
        totals=frozenset({day(total)}), begins=day(begins),
    )  # fmt: skip
    assert found.state is state
    assert found.unopened == ((AUGUST.first,) if state is CellState.LATE else ())


def test_each_holding_has_an_opening_stock_of_its_own():
    held = (Span(day("08-01"), day("08-15")), Span(day("08-16"), day("08-31")))
    found = stand(
        GROWTH, "09-04", held=held, days=days("08-01", "08-31"), totals=frozenset({day("07-31")}),
        begins=day("07-01"),
    )  # fmt: skip
    assert found.unopened == (day("08-16"),)


def test_only_one_file_is_asked_for_the_opening_stock():
    found = needs_of("tiktok", "creator", measures=[MEASURES["follower_growth_rate"]], kinds=KINDS)
    assert [(need.key, need.opening) for need in found] == [("account_day.tiktok_followers", True)]
    found = needs_of("tiktok", "creator", measures=[MEASURES["followers_net"]], kinds=KINDS)
    assert not found[0].opening


def test_only_days_held_count():
    held = (Span(day("08-01"), day("08-05")), Span(day("08-20"), day("08-31")))
    found = stand(ADS, "09-04", held=held, days=days("08-01", "08-31", "08-10", "08-30"))
    assert found.missing == (Span(day("08-30"), day("08-30")),)


def test_days_that_came_after_the_due_day_came_late():
    whole = days("08-01", "08-31")
    assert stand(ADS, "09-10", days=whole, came_on=day("09-04")).came_late
    assert not stand(ADS, "09-10", days=whole, came_on=day("09-03")).came_late


# What people said, and what was refused


def test_a_refused_try_shows_until_the_file_is_there():
    assert stand(LIST, "09-01", refused=True).state is CellState.REJECTED
    assert stand(LIST, "09-10", refused=True).state is CellState.REJECTED
    assert stand(LIST, "09-10", refused=True, listings=(listing("09-01"),)).state is CellState.RECEIVED


def test_what_is_not_needed_is_never_late():
    assert stand(LIST, "09-30", waived=True, refused=True).state is CellState.NOT_NEEDED


@given(st.sets(st.integers(0, 30)), st.integers(0, 60), st.booleans(), st.booleans())
def test_a_cell_is_received_exactly_when_nothing_up_to_yesterday_is_missing(present, after, refused, waived):
    here = frozenset(AUGUST.first + timedelta(days=one) for one in present)
    on = AUGUST.first + timedelta(days=after)
    found = judge(
        ADS, held=[AUGUST], due=DUE, day=on,
        evidence=Evidence(days=here, refused=refused, waived=waived),
    )  # fmt: skip
    lacking = [one for one in AUGUST if one < on and one not in here]
    complete = on > AUGUST.first and not lacking
    assert (found.state is CellState.RECEIVED) == (complete and not waived)
    assert found.is_owed == (not complete and not waived)
    if not waived:
        assert sum(span.days for span in found.missing) == len(lacking)


# Periods


@pytest.mark.parametrize(
    ("text", "first", "last", "due"),
    [
        ("2026-08", "2026-08-01", "2026-08-31", "2026-09-03"),
        ("2026-02", "2026-02-01", "2026-02-28", "2026-03-04"),
        ("2026-W36", "2026-08-31", "2026-09-06", "2026-09-09"),
        ("2026-W53", "2026-12-28", "2027-01-03", "2027-01-06"),
    ],
)
def test_a_period_is_a_month_or_a_week(text, first, last, due):
    period = Period.parse(text)
    assert (period.label, str(period.span.first), str(period.span.last)) == (text, first, last)
    assert str(period.due(3)) == due


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-W54", "2026-W", "x-W1", "2026-08-01"])
def test_nothing_else_is_a_period(text):
    with pytest.raises(ValueError, match=r".*"):
        Period.parse(text)


def test_days_in_a_row_are_one_run():
    assert spans_of([]) == ()
    assert spans_of(sorted(days("08-01", "08-06", "08-03"))) == (
        Span(day("08-01"), day("08-02")), Span(day("08-04"), day("08-06")),
    )  # fmt: skip
