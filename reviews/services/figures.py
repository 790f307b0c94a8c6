"""Figures people put in place of automatic ones, and reading the automatic ones once more."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.money import to_decimal
from people.access import Viewer
from performance.models import Scorecard
from performance.scheme_tree import Leaf
from performance.selectors.schemes import scheme_document
from performance.services.cards import refresh_card, set_manual
from reviews.choices import Who
from reviews.policies import can_decide, can_edit_figures, can_refresh
from reviews.services import refusals
from reviews.services.decisions import actor_of, locked_for, logger

MOST = Decimal(10) ** 13


@transaction.atomic
def set_figure(
    *,
    card_id: int,
    viewer: Viewer,
    leaf: str,
    value: Decimal | None,
    reason: str,
    row_version: int,
    at: datetime,
) -> Scorecard:
    """Put a figure (in the measure's unit) in place of a line's automatic one; None takes it back.

    Whoever does so cannot confirm the card afterwards. Raises ``NotVisible``,
    ``NotAllowed`` for the subject and everybody who does not answer for the card,
    ``Refusal`` for a figure that cannot be or a short reason, ``Conflict`` when the
    card changed meanwhile.
    """
    card, standing = locked_for(viewer, card_id)
    if Who.SUBJECT in standing.who:
        logger.warning("user %s tried to edit a figure of their own card %s", viewer.user_id, card.pk)
        raise refusals.own_card()
    if not can_edit_figures(card, standing):
        raise refusals.cannot_edit(card, decides=can_decide(standing))
    if value is not None:
        value = _possible(_leaf(card, leaf), value)
    return set_manual(
        card_id=card.pk,
        leaf=leaf,
        value=value,
        reason=reason,
        row_version=row_version,
        actor=actor_of(viewer),
        at=at,
    )


@transaction.atomic
def refresh_figures(
    *, card_id: int, viewer: Viewer, reason: str, row_version: int, at: datetime
) -> Scorecard:
    """Read a card's automatic figures from the data once more, as HR; overrides stay.

    Raises as ``set_figure`` does.
    """
    card, standing = locked_for(viewer, card_id)
    if Who.SUBJECT in standing.who:
        raise refusals.own_card()
    if Who.HR not in standing.who:
        raise refusals.only_hr()
    if not can_refresh(viewer, card):
        raise refusals.closed_for_figures(card)
    return refresh_card(
        card_id=card.pk, reason=reason, row_version=row_version, actor=actor_of(viewer), at=at
    )


def _leaf(card: Scorecard, key: str) -> Leaf:
    for leaf in scheme_document(card.scheme_version).leaves:
        if leaf.key == key:
            return leaf
    raise Refusal("unknown_line", _("This card has no line “%(leaf)s”.") % {"leaf": key})


def _possible(leaf: Leaf, value: Decimal) -> Decimal:
    """Return the figure, if it is finite and inside the leaf's natural bounds."""
    try:
        figure = to_decimal(value)
    except ValueError as error:
        raise Refusal("no_number", _("The figure is not a number.")) from error
    low, high = leaf.bounds.low, leaf.bounds.high
    too_low = figure < (-MOST if low is None else low)
    if too_low or figure > (MOST if high is None else high):
        raise Refusal("out_of_bounds", _("The figure lies outside what this indicator can be."))
    return figure
