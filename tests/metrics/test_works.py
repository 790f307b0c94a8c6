"""Suggesting works from stored videos, answering, and what it does to the count of originals."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.audit import Actor
from common.errors import Conflict, Refusal
from common.models import AuditEvent
from metrics.definitions import builtin_definitions
from metrics.models import Finding, FindingVideo, Video, Work
from metrics.selectors.fact_reader import Reading
from metrics.selectors.measured import measure_people
from metrics.services.findings import Answer, accept_identical, answer_finding, undo_answer
from metrics.services.works import Suggested, suggest_works
from people.models import Account
from tests.factories.metrics import AT, FetchFactory, VideoFactory
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory, hold

pytestmark = pytest.mark.django_db

ACTOR = Actor("user:1", "Ann")
DAY = date(2026, 8, 3)
THROUGH = date(2026, 8, 31)
BATCHES = 0 if connection.vendor == "postgresql" else 5  # SQLite takes fewer rows a statement
LONG = "山海之间的第一缕晨光"


def upload(account=None, *, after=0, seconds="60", title=LONG, **more):
    account = account or AccountFactory()
    day = DAY + timedelta(days=after)
    return VideoFactory(
        account=account, title=title, published_on=day, duration_seconds=Decimal(seconds),
        published_at=datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC), **more,
    )  # fmt: skip


def suggested(**more):
    found = suggest_works(day=THROUGH, at=AT, **more)
    return found.new, found.withdrawn, found.waiting


def answer(finding, word, **more):
    return answer_finding(finding_id=finding.pk, answer=Answer(word, **more), actor=ACTOR, at=AT)


def undo(finding):
    return undo_answer(finding_id=finding.pk, actor=ACTOR, at=AT)


def works():
    return list(Video.objects.order_by("pk").values_list("work", flat=True))


@pytest.fixture
def three():
    return [
        upload(AccountFactory(platform=name), after=n)
        for n, name in enumerate(("douyin", "kuaishou", "youtube"))
    ]


def test_three_platforms_become_one_question_and_asking_again_changes_nothing(three):
    assert suggested() == (1, 0, 1)
    before = list(Finding.objects.values())
    assert suggested() == (0, 0, 1)
    assert list(Finding.objects.values()) == before
    finding = Finding.objects.get()
    assert (finding.kind, finding.account, finding.date) == (
        "same_work",
        three[0].account,
        DAY + timedelta(days=2),
    )
    assert finding.details == {
        "title": LONG, "count": 3, "likeness": "identical", "identical": True, "reuploaded": False,
    }  # fmt: skip
    assert list(finding.subjects.order_by("pk").values_list("video_id", "account_id", "belongs")) == [
        (video.pk, video.account_id, None) for video in three
    ]


def test_only_the_window_is_compared(three):
    assert suggest_works(day=DAY + timedelta(days=60), at=AT) == Suggested(0, 0, 0)
    assert suggest_works(day=DAY + timedelta(days=60), at=AT, since=DAY).new == 1


def test_a_question_grows_with_a_later_upload_and_goes_when_it_no_longer_holds(three):
    suggested()
    upload(after=3)
    assert suggested() == (1, 1, 1)
    assert FindingVideo.objects.count() == 4
    Video.objects.filter(pk__in=[one.pk for one in three]).update(title="Something else altogether")
    assert suggested()[1] == 1


def test_a_question_of_older_uploads_waits_on(three):
    suggested()
    later = DAY + timedelta(days=90)
    assert suggest_works(day=later, at=AT) == Suggested(0, 0, 1)
    three[0].delete()
    assert suggest_works(day=later, at=AT) == Suggested(0, 1, 0)


def test_one_work_is_made_named_and_logged(three):
    suggested()
    finding = Finding.objects.get()
    answer(finding, "same")
    work = Work.objects.get()
    assert works() == [work.pk] * 3
    assert (work.title, work.decided_by) == (LONG, "user:1")
    assert suggested() == (0, 0, 0)
    event = AuditEvent.objects.get(action="finding.answered")
    assert f'"joined":[{",".join(str(one.pk) for one in three)}]' in event.payload
    with pytest.raises(Conflict):
        answer(finding, "different")


def test_different_works_are_never_asked_about_again(three):
    suggested()
    answer(Finding.objects.get(), "different")
    assert works() == [None] * 3
    assert suggested() == (0, 0, 0)
    late = upload(after=3)
    assert suggested() == (1, 0, 1)
    asked = Finding.objects.get(answered_at=None)
    assert set(asked.subjects.values_list("video_id", flat=True)) == {three[2].pk, late.pk}


def test_those_chosen_are_one_work_and_the_others_are_not(three):
    suggested()
    finding = Finding.objects.get()
    with pytest.raises(Refusal):
        answer(finding, "chosen", chosen={three[0].pk})
    answer(finding, "chosen", chosen={three[0].pk, three[2].pk, 999})
    work = Work.objects.get().pk
    assert works() == [work, None, work]
    assert suggested() == (0, 0, 0)


def test_joining_brings_whole_works_together_and_undo_parts_them_as_before(three):
    one, other = Work.objects.create(title="a"), Work.objects.create(title="b")
    outside = upload(after=-30, work=other)
    Video.objects.filter(pk=three[0].pk).update(work=one)
    Video.objects.filter(pk=three[1].pk).update(work=other)
    suggested()
    finding = Finding.objects.get()
    answer(finding, "same")
    assert works() == [one.pk] * 4
    undo(finding)
    assert works() == [one.pk, other.pk, None, other.pk]
    assert Video.objects.get(pk=outside.pk).work == other
    finding.refresh_from_db()
    assert (finding.answer, finding.answered_at, "undo" in finding.details) == ("", None, False)
    assert set(finding.subjects.values_list("belongs", flat=True)) == {None}


def test_undo_takes_the_new_work_away_and_asks_again(three):
    suggested()
    finding = Finding.objects.get()
    answer(finding, "same")
    undo(finding)
    assert not Work.objects.exists()
    assert suggested() == (0, 0, 1)
    answer(finding, "different")
    undo(finding)
    assert suggested() == (0, 0, 1)
    with pytest.raises(Conflict):
        undo(finding)


def test_an_answer_that_a_later_one_rests_on_is_taken_back_after_it(three):
    Video.objects.filter(pk=three[2].pk).delete()
    suggested()
    first = Finding.objects.get()
    answer(first, "same")
    upload(AccountFactory(platform="youtube"), after=2)
    suggested()
    second = answer(Finding.objects.get(answered_at=None), "same")
    joined = works()
    assert len(set(joined)) == 1
    with pytest.raises(Conflict) as refused:
        undo(first)
    assert (refused.value.code, works()) == ("later_answer", joined)
    undo(second)
    undo(first)
    assert works() == [None, None, None]


def test_identical_ones_are_accepted_together_and_close_ones_wait(three):
    upload(title="另一条完全不同的海边视频"), upload(title="另一条完全不同的海边视频", seconds="61")
    suggested()
    assert accept_identical(accounts=[three[0].account_id, three[1].account_id], actor=ACTOR, at=AT) == 0
    assert accept_identical(accounts=Account.objects.all(), actor=ACTOR, at=AT) == 1
    assert works() == [Work.objects.get().pk] * 3 + [None] * 2
    assert Finding.objects.get(answered_at=None).details["likeness"] == "same_title"


def test_an_answer_changes_the_count_of_originals_and_undo_changes_it_back():
    CompanyFactory()
    ann, ben = EmployeeFactory(), EmployeeFactory()
    for holder, after in ((ann, 0), (ann, 1), (ben, 2)):
        account = AccountFactory()
        hold(account, holder, starts_on=date(2026, 1, 1))
        FetchFactory(account=account, grain="video_snapshot", as_of=date(2026, 9, 2))
        upload(account, after=after)

    def originals():
        reading = Reading(first=date(2026, 8, 1), last=THROUGH, period_days=31)
        found = measure_people(
            builtin_definitions()["original_works"], employees={ann.pk, ben.pk}, reading=reading
        )
        return found[ann.pk].value, found[ben.pk].value

    suggested()
    assert originals() == (2, 1)
    finding = Finding.objects.get()
    answer(finding, "same")
    assert originals() == (1, 0)
    undo(finding)
    assert originals() == (2, 1)


def test_the_number_of_statements_does_not_grow_with_the_videos():
    def statements():
        with CaptureQueriesContext(connection) as captured:
            suggested()
        return len(captured)

    def fill(count, start):
        one, other = AccountFactory(), AccountFactory()
        for n in range(start, start + count):
            for account in (one, other):
                upload(account, title=f"海边的第{n}次日出与晚风", platform_id=f"{account.pk}-{n}")

    fill(3, 0)
    few = statements()
    fill(150, 100)
    assert statements() - few <= BATCHES
    assert Finding.objects.count() == 153
