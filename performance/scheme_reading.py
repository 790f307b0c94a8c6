"""Reading a scheme document, as typed or loaded from YAML, into its tree. Pure.

All problems are collected, so that a person mends a scheme in one go. That the
tree and the levels disagree is no problem here: see ``schemes.disagreements``.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from performance.choices import (
    Accrual,
    BaselineMethod,
    Level,
    MissingOverride,
    PeriodKind,
    SpanRule,
    Unit,
)
from performance.scheme_rules import read_scoring, read_target
from performance.scheme_tree import (
    DEFAULT_CAP,
    DEFAULT_REDISTRIBUTION_CAP,
    FULL,
    AdjustmentRule,
    Bounds,
    Dimension,
    Indicator,
    Leaf,
    MinimumVolume,
    SchemeDocument,
)
from performance.scheme_values import Reader

Row = Mapping[str, object]
_SLUG = re.compile(r"[a-z][a-z0-9_]*")
_SCHEME_KEYS = {
    "code", "name", "notes", "level_weighting", "level_weights", "redistribution_cap", "achievement_cap",
    "adjustment_rules", "adjustment_limit", "dimensions",
}  # fmt: skip
_LEAF_KEYS = {
    "key", "name", "weight", "measure", "level", "period", "span", "accrual", "unit", "target", "scoring",
    "cap", "minimum", "missing", "baseline_method", "lower_is_better", "bounds", "max_points", "goal",
}  # fmt: skip


class SchemeError(ValueError):
    """A document that is no scheme; ``problems`` says in plain words what to mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the list of problems."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def parse_scheme(document: Mapping[str, object]) -> SchemeDocument:
    """Return the scheme a document states. Raises ``SchemeError`` with all problems."""
    reader = Reader()
    scheme = _read_scheme(reader, reader.mapping(document, "scheme"))
    _check_keys(reader, scheme)
    _check_levels(reader, scheme)
    if reader.problems:
        raise SchemeError(reader.problems)
    return scheme


def _read_scheme(reader: Reader, row: Row) -> SchemeDocument:
    reader.known(row, _SCHEME_KEYS, "scheme")
    cap = reader.above_zero(reader.number(row, "achievement_cap", "scheme", DEFAULT_CAP), "achievement_cap")
    dimensions = tuple(
        _read_dimension(reader, item, cap)
        for item in reader.rows(row.get("dimensions"), "scheme, dimensions")
    )
    reader.weights([(item.key, item.weight) for item in dimensions], "dimensions")
    return SchemeDocument(
        code=reader.text(row, "code", "scheme"),
        name=reader.name(row.get("name"), "scheme"),
        dimensions=dimensions,
        level_weights=_read_levels(reader, row.get("level_weights")),
        level_weighting=reader.flag(row, "level_weighting", "scheme", True),
        redistribution_cap=_read_redistribution_cap(reader, row),
        achievement_cap=cap,
        adjustment_rules=_read_adjustments(reader, row.get("adjustment_rules")),
        adjustment_limit=reader.optional_number(row, "adjustment_limit", "scheme"),
        notes=tuple(
            reader.name(note, f"scheme, note {number}")
            for number, note in enumerate(_optional_rows(reader, row.get("notes"), "notes"), start=1)
        ),
    )


def _read_redistribution_cap(reader: Reader, row: Row) -> Decimal:
    cap = reader.number(row, "redistribution_cap", "scheme", DEFAULT_REDISTRIBUTION_CAP)
    if cap < 1:
        reader.problem("scheme", f"“redistribution_cap” is {cap}; below 1 a leaf would lose weight.")
        return DEFAULT_REDISTRIBUTION_CAP
    return cap


def _optional_rows(reader: Reader, value: object, where: str) -> Sequence[object]:
    return () if value is None or value == [] else reader.rows(value, f"scheme, {where}")


def _read_levels(reader: Reader, value: object) -> tuple[tuple[Level, Decimal], ...]:
    row = reader.mapping(value, "scheme, level_weights")
    reader.known(row, set(Level), "scheme, level_weights")
    levels = tuple(
        (level, reader.decimal(row[level], f"level_weights, {level}")) for level in Level if level in row
    )
    reader.weights([(level.value, weight) for level, weight in levels], "level_weights")
    return levels


def _read_adjustments(reader: Reader, value: object) -> tuple[AdjustmentRule, ...]:
    rules = []
    for item in _optional_rows(reader, value, "adjustment_rules"):
        row = reader.mapping(item, "adjustment_rules")
        reader.known(row, {"key", "name", "points", "limit"}, "adjustment_rules")
        key = _slug(reader, row, "adjustment_rules")
        rule = AdjustmentRule(
            key=key,
            name=reader.name(row.get("name"), key),
            points=reader.number(row, "points", key),
            limit=reader.optional_number(row, "limit", key),
        )
        if rule.limit is not None and (rule.limit < 0) != (rule.points < 0):
            reader.problem(key, "the points and their limit must have the same sign.")
        rules.append(rule)
    return tuple(rules)


def _read_dimension(reader: Reader, value: object, cap: Decimal) -> Dimension:
    row = reader.mapping(value, "dimension")
    key = _slug(reader, row, "dimension")
    reader.known(row, {"key", "name", "weight", "indicators", "goal"}, key)
    indicators = tuple(
        _read_indicator(reader, item, key, cap)
        for item in reader.rows(row.get("indicators"), f"{key}, indicators")
    )
    reader.weights([(item.key, item.weight) for item in indicators], key)
    return Dimension(
        key=key,
        name=reader.name(row.get("name"), key),
        weight=reader.number(row, "weight", key),
        indicators=indicators,
        goal=reader.optional_name(row, "goal", key),
    )


def _read_indicator(reader: Reader, value: object, above: str, cap: Decimal) -> Indicator:
    row = reader.mapping(value, f"{above}, indicator")
    key = _slug(reader, row, f"{above}, indicator")
    where = f"{above} › {key}"
    weight, name = reader.number(row, "weight", where), reader.name(row.get("name"), where)
    if "indicators" not in row:
        leaf = _read_leaf(reader, {**row, "weight": FULL}, where, cap)
        return Indicator(key, name, weight, (leaf,), direct=True)
    reader.known(row, {"key", "name", "weight", "indicators"}, where)
    leaves = tuple(
        _read_leaf(reader, reader.mapping(item, where), where, cap)
        for item in reader.rows(row["indicators"], f"{where}, indicators")
    )
    reader.weights([(leaf.key, leaf.weight) for leaf in leaves], where)
    return Indicator(key, name, weight, leaves, direct=False)


def _read_leaf(reader: Reader, row: Row, above: str, cap: Decimal) -> Leaf:
    key = _slug(reader, row, above)
    where = above if above.endswith(f" {key}") else f"{above} › {key}"
    reader.known(row, _LEAF_KEYS, where)
    period = reader.choice(row, "period", where, PeriodKind, PeriodKind.MONTH)
    lower = reader.flag(row, "lower_is_better", where, False)
    return Leaf(
        key=key,
        name=reader.name(row.get("name"), where),
        weight=reader.number(row, "weight", where),
        measure=reader.text(row, "measure", where),
        level=reader.choice(row, "level", where, Level),
        period=period,
        span=_read_span(reader, row, where, period),
        accrual=reader.choice(row, "accrual", where, Accrual),
        unit=reader.choice(row, "unit", where, Unit),
        target=read_target(reader, row.get("target"), f"{where}, target"),
        scoring=read_scoring(reader, row.get("scoring"), f"{where}, scoring"),
        cap=reader.above_zero(reader.number(row, "cap", where, cap), f"{where}, cap"),
        minimum=_read_minimum(reader, row.get("minimum"), f"{where}, minimum"),
        missing=_read_missing(reader, row, where),
        baseline_method=reader.choice(row, "baseline_method", where, BaselineMethod, BaselineMethod.POOLED),
        lower_is_better=lower,
        bounds=_read_bounds(reader, row.get("bounds"), f"{where}, bounds"),
        max_points=_read_max_points(reader, row, where),
        goal=reader.optional_name(row, "goal", where),
    )


def _read_span(reader: Reader, row: Row, where: str, period: PeriodKind) -> SpanRule:
    default = SpanRule.WHOLE if period is PeriodKind.MONTH else SpanRule.TO_DATE
    span = reader.choice(row, "span", where, SpanRule, default)
    if (period is PeriodKind.MONTH) != (span is SpanRule.WHOLE):
        reader.problem(
            where,
            f"a {period} leaf cannot be scored “{span}”; a month is scored whole, "
            "a quarter or year to_date, own_months or period_end.",
        )
    return span


def _read_missing(reader: Reader, row: Row, where: str) -> MissingOverride | None:
    if row.get("missing") is None:
        return None
    return reader.choice(row, "missing", where, MissingOverride)


def _read_max_points(reader: Reader, row: Row, where: str) -> Decimal | None:
    points = reader.optional_number(row, "max_points", where)
    return None if points is None else reader.above_zero(points, f"{where}, max_points")


def _read_minimum(reader: Reader, value: object, where: str) -> MinimumVolume:
    if value is None:
        return MinimumVolume()
    row = reader.mapping(value, where)
    reader.known(row, {"denominator", "videos"}, where)
    videos = reader.optional_number(row, "videos", where)
    return MinimumVolume(
        reader.optional_number(row, "denominator", where), None if videos is None else int(videos)
    )


def _read_bounds(reader: Reader, value: object, where: str) -> Bounds:
    if value is None:
        return Bounds()
    row = reader.mapping(value, where)
    reader.known(row, {"low", "high"}, where)
    bounds = Bounds(reader.optional_number(row, "low", where), reader.optional_number(row, "high", where))
    if bounds.low is not None and bounds.high is not None and bounds.low >= bounds.high:
        reader.problem(where, f"low is {bounds.low} and high is {bounds.high}; low must be lower.")
    return bounds


def _slug(reader: Reader, row: Row, where: str) -> str:
    key = reader.text(row, "key", where)
    if key and not _SLUG.fullmatch(key):
        reader.problem(where, f"the key “{key}” may hold small letters, digits and _ only.")
    return key or "?"


def _check_keys(reader: Reader, scheme: SchemeDocument) -> None:
    counts = Counter(leaf.key for leaf in scheme.leaves)
    for key, times in counts.items():
        if times > 1:
            reader.problem("scheme", f"the key “{key}” names {times} leaves; each needs its own.")


def _check_levels(reader: Reader, scheme: SchemeDocument) -> None:
    if not scheme.level_weighting:
        return
    used = {leaf.level for leaf in scheme.leaves}
    weighted = {level for level, _ in scheme.level_weights}
    for level in sorted(weighted - used):
        reader.problem("level_weights", f"“{level}” has a weight and no leaf; give it one or take it out.")
    for level in sorted(used - weighted):
        reader.problem("level_weights", f"leaves of level “{level}” would count nothing; give it a weight.")
