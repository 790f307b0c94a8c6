"""Reading the scoring rule and the target rule of a leaf. Pure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from performance.choices import AccountStage, GrowthPath, ScoringRuleKind, TargetKind
from performance.scheme_tree import (
    FULL,
    Band,
    BandsRule,
    PassFailRule,
    PerUnitRule,
    ProgressRule,
    RatingRule,
    RatioRule,
    Rolling,
    ScoringRule,
    StepsRule,
    TargetRule,
)
from performance.scheme_values import Reader

Row = Mapping[str, object]


def read_scoring(reader: Reader, value: object, where: str) -> ScoringRule:
    """Read ``{rule: …}`` with the parameters of that rule; left out, it is ``ratio``."""
    if value is None:
        return RatioRule()
    row = reader.mapping(value, where)
    if row.get("rule") not in tuple(ScoringRuleKind):
        known = ", ".join(ScoringRuleKind)
        reader.problem(where, f"the scoring rule {row.get('rule')!r} is not known; use one of {known}.")
        return RatioRule()
    read, allowed = _READERS[ScoringRuleKind(str(row["rule"]))]
    reader.known(row, allowed | {"rule"}, where)
    return read(reader, row, where)


def _bands(reader: Reader, row: Row, where: str) -> BandsRule:
    on: Literal["actual", "attainment"] = "actual" if row.get("on") == "actual" else "attainment"
    if row.get("on", on) != on:
        reader.problem(where, f"“on” is {row['on']!r}; use actual or attainment.")
    bands = tuple(
        _band(reader, item, f"{where}, band {number}")
        for number, item in enumerate(reader.rows(row.get("bands"), f"{where}, bands"), start=1)
    )
    _check_bands(reader, bands, where)
    return BandsRule(bands, on)


def _band(reader: Reader, value: object, where: str) -> Band:
    row = reader.mapping(value, where)
    reader.known(row, {"from", "to", "points"}, where)
    start, stop = reader.optional_number(row, "from", where), reader.optional_number(row, "to", where)
    if start is not None and stop is not None and start >= stop:
        reader.problem(where, f"it starts at {start} and stops at {stop}; the start must be lower.")
    return Band(start, stop, reader.number(row, "points", where))


def _check_bands(reader: Reader, bands: tuple[Band, ...], where: str) -> None:
    for lower, upper in pairwise(bands):
        if lower.stop is None or upper.start is None:
            reader.problem(where, "only the first band may be open below and only the last open above.")
        elif lower.stop < upper.start:
            reader.problem(where, f"no band covers {lower.stop} to {upper.start}.")
        elif lower.stop > upper.start:
            reader.problem(where, f"two bands cover {upper.start} to {lower.stop}.")
    if bands and bands[0].start is not None and bands[0].start > 0:
        reader.problem(where, f"no band covers figures below {bands[0].start}.")
    if bands and bands[-1].stop is not None:
        reader.problem(where, f"no band covers figures from {bands[-1].stop} up; leave “to” of the last out.")


def _steps(reader: Reader, row: Row, where: str) -> StepsRule:
    return StepsRule(
        size=reader.above_zero(reader.number(row, "size", where), f"{where}, size"),
        points_below=_not_negative(reader, row, "points_below", where),
        points_above=_not_negative(reader, row, "points_above", where, Decimal(0)),
        relative=reader.flag(row, "relative", where, True),
        whole=reader.flag(row, "whole", where, True),
        floor=_not_negative(reader, row, "floor", where, Decimal(0)),
    )


def _not_negative(reader: Reader, row: Row, key: str, where: str, default: Decimal | None = None) -> Decimal:
    value = reader.number(row, key, where, default)
    if value < 0:
        reader.problem(where, f"“{key}” is {value}; it must be 0 or more.")
    return abs(value)


def _per_unit(reader: Reader, row: Row, where: str) -> PerUnitRule:
    size = reader.number(row, "size", where, Decimal(1))
    return PerUnitRule(
        points=reader.above_zero(reader.number(row, "points", where), f"{where}, points"),
        size=reader.above_zero(size, f"{where}, size"),
        whole=reader.flag(row, "whole", where, True),
    )


def _pass_fail(reader: Reader, row: Row, where: str) -> PassFailRule:
    if row.get("at_target") is True:
        return PassFailRule(None)
    return PassFailRule(reader.number(row, "threshold", where, Decimal(1)))


def _rating(reader: Reader, row: Row, where: str) -> RatingRule:
    rule = RatingRule(
        low=reader.number(row, "low", where),
        high=reader.number(row, "high", where),
        low_percent=_not_negative(reader, row, "low_percent", where, Decimal(0)),
        high_percent=_not_negative(reader, row, "high_percent", where, FULL),
    )
    if rule.low < rule.high:
        return rule
    reader.problem(where, f"the scale goes from {rule.low} to {rule.high}; low must be below high.")
    return RatingRule(rule.low, rule.low + 1)


_READERS: Mapping[ScoringRuleKind, tuple[Callable[[Reader, Row, str], ScoringRule], set[str]]] = {
    ScoringRuleKind.RATIO: (lambda reader, row, where: RatioRule(), set()),
    ScoringRuleKind.PROGRESS: (lambda reader, row, where: ProgressRule(), set()),
    ScoringRuleKind.BANDS: (_bands, {"bands", "on"}),
    ScoringRuleKind.STEPS: (
        _steps,
        {"size", "points_below", "points_above", "relative", "whole", "floor"},
    ),
    ScoringRuleKind.PER_UNIT: (_per_unit, {"points", "size", "whole"}),
    ScoringRuleKind.PASS_FAIL: (_pass_fail, {"threshold", "at_target"}),
    ScoringRuleKind.RATING: (_rating, {"low", "high", "low_percent", "high_percent"}),
}

_TARGET_KEYS = {"kind", "value", "by_stage", "growth", "points", "path", "rolling", "fallback"}


def read_target(reader: Reader, value: object, where: str) -> TargetRule:
    """Read a target rule; an absolute one states a value or one for each account stage."""
    row = reader.mapping(value, where)
    reader.known(row, _TARGET_KEYS, where)
    rule = TargetRule(
        kind=reader.choice(row, "kind", where, TargetKind),
        value=reader.optional_number(row, "value", where),
        by_stage=_stages(reader, row.get("by_stage"), where),
        growth=reader.number(row, "growth", where, Decimal(0)),
        points=reader.number(row, "points", where, Decimal(0)),
        path=reader.choice(row, "path", where, GrowthPath, GrowthPath.YEAR_ON_YEAR),
        rolling=_rolling(reader, row.get("rolling"), where),
        fallback=reader.optional_number(row, "fallback", where),
    )
    if rule.growth <= -1:
        reader.problem(where, f"a growth of {rule.growth} leaves nothing of the baseline.")
    return rule


def _stages(reader: Reader, value: object, where: str) -> tuple[tuple[AccountStage, Decimal], ...]:
    if value is None:
        return ()
    row = reader.mapping(value, f"{where}, by_stage")
    reader.known(row, set(AccountStage), f"{where}, by_stage")
    return tuple(
        (stage, reader.decimal(row[stage], f"{where}, by_stage, {stage}"))
        for stage in AccountStage
        if stage in row
    )


def _rolling(reader: Reader, value: object, where: str) -> Rolling | None:
    if value is None:
        return None
    row = reader.mapping(value, f"{where}, rolling")
    reader.known(row, {"cycles", "ratchet"}, f"{where}, rolling")
    cycles = reader.above_zero(reader.number(row, "cycles", where), f"{where}, rolling, cycles")
    return Rolling(int(cycles), _not_negative(reader, row, "ratchet", where, Decimal("0.05")))
