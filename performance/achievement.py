"""The seven scoring rules: from an actual and a target to an achievement in per cent. Pure.

A closed set of functions over exact numbers; nothing is evaluated from text.
Each answer carries its formula, so that a page can print how it came about.
"""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from common.money import SCORE_PLACES, round_half_up
from performance.choices import Limit, MissingReason, ScoringRuleKind
from performance.scheme_tree import (
    FULL,
    Band,
    BandsRule,
    Leaf,
    PassFailRule,
    PerUnitRule,
    ProgressRule,
    RatingRule,
    RatioRule,
    ScoringRule,
    StepsRule,
)

Number = Decimal | Fraction | int


def exact(value: Number) -> Fraction:
    """Return the number as a fraction. Raises ``ValueError`` for floats, NaN and Infinity."""
    if type(value) is Fraction:
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(*value.as_integer_ratio())
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    raise ValueError(f"{value!r} is not an exact finite number")


class Operand(NamedTuple):
    """A number of a formula under the name the template uses."""

    name: str
    value: Fraction


class Formula(NamedTuple):
    """How an achievement came about.

    ``template`` names the operands in braces, such as ``{actual} / {target}``;
    ``raw`` is the exact per cent before limits and rounding (None where there is
    none); ``result`` the per cent to two decimals; ``limited`` what cut it.
    """

    rule: ScoringRuleKind | None
    template: str
    operands: tuple[Operand, ...]
    raw: Fraction | None
    result: Decimal
    limited: Limit | None = None


class Case(NamedTuple):
    """What a rule looks at, exact and in the measure's unit."""

    leaf: Leaf
    actual: Fraction
    target: Fraction | None
    baseline: Fraction | None


class _Raw(NamedTuple):
    template: str
    operands: tuple[Operand, ...]
    percent: Fraction | None
    limited: Limit | None = None


def achieve(
    leaf: Leaf, *, actual: Number, target: Number | None, baseline: Number | None = None
) -> Formula | MissingReason:
    """Return the achievement of ``actual``, or the reason why there is none.

    ``target`` is the one that holds for the elapsed part. Between 0 and the
    leaf's cap, rounded half-up once, to two decimals.
    """
    case = Case(
        leaf,
        exact(actual),
        None if target is None else exact(target),
        None if baseline is None else exact(baseline),
    )
    found = _apply(case, leaf.scoring)
    return found if isinstance(found, MissingReason) else _limited(leaf, case, found)


def _apply(case: Case, rule: ScoringRule) -> _Raw | MissingReason:
    match rule:
        case RatioRule():
            return _ratio(case)
        case ProgressRule():
            return _progress(case)
        case BandsRule():
            return _bands(case, rule)
        case StepsRule():
            return _steps(case, rule)
        case PerUnitRule():
            return _per_unit(case, rule)
        case PassFailRule():
            return _pass_fail(case, rule)
        case RatingRule():
            return _rating(case, rule)


def _limited(leaf: Leaf, case: Case, found: _Raw) -> Formula:
    percent, limited = found.percent, found.limited
    cap = _cap(leaf.cap)
    if case.actual.numerator < 0:
        percent, limited = Fraction(0), Limit.NEGATIVE
    elif percent is None or percent > cap:
        percent, limited = cap, limited or Limit.CAP
    elif percent.numerator < 0:
        percent, limited = Fraction(0), Limit.FLOOR
    result = round_half_up(percent, SCORE_PLACES)
    return Formula(leaf.scoring.kind, found.template, found.operands, found.percent, result, limited)


@lru_cache(maxsize=256)
def _cap(cap: Decimal) -> Fraction:
    return Fraction(cap)


def _per_hundred(part: Fraction, whole: Fraction) -> Fraction:
    """Return 100 × part ÷ whole in one step; ``whole`` is above 0."""
    return Fraction(100 * part.numerator * whole.denominator, part.denominator * whole.numerator)


def _operands(**values: Fraction | None) -> tuple[Operand, ...]:
    return tuple(Operand(name, value) for name, value in values.items() if value is not None)


def _positive_target(case: Case) -> Fraction | MissingReason:
    if case.target is None:
        return MissingReason.NO_TARGET
    return case.target if case.target.numerator > 0 else MissingReason.UNUSABLE_TARGET


def _ratio(case: Case) -> _Raw | MissingReason:
    target = _positive_target(case)
    if isinstance(target, MissingReason):
        return target
    operands = (Operand("actual", case.actual), Operand("target", target))
    if not case.leaf.lower_is_better:
        return _Raw("{actual} / {target}", operands, _per_hundred(case.actual, target))
    if case.actual.numerator == 0:
        return _Raw("{target} / {actual}", operands, None, Limit.ZERO_LOSS)
    return _Raw("{target} / {actual}", operands, 100 * target / case.actual)


def _progress(case: Case) -> _Raw | MissingReason:
    if case.target is None:
        return MissingReason.NO_TARGET
    if case.baseline is None:
        return MissingReason.NO_BASE
    if case.target == case.baseline:
        return MissingReason.UNUSABLE_TARGET
    return _Raw(
        "({actual} − {baseline}) / ({target} − {baseline})",
        _operands(actual=case.actual, target=case.target, baseline=case.baseline),
        100 * (case.actual - case.baseline) / (case.target - case.baseline),
    )


def _bands(case: Case, rule: BandsRule) -> _Raw | MissingReason:
    if rule.on == "actual":
        return _banded(case, _find_band(rule.bands, case.actual), "{actual}: {points}", case.actual)
    attained = _ratio(case)
    if isinstance(attained, MissingReason):
        return attained
    figure = None if attained.percent is None else attained.percent / 100
    band = rule.bands[-1] if figure is None else _find_band(rule.bands, figure)
    return _banded(case, band, attained.template + ": {points}", figure)


def _find_band(bands: tuple[Band, ...], figure: Fraction) -> Band | None:
    for band in bands:
        if (band.start is None or figure >= band.start) and (band.stop is None or figure < band.stop):
            return band
    return None


def _banded(case: Case, band: Band | None, template: str, figure: Fraction | None) -> _Raw:
    points = Fraction(0) if band is None else Fraction(band.points)
    operands = _operands(
        actual=case.actual,
        target=case.target,
        figure=figure,
        points=points,
        start=None if band is None or band.start is None else Fraction(band.start),
        stop=None if band is None or band.stop is None else Fraction(band.stop),
    )
    return _Raw(template, operands, _percent(case.leaf, points))


def _percent(leaf: Leaf, points: Fraction) -> Fraction:
    return points if leaf.max_points is None else 100 * points / Fraction(leaf.max_points)


def _steps(case: Case, rule: StepsRule) -> _Raw | MissingReason:
    if case.target is None:
        return MissingReason.NO_TARGET
    if rule.relative and case.target <= 0:
        return MissingReason.UNUSABLE_TARGET
    full = Fraction(case.leaf.max_points or FULL)
    steps = _count_steps(case, rule, case.target)
    per_step = Fraction(rule.points_above if steps > 0 else rule.points_below)
    points = max(full + steps * per_step, Fraction(rule.floor))
    operands = _operands(
        actual=case.actual, target=case.target, full=full, steps=steps, per_step=per_step, points=points
    )
    return _Raw("{full} + {steps} × {per_step} = {points}", operands, _percent(case.leaf, points))


def _count_steps(case: Case, rule: StepsRule, target: Fraction) -> Fraction:
    """Return the steps above (below: negative) the target, in the direction that is better."""
    distance = case.actual - target
    if case.leaf.lower_is_better:
        distance = -distance
    steps = (100 * distance / target if rule.relative else distance) / Fraction(rule.size)
    return Fraction(int(steps)) if rule.whole else steps


def _per_unit(case: Case, rule: PerUnitRule) -> _Raw | MissingReason:
    units = case.actual / Fraction(rule.size)
    units = Fraction(int(units)) if rule.whole else units
    points = units * Fraction(rule.points)
    operands = _operands(
        actual=case.actual,
        units=units,
        per_unit=Fraction(rule.points),
        size=Fraction(rule.size),
        points=points,
    )
    return _Raw("{units} × {per_unit} = {points}", operands, _percent(case.leaf, points))


def _pass_fail(case: Case, rule: PassFailRule) -> _Raw | MissingReason:
    threshold = case.target if rule.threshold is None else Fraction(rule.threshold)
    if threshold is None:
        return MissingReason.NO_TARGET
    lower = case.leaf.lower_is_better
    passed = case.actual <= threshold if lower else case.actual >= threshold
    template = "{actual} ≤ {threshold}" if lower else "{actual} ≥ {threshold}"
    operands = _operands(actual=case.actual, threshold=threshold)
    return _Raw(template, operands, Fraction(100 if passed else 0))


def _rating(case: Case, rule: RatingRule) -> _Raw | MissingReason:
    low, high = Fraction(rule.low), Fraction(rule.high)
    bottom, top = Fraction(rule.low_percent), Fraction(rule.high_percent)
    rating = min(max(case.actual, low), high)
    return _Raw(
        "{bottom} + ({rating} − {low}) / ({high} − {low}) × ({top} − {bottom})",
        _operands(rating=rating, low=low, high=high, bottom=bottom, top=top),
        bottom + (rating - low) / (high - low) * (top - bottom),
    )


def is_monotone(leaf: Leaf) -> bool:
    """Say whether a better actual can never lower the achievement."""
    rule = leaf.scoring
    if isinstance(rule, BandsRule):
        points = [band.points for band in rule.bands]
        downward = leaf.lower_is_better and rule.on == "actual"
        return points == sorted(points, reverse=downward)
    if isinstance(rule, RatingRule):
        return (rule.low_percent <= rule.high_percent) is not leaf.lower_is_better
    return not (isinstance(rule, PerUnitRule) and leaf.lower_is_better)
