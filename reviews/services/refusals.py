"""The sentences of refused decisions: what was refused, why, and what to do."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, NotAllowed, Refusal
from common.models import AuditEvent
from performance.choices import CardState
from performance.models import Scorecard
from reviews.choices import Action
from reviews.workflow import MIN_REASON, MoveRefused


def refuse(error: MoveRefused, card: Scorecard, approval: AuditEvent | None) -> Refusal:
    """Translate the table's refusal into one that a person can act on."""
    if error.why == "who":
        return not_yours(card)
    if error.why == "reason":
        return Refusal(
            "reason_short",
            _("Give a reason of at least %(count)s characters.") % {"count": MIN_REASON},
        )
    if error.move.action is Action.APPROVE and card.state != CardState.SELF_REVIEW and approval is not None:
        return already_approved(card, approval)
    return Conflict(
        "state",
        _("%(person)s's card is “%(state)s” by now, so this cannot be done. Look at it again.")
        % {"person": card.employee.name, "state": card.get_state_display()},
        state=card.get_state_display(),
    )


def already_approved(card: Scorecard, approval: AuditEvent) -> Conflict:
    """Say who was faster and when."""
    return Conflict(
        "already_approved",
        _("%(person)s's card was already approved by %(who)s at %(time)s. Nothing was changed.")
        % {"person": card.employee.name, "who": approval.actor_name, "time": moment(approval.at)},
        state=card.get_state_display(),
    )


def figures_changed(card: Scorecard, before: Decimal | None) -> Conflict:
    """Say which figures were on the screen and which hold now."""
    after = card.current.total if card.current else None
    if before is None or before == after:
        sentence = _(
            "%(person)s's figures changed since you opened the card (total now %(after)s). Review it again."
        )
    else:
        sentence = _("%(person)s's figures changed: %(before)s → %(after)s. Review the card again.")
    words = {"person": card.employee.name, "before": _shown(before), "after": _shown(after)}
    return Conflict("figures_changed", sentence % words)


def not_yours(card: Scorecard) -> NotAllowed:
    """Say that somebody else decides about the card."""
    return NotAllowed(
        "not_yours",
        _("%(person)s's card is decided by the manager the reporting line names today, not by you.")
        % {"person": card.employee.name},
    )


def own_card() -> NotAllowed:
    """Say that nobody decides about their own card."""
    return NotAllowed(
        "own_card", _("Nobody decides about their own card. Your manager does, or HR if there is none.")
    )


def edited_by_you(card: Scorecard) -> NotAllowed:
    """Say that who entered a figure does not confirm it."""
    return NotAllowed(
        "edited_by_you",
        _(
            "You entered a figure on %(person)s's card, so somebody else has to approve it: "
            "HR finds it in its queue."
        )
        % {"person": card.employee.name},
    )


def card_waits(card: Scorecard) -> Refusal:
    """Say that there is nothing to confirm yet."""
    return Refusal(
        "card_waits",
        _("%(person)s's card still waits for figures and has no total to confirm.")
        % {"person": card.employee.name},
    )


def not_in_review(card: Scorecard) -> Conflict:
    """Say that the cycle is past (or before) its review."""
    return Conflict(
        "cycle_state",
        _("%(cycle)s is “%(state)s”; its cards are decided only while it is in review.")
        % {"cycle": card.cycle.label, "state": card.cycle.get_state_display()},
    )


def undo_over(card: Scorecard) -> Refusal:
    """Say that an approval can be taken back only by its author and only for a short time."""
    return Refusal(
        "undo_over",
        _(
            "An approval can be taken back by whoever gave it, within 10 minutes. "
            "Ask HR to reopen %(person)s's card."
        )
        % {"person": card.employee.name},
    )


def moment(at: datetime) -> str:
    """Write an instant as the clock, with the day unless it is today's."""
    local = timezone.localtime(at)
    today = timezone.localdate()
    return local.strftime("%H:%M") if local.date() == today else local.strftime("%Y-%m-%d %H:%M")


def _shown(total: Decimal | None) -> str:
    return "–" if total is None else f"{total:.2f}"


def only_hr() -> NotAllowed:
    """Say that only HR reads figures once more."""
    return NotAllowed("only_hr", _("Only HR can read a card's figures from the data once more."))


def closed_for_figures(card: Scorecard) -> Conflict:
    """Say that the card's figures no longer change."""
    return Conflict(
        "not_under_review",
        _("%(person)s's card is “%(state)s”; its figures no longer change.")
        % {"person": card.employee.name, "state": card.get_state_display()},
    )


def cannot_edit(card: Scorecard, *, decides: bool) -> Refusal:
    """Say why a figure cannot be put in: not the right person, or not the right time."""
    return closed_for_figures(card) if decides else not_yours(card)


def not_your_person() -> NotAllowed:
    """Say that an entry is made or decided by the person, the manager or HR in the manager's place."""
    return NotAllowed(
        "not_your_person",
        _("Entries are made by the person and decided by the manager, or by HR if there is none."),
    )
