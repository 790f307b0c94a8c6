"""Making one video of two, and taking that back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from common.audit import Actor
from common.errors import Conflict, Refusal
from metrics.choices import Grain
from metrics.models import (
    Finding,
    FindingVideo,
    PeriodSum,
    Restatement,
    Video,
    VideoCredit,
    VideoDay,
    VideoSnapshot,
    Work,
)
from metrics.selectors.facts import FactKey, corrections_of, fact_of
from metrics.services.corrections import Wanted, confirm_correction, propose_correction
from metrics.services.findings import Answer, answer_finding, undo_answer
from metrics.services.works import suggest_works
from tests.factories.metrics import AT, FetchFactory, VideoFactory, VideoSnapshotFactory
from tests.factories.people import AccountFactory, CompanyFactory, EmployeeFactory

pytestmark = pytest.mark.django_db

ACTOR = Actor("user:1", "Ann")
DAY = date(2026, 8, 10)
MINUTE = datetime(2026, 8, 3, 1, 30, tzinfo=UTC)
TABLES = (Video, VideoSnapshot, VideoDay, PeriodSum, VideoCredit, FindingVideo)


@pytest.fixture
def pair():
    """An older video without an id and a newer one with, of deliveries in that order."""
    CompanyFactory()
    account = AccountFactory()
    fetches = [FetchFactory(account=account, as_of=date(2026, 8, day)) for day in (10, 11)]
    older = VideoFactory(
        account=account,
        platform_id=None,
        title="Dawn",
        title_hash="a",
        published_at=MINUTE,
        fetch_id=fetches[0].pk,
    )
    newer = VideoFactory(
        account=account, platform_id="7001", title="Dawn, renamed", title_hash="b", published_at=MINUTE,
        fetch_id=fetches[1].pk, duration_seconds=Decimal("61.5"), url="https://video.example/7001",
    )  # fmt: skip
    return older, newer, fetches


def ask(newer, *others):
    details = {"video": newer.pk, "title": newer.title, "others": [one.pk for one in others],
               "titles": [one.title for one in others]}  # fmt: skip
    return Finding.objects.create(
        kind="video_doubt", account=newer.account, key=str(newer.pk), details=details, found_at=AT
    )


def same(finding, **more):
    return answer_finding(finding_id=finding.pk, answer=Answer("same", **more), actor=ACTOR, at=AT)


def undo(finding):
    return undo_answer(finding_id=finding.pk, actor=ACTOR, at=AT)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def test_everything_moves_the_newer_delivery_counts_and_undo_puts_it_all_back(pair):
    older, newer, (first, second) = pair
    work = Work.objects.create(title="Dawn")
    Video.objects.filter(pk=newer.pk).update(
        work=work,
        originality="adapted",
        originality_by="user:2",
        originality_at=AT,
        originality_evidence="seen",
    )
    VideoSnapshotFactory(video_id=older.pk, captured_on=DAY, plays=5, likes=1, fetch_id=first.pk)
    VideoSnapshotFactory(
        video_id=newer.pk, captured_on=DAY, plays=6, likes=None, shares=3, fetch_id=second.pk
    )
    VideoSnapshotFactory(video_id=newer.pk, captured_on=date(2026, 8, 11), plays=9, fetch_id=second.pk)
    VideoDay.objects.create(video_id=older.pk, date=DAY, source="file", plays=8, fetch_id=second.pk)
    VideoDay.objects.create(video_id=newer.pk, date=DAY, source="file", plays=7, likes=2, fetch_id=first.pk)
    for video, values, fetch in (
        (older, {"plays": "5", "likes": "1"}, first),
        (newer, {"plays": "6"}, second),
    ):
        PeriodSum.objects.create(
            subject_kind="video",
            subject_id=video.pk,
            first_day=DAY,
            last_day=DAY,
            values=values,
            fetch_id=fetch.pk,
        )
    ann, ben = EmployeeFactory(), EmployeeFactory()
    VideoCredit.objects.create(video_id=older.pk, employee=ann, role="edit", share=100)
    VideoCredit.objects.create(video_id=newer.pk, employee=ben, role="edit", share=100)
    VideoCredit.objects.create(video_id=newer.pk, employee=ben, role="script", share=100)
    before = everything()
    finding = ask(newer, older)
    same(finding)

    kept = Video.objects.get()
    assert (kept.pk, kept.platform_id, kept.title, kept.title_hash) == (
        older.pk,
        "7001",
        "Dawn, renamed",
        "b",
    )
    assert (kept.earlier_hashes, kept.work, kept.originality) == ("a", work, "adapted")
    assert (kept.originality_by, kept.duration_seconds, kept.url) == ("user:2", Decimal("61.500"), newer.url)
    readings = VideoSnapshot.objects.order_by("captured_on")
    assert list(readings.values_list("video_id", "plays", "likes", "shares")) == [
        (older.pk, 6, 1, 3), (older.pk, 9, None, None),
    ]  # fmt: skip
    assert list(VideoDay.objects.values_list("video_id", "plays", "likes")) == [(older.pk, 8, 2)]
    assert PeriodSum.objects.get().values == {"plays": "6", "likes": "1"}
    assert set(VideoCredit.objects.values_list("video_id", "role", "employee")) == {
        (older.pk, "edit", ann.pk), (older.pk, "script", ben.pk),
    }  # fmt: skip
    replaced = Restatement.objects.order_by("grain").values_list(
        "grain", "field", "old", "new", "old_fetch_id"
    )
    assert list(replaced) == [
        ("period_sum", "plays", "5", "6", first.pk),
        ("video_day", "plays", "7", "8", first.pk),
        ("video_snapshot", "plays", "5", "6", first.pk),
    ]
    undo(finding)
    assert everything() == before


def test_a_mark_and_a_work_of_the_kept_video_stay(pair):
    older, newer, _fetches = pair
    mine, theirs = Work.objects.create(title="a"), Work.objects.create(title="b")
    Video.objects.filter(pk=older.pk).update(originality="original", originality_by="user:3", work=mine)
    Video.objects.filter(pk=newer.pk).update(originality="reposted", work=theirs)
    same(ask(newer, older))
    kept = Video.objects.get()
    assert (kept.originality, kept.originality_by, kept.work) == ("original", "user:3", mine)


def test_several_candidates_are_chosen_from(pair):
    older, newer, _fetches = pair
    third = VideoFactory(account=older.account, platform_id=None, title="Noon", published_at=MINUTE)
    finding = ask(newer, older, third)
    with pytest.raises(Refusal) as refusal:
        same(finding)
    assert refusal.value.code == "choose_one"
    with pytest.raises(Conflict):
        same(finding, other=999)
    same(finding, other=third.pk)
    assert set(Video.objects.values_list("pk", "platform_id")) == {(older.pk, None), (third.pk, "7001")}


def test_two_ids_are_two_videos(pair):
    older, newer, _fetches = pair
    Video.objects.filter(pk=older.pk).update(platform_id="7000")
    with pytest.raises(Refusal) as refusal:
        same(ask(newer, older))
    assert refusal.value.code == "two_ids"
    assert Video.objects.count() == 2


def test_a_video_without_a_time_gives_its_place_and_its_question_up(pair):
    older, newer, _fetches = pair
    Video.objects.filter(pk=older.pk).update(published_at=None, published_on=None, title_hash="b")
    asked = Finding.objects.create(
        kind="video_without_time",
        account=older.account,
        key=str(older.pk),
        details={"video": older.pk},
        found_at=AT,
    )
    finding = ask(newer, older)
    same(finding)
    kept = Video.objects.get()
    assert (kept.published_at, kept.published_on) == (MINUTE, newer.published_on)
    asked.refresh_from_db()
    assert asked.answer == "merged"
    undo(finding)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at) == ("", None)
    assert Video.objects.get(pk=older.pk).published_on is None


def test_what_came_since_then_stays_with_the_kept_video(pair):
    older, newer, _fetches = pair
    finding = ask(newer, older)
    same(finding)
    VideoSnapshotFactory(video_id=older.pk, captured_on=date(2026, 8, 12), plays=12)
    Video.objects.filter(pk=older.pk).update(title="Dawn, third title")
    undo(finding)
    assert VideoSnapshot.objects.get().video_id == older.pk
    assert set(Video.objects.values_list("pk", "platform_id", "title")) == {
        (older.pk, None, "Dawn, third title"), (newer.pk, "7001", "Dawn, renamed"),
    }  # fmt: skip


def test_an_identity_that_was_taken_since_then_stops_the_undo(pair):
    older, newer, _fetches = pair
    finding = ask(newer, older)
    same(finding)
    Video.objects.filter(pk=older.pk).update(platform_id=None)
    VideoFactory(account=older.account, platform_id="7001")
    with pytest.raises(Conflict) as conflict:
        undo(finding)
    assert conflict.value.code == "identity_taken"
    finding.refresh_from_db()
    assert finding.answer == "same"


def test_answers_about_works_speak_of_the_kept_video_and_open_ones_are_made_anew(pair):
    older, newer, _fetches = pair
    parted, asked = (
        Finding.objects.create(kind="same_work", account=older.account, key=key, found_at=AT) for key in "xy"
    )
    Finding.objects.filter(pk=parted.pk).update(answer="different", answered_at=AT)
    for one in (parted, asked):
        FindingVideo.objects.create(finding=one, video_id=newer.pk, account=newer.account, belongs=False)
    finding = ask(newer, older)
    same(finding)
    assert FindingVideo.objects.get(finding=parted).video_id == older.pk
    with pytest.raises(Refusal):
        answer_finding(finding_id=asked.pk, answer="same", actor=ACTOR, at=AT)
    suggest_works(day=DAY, at=AT)
    assert not Finding.objects.filter(pk=asked.pk).exists()
    undo(finding)
    assert FindingVideo.objects.get().video_id == newer.pk


def made(key):
    return [one.pk for one in corrections_of(key, ["plays"])]


def test_a_correction_follows_its_video_there_and_back(pair):
    older, newer, (_first, second) = pair
    VideoSnapshotFactory(video_id=newer.pk, captured_on=DAY, plays=100, fetch_id=second.pk)
    key = FactKey(Grain.VIDEO_SNAPSHOT, newer.account_id, DAY, "plays", video_id=newer.pk)
    given = {"evidence": "", "actor_employee": None, "at": AT, "today": date(2026, 8, 20)}
    correction = propose_correction(
        key=key,
        wanted=Wanted(Decimal(900), ""),
        seen="100",
        reason="seen on the platform",
        actor=ACTOR,
        **given,
    )  # fmt: skip
    finding = ask(newer, older)
    with pytest.raises(Conflict) as refused:
        same(finding)
    assert refused.value.code == "proposal_waits"
    confirm_correction(correction_id=correction.pk, actor=Actor("user:2", "Ben"), actor_employee=None, at=AT)
    same(finding)
    kept = replace(key, video_id=older.pk)
    assert (fact_of(kept).value, made(kept)) == (900, [correction.pk])
    undo(finding)
    assert (fact_of(kept).value, made(kept)) == (None, [])
    assert (fact_of(key).value, made(key)) == (900, [correction.pk])


@pytest.mark.parametrize("emptied_first", [True, False])
@pytest.mark.parametrize("emptied_one", ["older", "newer"])
@pytest.mark.parametrize("other_field", ["likes", "plays"])
def test_a_cell_that_people_emptied_stays_empty_unless_a_later_correction_says_a_value(
    pair, emptied_first, emptied_one, other_field
):
    older, newer, (first, second) = pair
    VideoSnapshotFactory(video_id=older.pk, captured_on=DAY, plays=100, likes=5, fetch_id=first.pk)
    VideoSnapshotFactory(video_id=newer.pk, captured_on=DAY, plays=100, likes=5, fetch_id=second.pk)
    emptied, other = (older, newer) if emptied_one == "older" else (newer, older)
    orders = [
        (emptied, "plays", None, "100"),
        (other, other_field, Decimal(9), "5" if other_field == "likes" else "100"),
    ]
    for video, field, value, seen in orders if emptied_first else orders[::-1]:
        correction = propose_correction(
            key=FactKey(Grain.VIDEO_SNAPSHOT, older.account_id, DAY, field, video_id=video.pk),
            wanted=Wanted(value, "" if value else "held_for_check"), seen=seen, reason="seen on the platform",
            evidence="", actor=ACTOR, actor_employee=None, at=AT, today=date(2026, 8, 20),
        )  # fmt: skip
        confirm_correction(
            correction_id=correction.pk, actor=Actor("user:2", "Ben"), actor_employee=None, at=AT
        )
    before = everything()
    finding = ask(newer, older)
    same(finding)
    plays = fact_of(FactKey(Grain.VIDEO_SNAPSHOT, older.account_id, DAY, "plays", video_id=older.pk))
    assert plays.value == (9 if other_field == "plays" and emptied_first else None)
    undo(finding)
    assert everything() == before


def test_a_correction_holds_for_the_readings_that_a_merge_brings(pair):
    older, newer, (first, second) = pair
    VideoSnapshotFactory(video_id=older.pk, captured_on=DAY, plays=100, fetch_id=first.pk)
    later = date(2026, 8, 11)
    VideoSnapshotFactory(video_id=newer.pk, captured_on=later, plays=100, fetch_id=second.pk)
    key = FactKey(Grain.VIDEO_SNAPSHOT, older.account_id, DAY, "plays", video_id=older.pk)
    correction = propose_correction(
        key=key, wanted=Wanted(Decimal(900)), seen="100", reason="seen on the platform", evidence="",
        actor=ACTOR, actor_employee=None, at=AT, today=date(2026, 8, 20),
    )  # fmt: skip
    confirm_correction(correction_id=correction.pk, actor=Actor("user:2", "Ben"), actor_employee=None, at=AT)
    same(ask(newer, older))
    assert fact_of(replace(key, date=later)).value == 900
