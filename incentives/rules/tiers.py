"""Which tier a total is in, and how far the next one is."""

from dataclasses import dataclass
from decimal import Decimal

from common.money import SCORE_PLACES, to_decimal
from incentives.rules.document import RuleSetDocument, Tier

STEP = Decimal(1).scaleb(-SCORE_PLACES)
"""The smallest difference between two stored totals."""


@dataclass(frozen=True)
class TierDistance:
    """The next tier up, the lowest stored total in it, and the points missing to that."""

    tier: Tier
    reached_at: Decimal
    points: Decimal


def stored_total(total: Decimal) -> Decimal:
    """Return ``total`` at two decimals. Raises ``ValueError`` if it carries more, or is no number.

    A tier is decided on the total people see; rounding is done before, once, where
    the total is stored.
    """
    number = to_decimal(total)
    at_scale = number.quantize(STEP)
    if at_scale != number:
        raise ValueError(f"the total {number} has more than {SCORE_PLACES} decimals: pass the stored one")
    return at_scale


def tier_for(document: RuleSetDocument, total: Decimal | None) -> Tier | None:
    """Return the tier of a stored total in per cent; None below every tier or without a total."""
    if total is None:
        return None
    value = stored_total(total)
    return next((tier for tier in document.tiers if value in tier), None)


def distance_to_next_tier(total: Decimal | None, document: RuleSetDocument) -> TierDistance | None:
    """Return what is missing to the next tier; None without a total or in the highest tier."""
    if total is None:
        return None
    value = stored_total(total)
    for tier in document.tiers:
        reached_at = (tier.from_total if tier.from_included else tier.from_total + STEP).quantize(STEP)
        if value < reached_at:
            return TierDistance(tier=tier, reached_at=reached_at, points=reached_at - value)
    return None
