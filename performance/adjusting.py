"""Adjustments and vetoes: what dated events do to a total. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from performance.choices import Limit
from performance.scheme_tree import SchemeDocument

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points of the total for one dated event of one rule."""

    rule: str
    event_key: str
    points: Decimal
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Veto:
    """An event above which the total cannot rise: ``cap`` in points."""

    event_key: str
    cap: Decimal
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppliedAdjustment:
    """An adjustment with the points that count, and what cut them."""

    adjustment: Adjustment
    counted: Decimal
    limited: Limit | None = None


def apply_adjustments(
    document: SchemeDocument, adjustments: Iterable[Adjustment]
) -> tuple[AppliedAdjustment, ...]:
    """Return the adjustments by date with what counts of each.

    An event counts once per rule; then the rule's limit and the cycle's limit
    cut it. The answer does not depend on the order given.
    """
    limits = {rule.key: rule.limit for rule in document.adjustment_rules}
    ordered = sorted(adjustments, key=lambda item: (item.on, item.rule, item.event_key, item.points))
    seen: set[tuple[str, str]] = set()
    by_rule: dict[str, Decimal] = {}
    whole = ZERO
    applied = []
    for item in ordered:
        counted, limited = _counted(item, seen, by_rule.get(item.rule, ZERO), limits.get(item.rule))
        seen.add((item.rule, item.event_key))
        allowed = _within(whole, counted, document.adjustment_limit)
        if allowed != counted:
            counted, limited = allowed, Limit.CYCLE_LIMIT
        by_rule[item.rule] = by_rule.get(item.rule, ZERO) + counted
        whole += counted
        applied.append(AppliedAdjustment(item, counted, limited))
    return tuple(applied)


def _counted(
    item: Adjustment, seen: set[tuple[str, str]], so_far: Decimal, limit: Decimal | None
) -> tuple[Decimal, Limit | None]:
    if not item.points.is_finite():
        raise ValueError(f"{item.points} is no number of points")
    if (item.rule, item.event_key) in seen:
        return ZERO, Limit.REPEATED_EVENT
    allowed = _within(so_far, item.points, limit)
    return allowed, None if allowed == item.points else Limit.RULE_LIMIT


def _within(so_far: Decimal, points: Decimal, limit: Decimal | None) -> Decimal:
    """Return what of ``points`` keeps the sum between −limit and +limit."""
    if limit is None:
        return points
    bound = abs(limit)
    return max(min(so_far + points, bound), -bound) - so_far


def lowest_cap(vetoes: Sequence[Veto]) -> Decimal | None:
    """Return the strictest veto's cap, or None without one."""
    caps = [veto.cap for veto in vetoes]
    if any(not cap.is_finite() or cap < 0 for cap in caps):
        raise ValueError("a veto caps the total at 0 points or more")
    return min(caps, default=None)
