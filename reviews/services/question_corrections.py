"""Corrections that answer a data question: proposed by one answerer, confirmed by another.

The fact itself is changed by ``metrics``; here it is only said who may command that,
and what becomes of the question and the card.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from metrics.selectors.definitions import current_measures
from metrics.selectors.facts import FactKey, fields_behind
from metrics.services import corrections
from people.access import Viewer
from people.models import AccountShare
from reviews.choices import Effect, QuestionAction
from reviews.models import DataQuestion
from reviews.selectors.question_page import effect_on
from reviews.services.decisions import actor_of
from reviews.services.question_notices import tell_answerers, tell_asker, tell_hr, tell_subject
from reviews.services.questions import locked_question, require_leaf, require_move, store_move


@transaction.atomic
def propose(
    *,
    question_id: int,
    viewer: Viewer,
    key: FactKey,
    wanted: corrections.Wanted,
    seen: str,
    reason: str,
    evidence: str,
    row_version: int,
    at: datetime,
) -> DataQuestion:
    """Propose what a fact behind the question's line should say, for a second person to confirm.

    Raises as ``move_question`` does, what ``metrics.services.corrections`` raises, and
    ``Refusal`` for a fact that the line does not read.
    """
    question = locked_question(viewer, question_id)
    move = require_move(QuestionAction.PROPOSE, question, viewer, row_version, reason)
    _require_fact_of(question, key)
    question.correction = corrections.propose_correction(
        key=key,
        wanted=wanted,
        seen=seen,
        reason=reason,
        evidence=evidence,
        actor=actor_of(viewer),
        actor_employee=viewer.employee_id,
        at=at,
        today=viewer.day,
    )
    store_move(question, move, viewer, at, text=reason, correction=question.correction.pk)
    tell_answerers(
        question, "reviews.question_proposed", at, without=[f"user:{viewer.user_id}", question.asked_by]
    )
    tell_asker(question, "reviews.question_moved", at)
    return question


@transaction.atomic
def confirm(
    *, question_id: int, viewer: Viewer, row_version: int, at: datetime, text: str = ""
) -> DataQuestion:
    """Confirm the correction that waits, as the second person; the fact changes.

    A sealed card never does: HR is told where the card does not follow by itself.
    """
    question = locked_question(viewer, question_id)
    move = require_move(QuestionAction.CONFIRM, question, viewer, row_version, text)
    waiting = question.correction
    if waiting is None:
        raise _nothing_waits()
    corrections.confirm_correction(
        correction_id=waiting.pk,
        actor=actor_of(viewer),
        actor_employee=viewer.employee_id,
        at=at,
        remark=text,
    )
    store_move(question, move, viewer, at, text=text, correction=waiting.pk)
    tell_asker(question, "reviews.question_moved", at)
    tell_subject(question, "reviews.question_corrected", at)
    if effect_on(question.card) is not Effect.NEXT_SCORE:
        tell_hr(question, "reviews.question_sealed", at)
    return question


@transaction.atomic
def refuse(*, question_id: int, viewer: Viewer, row_version: int, at: datetime, text: str) -> DataQuestion:
    """Turn the correction that waits down with a reason, as the second person; the question goes on."""
    question = locked_question(viewer, question_id)
    move = require_move(QuestionAction.REFUSE, question, viewer, row_version, text)
    if question.correction is None:
        raise _nothing_waits()
    corrections.refuse_correction(
        correction_id=question.correction.pk,
        actor=actor_of(viewer),
        actor_employee=viewer.employee_id,
        at=at,
        reason=text,
    )
    store_move(question, move, viewer, at, text=text, correction=question.correction.pk)
    tell_asker(question, "reviews.question_moved", at)
    tell_answerers(
        question, "reviews.question_moved", at, without=[f"user:{viewer.user_id}", question.asked_by]
    )
    return question


@transaction.atomic
def withdraw(
    *, question_id: int, viewer: Viewer, row_version: int, at: datetime, text: str = ""
) -> DataQuestion:
    """Take one's own proposal back; the question goes on."""
    question = locked_question(viewer, question_id)
    move = require_move(QuestionAction.WITHDRAW, question, viewer, row_version, text)
    if question.correction is None:
        raise _nothing_waits()
    corrections.withdraw_correction(correction_id=question.correction.pk, actor=actor_of(viewer), at=at)
    store_move(question, move, viewer, at, text=text, correction=question.correction.pk)
    tell_asker(question, "reviews.question_moved", at)
    return question


def _require_fact_of(question: DataQuestion, key: FactKey) -> None:
    """Refuse a fact that the question is not about: another grain, figure, account or video."""
    measure = current_measures()[require_leaf(question.card, question.leaf).measure]
    other_account = question.account_id not in (None, key.account_id) or not _holds(question, key)
    other_video = question.video_id not in (0, key.video_id)
    if key.grain != measure.grain or key.field not in fields_behind(measure) or other_account or other_video:
        raise Refusal("no_such_fact", _("This indicator does not read that figure."))


def _holds(question: DataQuestion, key: FactKey) -> bool:
    shares = AccountShare.objects.filter(employee=question.card.employee_id, period__account=key.account_id)
    return shares.exists()


def _nothing_waits() -> Refusal:
    return Refusal("nothing_waits", _("No correction waits for a second person."))
