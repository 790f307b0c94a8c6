"""Closed sets of the performance layer. Plain values, never labels."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    """The assessment level a leaf counts in."""

    BASE = "base"
    ADVANCED = "advanced"
    CHALLENGE = "challenge"


class Accrual(StrEnum):
    """How a figure grows while its period runs."""

    COUNT = "count"
    OVER_STOCK = "over_stock"
    PLAIN = "plain"


class PeriodKind(StrEnum):
    """How long a cycle, a card or a leaf's period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class SpanRule(StrEnum):
    """Which part of its period a leaf is scored on in a monthly cycle.

    ``period_end`` means: not due until the period ends.
    """

    WHOLE = "whole"
    TO_DATE = "to_date"
    OWN_MONTHS = "own_months"
    PERIOD_END = "period_end"


class Unit(StrEnum):
    """What a leaf's figures are: pieces, a part of one (shown in per cent), or a quotient."""

    COUNT = "count"
    SHARE = "share"
    RATIO = "ratio"


class ScoringRuleKind(StrEnum):
    """The closed set of rules that turn an actual into an achievement."""

    RATIO = "ratio"
    PROGRESS = "progress"
    BANDS = "bands"
    STEPS = "steps"
    PER_UNIT = "per_unit"
    PASS_FAIL = "pass_fail"  # noqa: S105 - a rule, no password
    RATING = "rating"


class TargetKind(StrEnum):
    """How a target comes about."""

    ABSOLUTE = "absolute"
    BASELINE_GROWTH = "baseline_growth"
    BASELINE_POINTS = "baseline_points"


class TargetScope(StrEnum):
    """Who or what a target was set for, most specific first."""

    PERSON = "person"
    ACCOUNT = "account"
    STAGE = "stage"
    TEAM = "team"
    POSITION = "position"
    SCHEME = "scheme"


class GrowthPath(StrEnum):
    """How a growth stated per year reaches a single month."""

    YEAR_ON_YEAR = "year_on_year"
    LINEAR_TO_YEAR_END = "linear_to_year_end"


class AccountStage(StrEnum):
    """How far an account has grown when the cycle starts."""

    NEW = "new"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class BaselineMethod(StrEnum):
    """How the figures of several cycles become one baseline."""

    POOLED = "pooled"
    MEAN = "mean"
    MEDIAN = "median"


class BaselineSource(StrEnum):
    """Whose past a baseline comes from, in the order they are tried."""

    OWN = "own"
    ACCOUNTS_HELD = "accounts_held"
    TEAM_MEDIAN = "team_median"
    FALLBACK = "fallback"


class BaselineWindow(StrEnum):
    """Which part of the past a baseline was read from."""

    SAME_CYCLE = "same_cycle"
    REFERENCE_YEAR = "reference_year"
    FIRST_CYCLES = "first_cycles"
    ROLLING = "rolling"
    STATED = "stated"


class LineStatus(StrEnum):
    """Whether a line of a card counts."""

    MEASURED = "measured"
    NOT_MEASURED = "not_measured"
    NOT_DUE = "not_due"
    HELD = "held"


class MissingReason(StrEnum):
    """Why a line has no figure."""

    UNSUPPORTED = "unsupported"
    NO_PERMISSION = "no_permission"
    PLATFORM_OUTAGE = "platform_outage"
    EXEMPTED = "exempted"
    TOO_SMALL = "too_small"
    NO_BASE = "no_base"
    BUILDING_BASELINE = "building_baseline"
    UNUSABLE_TARGET = "unusable_target"
    NO_TARGET = "no_target"
    NOT_SUPPLIED = "not_supplied"
    HELD_FOR_CHECK = "held_for_check"
    NOT_FINAL = "not_final"
    FETCH_FAILED = "fetch_failed"
    INCOMPLETE = "incomplete"


class MissingPolicy(StrEnum):
    """What a missing figure does to its weight."""

    REDISTRIBUTE = "redistribute"
    HOLD = "hold"


class MissingOverride(StrEnum):
    """What a leaf may state instead of the reason's own policy."""

    ZERO = "zero"


class HoldDecision(StrEnum):
    """What a person decided about a held line at closing."""

    WAIT = "wait"
    ZERO = "zero"
    EXEMPT = "exempt"


MISSING_POLICY: Mapping[MissingReason, MissingPolicy] = MappingProxyType(
    {
        MissingReason.UNSUPPORTED: MissingPolicy.REDISTRIBUTE,
        MissingReason.NO_PERMISSION: MissingPolicy.REDISTRIBUTE,
        MissingReason.PLATFORM_OUTAGE: MissingPolicy.REDISTRIBUTE,
        MissingReason.EXEMPTED: MissingPolicy.REDISTRIBUTE,
        MissingReason.TOO_SMALL: MissingPolicy.REDISTRIBUTE,
        MissingReason.NO_BASE: MissingPolicy.REDISTRIBUTE,
        MissingReason.BUILDING_BASELINE: MissingPolicy.REDISTRIBUTE,
        MissingReason.UNUSABLE_TARGET: MissingPolicy.REDISTRIBUTE,
        MissingReason.NO_TARGET: MissingPolicy.HOLD,
        MissingReason.NOT_SUPPLIED: MissingPolicy.HOLD,
        MissingReason.HELD_FOR_CHECK: MissingPolicy.HOLD,
        MissingReason.NOT_FINAL: MissingPolicy.HOLD,
        MissingReason.FETCH_FAILED: MissingPolicy.HOLD,
        MissingReason.INCOMPLETE: MissingPolicy.HOLD,
    }
)
"""Nobody can help the first group; somebody owes the second group an answer."""


class MoveKind(StrEnum):
    """Why weight went from one leaf to another."""

    NOT_DUE = "not_due"
    NOT_MEASURED = "not_measured"


class Limit(StrEnum):
    """What cut an achievement, a target or an adjustment."""

    CAP = "cap"
    FLOOR = "floor"
    NEGATIVE = "negative"
    ZERO_LOSS = "zero_loss"
    NATURAL_LOW = "natural_low"
    NATURAL_HIGH = "natural_high"
    RATCHET = "ratchet"
    REPEATED_EVENT = "repeated_event"
    RULE_LIMIT = "rule_limit"
    CYCLE_LIMIT = "cycle_limit"


class CycleState(StrEnum):
    """How far a cycle got."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSING = "closing"
    REVIEW = "review"
    PUBLISHED = "published"
    FINAL = "final"


class CardState(StrEnum):
    """How far a scorecard got."""

    LIVE = "live"
    SELF_REVIEW = "self_review"
    MANAGER_REVIEW = "manager_review"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    APPEALED = "appealed"
    FINAL = "final"


class VersionKind(StrEnum):
    """Why a version of a card exists."""

    WORKING = "working"
    AUTO = "auto"
    REVIEW = "review"
    APPEAL = "appeal"
    RESTATEMENT = "restatement"
