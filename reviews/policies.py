"""May this person do this with this card? One function per verb; every decision asks here."""

from dataclasses import replace
from datetime import datetime

from common.models import AuditEvent
from people.access import SEES_EVERYBODY, Viewer, can_see_employee
from people.choices import Role
from performance.choices import CardState, CycleState
from performance.models import Scorecard
from reviews.choices import Action, QuestionAction, QuestionState, Who
from reviews.models import DataQuestion
from reviews.questioning import QuestionMove, allowed_question_moves, is_closed_for_questions
from reviews.selectors.questions import ANSWERERS, standing_to
from reviews.selectors.standing import Standing, can_undo
from reviews.workflow import Move, allowed_moves

DECIDING = frozenset({Who.MANAGER, Who.STAND_IN})
UNDER_DECISION = (CycleState.REVIEW, CycleState.PUBLISHED)
"""A card left behind when its month was published is still decided, and published later."""

CHANGEABLE = (CardState.SELF_REVIEW, CardState.MANAGER_REVIEW)


def can_decide(standing: Standing) -> bool:
    """Say whether the person answers for the card: its manager, or HR where nobody else can."""
    return not standing.who.isdisjoint(DECIDING)


def has_edited(viewer: Viewer, standing: Standing) -> bool:
    """Say whether the person put a figure into the card and so cannot confirm it."""
    return f"user:{viewer.user_id}" in standing.editors


def can_approve(viewer: Viewer, card: Scorecard, standing: Standing) -> bool:
    """Say whether the person may confirm the card as it stands now."""
    return (
        can_decide(standing)
        and card.state == CardState.MANAGER_REVIEW
        and card.cycle.state in UNDER_DECISION
        and not has_edited(viewer, standing)
        and card.current is not None
        and card.current.total is not None
        and not card.current.waiting
    )


def can_edit_figures(card: Scorecard, standing: Standing) -> bool:
    """Say whether the person may put a figure in place of an automatic one."""
    return can_decide(standing) and card.state in CHANGEABLE and card.cycle.state in UNDER_DECISION


def can_refresh(viewer: Viewer, card: Scorecard) -> bool:
    """Say whether the person may read the automatic figures once more: HR, never for themselves."""
    is_hr = Role.HR_PEOPLE in viewer.roles and not viewer.is_self(card.employee_id)
    return is_hr and card.state in CHANGEABLE and card.cycle.state in UNDER_DECISION


def possible_moves(
    viewer: Viewer,
    card: Scorecard,
    standing: Standing,
    *,
    approval: AuditEvent | None,
    at: datetime,
) -> dict[Action, Move]:
    """Return what the person may do with the card now, by action; for the buttons of a page."""
    who = set(standing.who)
    if Who.SUBJECT not in who and can_undo(approval, viewer, at=at):
        who.add(Who.AUTHOR)
    moves = {move.action: move for move in allowed_moves(CardState(card.state), who)}
    if card.cycle.state not in UNDER_DECISION:
        moves = {action: move for action, move in moves.items() if action is Action.ACKNOWLEDGE}
    if not can_approve(viewer, card, standing):
        moves.pop(Action.APPROVE, None)
    return moves


# Questions about the data


def may_question(viewer: Viewer, card: Scorecard) -> bool:
    """Say whether the person, who may see the card, is one who asks about it.

    Those are its subject, the line above and who answers; offices that see every card
    for other ends do not ask.
    """
    if viewer.is_self(card.employee_id) or viewer.has(ANSWERERS) or not viewer.has(SEES_EVERYBODY):
        return True
    return can_see_employee(replace(viewer, roles=frozenset()), card.employee_id)


def can_question(viewer: Viewer, card: Scorecard) -> bool:
    """Say whether the person may ask about this card now."""
    return not questions_closed(card) and may_question(viewer, card)


def questions_closed(card: Scorecard) -> bool:
    """Say whether it is too late to ask about a card."""
    return is_closed_for_questions(CycleState(card.cycle.state), CardState(card.state))


def answers_questions(viewer: Viewer) -> bool:
    """Say whether the person's duty is to answer questions."""
    return viewer.has(ANSWERERS)


def possible_question_moves(viewer: Viewer, question: DataQuestion) -> dict[QuestionAction, QuestionMove]:
    """Return what the person may do with the question now, by action; for the buttons of a page."""
    who = standing_to(viewer, question)
    return {move.action: move for move in allowed_question_moves(QuestionState(question.state), who)}
