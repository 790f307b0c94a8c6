"""Frames read from stored facts."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from metrics.choices import Grain
from metrics.definitions import builtin_definitions
from metrics.models import Work
from metrics.selectors.coverage import unconfirmed_accounts, works_listed_until
from metrics.selectors.fact_reader import Reading
from metrics.selectors.frames import day_cells, follower_totals, holdings_frame, video_cells
from metrics.selectors.measured import measure_people
from tests.factories.metrics import (
    AccountDayFactory,
    AdsDayFactory,
    FetchFactory,
    VideoFactory,
    VideoSnapshotFactory,
)
from tests.factories.people import AccountFactory, AccountPeriodFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 8, 1), date(2026, 8, 31)
MEASURES = builtin_definitions()
CUTOFF = LAST + timedelta(days=3)


def read_videos(account, fields=("plays", "completion_rate")):
    return video_cells(
        accounts={account.pk}, first=FIRST, last=LAST, cutoff=CUTOFF, late_days=14, fields=fields
    )


def test_holdings_are_clipped_and_shares_are_whole_units():
    account, ann, ben = AccountFactory(), EmployeeFactory(), EmployeeFactory()
    AccountPeriodFactory(account=account, ends_on=date(2026, 8, 9), shares={ann: "60", ben: "40"})
    AccountPeriodFactory(account=account, starts_on=date(2026, 8, 10), shares={ben: 100})
    frame = holdings_frame(first=FIRST, last=LAST)
    rows = [(r.employee, r.first, r.last, r.share) for r in frame.itertuples()]
    assert rows == [
        (ann.pk, FIRST, date(2026, 8, 9), 600_000),
        (ben.pk, FIRST, date(2026, 8, 9), 400_000),
        (ben.pk, date(2026, 8, 10), LAST, 1_000_000),
    ]
    assert holdings_frame(first=FIRST, last=LAST, kind="shop").empty
    assert len(holdings_frame(first=date(2026, 8, 9), last=date(2026, 8, 9))) == 2


def test_each_field_comes_from_the_best_source_that_has_it():
    account = AccountFactory()
    AccountDayFactory(account=account, source="derived", plays=1, likes=1, followers_lost=1)
    AccountDayFactory(account=account, source="file", plays=2, likes=2)
    AccountDayFactory(account=account, source="native", plays=3)
    fields = ("plays", "likes", "followers_lost", "comments")
    frame = day_cells(Grain.ACCOUNT_DAY, accounts={account.pk}, first=FIRST, last=LAST, fields=fields)
    assert frame[["plays", "likes", "followers_lost"]].values.tolist() == [[3, 2, 1]]
    assert frame["comments"].isna().all()


def test_no_cells_are_an_empty_frame_with_the_columns():
    frame = day_cells(Grain.ADS_DAY, accounts={1}, first=FIRST, last=LAST, fields=("spend", "gmv"))
    assert frame.empty
    assert list(frame.columns) == ["account", "date", "spend", "gmv"]


def test_rows_about_single_creators_add_up_to_the_account():
    account = AccountFactory(kind="advertiser")
    AdsDayFactory(account=account, about_id=5, spend=Decimal("10.01"), gmv=Decimal("20.00"))
    AdsDayFactory(account=account, about_id=6, spend=Decimal("0.02"), gmv=Decimal("30.00"))
    frame = day_cells(Grain.ADS_DAY, accounts={account.pk}, first=FIRST, last=LAST, fields=("spend", "gmv"))
    assert frame[["spend", "gmv"]].values.tolist() == [[1003, 5000]]


def test_a_creator_row_without_a_value_leaves_the_days_sum_missing():
    account = AccountFactory(kind="advertiser")
    AdsDayFactory(account=account, about_id=5, spend=Decimal("10.00"), gmv=Decimal("20.00"))
    AdsDayFactory(account=account, about_id=6, spend=Decimal("90.00"))
    frame = day_cells(Grain.ADS_DAY, accounts={account.pk}, first=FIRST, last=LAST, fields=("spend", "gmv"))
    assert frame["spend"].tolist() == [10_000]
    assert frame["gmv"].isna().all()


@pytest.mark.parametrize(
    ("captured", "expected"),
    [
        ([date(2026, 8, 20), CUTOFF, date(2026, 9, 10)], (CUTOFF, False)),
        ([date(2026, 8, 20)], (date(2026, 8, 20), False)),
        ([date(2026, 9, 4), date(2026, 9, 10)], (date(2026, 9, 4), True)),
        ([CUTOFF + timedelta(days=14)], (CUTOFF + timedelta(days=14), True)),
        ([CUTOFF + timedelta(days=15)], (None, False)),
        ([], (None, False)),
    ],
)
def test_a_video_is_read_in_time_else_late_else_not(captured, expected):
    video = VideoFactory()
    for number, day in enumerate(captured):
        VideoSnapshotFactory(video_id=video.pk, captured_on=day, plays=100 + number)
    frame = read_videos(video.account)
    day, late = frame.loc[0, "captured_on"], bool(frame.loc[0, "late"])
    assert (None if pd.isna(day) else day, late) == expected
    if expected[0]:
        assert frame.loc[0, "plays"] == 100 + captured.index(expected[0])
    else:
        assert pd.isna(frame.loc[0, "plays"])


def test_rates_are_read_as_exact_whole_units():
    video = VideoFactory()
    VideoSnapshotFactory(video_id=video.pk, completion_rate=Decimal("0.28643215"))
    assert read_videos(video.account)["completion_rate"].tolist() == [28_643_215]


def test_the_better_source_wins_field_by_field_on_the_day_read():
    video = VideoFactory()
    VideoSnapshotFactory(video_id=video.pk, source="file", plays=10, completion_rate=Decimal("0.5"))
    VideoSnapshotFactory(video_id=video.pk, source="native", plays=11, completion_rate=None)
    frame = read_videos(video.account)
    assert frame[["plays", "completion_rate"]].values.tolist() == [[11, 50_000_000]]


def test_only_videos_published_in_the_span_are_read():
    account = AccountFactory()
    VideoFactory(account=account, published_on=FIRST - timedelta(days=1))
    VideoFactory(account=account, published_on=LAST + timedelta(days=1))
    VideoFactory(account=account, published_on=None)
    inside = VideoFactory(account=account, published_on=LAST, originality="reposted", withdrawn_on=LAST)
    frame = read_videos(account)
    assert frame["video"].tolist() == [inside.pk]
    assert frame[["original", "withdrawn"]].values.tolist() == [[False, True]]


def test_follower_totals_reach_four_days_back_and_prefer_the_better_source():
    account, ann = AccountFactory(), EmployeeFactory()
    AccountPeriodFactory(account=account, shares={ann: 100})
    for back in (1, 4, 5):
        AccountDayFactory(account=account, date=FIRST - timedelta(days=back), followers_total=100 + back)
    AccountDayFactory(account=account, date=FIRST - timedelta(days=1), source="native", followers_total=7)
    frame = follower_totals(holdings_frame(first=FIRST, last=LAST))
    assert dict(zip(frame["date"], frame["followers_total"], strict=True)) == {
        FIRST - timedelta(days=4): 104,
        FIRST - timedelta(days=1): 7,
    }


def test_lists_of_works_reach_to_their_as_of_date():
    account = AccountFactory()
    FetchFactory(account=account, grain="video_snapshot", as_of=date(2026, 9, 1))
    FetchFactory(account=account, grain="video_snapshot", as_of=date(2026, 9, 9))
    FetchFactory(account=account, grain="account_day", as_of=date(2026, 9, 20))
    FetchFactory(account=account, grain="video_snapshot", as_of=date(2026, 9, 30), state="refused")
    assert works_listed_until(accounts={account.pk}) == {account.pk: date(2026, 9, 9)}
    assert works_listed_until(accounts={account.pk}, until=date(2026, 9, 8)) == {account.pk: date(2026, 9, 1)}


def test_accounts_wait_while_only_their_own_earner_vouches():
    waiting = FetchFactory(self_supplied=True, first_day=FIRST, last_day=LAST).account_id
    FetchFactory(self_supplied=True, first_day=FIRST, last_day=LAST, confirmed_at="2026-09-01T00:00Z")
    FetchFactory(self_supplied=False, first_day=FIRST, last_day=LAST)
    assert unconfirmed_accounts(first=LAST, last=date(2026, 9, 30)) == {waiting}
    assert unconfirmed_accounts(first=date(2026, 9, 1), last=date(2026, 9, 30)) == set()


def originals(*people, first=FIRST, last=LAST):
    reading = Reading(first=first, last=last, period_days=31)
    found = measure_people(MEASURES["original_works"], employees={one.pk for one in people}, reading=reading)
    return [found[one.pk].value for one in people]


def published(holder, day, **video):
    """Return an upload on an account of its own that the holder has and whose works are listed."""
    account = AccountFactory()
    hold(account, holder, starts_on=date(2026, 7, 1))
    FetchFactory(account=account, grain="video_snapshot", as_of=date(2026, 9, 5))
    return VideoFactory(account=account, published_on=day, **video)


def test_a_work_counts_once_for_whoever_published_it_first_however_few_are_asked_about():
    ann, ben = EmployeeFactory(), EmployeeFactory()
    work = Work.objects.create(title="Dawn")
    published(ben, date(2026, 8, 2), work=work)
    first = published(ann, date(2026, 8, 1), work=work)
    assert originals(ann, ben) == [1, 0]
    assert originals(ben) == [0]
    first.originality = "reposted"
    first.save()
    assert originals(ann, ben) == [0, 1]


def test_a_work_of_last_month_is_no_original_of_this_one():
    ann = EmployeeFactory()
    work = Work.objects.create(title="Dawn")
    published(ann, date(2026, 7, 31), work=work)
    again = published(ann, date(2026, 8, 1), work=work)
    assert originals(ann) == [0]
    again.work = None
    again.save()
    assert originals(ann) == [1]


def test_an_upload_that_nobody_held_stands_for_nobody():
    ann = EmployeeFactory()
    work = Work.objects.create(title="Dawn")
    VideoFactory(published_on=date(2026, 8, 1), work=work)
    published(ann, date(2026, 8, 2), work=work)
    assert originals(ann) == [1]


def test_a_video_without_a_publish_time_joins_no_cohort():
    ann = EmployeeFactory()
    published(ann, date(2026, 8, 1))
    video = published(ann, None)
    VideoSnapshotFactory(video_id=video.pk)
    assert originals(ann) == [1]
    video.published_on = date(2026, 8, 20)
    video.save()
    assert originals(ann) == [2]
