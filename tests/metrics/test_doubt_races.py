"""Two people answer at once, or a file comes while somebody answers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Event

import pytest
from django.db import transaction

from common.audit import Actor, verify_chain
from common.errors import Conflict
from metrics.choices import Grain
from metrics.importing.records import LIFETIME
from metrics.models import AccountDay, Finding, FindingVideo, Video, VideoSnapshot, Work
from metrics.selectors.facts import FactKey
from metrics.services.corrections import Wanted, confirm_correction, propose_correction
from metrics.services.findings import answer_finding
from metrics.services.uploads import store_upload
from tests.factories.metrics import AT, AccountDayFactory, VideoFactory, VideoSnapshotFactory, csv_file
from tests.factories.people import AccountFactory, CompanyFactory
from tests.factories.racing import at_once

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MINUTE = datetime(2026, 8, 3, 1, 30, tzinfo=UTC)


def answering(finding, word, name):
    def work():
        try:
            answer_finding(finding_id=finding.pk, answer=word, actor=Actor(f"user:{name}"), at=AT)
        except Conflict:
            return "late"
        return word

    return work


def test_one_of_two_answers_counts():
    videos = [VideoFactory(published_on=date(2026, 8, 3)) for _number in range(2)]
    finding = Finding.objects.create(kind="same_work", account=videos[0].account, key="k", found_at=AT)
    for video in videos:
        FindingVideo.objects.create(finding=finding, video_id=video.pk, account=video.account)
    answers = at_once(answering(finding, "same", 1), answering(finding, "different", 2))
    assert sorted(answers)[0] in ("different", "late")
    assert answers.count("late") == 1
    finding.refresh_from_db()
    assert Work.objects.exists() is (finding.answer == "same")
    assert verify_chain(f"metrics.finding:{finding.pk}") == []


def test_a_file_that_comes_while_two_videos_become_one_finds_one_of_them():
    CompanyFactory()
    account = AccountFactory(handle="dawn")
    older = VideoFactory(account=account, platform_id=None, title="Dawn", published_at=MINUTE)
    newer = VideoFactory(account=account, platform_id="7001", title="Dawn again", published_at=MINUTE)
    VideoSnapshotFactory(video_id=newer.pk, captured_on=date(2026, 8, 10), plays=6)
    details = {"video": newer.pk, "title": newer.title, "others": [older.pk], "titles": [older.title]}
    finding = Finding.objects.create(
        kind="video_doubt", account=account, key="k", details=details, found_at=AT
    )
    content = csv_file(
        ["title", "platform_id", "published_at", "plays"], [["Dawn again", "7001", "2026-08-03 09:30", 9]]
    )

    def importing():
        (table,) = store_upload(
            content=content, name="works.csv", account=account, actor=Actor("user:2"), actor_employee=None,
            at=AT, as_of=date(2026, 8, 12), period=LIFETIME,
        ).files  # fmt: skip
        return table.is_stored

    assert at_once(importing, answering(finding, "same", 1)) == [True, "same"]
    assert Video.objects.get().platform_id == "7001"
    assert set(VideoSnapshot.objects.values_list("video_id", "plays")) == {(older.pk, 6), (older.pk, 9)}


def test_a_correction_is_not_confirmed_past_a_file_that_is_being_stored():
    CompanyFactory()
    account = AccountFactory(handle="dawn")
    day = date(2026, 8, 5)
    AccountDayFactory(account=account, date=day, plays=100)
    correction = propose_correction(
        key=FactKey(Grain.ACCOUNT_DAY, account.pk, day, "plays"), wanted=Wanted(Decimal(900)), seen="100",
        reason="seen on the platform", evidence="", actor=Actor("user:1"), actor_employee=None, at=AT,
        today=AT.date(),
    )  # fmt: skip
    written, asked = Event(), Event()

    def importing():
        with transaction.atomic():
            store_upload(
                content=csv_file(["date", "plays"], [[day, 120]]), name="days.csv", account=account,
                actor=Actor("user:3"), actor_employee=None, at=AT,
            )  # fmt: skip
            written.set()
            assert not asked.wait(1)

    def confirming():
        assert written.wait(10)
        try:
            confirm_correction(correction_id=correction.pk, actor=Actor("user:2"), actor_employee=None, at=AT)
        except Conflict as conflict:
            return conflict.code
        finally:
            asked.set()
        return "confirmed"

    assert at_once(importing, confirming) == [None, "fact_moved"]
    assert [one.source for one in AccountDay.objects.all()] == ["file"]
