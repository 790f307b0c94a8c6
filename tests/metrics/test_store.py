"""What a delivery changes in the stored facts, and what it must leave alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.audit import Actor
from common.periods import Span
from metrics.importing.records import LIFETIME
from metrics.models import (
    AccountDay,
    AdsDay,
    CommerceDay,
    Fetch,
    Finding,
    Payload,
    PeriodSum,
    Restatement,
    Video,
    VideoSnapshot,
)
from metrics.services.derived import third_of_followers
from metrics.services.sentences import translated
from metrics.services.uploads import preview_upload, store_upload
from tests.factories.metrics import AT, csv_file, days, xlsx_file
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

ACTOR = Actor("user:1", "Ann")
FIRST = date(2026, 8, 1)
BATCHES = 0 if connection.vendor == "postgresql" else 5  # SQLite takes about 80 rows a statement
WORKS = ["title", "platform_id", "published_at", "media", "plays", "likes", "completion_rate"]


def store(content, account=None, *, preview=False, name="days.csv", **options):
    take = preview_upload if preview else store_upload
    given = {"actor": ACTOR, "actor_employee": None, "at": AT, **options}
    result = take(content=content, name=name, account=account, **given)
    assert len(result.files) == 1
    return result.files[0]


def taken(content, account=None, **options):
    result = store(content, account, **options)
    assert result.refused is None, translated(result.refused)
    assert not result.questions
    return result


def codes(told):
    return [one.code for one in told]


def one_day(header, *values, day=FIRST):
    return csv_file(["date", *header], [[day, *values]])


def counts(result):
    return (result.inserted, result.updated, result.unchanged, len(result.restated))


@pytest.fixture
def account():
    CompanyFactory()
    account = AccountFactory(handle="dawn")
    hold(account, EmployeeFactory())
    return account


def test_a_file_with_one_metric_fills_one_field_and_leaves_the_others(account):
    assert counts(taken(one_day(["plays"], 100), account)) == (1, 0, 0, 0)
    assert counts(taken(one_day(["likes", "comments"], 5, ""), account)) == (0, 1, 0, 0)
    row = AccountDay.objects.get()
    first, second = Fetch.objects.order_by("pk")
    assert (row.plays, row.likes, row.comments) == (100, 5, None)
    assert row.fetches == {"plays": first.pk, "likes": second.pk}
    assert row.gaps == {"comments": "not_supplied"}


def test_a_missing_value_never_replaces_a_stored_one(account):
    taken(one_day(["plays", "likes"], 100, 7), account)
    result = taken(one_day(["plays", "likes"], "-", 8), account)
    row = AccountDay.objects.get()
    assert (row.plays, row.likes) == (100, 8)
    assert "plays" not in row.gaps
    assert [(one.field, one.old, one.new) for one in result.restated] == [("likes", "7", "8")]


def test_a_changed_value_keeps_its_old_one(account):
    taken(one_day(["plays"], 100), account)
    result = taken(one_day(["plays"], 90), account)
    assert counts(result) == (0, 1, 0, 1)
    old = Restatement.objects.get()
    first, second = Fetch.objects.order_by("pk")
    assert (old.field, old.old, old.new, old.date) == ("plays", "100", "90", FIRST)
    assert (old.account_id, old.old_fetch_id, old.fetch_id) == (account.pk, first.pk, second.pk)
    assert AccountDay.objects.get().fetches == {"plays": second.pk}


def test_the_same_file_twice_changes_nothing(account):
    content = csv_file(["date", "plays"], [[day, 100] for day in days(FIRST, 3)])
    taken(content, account)
    before = list(AccountDay.objects.values())
    again = taken(content, account, at=AT + timedelta(days=1))
    assert counts(again) == (0, 0, 3, 0)
    assert again.repeated
    assert codes(again.warnings) == ["same_file_again"]
    assert list(AccountDay.objects.values()) == before
    assert (Fetch.objects.count(), Payload.objects.count()) == (1, 1)


def test_the_first_file_again_after_a_newer_one_does_not_undo_it(account):
    first = one_day(["plays"], 100)
    taken(first, account)
    taken(one_day(["plays"], 90), account)
    taken(first, account)
    assert AccountDay.objects.get().plays == 90


def test_an_older_export_never_overrides_a_newer_one(account):
    taken(one_day(["plays"], 100), account, as_of=date(2026, 8, 20))
    older = taken(one_day(["plays", "likes"], 60, 5), account, as_of=date(2026, 8, 10))
    row = AccountDay.objects.get()
    assert (row.plays, row.likes) == (100, 5)
    assert "older_export" in codes(older.warnings)
    assert not Restatement.objects.exists()
    taken(one_day(["plays"], 101), account, as_of=date(2026, 8, 20))
    assert AccountDay.objects.get().plays == 101


def test_the_same_bytes_for_another_account_are_refused_by_name(account):
    taken(one_day(["plays"], 100), account)
    other = AccountFactory(handle="dusk")
    result = store(one_day(["plays"], 100), other)
    assert result.refused.code == "other_account"
    assert "douyin:dawn" in translated(result.refused)
    assert AccountDay.objects.count() == Fetch.objects.count() == 1


def test_a_preview_says_the_same_and_writes_nothing(account):
    taken(one_day(["plays"], 100), account)
    before = (AccountDay.objects.get().plays, Fetch.objects.count(), Payload.objects.count())
    result = store(one_day(["plays"], 90), account, preview=True)
    assert counts(result) == (0, 1, 0, 1)
    assert (AccountDay.objects.get().plays, Fetch.objects.count(), Payload.objects.count()) == before
    assert not Restatement.objects.exists()


def test_nothing_is_left_of_a_refused_file():
    rows = [[FIRST, "douyin:known", 5], [FIRST, "douyin:stranger", 6]]
    AccountFactory(handle="known")
    result = store(csv_file(["date", "account", "plays"], rows))
    assert result.refused.code == "unknown_account"
    assert "douyin:stranger" in translated(result.refused)
    assert [model.objects.count() for model in (AccountDay, Fetch, Payload)] == [0, 0, 0]


def test_a_file_with_an_account_column_holds_several_accounts():
    one, two = AccountFactory(handle="one"), AccountFactory(handle="two", platform="tiktok")
    rows = [[FIRST, "douyin:one", 5], [FIRST, "tiktok:two", 6], [FIRST, "kuaishou:three", 7]]
    content = csv_file(["date", "account", "plays"], rows)
    assert store(content).refused.code == "unknown_account"
    result = taken(content, create_account=True)
    assert counts(result) == (3, 0, 0, 0)
    assert result.accounts == ("douyin:one", "tiktok:two", "kuaishou:three")
    plays = dict(AccountDay.objects.values_list("account__handle", "plays"))
    assert plays == {"one": 5, "two": 6, "three": 7}
    assert {fetch.account_id for fetch in Fetch.objects.all()} >= {one.pk, two.pk}
    assert counts(taken(content)) == (0, 0, 3, 0)


def test_accounts_outside_those_allowed_are_refused(account):
    content = one_day(["plays"], 5)
    assert store(content, account, allowed={account.pk + 1}).refused.code == "not_your_account"
    assert store(content, account, allowed={account.pk}).refused is None


def test_a_file_without_any_account_asks_for_one():
    assert store(one_day(["plays"], 5)).refused.code == "no_account"


def test_ads_days_need_an_advertiser_account(account):
    assert store(one_day(["spend"], "5.00"), account).refused.code == "wrong_kind"


def test_an_account_nobody_operates_is_stored_with_a_warning():
    lonely = AccountFactory()
    result = taken(one_day(["plays"], 5), lonely)
    assert "nobody_operates" in codes(result.warnings)
    assert "an account nobody operates" in translated(result.warnings[-1])
    assert AccountDay.objects.get().plays == 5
    assert Finding.objects.get().kind == "nobody_holds"


@pytest.mark.parametrize(
    ("known", "derived"),
    [
        ((10, 3, None), ("followers_net", 7)),
        ((10, None, 7), ("followers_lost", 3)),
        ((None, 3, -7), None),
        ((None, 3, 7), ("followers_gained", 10)),
        ((2, None, 7), None),
        ((10, 3, 7), None),
        ((10, None, None), None),
    ],
)
def test_the_third_follower_figure_follows_from_two(known, derived):
    names = ("followers_gained", "followers_lost", "followers_net")
    found = third_of_followers(dict(zip(names, known, strict=True)))
    assert {name: value for name, value in found.items() if value is not None} == dict(
        [derived] if derived else []
    )


def test_the_derived_row_keeps_in_step_and_goes_when_the_value_is_given(account):
    taken(one_day(["followers_net"], 7), account)
    taken(one_day(["followers_lost"], 3), account)
    assert AccountDay.objects.get(source="derived").followers_gained == 10
    taken(one_day(["followers_lost"], 4), account)
    assert AccountDay.objects.get(source="derived").followers_gained == 11
    kept = Restatement.objects.filter(key__contains="derived").values_list("field", "old", "new")
    assert list(kept) == [("followers_gained", "10", "11")]
    taken(one_day(["followers_gained"], 12), account)
    assert not AccountDay.objects.filter(source="derived").exists()
    assert AccountDay.objects.get().followers_gained == 12


def test_money_is_kept_to_the_fen():
    ads = AccountFactory(kind="advertiser", handle="ads")
    taken(one_day(["spend", "gmv"], "0.10", "1234567.89"), ads)
    row = AdsDay.objects.get()
    assert (row.spend, row.gmv) == (Decimal("0.10"), Decimal("1234567.89"))


def test_a_day_is_told_for_the_whole_or_for_single_creators_never_both():
    shop, creator = AccountFactory(kind="shop", handle="shop"), AccountFactory(handle="dawn")
    header = ["date", "about", "product_clicks"]
    second = FIRST + timedelta(days=1)
    both = csv_file(header, [[FIRST, "", 9], [FIRST, "douyin:dawn", 5], [second, "douyin:dawn", 6]])
    result = taken(both, shop)
    assert codes(one.reason for one in result.rejected) == ["both_whole_and_single"] * 2
    assert list(CommerceDay.objects.values_list("date", "about_id")) == [(second, creator.pk)]
    assert result.totals == {"product_clicks": 6}
    later = taken(csv_file(header, [[second, "", 11], [FIRST, "", 9]]), shop)
    assert [(one.row, one.reason.code) for one in later.rejected] == [(2, "stored_other_way")]
    assert CommerceDay.objects.count() == 2


def test_a_row_about_a_stranger_is_rejected_and_the_others_stand():
    shop = AccountFactory(kind="shop", handle="shop")
    AccountFactory(handle="dawn")
    rows = [[FIRST, "douyin:dawn", 5], [FIRST, "douyin:nobody", 6]]
    result = taken(csv_file(["date", "about", "product_clicks"], rows), shop)
    assert [(one.row, one.column, one.reason.code) for one in result.rejected] == [
        (3, "about", "unknown_about")
    ]
    assert result.accepted == 1


def test_the_number_of_statements_does_not_grow_with_the_rows(account):
    def statements(count, value):
        content = csv_file(["date", "plays"], [[day, value] for day in days(date(2025, 8, 1), count)])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            taken(content, account)
        return len(captured)

    statements(1, 1)
    few, many = statements(2, 2), statements(300, 3)
    assert many - few <= BATCHES


# Videos


def works(*rows, header=WORKS):
    return csv_file(header, rows)


def video(
    title="Dawn", pid="", published="2026-08-03 09:30:41", media="video", plays=100, likes=1, rate="0.5"
):
    return [title, pid, published, media, plays, likes, rate]


def listed(content, account, as_of=date(2026, 8, 10), **options):
    return taken(content, account, as_of=as_of, name="works.csv", **options)


def test_a_video_is_kept_to_the_minute_in_the_companys_zone(account):
    rows = [video(published="2026-08-31 23:59:59"), video("Dusk", published="2026-09-01 00:00:00")]
    listed(works(*rows), account, as_of=date(2026, 9, 2))
    stored = {one.title: one for one in Video.objects.all()}
    assert stored["Dawn"].published_at == datetime(2026, 8, 31, 15, 59, tzinfo=UTC)
    assert stored["Dawn"].published_on == date(2026, 8, 31)
    assert stored["Dusk"].published_at == datetime(2026, 8, 31, 16, 0, tzinfo=UTC)
    assert stored["Dusk"].published_on == date(2026, 9, 1)
    fetch = Fetch.objects.get()
    assert (fetch.grain, fetch.as_of, fetch.last_day) == (
        "video_snapshot",
        date(2026, 9, 2),
        date(2026, 9, 2),
    )


def test_titles_are_compared_in_compatibility_form(account):
    listed(works(video("Ｄａｗｎ  at　sea")), account)
    listed(works(video("Dawn at sea", plays=200)), account, as_of=date(2026, 8, 11))
    assert Video.objects.count() == 1
    assert list(VideoSnapshot.objects.order_by("captured_on").values_list("plays", flat=True)) == [100, 200]


def test_an_equal_reading_is_not_written_again(account):
    listed(works(video()), account)
    result = listed(works(video()), account, as_of=date(2026, 8, 12))
    assert counts(result) == (0, 0, 1, 0)
    assert VideoSnapshot.objects.count() == 1
    assert Fetch.objects.filter(as_of=date(2026, 8, 12)).exists()


def test_an_id_that_arrives_later_is_adopted_by_minute_and_title(account):
    listed(works(video(), video("Dusk")), account)
    listed(works(video(pid="7001"), video("Dusk", pid="7002")), account, as_of=date(2026, 8, 11))
    assert dict(Video.objects.values_list("title", "platform_id")) == {"Dawn": "7001", "Dusk": "7002"}


def test_an_id_is_adopted_by_the_minute_alone_when_that_is_unique(account):
    listed(works(video("Dawn, first cut")), account)
    listed(works(video("Dawn, renamed", pid="7001")), account, as_of=date(2026, 8, 11))
    stored = Video.objects.get()
    assert (stored.platform_id, stored.title) == ("7001", "Dawn, renamed")


def test_what_cannot_be_told_apart_waits_for_a_person(account):
    listed(works(video("One"), video("Two")), account)
    result = listed(works(video("Renamed", pid="7001")), account, as_of=date(2026, 8, 11))
    assert Video.objects.count() == 3
    assert "videos_in_doubt" in codes(result.warnings)
    doubt = Finding.objects.get(kind="video_doubt")
    assert doubt.details["titles"] == ["One", "Two"]


def test_a_renamed_video_without_an_id_is_a_doubt_not_a_guess(account):
    listed(works(video("Dawn")), account)
    listed(works(video("Dawn (new)")), account, as_of=date(2026, 8, 11))
    assert Video.objects.count() == 2
    assert Finding.objects.filter(kind="video_doubt").count() == 1


def test_two_new_videos_of_one_minute_are_two_videos(account):
    listed(works(video("One"), video("Two")), account)
    assert Video.objects.count() == 2
    assert not Finding.objects.exists()


def test_a_video_without_a_publish_time_joins_no_month(account):
    result = listed(works(video(published="")), account)
    assert Video.objects.get().published_on is None
    assert Finding.objects.get().kind == "video_without_time"
    assert "without_publish_time" in codes(result.warnings)
    assert counts(listed(works(video(published="")), account, as_of=date(2026, 8, 11))) == (0, 0, 1, 0)


def test_a_newer_unknown_medium_never_replaces_a_known_one(account):
    listed(works(video(pid="7001", media="图文")), account)
    listed(works(video(pid="7001", media="?")), account, as_of=date(2026, 8, 11))
    assert Video.objects.get().media == "image"


def test_the_publish_time_stays_though_a_later_file_says_otherwise(account):
    listed(works(video(pid="7001")), account)
    listed(works(video(pid="7001", published="2026-07-31 09:30")), account, as_of=date(2026, 8, 11))
    assert Video.objects.get().published_on == date(2026, 8, 3)


def test_a_reading_of_the_same_day_is_restated(account):
    listed(works(video()), account)
    result = listed(works(video(plays=120)), account)
    assert [(one.subject, one.field, one.old, one.new) for one in result.restated] == [
        ("Dawn", "plays", "100", "120")
    ]
    assert VideoSnapshot.objects.get().plays == 120


def test_fewer_plays_than_before_are_kept_and_shown(account):
    listed(works(video(plays=100)), account)
    result = listed(works(video(plays=80)), account, as_of=date(2026, 8, 12))
    assert "plays_decreased" in codes(result.warnings)
    assert list(VideoSnapshot.objects.order_by("captured_on").values_list("plays", flat=True)) == [100, 80]
    found = Finding.objects.get(kind="decrease")
    assert (found.details["old"], found.details["new"]) == (100, 80)


def test_sums_over_a_period_are_kept_apart_from_readings(account):
    span = Span(FIRST, date(2026, 8, 31))
    content = works(video(pid="7001"))
    assert counts(taken(content, account, period=span)) == (1, 0, 0, 0)
    assert not VideoSnapshot.objects.exists()
    kept = PeriodSum.objects.get()
    assert (kept.first_day, kept.last_day) == (span.first, span.last)
    assert kept.values["plays"] == "100"
    assert Fetch.objects.get().grain == "period_sum"
    assert counts(taken(works(video(pid="7001", plays=130)), account, period=span)) == (0, 1, 0, 0)
    assert Restatement.objects.get().old == "100"


def test_rates_beyond_their_places_are_rounded_half_up_once(account):
    listed(works(video(rate="0.123456785")), account)
    assert VideoSnapshot.objects.get().completion_rate == Decimal("0.12345679")
    assert counts(listed(works(video(rate="0.1234567850")), account)) == (0, 0, 1, 0)


def test_a_value_no_column_can_keep_rejects_its_row(account):
    header = [*WORKS, "average_play_seconds"]
    content = works([*video("One"), "12"], [*video("Two"), "1000001"], header=header)
    result = listed(content, account)
    assert [(one.row, one.reason.code) for one in result.rejected] == [(3, "too_big_to_keep")]
    assert Video.objects.count() == 1


def test_the_number_of_statements_does_not_grow_with_the_videos(account):
    def statements(count, plays, day):
        rows = [
            video(f"Video {n}", published=f"2026-08-03 09:{n % 60:02d}:00", plays=plays) for n in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            listed(works(*rows), account, as_of=day)
        return len(captured)

    statements(150, 1, date(2026, 8, 9))
    statements(3, 2, date(2026, 8, 10))
    few, many = statements(3, 3, date(2026, 8, 11)), statements(150, 4, date(2026, 8, 12))
    assert many - few <= BATCHES


def test_a_workbook_of_douyin_fills_the_same_facts(account):
    content = xlsx_file(["日期", "净增粉丝"], [["2026-08-01", 12], ["2026-08-02", -3]])
    result = taken(content, account, name="净增粉丝.xlsx")
    assert result.totals == {"followers_net": 9}
    assert list(AccountDay.objects.order_by("date").values_list("followers_net", flat=True)) == [12, -3]


def test_lifetime_is_an_answer_that_belongs_to_the_delivery(account):
    content = works(video(pid="7001"))
    listed(content, account, period=LIFETIME)
    assert VideoSnapshot.objects.count() == 1
