"""Quarter and annual cards: made of the cards below them, never of facts again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from common.money import SCORE_PLACES, round_half_up
from performance.choices import LineStatus, MissingReason, PeriodKind, SpanRule
from performance.scheme_tree import Leaf
from performance.scoring import CardInput, LeafInput
from performance.weighting import PreparedScheme


@dataclass(frozen=True, slots=True)
class CycleLine:
    """A leaf's final line on one card of a shorter cycle (after overrides)."""

    cycle: str
    status: LineStatus
    achievement: Decimal | None
    days_in_post: int
    reason: MissingReason | None = None


@dataclass(frozen=True, slots=True)
class MeanAchievement:
    """A mean over cycles, weighted by days in post, with the lines that count."""

    achievement: Decimal | None
    days: int
    counted: tuple[CycleLine, ...]
    left_out: tuple[CycleLine, ...]


def mean_achievement(lines: Sequence[CycleLine]) -> MeanAchievement:
    """Return the mean of the measured lines by days in post, to two decimals half-up."""
    counted = tuple(
        line
        for line in lines
        if line.status is LineStatus.MEASURED and line.achievement is not None and line.days_in_post > 0
    )
    left_out = tuple(line for line in lines if line not in counted)
    days = sum(line.days_in_post for line in counted)
    if not days:
        return MeanAchievement(None, 0, (), left_out)
    whole = sum((Fraction(line.achievement or 0) * line.days_in_post for line in counted), Fraction(0))
    return MeanAchievement(round_half_up(whole / days, SCORE_PLACES), days, counted, left_out)


def longer_card(
    *,
    scheme: PreparedScheme,
    kind: PeriodKind,
    cycles: Mapping[str, Sequence[CycleLine]],
    closing: Mapping[str, LeafInput],
    days_in_post: int | None = None,
) -> CardInput:
    """Return the input of a quarter's or year's card; score it with ``score_card``.

    ``cycles`` holds each leaf's lines of the shorter cards, ``closing`` the inputs
    of leaves of this very period as their closing cycle had them. A leaf scored
    month by month (own months) is complete in its months and takes their mean.
    Adjustments and vetoes of the months are listed elsewhere and not applied again.
    """
    leaves = tuple(
        closing[leaf.key]
        if _closes_here(leaf, kind) and leaf.key in closing
        else _from_cycles(leaf, cycles.get(leaf.key, ()))
        for leaf in scheme.leaves
    )
    return CardInput(scheme, leaves, days_in_post=days_in_post)


def _closes_here(leaf: Leaf, kind: PeriodKind) -> bool:
    return leaf.period is kind and leaf.span is not SpanRule.OWN_MONTHS


def _from_cycles(leaf: Leaf, lines: Sequence[CycleLine]) -> LeafInput:
    mean = mean_achievement(lines)
    if mean.achievement is not None:
        return LeafInput(key=leaf.key, decided=mean.achievement)
    if lines and all(line.status is LineStatus.NOT_DUE for line in lines):
        return LeafInput(key=leaf.key, due=False)
    reasons = [line.reason for line in lines if line.reason is not None]
    return LeafInput(key=leaf.key, missing=reasons[-1] if reasons else MissingReason.NOT_SUPPLIED)
