"""Writing a scheme as a plain mapping that ``parse_scheme`` reads back unchanged. Pure.

Numbers are written as text, defaults are left out.
"""

from dataclasses import fields
from decimal import Decimal

from performance.scheme_tree import (
    AdjustmentRule,
    Band,
    BandsRule,
    Dimension,
    Indicator,
    Leaf,
    Name,
    PassFailRule,
    RatioRule,
    SchemeDocument,
    ScoringRule,
    TargetRule,
)

Plain = dict[str, object]


def scheme_to_mapping(document: SchemeDocument) -> Plain:
    """Return the document as mappings, lists, texts and flags."""
    return _drop_empty(
        {
            "code": document.code,
            "name": _name(document.name),
            "notes": [_name(note) for note in document.notes],
            "level_weighting": document.level_weighting,
            "level_weights": {level.value: _number(weight) for level, weight in document.level_weights},
            "redistribution_cap": _number(document.redistribution_cap),
            "achievement_cap": _number(document.achievement_cap),
            "adjustment_rules": [_adjustment(rule) for rule in document.adjustment_rules],
            "adjustment_limit": _number(document.adjustment_limit),
            "dimensions": [_dimension(item, document) for item in document.dimensions],
        }
    )


def _dimension(dimension: Dimension, document: SchemeDocument) -> Plain:
    return _drop_empty(
        {
            "key": dimension.key,
            "name": _name(dimension.name),
            "weight": _number(dimension.weight),
            "goal": _name(dimension.goal),
            "indicators": [_indicator(item, document.achievement_cap) for item in dimension.indicators],
        }
    )


def _indicator(indicator: Indicator, cap: Decimal) -> Plain:
    if indicator.direct:
        return {**_leaf(indicator.leaves[0], cap), "weight": _number(indicator.weight)}
    return {
        "key": indicator.key,
        "name": _name(indicator.name),
        "weight": _number(indicator.weight),
        "indicators": [_leaf(leaf, cap) for leaf in indicator.leaves],
    }


def _leaf(leaf: Leaf, cap: Decimal) -> Plain:
    minimum: Plain = {
        "denominator": _number(leaf.minimum.denominator),
        "videos": _number(leaf.minimum.videos),
    }
    return _drop_empty(
        {
            "key": leaf.key,
            "name": _name(leaf.name),
            "weight": _number(leaf.weight),
            "measure": leaf.measure,
            "level": leaf.level.value,
            "period": leaf.period.value,
            "span": leaf.span.value,
            "accrual": leaf.accrual.value,
            "unit": leaf.unit.value,
            "lower_is_better": leaf.lower_is_better or None,
            "target": target_to_mapping(leaf.target),
            "scoring": _scoring(leaf.scoring),
            "cap": None if leaf.cap == cap else _number(leaf.cap),
            "max_points": _number(leaf.max_points),
            "minimum": _drop_empty(minimum),
            "bounds": _drop_empty({"low": _number(leaf.bounds.low), "high": _number(leaf.bounds.high)}),
            "missing": leaf.missing.value if leaf.missing else None,
            "baseline_method": leaf.baseline_method.value,
            "goal": _name(leaf.goal),
        }
    )


def target_to_mapping(rule: TargetRule) -> Plain:
    """Return a target rule as the plain mapping ``read_target`` reads."""
    rolling = rule.rolling
    return _drop_empty(
        {
            "kind": rule.kind.value,
            "value": _number(rule.value),
            "by_stage": {stage.value: _number(value) for stage, value in rule.by_stage},
            "growth": _number(rule.growth) if rule.growth else None,
            "points": _number(rule.points) if rule.points else None,
            "path": rule.path.value,
            "rolling": rolling and {"cycles": str(rolling.cycles), "ratchet": _number(rolling.ratchet)},
            "fallback": _number(rule.fallback),
        }
    )


def _scoring(rule: ScoringRule) -> Plain | None:
    if isinstance(rule, RatioRule):
        return None
    if isinstance(rule, BandsRule):
        return {"rule": rule.kind.value, "on": rule.on, "bands": [_band(band) for band in rule.bands]}
    if isinstance(rule, PassFailRule) and rule.threshold is None:
        return {"rule": rule.kind.value, "at_target": True}
    values = {item.name: getattr(rule, item.name) for item in fields(rule)}
    plain = {key: _number(value) if isinstance(value, Decimal) else value for key, value in values.items()}
    return {"rule": rule.kind.value, **plain}


def _band(band: Band) -> Plain:
    return _drop_empty(
        {"from": _number(band.start), "to": _number(band.stop), "points": _number(band.points)}
    )


def _adjustment(rule: AdjustmentRule) -> Plain:
    return _drop_empty(
        {
            "key": rule.key,
            "name": _name(rule.name),
            "points": _number(rule.points),
            "limit": _number(rule.limit),
        }
    )


def _name(name: Name | None) -> Plain | None:
    return None if name is None else {"zh": name.zh, "en": name.en}


def _number(value: Decimal | int | None) -> str | None:
    return None if value is None else format(Decimal(value), "f")


def _drop_empty(row: Plain) -> Plain:
    return {key: value for key, value in row.items() if value is not None and value != {} and value != []}
