"""What a scheme document is made of: plain frozen values. Pure.

Weights are per cent among siblings, levels are per cent of the whole, figures
are in the measure's own unit (a share of 70 % is ``0.70``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from performance.choices import (
    AccountStage,
    Accrual,
    BaselineMethod,
    GrowthPath,
    Level,
    MissingOverride,
    PeriodKind,
    ScoringRuleKind,
    SpanRule,
    TargetKind,
    Unit,
)

DEFAULT_CAP = Decimal(150)
DEFAULT_REDISTRIBUTION_CAP = Decimal(2)
FULL = Decimal(100)


@dataclass(frozen=True)
class Name:
    """A name in both languages of the product."""

    zh: str
    en: str


@dataclass(frozen=True)
class RatioRule:
    """Actual over target; with lower-is-better, target over actual."""

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.RATIO


@dataclass(frozen=True)
class ProgressRule:
    """The way gone from the baseline, over the way to the target."""

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.PROGRESS


@dataclass(frozen=True)
class Band:
    """Points for figures in ``[start, stop)``; None is an open end."""

    start: Decimal | None
    stop: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class BandsRule:
    """Points looked up in contiguous bands, on the actual or on actual / target (1 = 100 %)."""

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.BANDS
    bands: tuple[Band, ...]
    on: Literal["actual", "attainment"] = "attainment"


@dataclass(frozen=True)
class StepsRule:
    """Full points, more or fewer for each step above or below the target.

    ``relative``: ``size`` is per cent of the target; else it is in the measure's unit.
    ``whole``: only completed steps count. ``floor`` is in points.
    """

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.STEPS
    size: Decimal
    points_below: Decimal
    points_above: Decimal = Decimal(0)
    relative: bool = True
    whole: bool = True
    floor: Decimal = Decimal(0)


@dataclass(frozen=True)
class PerUnitRule:
    """Points for each ``size`` of the actual, whole ones only or in proportion."""

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.PER_UNIT
    points: Decimal
    size: Decimal = Decimal(1)
    whole: bool = True


@dataclass(frozen=True)
class PassFailRule:
    """All or nothing at a threshold; without one, at the target."""

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.PASS_FAIL
    threshold: Decimal | None = Decimal(1)


@dataclass(frozen=True)
class RatingRule:
    """A rating on ``low … high`` mapped linearly to ``low_percent … high_percent``."""

    kind: ClassVar[ScoringRuleKind] = ScoringRuleKind.RATING
    low: Decimal
    high: Decimal
    low_percent: Decimal = Decimal(0)
    high_percent: Decimal = FULL


ScoringRule = RatioRule | ProgressRule | BandsRule | StepsRule | PerUnitRule | PassFailRule | RatingRule


@dataclass(frozen=True)
class Rolling:
    """A baseline over the previous ``cycles``, its target rising at most ``ratchet`` a quarter."""

    cycles: int
    ratchet: Decimal = Decimal("0.05")


@dataclass(frozen=True)
class TargetRule:
    """How a target is made.

    ``absolute`` reads ``value`` or, by the account's stage, ``by_stage``.
    ``baseline_growth`` is baseline × (1 + ``growth``); ``baseline_points`` is
    baseline + ``points``. ``fallback`` is the baseline when nobody has a past.
    """

    kind: TargetKind
    value: Decimal | None = None
    by_stage: tuple[tuple[AccountStage, Decimal], ...] = ()
    growth: Decimal = Decimal(0)
    points: Decimal = Decimal(0)
    path: GrowthPath = GrowthPath.YEAR_ON_YEAR
    rolling: Rolling | None = None
    fallback: Decimal | None = None


@dataclass(frozen=True)
class MinimumVolume:
    """The least denominator and the fewest videos worth a judgement; None asks nothing."""

    denominator: Decimal | None = None
    videos: int | None = None


@dataclass(frozen=True)
class Bounds:
    """Where a figure can lie by nature; None is open."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Leaf:
    """One scored figure. ``weight`` is per cent among its siblings (100 when it stands alone).

    ``max_points`` is the full mark on a printed sheet: points of the rule are
    out of it, and the card shows points beside the per cent.
    """

    key: str
    name: Name
    weight: Decimal
    measure: str
    level: Level
    period: PeriodKind
    span: SpanRule
    accrual: Accrual
    unit: Unit
    target: TargetRule
    scoring: ScoringRule = field(default_factory=RatioRule)
    cap: Decimal = DEFAULT_CAP
    minimum: MinimumVolume = MinimumVolume()
    missing: MissingOverride | None = None
    baseline_method: BaselineMethod = BaselineMethod.POOLED
    lower_is_better: bool = False
    bounds: Bounds = Bounds()
    max_points: Decimal | None = None
    goal: Name | None = None


@dataclass(frozen=True)
class Indicator:
    """A branch of a dimension. ``direct``: it is itself the one leaf it holds."""

    key: str
    name: Name
    weight: Decimal
    leaves: tuple[Leaf, ...]
    direct: bool


@dataclass(frozen=True)
class Dimension:
    """A first-level branch of the tree."""

    key: str
    name: Name
    weight: Decimal
    indicators: tuple[Indicator, ...]
    goal: Name | None = None

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Yield the dimension's leaves in order."""
        return (leaf for indicator in self.indicators for leaf in indicator.leaves)


@dataclass(frozen=True)
class AdjustmentRule:
    """Points a kind of event gives or costs, and the most it may come to in a cycle (same sign)."""

    key: str
    name: Name
    points: Decimal
    limit: Decimal | None = None


@dataclass(frozen=True)
class SchemeDocument:
    """A whole scheme: the tree, the levels and the parameters that go with them.

    ``adjustment_limit`` bounds the sum of all adjustments of a cycle, either way.
    """

    code: str
    name: Name
    dimensions: tuple[Dimension, ...]
    level_weights: tuple[tuple[Level, Decimal], ...]
    level_weighting: bool = True
    redistribution_cap: Decimal = DEFAULT_REDISTRIBUTION_CAP
    achievement_cap: Decimal = DEFAULT_CAP
    adjustment_rules: tuple[AdjustmentRule, ...] = ()
    adjustment_limit: Decimal | None = None
    notes: tuple[Name, ...] = ()

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return every leaf in the order of the tree."""
        return tuple(leaf for dimension in self.dimensions for leaf in dimension.leaves)
