"""Decisions about one card: lock, check who and what was seen, move, log, tell.

Every decision names the row version the person saw; an approval also the hash of
the figures that were on the screen. The reporting line of the day of the decision
says who decides; a card outside the viewer's scope does not exist.
"""

import json
import logging
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from common.audit import Actor
from common.models import AuditEvent
from common.notices import notify
from people.access import Viewer, not_visible, visible_employees
from people.models import User
from performance.choices import CardState
from performance.models import Scorecard
from performance.services.cards import card_subject, locked_card, move_card
from reviews.choices import Action, Who
from reviews.policies import UNDER_DECISION, has_edited
from reviews.selectors.standing import Standing, active_user, can_undo, card_standing, last_event
from reviews.services import refusals
from reviews.workflow import Move, MoveRefused, require_move

logger = logging.getLogger("reviews")
REWRITES = ("set_manual", "refresh_card")


@transaction.atomic
def approve_card(
    *,
    card_id: int,
    viewer: Viewer,
    seen_hash: str,
    row_version: int,
    at: datetime,
    comment: str = "",
) -> Scorecard:
    """Confirm a card exactly as it was on the approver's screen; the figures are sealed.

    Raises ``NotVisible`` outside the viewer's scope; ``NotAllowed`` for the subject,
    for anybody but the manager of the day (HR stands in where there is none) and for
    whoever put in a figure; ``Conflict`` when the card was approved already or its
    figures moved; ``Refusal`` while it has no total.
    """
    card, standing = locked_for(viewer, card_id)
    move = require_decision(Action.APPROVE, card, standing, viewer)
    if has_edited(viewer, standing):
        raise refusals.edited_by_you(card)
    require_seen(card, seen_hash, row_version)
    if card.current is None or card.current.waiting or card.current.total is None:
        raise refusals.card_waits(card)
    if comment.strip():
        Scorecard.objects.filter(pk=card.pk).update(comment=comment.strip())
    moved = _moved(card, move, viewer, at=at, row_version=row_version, reason=comment)
    tell_person(card, "reviews.confirmed", at)
    return moved


@transaction.atomic
def return_card(*, card_id: int, viewer: Viewer, row_version: int, reason: str, at: datetime) -> Scorecard:
    """Give a card back to its subject with a reason of at least ten characters.

    Raises as ``approve_card`` does, and ``Refusal`` without a reason.
    """
    card, standing = locked_for(viewer, card_id)
    move = require_decision(Action.RETURN, card, standing, viewer, reason)
    moved = _moved(card, move, viewer, at=at, row_version=row_version, reason=reason)
    tell_person(card, "reviews.returned", at)
    return moved


@transaction.atomic
def hold_card(*, card_id: int, viewer: Viewer, row_version: int, reason: str, at: datetime) -> Scorecard:
    """Put a card aside with a reason; it stays with the manager and shows as held."""
    card, standing = locked_for(viewer, card_id)
    move = require_decision(Action.HOLD, card, standing, viewer, reason)
    return _moved(card, move, viewer, at=at, row_version=row_version, reason=reason)


@transaction.atomic
def submit_card(
    *, card_id: int, viewer: Viewer, row_version: int, at: datetime, reason: str = ""
) -> Scorecard:
    """Hand a returned card back to the manager, as its subject, with an optional answer."""
    card, standing = locked_for(viewer, card_id)
    move = _require(Action.SUBMIT, card, standing.who)
    _require_review(card)
    moved = _moved(card, move, viewer, at=at, row_version=row_version, reason=reason)
    tell_manager(card, standing, "reviews.submitted", at)
    return moved


@transaction.atomic
def recall_card(
    *, card_id: int, viewer: Viewer, row_version: int, at: datetime, reason: str = ""
) -> Scorecard:
    """Take a returned card back from its subject without waiting for an answer."""
    card, standing = locked_for(viewer, card_id)
    move = require_decision(Action.RECALL, card, standing, viewer, reason)
    moved = _moved(card, move, viewer, at=at, row_version=row_version, reason=reason)
    tell_person(card, "reviews.recalled", at)
    return moved


@transaction.atomic
def undo_approval(*, card_id: int, viewer: Viewer, row_version: int, at: datetime) -> Scorecard:
    """Take one's own approval back within ten minutes, while the cycle is in review.

    Raises ``Refusal`` afterwards and for anybody else's approval.
    """
    card, standing = locked_for(viewer, card_id)
    if Who.SUBJECT in standing.who:
        raise refusals.own_card()
    if not can_undo(last_event(card, Action.APPROVE), viewer, at=at):
        raise refusals.undo_over(card)
    move = _require(Action.UNDO, card, {Who.AUTHOR})
    _require_review(card)
    return _moved(card, move, viewer, at=at, row_version=row_version)


@transaction.atomic
def reopen_card(*, card_id: int, viewer: Viewer, row_version: int, reason: str, at: datetime) -> Scorecard:
    """Take a confirmed card back for review, as HR and with a reason; a new version opens."""
    card, standing = locked_for(viewer, card_id)
    move = require_decision(Action.REOPEN, card, standing, viewer, reason)
    moved = _moved(card, move, viewer, at=at, row_version=row_version, reason=reason)
    tell_manager(card, standing, "reviews.reopened", at)
    return moved


@transaction.atomic
def acknowledge_card(*, card_id: int, viewer: Viewer, row_version: int, at: datetime) -> Scorecard:
    """Store that the subject has read the published result; it is no agreement."""
    card, standing = locked_for(viewer, card_id)
    move = _require(Action.ACKNOWLEDGE, card, standing.who)
    return _moved(card, move, viewer, at=at, row_version=row_version)


# What the decisions share


def locked_for(viewer: Viewer, card_id: int) -> tuple[Scorecard, Standing]:
    """Return a visible card under its lock and how the viewer stands to it. Raises ``NotVisible``."""
    found = Scorecard.objects.filter(pk=card_id, employee__in=visible_employees(viewer))
    if not found.exists():
        raise not_visible()
    card = locked_card(card_id)
    return card, card_standing(viewer, card)


def require_decision(
    action: Action, card: Scorecard, standing: Standing, viewer: Viewer, reason: str = ""
) -> Move:
    """Hold a decision of a manager or HR against the table. The subject is turned away and logged."""
    if Who.SUBJECT in standing.who:
        logger.warning("user %s tried to %s their own card %s", viewer.user_id, action.value, card.pk)
        raise refusals.own_card()
    move = _require(action, card, standing.who, reason)
    _require_review(card)
    return move


def _require(action: Action, card: Scorecard, who: set[Who] | frozenset[Who], reason: str = "") -> Move:
    try:
        return require_move(action, CardState(card.state), who, reason)
    except MoveRefused as error:
        raise refusals.refuse(error, card, last_event(card, Action.APPROVE)) from error


def _require_review(card: Scorecard) -> None:
    if card.cycle.state not in UNDER_DECISION:
        raise refusals.not_in_review(card)


def require_seen(card: Scorecard, seen_hash: str, row_version: int) -> None:
    """Raise ``Conflict`` with old and new figures unless the screen showed what holds now."""
    current = card.current.figures_hash if card.current else ""
    if seen_hash != current:
        raise refusals.figures_changed(card, total_seen(card, row_version))


def total_seen(card: Scorecard, row_version: int) -> Decimal | None:
    """Return the total the card had at an earlier row version, read from its log; None if unknown.

    Every change of a card raises its row version by one and logs one event, so the
    events since are as many as the versions between; the first that rewrote figures
    says what stood before.
    """
    since = card.row_version - row_version
    if since <= 0:
        return None
    events = AuditEvent.objects.filter(subject=card_subject(card)).order_by("-sequence")[:since]
    for event in reversed(events):
        if event.action in REWRITES:
            before = json.loads(event.payload).get("total_before")
            return None if before is None else Decimal(before)
    return None


def actor_of(viewer: Viewer) -> Actor:
    """Return the signed-in person as an actor, named as now."""
    return Actor.user(User.objects.select_related("employee").get(pk=viewer.user_id))


def _moved(
    card: Scorecard,
    move: Move,
    viewer: Viewer,
    *,
    at: datetime,
    row_version: int,
    reason: str = "",
) -> Scorecard:
    return move_card(
        card_id=card.pk,
        to=move.to,
        row_version=row_version,
        actor=actor_of(viewer),
        at=at,
        reason=reason.strip(),
        action=move.action.value,
    )


def tell_person(card: Scorecard, kind: str, at: datetime) -> None:
    """Put a notice without figures into the outbox of the card's subject, if they sign in."""
    user = User.objects.filter(employee=card.employee_id, is_active=True).first()
    if user is not None:
        _tell(card, kind, user.pk, at)


def tell_manager(card: Scorecard, standing: Standing, kind: str, at: datetime) -> None:
    """Put a notice without figures into the outbox of the card's manager, if there is one."""
    user = active_user(standing.manager)
    if user is not None:
        _tell(card, kind, user, at)


def _tell(card: Scorecard, kind: str, recipient: int, at: datetime) -> None:
    notify(
        kind=kind,
        recipient=recipient,
        subject=card_subject(card),
        at=at,
        params={"cycle": card.cycle.label, "number": card.employee.number},
    )
