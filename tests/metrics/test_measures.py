"""Measures over hand-made frames, against numbers worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.choices import Gap
from metrics.definitions import builtin_definitions
from metrics.measures import cohort_rows, flow_rows, measure_cohort, measure_flow, opening_stocks

MEASURES = builtin_definitions()
FIRST, LAST = date(2026, 8, 1), date(2026, 8, 31)
ANN, BEN = 1, 2
FULL = 1_000_000


def holdings(*rows):
    """Rows of (holding, employee, account, first, last, share in per cent)."""
    columns = ["holding", "employee", "account", "platform", "first", "last", "share"]
    return pd.DataFrame(
        [(h, e, a, "douyin", f, t, int(Decimal(str(s)) * 10_000)) for h, e, a, f, t, s in rows],
        columns=columns,
    )


def cells(account=1, first=FIRST, count=31, **fields):
    """One row per day; a field is one value for all days or a list."""
    frame = pd.DataFrame({"account": account, "date": [first + timedelta(days=d) for d in range(count)]})
    for name, value in fields.items():
        column = value if isinstance(value, list) else [value] * count
        frame[name] = pd.array(column, dtype="Int64")
    return frame


def videos(*rows, **defaults):
    """Rows as dictionaries over a plain video that was read in time."""
    base = {
        "account": 1, "published_on": FIRST, "media": "video", "original": True, "first_upload": 0,
        "withdrawn": False, "captured_on": date(2026, 9, 3), "late": False, "plays": 1000,
        "completion_rate": 25_000_000, "comments": 10, "shares": 5,
    }  # fmt: skip
    frame = pd.DataFrame([{**base, "video": number, **defaults, **row} for number, row in enumerate(rows, 1)])
    for name in ("plays", "completion_rate", "comments", "shares"):
        frame[name] = pd.array([None if pd.isna(v) else int(v) for v in frame[name]], dtype="Int64")
    return frame


def test_shares_of_sixty_and_forty_divide_a_sum():
    held = holdings((1, ANN, 1, FIRST, LAST, 60), (2, BEN, 1, FIRST, LAST, 40))
    found = measure_flow(MEASURES["followers_net"], held, cells(followers_net=10), period_days=31)
    assert found[ANN].value == Decimal("186.0000000000")
    assert found[BEN].value == Decimal("124.0000000000")
    assert found[ANN].coverage == Decimal("1.0000")


def test_a_hand_over_on_the_tenth_counts_each_day_once():
    held = holdings((1, ANN, 1, FIRST, date(2026, 8, 9), 100), (2, BEN, 1, date(2026, 8, 10), LAST, 100))
    values = list(range(1, 32))
    rows = flow_rows(MEASURES["followers_net"], held, cells(followers_net=values))
    assert rows.groupby("holding").size().to_dict() == {1: 9, 2: 22}
    found = measure_flow(MEASURES["followers_net"], held, cells(followers_net=values), period_days=31)
    assert found[ANN].value == 45
    assert found[BEN].value == 496 - 45


@given(st.integers(2, 31), st.lists(st.integers(-1000, 1000), min_size=31, max_size=31))
def test_no_hand_over_loses_or_doubles_a_day(day, values):
    before, after = date(2026, 8, day) - timedelta(days=1), date(2026, 8, day)
    held = holdings((1, ANN, 1, FIRST, before, 100), (2, BEN, 1, after, LAST, 100))
    found = measure_flow(MEASURES["followers_net"], held, cells(followers_net=values), period_days=31)
    assert found[ANN].value + found[BEN].value == sum(values)


def test_growth_is_over_the_stock_for_the_days_held():
    half = date(2026, 8, 16)
    held = holdings((1, ANN, 1, half, LAST, 100))
    stocks = pd.DataFrame({"holding": [1], "stock": pd.array([31_000], dtype="Int64")})
    found = measure_flow(
        MEASURES["follower_growth_rate"], held, cells(followers_net=10), period_days=31, stocks=stocks
    )[ANN]
    # 16 days × 10 = 160 over 31 000 × 16/31 = 16 000: the rate of a whole month.
    assert found.value == Decimal("0.0100000000")
    assert found.denominator == 16_000
    assert found.volume == 31_000


def test_loss_is_over_the_stock_and_what_was_gained():
    held = holdings((1, ANN, 1, FIRST, LAST, 50))
    stocks = pd.DataFrame({"holding": [1], "stock": pd.array([9_690], dtype="Int64")})
    day = cells(followers_lost=2, followers_gained=10)
    found = measure_flow(MEASURES["follower_loss_rate"], held, day, period_days=31, stocks=stocks)[ANN]
    assert found.value == Decimal("0.0062000000")  # 62 / (9 690 + 310)
    assert found.numerator == 31


def test_two_accounts_with_different_shares_pool_by_share():
    held = holdings((1, ANN, 1, FIRST, LAST, 60), (2, ANN, 2, FIRST, LAST, 100))
    both = pd.concat([cells(1, followers_net=10), cells(2, followers_net=-1)])
    found = measure_flow(MEASURES["followers_net"], held, both, period_days=31)[ANN]
    assert found.value == Decimal("155.0000000000")  # 310 × 0.6 − 31


@pytest.mark.parametrize(
    ("known", "stock"),
    [
        ({1: 500, 2: 400}, 500),
        ({2: 400, 4: 300}, 400),
        ({4: 300}, 300),
        ({5: 300}, None),
        ({0: 700}, None),
        ({}, None),
    ],
)
def test_the_opening_stock_is_the_nearest_of_four_days_before(known, stock):
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    totals = pd.DataFrame(
        [(1, FIRST - timedelta(days=back), total) for back, total in known.items()],
        columns=["account", "date", "followers_total"],
    )
    found = opening_stocks(held, totals)["stock"].tolist()
    assert found == [stock] or (stock is None and pd.isna(found[0]))


def test_without_an_opening_stock_the_rate_is_missing_and_the_rows_say_why():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    stocks = pd.DataFrame({"holding": [1], "stock": pd.array([None], dtype="Int64")})
    definition = MEASURES["follower_growth_rate"]
    rows = flow_rows(definition, held, cells(followers_net=10), stocks)
    assert set(rows["note"]) == {"no_opening_stock"}
    assert (
        measure_flow(definition, held, cells(followers_net=10), period_days=31, stocks=stocks)[ANN].value
        is None
    )


def test_a_day_lacking_one_side_is_left_out_of_both():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    stocks = pd.DataFrame({"holding": [1], "stock": pd.array([1_000], dtype="Int64")})
    day = cells(followers_lost=[1] * 30 + [100], followers_gained=[10] * 30 + [None])
    rows = flow_rows(MEASURES["follower_loss_rate"], held, day, stocks)
    assert rows["note"].tolist() == ["counted"] * 30 + ["lacks_value"]
    found = measure_flow(MEASURES["follower_loss_rate"], held, day, period_days=31, stocks=stocks)[ANN]
    assert found.numerator == 30
    assert found.denominator == 1_300
    assert found.coverage == Decimal("0.9677")
    assert found.incomplete


@pytest.mark.parametrize(("present", "measured"), [(31, True), (25, True), (24, False), (0, False)])
def test_coverage_below_eight_tenths_of_the_days_measures_nothing(present, measured):
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    found = measure_flow(
        MEASURES["followers_net"], held, cells(count=present, followers_net=1), period_days=31
    )[ANN]
    assert (found.value is not None) is measured
    if not measured:
        assert found.reason == Gap.NOT_SUPPLIED
    else:
        assert found.value == present


def test_the_gap_of_the_account_is_the_reason():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    found = measure_flow(
        MEASURES["followers_net"], held, cells(count=0, followers_net=1), period_days=31,
        gaps={1: Gap.NO_PERMISSION},
    )  # fmt: skip
    assert found[ANN].reason == Gap.NO_PERMISSION


def test_completion_is_completed_plays_over_plays_unrounded():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    two = videos(
        {"plays": 1000, "completion_rate": 33_333_333}, {"plays": 2000, "completion_rate": 10_000_000}
    )
    found = measure_cohort(MEASURES["completion_rate"], held, two, listed={1: True})[ANN]
    assert found.numerator == Decimal("533.3333300000")
    assert found.value == Decimal("0.1777777767")  # 533.33333 / 3 000, half-up at ten places
    assert found.videos == 2


def test_image_posts_and_what_lacks_a_side_do_not_join_completion():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    some = videos(
        {"plays": 9000},
        {"plays": 50_000, "media": "image"},
        {"plays": 1000, "completion_rate": None},
        {"plays": None, "completion_rate": None, "captured_on": None},
        {"plays": 500, "media": "unknown"},
    )
    rows = cohort_rows(MEASURES["completion_rate"], held, some)
    assert rows["note"].tolist() == ["counted", "other_media", "lacks_value", "no_reading", "other_media"]
    found = measure_cohort(MEASURES["completion_rate"], held, some, listed={1: True})[ANN]
    assert found.value == Decimal("0.2500000000")
    assert found.coverage == Decimal("0.8999")  # 9 000 of 9 000 + 1 000 + one for the unread video
    assert found.videos == 1


def test_a_cohort_that_lacks_more_than_a_fifth_of_its_plays_is_missing():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    some = videos({"plays": 7000}, {"plays": 3000, "completion_rate": None})
    found = measure_cohort(MEASURES["completion_rate"], held, some, listed={1: True})[ANN]
    assert found.value is None
    assert found.coverage == Decimal("0.7000")


def test_late_readings_count_and_are_counted():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    some = videos({}, {"late": True, "captured_on": date(2026, 9, 10)})
    rows = cohort_rows(MEASURES["completion_rate"], held, some)
    assert rows["note"].tolist() == ["counted", "late_reading"]
    found = measure_cohort(MEASURES["completion_rate"], held, some, listed={1: True})[ANN]
    assert found.late_readings == 1
    assert found.denominator == 2000


def test_a_withdrawn_video_stays_in_with_its_note():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    found = cohort_rows(MEASURES["completion_rate"], held, videos({"withdrawn": True}))
    assert found["note"].tolist() == ["withdrawn"]
    assert (
        measure_cohort(MEASURES["completion_rate"], held, videos({"withdrawn": True}), listed={1: True})[
            ANN
        ].videos
        == 1
    )


def test_a_video_belongs_to_the_holder_of_its_publish_day():
    held = holdings((1, ANN, 1, FIRST, date(2026, 8, 9), 100), (2, BEN, 1, date(2026, 8, 10), LAST, 100))
    some = videos(
        {"published_on": date(2026, 8, 9)}, {"published_on": date(2026, 8, 10)}, {"published_on": LAST}
    )
    found = measure_cohort(MEASURES["original_works"], held, some, listed={1: True})
    assert (found[ANN].value, found[BEN].value) == (1, 2)


def test_original_works_count_a_work_once_and_no_repost():
    held = holdings((1, ANN, 1, FIRST, LAST, 100), (2, ANN, 2, FIRST, LAST, 100))
    some = videos(
        {"first_upload": 2, "original": False},
        {"first_upload": 2},
        {"first_upload": 2, "account": 2},
        {"first_upload": 0},
        {"media": "image"},
        {"plays": None, "completion_rate": None, "captured_on": None},
    )
    rows = cohort_rows(MEASURES["original_works"], held, some)
    assert dict(zip(rows["video"], rows["note"], strict=True)) == {
        1: "not_original", 2: "counted", 3: "same_work", 4: "counted", 5: "other_media", 6: "counted",
    }  # fmt: skip
    found = measure_cohort(MEASURES["original_works"], held, some, listed={1: True, 2: True})
    assert found[ANN].value == 3


@pytest.mark.parametrize(("listed", "value"), [({1: True}, Decimal(0)), ({1: False}, None), ({}, None)])
def test_no_videos_are_zero_only_when_the_list_reaches_past_the_period(listed, value):
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    found = measure_cohort(MEASURES["original_works"], held, videos({}).head(0), listed=listed)[ANN]
    assert found.value == value
    assert found.reason == (None if value is not None else Gap.NOT_SUPPLIED)


def test_a_ratio_over_nothing_has_no_base():
    held = holdings((1, ANN, 1, FIRST, LAST, 100))
    found = measure_cohort(MEASURES["interaction_depth"], held, videos({}).head(0), listed={1: True})[ANN]
    assert (found.value, found.reason) == (None, Gap.NO_BASE)


def test_interaction_depth_adds_comments_and_shares():
    held = holdings((1, ANN, 1, FIRST, LAST, 60), (2, BEN, 1, FIRST, LAST, 40))
    found = measure_cohort(MEASURES["interaction_depth"], held, videos({}, {"plays": 500}), listed={1: True})
    assert found[ANN].value == found[BEN].value == Decimal("0.0200000000")
    assert found[ANN].numerator == 18
    assert found[BEN].denominator == 600
