"""What goes into a score and what comes out: plain frozen values. Pure.

Every line of a result carries the whole reason of its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from common.money import SCORE_PLACES, round_half_up, round_ratio
from performance.achievement import Formula
from performance.adjusting import Adjustment, AppliedAdjustment, Veto
from performance.choices import HoldDecision, Level, LineStatus, MissingReason
from performance.scheme_tree import Leaf
from performance.weighting import LeafWeight, Move, PreparedScheme, WeightPlan

CONTRIBUTION_PLACES = 4

_ONE = Decimal(1)
_WHOLE = Fraction(1)


class LeafInput(NamedTuple):
    """What is known of one leaf in one card, in the measure's unit (a share of 70 % is 0.70).

    ``actual`` or, when it is left out, ``numerator`` / ``denominator``; else
    ``missing`` must say why there is no figure. ``manual`` replaces the actual.
    ``target`` is the signed one of the whole period; ``pace`` and ``post`` shorten
    it for a count. ``volume`` is held against the minimum volume (left out: the
    denominator), ``videos`` against the fewest videos. ``hold`` is what a person
    decided about a held line. ``decided`` is an achievement taken as it stands.
    """

    key: str
    actual: Decimal | Fraction | None = None
    target: Decimal | None = None
    pace: Fraction = _WHOLE
    post: Decimal = _ONE
    baseline: Decimal | None = None
    manual: Decimal | None = None
    missing: MissingReason | None = None
    hold: HoldDecision = HoldDecision.WAIT
    due: bool = True
    due_on: date | None = None
    numerator: Decimal | Fraction | None = None
    denominator: Decimal | Fraction | None = None
    volume: Decimal | Fraction | None = None
    videos: int | None = None
    coverage: Decimal | Fraction | None = None
    decided: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CardInput:
    """One person's cycle: one input for every leaf of the scheme, in any order."""

    scheme: PreparedScheme
    leaves: tuple[LeafInput, ...]
    adjustments: tuple[Adjustment, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    days_in_post: int | None = None


class LineResult(NamedTuple):
    """One leaf's score with its whole reason.

    ``actual`` is the one that counts, ``target_now`` the target of the elapsed
    part, ``achievement`` per cent to two decimals, ``contribution`` exact points
    of the total. A line that is scored 0 by rule or decision is MEASURED and
    keeps its ``reason``.
    """

    leaf: Leaf
    given: LeafInput
    weight: LeafWeight
    status: LineStatus
    reason: MissingReason | None
    actual: Fraction | None
    target_now: Fraction | None
    formula: Formula | None
    achievement: Decimal | None
    contribution: Fraction

    @property
    def key(self) -> str:
        """Return the leaf's key."""
        return self.leaf.key

    @property
    def level(self) -> Level:
        """Return the leaf's level."""
        return self.leaf.level

    @property
    def target(self) -> Decimal | None:
        """Return the target of the whole period."""
        return self.given.target

    @property
    def numerator(self) -> Decimal | Fraction | None:
        """Return the numerator of the actual."""
        return self.given.numerator

    @property
    def denominator(self) -> Decimal | Fraction | None:
        """Return the denominator of the actual."""
        return self.given.denominator

    @property
    def coverage(self) -> Decimal | Fraction | None:
        """Return the part of the expected cells that is there."""
        return self.given.coverage

    @property
    def incomplete(self) -> bool:
        """Say whether some expected cells are missing."""
        return self.given.coverage is not None and self.given.coverage < 1

    @property
    def structural(self) -> Fraction:
        """Return the weight on the tree."""
        return self.weight.structural

    @property
    def own(self) -> Fraction:
        """Return the weight before any redistribution."""
        return self.weight.own

    @property
    def effective(self) -> Fraction:
        """Return the weight that counts."""
        return self.weight.effective

    @property
    def moved_to(self) -> tuple[Move, ...]:
        """Return where the leaf's weight went."""
        return self.weight.moved_to

    @property
    def moved_from(self) -> tuple[Move, ...]:
        """Return whose weight the leaf took over."""
        return self.weight.moved_from

    @property
    def contribution_points(self) -> Decimal:
        """Return the contribution to four decimals, for reading."""
        return round_half_up(self.contribution, CONTRIBUTION_PLACES)

    @property
    def points(self) -> Decimal | None:
        """Return the points out of the leaf's full mark, where it has one."""
        if self.leaf.max_points is None or self.achievement is None:
            return None
        return round_half_up(Fraction(self.achievement) * Fraction(self.leaf.max_points) / 100, SCORE_PLACES)


class GroupScore(NamedTuple):
    """A dimension's or level's part of the card: shown, never used for pay."""

    key: str
    weight: Fraction
    contribution: Fraction
    score: Decimal | None


@dataclass(frozen=True)
class CardResult:
    """The score of a card.

    ``total`` is None while a line is held (the card waits) and when nothing is
    measured. ``provisional`` is the total over what is measured so far.
    ``subtotal`` is the exact sum before adjustments, vetoes and rounding; ``parts``
    are what each line contributes to it, over the ``scale`` of ``plan``.
    """

    total: Decimal | None
    provisional: Decimal | None
    subtotal: Fraction | None
    lines: tuple[LineResult, ...]
    adjustments: tuple[AppliedAdjustment, ...]
    adjustment_points: Decimal
    vetoes: tuple[Veto, ...]
    veto_cap: Decimal | None
    waits_for: tuple[str, ...]
    observation: bool
    scheme: PreparedScheme
    plan: WeightPlan
    parts: tuple[int, ...]

    @property
    def waits(self) -> bool:
        """Say whether somebody still owes a figure or a decision."""
        return bool(self.waits_for)

    @property
    def incomplete(self) -> bool:
        """Say whether a measured line lacks some of its cells."""
        return any(line.incomplete for line in self.lines if line.status is LineStatus.MEASURED)

    @cached_property
    def dimensions(self) -> tuple[GroupScore, ...]:
        """Return the score of each dimension, in the order of the tree."""
        return tuple(_group(dimension.key, self, places) for dimension, places in self.scheme.by_dimension)

    @cached_property
    def levels(self) -> tuple[GroupScore, ...]:
        """Return the score of each level."""
        return tuple(_group(level.value, self, places) for level, places in self.scheme.by_level)

    def line(self, key: str) -> LineResult:
        """Return the line of a leaf. Raises ``KeyError`` for an unknown key."""
        return self.lines[self.scheme.index[key]]


def _group(key: str, card: CardResult, places: Sequence[int]) -> GroupScore:
    weight = sum([card.plan.numerators[place] for place in places])
    part = sum([card.parts[place] for place in places])
    return GroupScore(
        key,
        Fraction(weight, card.plan.denominator),
        Fraction(part, card.plan.scale),
        round_ratio(part, 100 * weight, SCORE_PLACES) if weight else None,
    )
