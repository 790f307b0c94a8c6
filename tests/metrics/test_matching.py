"""The same video in exports that tell different things of it, in any order."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from common.audit import Actor
from metrics.importing.records import LIFETIME
from metrics.matching import title_hash
from metrics.models import Finding, Video, VideoSnapshot
from metrics.services.uploads import store_upload
from tests.factories.metrics import AT, csv_file
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

HEADER = ["title", "platform_id", "published_at", "plays"]
DAWN = "Dawn over the old harbour"


@pytest.fixture
def account():
    CompanyFactory()
    account = AccountFactory(handle="dawn")
    hold(account, EmployeeFactory())
    return account


def export(account, *rows, day=10):
    result = store_upload(
        content=csv_file(HEADER, rows), name="works.csv", account=account, actor=Actor("user:1", "Ann"),
        actor_employee=None, at=AT, as_of=date(2026, 8, day), period=LIFETIME,
    )  # fmt: skip
    (table,) = result.files
    assert table.is_stored, table
    return table


def row(title=DAWN, pid="", published="2026-08-03 09:30:10", plays=100):
    return [title, pid, published, plays]


def stored():
    return list(Video.objects.order_by("pk").values_list("platform_id", "title"))


def doubts():
    return Finding.objects.filter(kind="video_doubt").count()


WITHOUT = [row(), row("Two", published="2026-08-04 10:00")]
WITH = [row(pid="7001", plays=120), row("Two", "7002", "2026-08-04 10:00", 120)]
RETITLED = [row("Dawn, second cut", "7001", plays=140), row("Two", "7002", "2026-08-04 10:00", 140)]


@pytest.mark.parametrize("order", list(permutations([WITHOUT, WITH, RETITLED])))
def test_three_exports_in_any_order_are_the_same_two_videos(account, order):
    days = {id(WITHOUT): 10, id(WITH): 11, id(RETITLED): 12}
    for rows in order:
        export(account, *rows, day=days[id(rows)])
    found = stored()
    if order[0] is RETITLED and order[1] is WITHOUT:
        # The list without ids never had the later title: a person says whether it is the same video.
        assert (len(found), doubts()) == (3, 1)
        return
    assert sorted(str(pid) for pid, _title in found) == ["7001", "7002"]
    assert doubts() == 0
    assert VideoSnapshot.objects.count() == 6


def test_the_newest_export_names_the_video_and_older_titles_still_find_it(account):
    export(account, *RETITLED, day=12)
    export(account, *WITH, day=11)
    assert ("7001", "Dawn, second cut") in stored()
    export(account, row("Dawn, third cut", "7001"), day=13)
    export(account, row("Dawn, second cut"), day=14)
    assert sorted(pid for pid, _title in stored()) == ["7001", "7002"]


def test_an_older_list_with_the_title_of_before_makes_no_second_video(account):
    export(account, row(pid="7001"), day=10)
    export(account, row("Dawn, second cut", "7001"), day=12)
    export(account, row(), day=9)
    assert stored() == [("7001", "Dawn, second cut")]
    assert doubts() == 0


def test_two_videos_of_one_minute_with_different_titles_stay_two(account):
    export(account, row("One"), row("Two"))
    export(account, row("One", "7001"), row("Two", "7002"), day=11)
    export(account, row("One"), row("Two"), day=12)
    assert stored() == [("7001", "One"), ("7002", "Two")]
    assert doubts() == 0


def test_the_same_title_at_other_minutes_is_another_video(account):
    export(account, row(), row(published="2026-08-03 09:45"), row(published="2026-08-05 09:30"))
    export(account, row(pid="7001"), row(pid="7002", published="2026-08-03 09:45"), day=11)
    assert [pid for pid, _title in stored()] == ["7001", "7002", None]


def test_different_accounts_are_never_one_video(account):
    other = AccountFactory(handle="dusk")
    export(account, row())
    export(other, row(plays=7))
    export(other, row(pid="7001", plays=8), day=11)
    assert list(Video.objects.order_by("pk").values_list("account", "platform_id")) == [
        (account.pk, None), (other.pk, "7001"),
    ]  # fmt: skip


def test_seconds_do_not_part_what_minutes_join_and_times_are_the_companys(account):
    export(account, row(published="2026-08-03 09:30:59"))
    export(account, row(published="2026-08-03 09:30"), day=11)
    export(account, row(pid="7001", published="2026-08-03 09:30:01"), day=12)
    video = Video.objects.get()
    assert video.published_at == datetime(2026, 8, 3, 1, 30, tzinfo=UTC)
    assert video.published_on == date(2026, 8, 3)


def test_a_list_with_days_and_one_with_minutes_name_the_same_video(account):
    export(account, row(published="2026-08-03"))
    export(account, row(pid="7001", published="2026-08-03 09:30"), day=11)
    export(account, row(published="2026-08-03"), day=12)
    video = Video.objects.get()
    assert (video.platform_id, video.published_at) == ("7001", datetime(2026, 8, 3, 1, 30, tzinfo=UTC))
    assert video.title_hash == title_hash(DAWN)
    export(account, row(published="2026-08-03 09:30"), day=13)
    assert Video.objects.count() == 1


def test_minutes_first_and_days_later(account):
    export(account, row())
    export(account, row(pid="7001", published="2026-08-03"), day=11)
    export(account, row(), day=12)
    assert stored() == [("7001", DAWN)]


def test_a_title_twice_on_a_day_is_not_guessed(account):
    export(account, row(), row(published="2026-08-03 18:00"))
    export(account, row(published="2026-08-03"), day=11)
    assert Video.objects.count() == 3
    assert doubts() == 1


def test_a_time_that_comes_later_is_a_doubt_with_the_video_without_one(account):
    export(account, row(published=""))
    export(account, row(), day=11)
    assert Video.objects.count() == 2
    found = Finding.objects.get(kind="video_doubt")
    assert found.details["others"] == [Video.objects.order_by("pk").first().pk]


def test_a_list_without_times_after_one_with_times_is_a_doubt(account):
    export(account, row(), row("Two", published="2026-08-04 10:00"))
    export(account, row(published=""), day=11)
    found = Finding.objects.get(kind="video_doubt")
    assert found.details["titles"] == [DAWN]
    assert Finding.objects.filter(kind="video_without_time").count() == 1


def test_a_title_of_many_videos_asks_nothing(account):
    export(account, *(row("Good morning", published=f"2026-08-{day:02d} 09:30") for day in range(1, 8)))
    export(account, row("Good morning", published=""), day=11)
    assert doubts() == 0


def test_an_entered_time_is_found_again_by_the_title(account):
    export(account, row(published=""))
    video = Video.objects.get()
    video.published_at, video.published_on = datetime(2026, 8, 3, 1, 30, tzinfo=UTC), date(2026, 8, 3)
    video.timed_by = "user:1"
    video.save()
    export(account, row(published="", plays=130), day=11)
    assert Video.objects.count() == 1
    export(account, row(published="2026-08-03 09:31", plays=140), day=12)
    assert Video.objects.count() == 2
    assert doubts() == 1
