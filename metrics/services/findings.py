"""Answering what the data asks, and taking an answer back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, Refusal
from metrics.choices import FindingKind
from metrics.models import Finding
from metrics.selectors.doubts import identical_suggestions
from metrics.services.part_again import part_again
from metrics.services.publish_times import enter_time, forget_time
from metrics.services.same_video import make_one, pair_of
from metrics.services.shifted import NEW_RIGHT, STORED_RIGHT
from metrics.services.shifted_answers import take_held_days
from metrics.services.standing import hold_against_corrections
from metrics.services.works import join_works, part_works, undo_works

SAME, DIFFERENT, SEEN = "same", "different", "seen"
CHOSEN, ENTERED, LEFT_OUT = "chosen", "entered", "left_out"
ANSWERS: dict[str, tuple[str, ...]] = {
    FindingKind.VIDEO_DOUBT.value: (SAME, DIFFERENT),
    FindingKind.SAME_WORK.value: (SAME, DIFFERENT, CHOSEN),
    FindingKind.VIDEO_WITHOUT_TIME.value: (ENTERED, LEFT_OUT),
    FindingKind.SHIFTED_DAYS.value: (NEW_RIGHT, STORED_RIGHT),
}
FINAL = frozenset({NEW_RIGHT})
"""Answers that are not taken back here: the next file with the right days does."""

BULK = 200
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Answer:
    """What a person says: the word, and what goes with it.

    ``other`` names the video meant where several may be, ``chosen`` the videos that are
    one work, ``published`` a local publish time in ``zone``.
    """

    word: str
    other: int | None = None
    chosen: Collection[int] | None = None
    published: datetime | None = None
    zone: ZoneInfo = UTC_ZONE


@transaction.atomic
def answer_finding(*, finding_id: int, answer: Answer | str, actor: Actor, at: datetime) -> Finding:
    """Answer a finding and do what the answer means.

    Raises ``Conflict`` when it was answered already or the data has moved on, and
    ``Refusal`` for an answer that does not fit or lacks something.
    """
    given = Answer(answer) if isinstance(answer, str) else answer
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    if finding.answered_at is not None:
        raise Conflict("already_answered", _("Somebody answered this already. Reload the page."))
    if given.word not in ANSWERS.get(finding.kind, (SEEN,)):
        raise Refusal("unknown_answer", _("This answer does not fit the question."))
    done = _apply(finding, given, actor, at)
    finding.details = {**finding.details, "undo": done}
    finding.answer, finding.answered_by, finding.answered_at = given.word, actor.text, at
    finding.save(update_fields=["answer", "answered_by", "answered_at", "details"])
    _record(finding, "finding.answered", actor, at, {"answer": given.word, **_audited(done)})
    return finding


def _apply(finding: Finding, answer: Answer, actor: Actor, at: datetime) -> dict[str, Any]:
    """Do what the answer means; return what undoes it."""
    kind, word = finding.kind, answer.word
    if kind == FindingKind.VIDEO_DOUBT and word == SAME:
        newer, older = pair_of(finding, answer.other)
        undo = make_one(newer, older, at=at)
        hold_against_corrections([older.account_id], at=at)
        return undo
    if kind == FindingKind.SAME_WORK:
        if word == DIFFERENT:
            part_works(finding)
            return {}
        chosen = answer.chosen or () if word == CHOSEN else None
        return join_works(finding, chosen=chosen, actor=actor.text)
    if word == ENTERED:
        today = at.astimezone(answer.zone).date()
        return enter_time(
            finding, published=answer.published, zone=answer.zone, today=today, actor=actor.text
        )
    return take_held_days(finding, at=at) if word == NEW_RIGHT else {}


@transaction.atomic
def undo_answer(*, finding_id: int, actor: Actor, at: datetime) -> Finding:
    """Take an answer back, as far as nothing has been built on it; the question is open again.

    Raises ``Refusal`` for an answer that is final or was none of a person's, ``Conflict``
    when it is open or the data has moved on.
    """
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    if finding.answered_at is None:
        raise Conflict("not_answered", _("This question is open. Reload the page."))
    if not can_undo(finding):
        raise Refusal("final_answer", _("This answer is not taken back here."))
    undo = finding.details.get("undo", {})
    if finding.kind == FindingKind.SAME_WORK:
        undo_works(finding, undo)
    elif finding.kind == FindingKind.VIDEO_DOUBT and finding.answer == SAME:
        part_again(undo)
    elif finding.answer == ENTERED:
        forget_time(undo)
    before = finding.answer
    finding.details = {name: value for name, value in finding.details.items() if name != "undo"}
    finding.answer, finding.answered_by, finding.answered_at = "", "", None
    finding.save(update_fields=["answer", "answered_by", "answered_at", "details"])
    _record(finding, "finding.reopened", actor, at, {"answer": before})
    return finding


def can_undo(finding: Finding) -> bool:
    """Say whether the answer is one that a person gave and may take back."""
    return finding.answer in ANSWERS.get(finding.kind, (SEEN,)) and finding.answer not in FINAL


def accept_identical(*, accounts: Collection[int] | Any, actor: Actor, at: datetime) -> int:
    """Answer "one work" for every open suggestion with the same title and duration throughout.

    Only those whose videos all lie on ``accounts`` (ids or a query of them), the
    oldest first, at most 200 at a time. Returns how many; one that changed meanwhile is
    left for a person.
    """
    done = 0
    waiting = identical_suggestions(accounts).order_by("found_at", "pk").values_list("pk", flat=True)
    for pk in list(waiting[:BULK]):
        try:
            answer_finding(finding_id=pk, answer=SAME, actor=actor, at=at)
        except (Refusal, Finding.DoesNotExist):
            continue
        done += 1
    return done


def _audited(done: dict[str, Any]) -> dict[str, Any]:
    """Return what of an answer's traces belongs into the log: numbers and names, not the rows."""
    named = ("kept", "work", "video", "published_at", "days", "restated", "fetch")
    return {name: done[name] for name in named if isinstance(done.get(name), (int, str))} | _taken_out(done)


def _taken_out(done: dict[str, Any]) -> dict[str, Any]:
    if "kept" not in done:
        return {"joined": sorted(int(pk) for pk in done["before"])} if "before" in done else {}
    (plain,) = done["video"]
    fields = plain["fields"]
    return {"taken_out": plain["pk"], "title": fields["title"], "platform_id": fields["platform_id"] or ""}


def _record(finding: Finding, action: str, actor: Actor, at: datetime, details: dict[str, Any]) -> None:
    record(
        subject=f"metrics.finding:{finding.pk}",
        actor=actor,
        action=action,
        at=at,
        kind=finding.kind,
        **details,
    )
