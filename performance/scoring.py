"""From figures and targets to the score of one card. Pure and exact.

``score_card`` judges each leaf, moves the weight of what is not due or not
measured, adds up, applies adjustments and vetoes and rounds once. Every line of
the answer carries the whole reason. Only Decimals and Fractions come in; the
algorithm is told in ``docs/algorithms/scoring.md``.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from common.money import SCORE_PLACES, round_half_up
from performance.achievement import Formula, Operand, achieve, exact
from performance.adjusting import (
    Adjustment,
    AppliedAdjustment,
    Veto,
    apply_adjustments,
    lowest_cap,
)
from performance.cards import CardInput, CardResult, GroupScore, LeafInput, LineResult
from performance.choices import (
    MISSING_POLICY,
    Accrual,
    HoldDecision,
    LineStatus,
    MissingPolicy,
    MissingReason,
)
from performance.pace import count_target
from performance.scheme_tree import Leaf, MinimumVolume
from performance.weighting import Move, Part, PreparedScheme, WeightPlan

__all__ = [
    "Adjustment",
    "AppliedAdjustment",
    "CardInput",
    "CardResult",
    "Formula",
    "GroupScore",
    "LeafInput",
    "LineResult",
    "Move",
    "Operand",
    "PreparedScheme",
    "Veto",
    "score_card",
]

OBSERVATION_DAYS = 15
"""Below this many days in post a card is scored and not paid."""

_DECIDED_BY_PEOPLE = frozenset({MissingReason.EXEMPTED, MissingReason.PLATFORM_OUTAGE})
"""Recorded exceptions: a leaf's own ``zero`` does not overrule them."""


def score_card(card: CardInput) -> CardResult:
    """Score one card. Raises ``ValueError`` when an input is missing, doubled or no exact number."""
    verdicts = [_judge(leaf, given) for leaf, given in _matched(card)]
    plan = card.scheme.plan(tuple(_PARTS[verdict.status] for verdict in verdicts))
    parts = tuple(
        [
            weight * _hundredths(verdict.formula)
            for weight, verdict in zip(plan.numerators, verdicts, strict=True)
        ]
    )
    lines = _make_lines(card.scheme, plan, verdicts, parts)
    subtotal = _add_up(plan, verdicts, parts)
    applied = apply_adjustments(card.scheme.document, card.adjustments) if card.adjustments else ()
    points = sum((item.counted for item in applied), Decimal(0))
    veto_cap = lowest_cap(card.vetoes)
    provisional = None if subtotal is None else _finish(subtotal, points, veto_cap)
    waits_for = tuple(verdict.given.key for verdict in verdicts if verdict.status is LineStatus.HELD)
    return CardResult(
        total=None if waits_for else provisional,
        provisional=provisional,
        subtotal=subtotal,
        lines=lines,
        adjustments=applied,
        adjustment_points=points,
        vetoes=card.vetoes,
        veto_cap=veto_cap,
        waits_for=waits_for,
        observation=card.days_in_post is not None and card.days_in_post < OBSERVATION_DAYS,
        scheme=card.scheme,
        plan=plan,
        parts=parts,
    )


_NOTHING = Fraction(0)

_PARTS = {
    LineStatus.MEASURED: Part.MEASURED,
    LineStatus.NOT_MEASURED: Part.NOT_MEASURED,
    LineStatus.HELD: Part.NOT_MEASURED,
    LineStatus.NOT_DUE: Part.NOT_DUE,
}


def _matched(card: CardInput) -> list[tuple[Leaf, LeafInput]]:
    by_key = {given.key: given for given in card.leaves}
    leaves = card.scheme.leaves
    if len(by_key) != len(card.leaves):
        raise ValueError("a leaf has two inputs")
    if by_key.keys() != card.scheme.index.keys():
        odd = sorted(by_key.keys() ^ card.scheme.index.keys())
        raise ValueError(f"inputs and leaves of the scheme differ: {', '.join(odd)}")
    return [(leaf, by_key[leaf.key]) for leaf in leaves]


class _Verdict(NamedTuple):
    given: LeafInput
    status: LineStatus
    reason: MissingReason | None = None
    actual: Fraction | None = None
    target_now: Fraction | None = None
    formula: Formula | None = None


def _judge(leaf: Leaf, given: LeafInput) -> _Verdict:
    """Decide whether a leaf counts and what it achieved."""
    if not given.due:
        return _Verdict(given, LineStatus.NOT_DUE)
    if given.decided is not None and given.manual is None:
        return _Verdict(given, LineStatus.MEASURED, formula=_taken_as_it_stands(leaf, given.decided))
    target = _target_now(leaf, given)
    actual = _actual(leaf, given)
    if isinstance(actual, MissingReason):
        return _without_figure(leaf, given, actual, _shown(given), target)
    formula = achieve(leaf, actual=actual, target=target, baseline=given.baseline)
    if isinstance(formula, MissingReason):
        return _without_figure(leaf, given, formula, actual, target)
    return _Verdict(given, LineStatus.MEASURED, None, actual, target, formula)


def _taken_as_it_stands(leaf: Leaf, percent: Decimal) -> Formula:
    raw = exact(percent)
    result = round_half_up(min(max(raw, Fraction(0)), Fraction(leaf.cap)), SCORE_PLACES)
    return Formula(None, "{achievement}", (Operand("achievement", raw),), raw, result)


def _target_now(leaf: Leaf, given: LeafInput) -> Fraction | None:
    if given.target is None:
        return None
    if leaf.accrual is Accrual.COUNT:
        return count_target(given.target, given.pace, given.post)
    return exact(given.target)


def _actual(leaf: Leaf, given: LeafInput) -> Fraction | MissingReason:
    """Return the actual that counts, or why there is none; a manual figure always counts."""
    if given.manual is not None:
        return exact(given.manual)
    if given.missing is not None:
        return given.missing
    too_little = _volume_problem(leaf.minimum, given)
    if given.actual is not None:
        return too_little or exact(given.actual)
    if given.numerator is None or given.denominator is None:
        raise ValueError(f"{leaf.key}: there is neither a figure nor a reason why it is missing")
    if given.denominator <= 0:
        return MissingReason.NO_BASE
    return too_little or _quotient(given.numerator, given.denominator)


def _quotient(numerator: Decimal | Fraction, denominator: Decimal | Fraction) -> Fraction:
    (top, of_top), (bottom, of_bottom) = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    return Fraction(top * of_bottom, of_top * bottom)


def _shown(given: LeafInput) -> Fraction | None:
    """Return the figure that does not count, to be shown beside the reason."""
    if given.actual is not None:
        return exact(given.actual)
    if given.numerator is None or not given.denominator or given.denominator < 0:
        return None
    return _quotient(given.numerator, given.denominator)


def _volume_problem(minimum: MinimumVolume, given: LeafInput) -> MissingReason | None:
    """Hold the volume against the minimum; a volume nobody knows is not taken for enough."""
    if minimum.denominator is not None:
        volume = given.denominator if given.volume is None else given.volume
        if volume is None:
            return MissingReason.INCOMPLETE
        if volume < minimum.denominator:
            return MissingReason.TOO_SMALL
    if minimum.videos is not None:
        if given.videos is None:
            return MissingReason.INCOMPLETE
        if given.videos < minimum.videos:
            return MissingReason.TOO_SMALL
    return None


def _without_figure(
    leaf: Leaf,
    given: LeafInput,
    reason: MissingReason,
    actual: Fraction | None,
    target: Fraction | None,
) -> _Verdict:
    """Apply the leaf's own policy, the reason's policy or what a person decided."""
    zero = leaf.missing is not None and reason not in _DECIDED_BY_PEOPLE
    held = MISSING_POLICY[reason] is MissingPolicy.HOLD
    if zero or (held and given.hold is HoldDecision.ZERO):
        formula = Formula(None, "0", (), Fraction(0), Decimal("0.00"))
        return _Verdict(given, LineStatus.MEASURED, reason, actual, target, formula)
    waits = held and given.hold is HoldDecision.WAIT
    status = LineStatus.HELD if waits else LineStatus.NOT_MEASURED
    return _Verdict(given, status, reason, actual, target)


def _hundredths(formula: Formula | None) -> int:
    return 0 if formula is None else int(formula.result.scaleb(SCORE_PLACES))


def _make_lines(
    scheme: PreparedScheme, plan: WeightPlan, verdicts: Sequence[_Verdict], parts: Sequence[int]
) -> tuple[LineResult, ...]:
    return tuple(
        [
            LineResult(
                leaf,
                verdict.given,
                weight,
                verdict.status,
                verdict.reason,
                verdict.actual,
                verdict.target_now,
                verdict.formula,
                None if verdict.formula is None else verdict.formula.result,
                Fraction(part, plan.scale) if part else _NOTHING,
            )
            for leaf, weight, part, verdict in zip(scheme.leaves, plan.leaves, parts, verdicts, strict=True)
        ]
    )


def _add_up(plan: WeightPlan, verdicts: Sequence[_Verdict], parts: Sequence[int]) -> Fraction | None:
    """Return Σ effective × achievement over one common denominator; None when nothing is measured."""
    if not any(verdict.status is LineStatus.MEASURED for verdict in verdicts):
        return None
    return Fraction(sum(parts), plan.scale)


def _finish(subtotal: Fraction, points: Decimal, veto_cap: Decimal | None) -> Decimal:
    """Add the adjustments, apply the strictest veto and the floor of 0, and round once."""
    total = subtotal + Fraction(points)
    if veto_cap is not None:
        total = min(total, Fraction(veto_cap))
    return round_half_up(max(total, Fraction(0)), SCORE_PLACES)
