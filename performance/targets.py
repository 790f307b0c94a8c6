"""Targets: which rule holds for a person, and the number it makes. Pure.

A target is fixed when the cycle opens, to six decimals half-up, with the rule
and the baseline it comes from. What part of it holds on a given day is in
``pace``; where baselines come from in ``baselines``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from common.money import round_half_up
from common.periods import Month
from performance.baselines import (
    Baseline,
    Figure,
    Past,
    find_baseline,
    pooled_value,
    span_months,
)
from performance.choices import (
    AccountStage,
    BaselineMethod,
    GrowthPath,
    Limit,
    MissingReason,
    TargetKind,
    TargetScope,
)
from performance.pace import (
    Elapsed,
    count_target,
    days_in_post,
    due_on,
    elapsed,
    is_due,
    opening_stock,
    period_span,
    post_factor,
    shows_tier,
)
from performance.scheme_tree import Bounds, Leaf, TargetRule

__all__ = [
    "Baseline",
    "Elapsed",
    "Figure",
    "Past",
    "ResolvedTarget",
    "Subjects",
    "TargetBook",
    "TargetSetting",
    "TargetValue",
    "account_stage",
    "compute_target",
    "count_target",
    "days_in_post",
    "due_on",
    "elapsed",
    "find_baseline",
    "is_due",
    "opening_stock",
    "period_span",
    "pooled_value",
    "post_factor",
    "preview_targets",
    "shows_tier",
    "span_months",
]

PLACES = 6
NEW_DAYS = 90
"""An account younger than this is in a stage of its own."""

_MEDIUM_FROM = 100_000
_LARGE_FROM = 500_000
_RATCHET_CYCLES = 3


def account_stage(*, followers_at_start: int | None, age_days: int | None) -> AccountStage | None:
    """Return the stage of an account when the cycle starts; None when its size is unknown.

    An unknown age counts as old enough. Raises ``ValueError`` for a negative count.
    """
    if age_days is not None and age_days < NEW_DAYS:
        return AccountStage.NEW
    if followers_at_start is None:
        return None
    if followers_at_start < 0:
        raise ValueError("an account cannot have fewer than 0 followers")
    if followers_at_start < _MEDIUM_FROM:
        return AccountStage.SMALL
    return AccountStage.MEDIUM if followers_at_start < _LARGE_FROM else AccountStage.LARGE


@dataclass(frozen=True)
class TargetSetting:
    """A target rule somebody set for one subject. ``subject`` is the id as text, or a stage."""

    leaf: str
    scope: TargetScope
    subject: str
    rule: TargetRule
    starts_on: date
    ends_on: date | None = None
    reference: str = ""


@dataclass(frozen=True)
class Subjects:
    """Whom a target is looked up for; in each scope the first subject with a setting wins.

    ``teams`` goes from the person's own team upwards.
    """

    person: str
    accounts: tuple[str, ...] = ()
    stage: AccountStage | None = None
    teams: tuple[str, ...] = ()
    position: str | None = None

    def in_order(self) -> Iterable[tuple[TargetScope, str]]:
        """Yield scope and subject, most specific first."""
        yield TargetScope.PERSON, self.person
        yield from ((TargetScope.ACCOUNT, account) for account in self.accounts)
        if self.stage is not None:
            yield TargetScope.STAGE, self.stage.value
        yield from ((TargetScope.TEAM, team) for team in self.teams)
        if self.position is not None:
            yield TargetScope.POSITION, self.position


@dataclass(frozen=True)
class ResolvedTarget:
    """The rule that holds, and who set it for whom (the scheme: no subject)."""

    rule: TargetRule
    scope: TargetScope
    subject: str = ""
    reference: str = ""


class TargetBook:
    """All settings, indexed once, to be asked for many people."""

    def __init__(self, settings: Iterable[TargetSetting]) -> None:
        """Index the settings; of two that hold on one day the later start wins."""
        found: dict[tuple[str, TargetScope, str], list[TargetSetting]] = defaultdict(list)
        for setting in settings:
            found[setting.leaf, setting.scope, setting.subject].append(setting)
        for rows in found.values():
            rows.sort(key=lambda row: (row.starts_on, row.reference), reverse=True)
        self._settings = dict(found)

    def resolve(self, leaf: Leaf, *, subjects: Subjects, on: date) -> ResolvedTarget:
        """Return the most specific rule that holds on the day; last of all the scheme's own."""
        for scope, subject in subjects.in_order():
            for row in self._settings.get((leaf.key, scope, subject), ()):
                if row.starts_on <= on and (row.ends_on is None or on <= row.ends_on):
                    return ResolvedTarget(row.rule, scope, subject, row.reference)
            if scope is TargetScope.STAGE and leaf.target.by_stage:
                return ResolvedTarget(leaf.target, scope, subject)
        return ResolvedTarget(leaf.target, TargetScope.SCHEME)


@dataclass(frozen=True)
class TargetValue:
    """A target to six decimals, or the reason why there is none.

    ``baseline`` is what it was made from; ``exact`` the number before bounds and
    rounding; ``limited`` says that a natural bound or the ratchet cut it.
    """

    value: Decimal | None
    reason: MissingReason | None = None
    baseline: Baseline | None = None
    exact: Fraction | None = None
    limited: Limit | None = None


def compute_target(
    rule: TargetRule,
    *,
    baseline: Baseline | MissingReason | None,
    month: Month,
    stage: AccountStage | None = None,
    bounds: Bounds | None = None,
    last_target: Decimal | None = None,
    lower_is_better: bool = False,
) -> TargetValue:
    """Make the number a rule states.

    ``last_target`` is the target of a quarter ago, for a rolling rule's ratchet.
    Only a computed target is cut to the measure's natural bounds.
    """
    if rule.kind is TargetKind.ABSOLUTE:
        return _stated(rule, stage)
    if not isinstance(baseline, Baseline):
        return TargetValue(None, baseline or MissingReason.NO_BASE)
    made = _grown(rule, Fraction(baseline.value), month)
    value, limited = _ratcheted(rule, made, last_target, lower_is_better)
    value, limited = _inside(bounds or Bounds(), value, limited)
    return TargetValue(round_half_up(value, PLACES), None, baseline, made, limited)


def _stated(rule: TargetRule, stage: AccountStage | None) -> TargetValue:
    value = rule.value
    if rule.by_stage and stage is not None:
        value = dict(rule.by_stage).get(stage, value)
    if value is None:
        return TargetValue(None, MissingReason.NO_TARGET)
    return TargetValue(round_half_up(value, PLACES), exact=Fraction(value))


def _grown(rule: TargetRule, baseline: Fraction, month: Month) -> Fraction:
    if rule.kind is TargetKind.BASELINE_POINTS:
        return baseline + Fraction(rule.points)
    growth = Fraction(rule.growth)
    if rule.path is GrowthPath.LINEAR_TO_YEAR_END:
        growth = growth * month.number / 12
    return baseline * (1 + growth)


def _ratcheted(
    rule: TargetRule, value: Fraction, last_target: Decimal | None, lower_is_better: bool
) -> tuple[Fraction, Limit | None]:
    """Keep a rolling target from running away from whoever reaches it."""
    if rule.rolling is None or last_target is None:
        return value, None
    step = Fraction(rule.rolling.ratchet)
    if lower_is_better:
        hardest = Fraction(last_target) * (1 - step)
        return (hardest, Limit.RATCHET) if value < hardest else (value, None)
    hardest = Fraction(last_target) * (1 + step)
    return (hardest, Limit.RATCHET) if value > hardest else (value, None)


def _inside(bounds: Bounds, value: Fraction, limited: Limit | None) -> tuple[Fraction, Limit | None]:
    if bounds.high is not None and value > bounds.high:
        return Fraction(bounds.high), Limit.NATURAL_HIGH
    if bounds.low is not None and value < bounds.low:
        return Fraction(bounds.low), Limit.NATURAL_LOW
    return value, limited


def preview_targets(
    rule: TargetRule,
    *,
    history: Sequence[Decimal],
    month: Month,
    count: int = 12,
    bounds: Bounds | None = None,
    lower_is_better: bool = False,
) -> tuple[TargetValue, ...]:
    """Return the next targets of a rolling rule if each were met exactly.

    ``history`` holds the latest figures, oldest first. Raises ``ValueError`` when
    the rule is not rolling or the history is shorter than its window.
    """
    if rule.rolling is None or len(history) < rule.rolling.cycles:
        raise ValueError("a preview needs a rolling rule and a full window of history")
    figures, targets = list(history), list[TargetValue]()
    for step in range(count):
        window = [Figure(month, value) for value in figures[-rule.rolling.cycles :]]
        baseline = Baseline.rolling(pooled_value(BaselineMethod.MEAN, window))
        last = targets[step - _RATCHET_CYCLES].value if step >= _RATCHET_CYCLES else None
        made = compute_target(
            rule,
            baseline=baseline,
            month=month.plus(step),
            bounds=bounds,
            last_target=last,
            lower_is_better=lower_is_better,
        )
        targets.append(made)
        figures.append(made.value if made.value is not None else figures[-1])
    return tuple(targets)
