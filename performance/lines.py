"""How a scored card is written down: totals, lines and the hash that covers them. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from common.canonical import canonical_text, fraction_text, number_text, quoted, text_hash
from common.money import round_half_up
from performance.achievement import Formula
from performance.inputs import CardFacts, Plain, facts_text
from performance.scoring import CardResult, GroupScore, LineResult, Move
from performance.weighting import LeafWeight

PERCENT_PLACES = 4
CONTRIBUTION_PLACES = 4
VALUE_PLACES = 10
TARGET_PLACES = 6


class LineFigures(NamedTuple):
    """One line ready to be stored: the fields of ``ScorecardLine`` by their names."""

    leaf: str
    position: int
    status: str
    reason: str
    auto: Decimal | None
    manual: Decimal | None
    manual_reason: str
    manual_by: str
    target: Decimal | None
    full_target: Decimal | None
    baseline: Decimal | None
    achievement: Decimal | None
    structural: str
    effective: str
    effective_percent: Decimal
    contribution: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    coverage: Decimal | None
    details: str


class VersionFigures(NamedTuple):
    """What a version stores beside its lines: the fields of ``ScorecardVersion`` by their names."""

    inputs: str
    total: Decimal | None
    exact_total: str
    dimensions: str
    flags: str
    days_in_post: int
    observation: bool
    waiting: bool
    incomplete: bool
    data_through: Any


class Figures(NamedTuple):
    """A card's figures ready to be stored, their hash, and the night's contributions as text."""

    version: VersionFigures
    lines: tuple[LineFigures, ...]
    figures_hash: str
    contributions: str


class _Given(NamedTuple):
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    coverage: Decimal | None


class _Weight(NamedTuple):
    structural: str
    effective: str
    effective_percent: Decimal
    own: str
    moves: str


class WeightTexts:
    """Writes weights down, each once: cards with the same leaves measured share them."""

    def __init__(self) -> None:
        """Begin with nothing written."""
        self._known: dict[int, tuple[LeafWeight, _Weight]] = {}

    def of(self, weight: LeafWeight) -> _Weight:
        """Return the weight's texts; the weight is kept, so its identity stays its own."""
        known = self._known.get(id(weight))
        if known is None:
            known = self._known[id(weight)] = (weight, _weight(weight))
        return known[1]


def _weight(weight: LeafWeight) -> _Weight:
    return _Weight(
        str(weight.structural),
        str(weight.effective),
        round_half_up(weight.effective * 100, PERCENT_PLACES),
        str(weight.own),
        f'"moved_from":{_moves(weight.moved_from)},"moved_to":{_moves(weight.moved_to)}',
    )


def _moves(moves: Sequence[Move]) -> str:
    return canonical_text([[move.leaf, str(move.weight), move.kind.value] for move in moves])


def write_figures(
    result: CardResult, inputs: Plain, *, manual: Mapping[str, Mapping[str, str]] | None = None
) -> Figures:
    """Return what is stored of a card that was scored again from its stored inputs.

    ``manual`` holds, by leaf, who put a figure in place of the automatic one and
    why (``by``, ``reason``). The hash covers inputs, lines and total.
    """
    given = {
        leaf["key"]: _Given(*(_decimal(leaf[name]) for name in _Given._fields)) for leaf in inputs["leaves"]
    }
    lines = _write_lines(result, given, manual or {}, WeightTexts())
    text = canonical_text(inputs)
    return _write(result, text, inputs["days_in_post"], inputs["through"], lines)


def write_card(result: CardResult, facts: CardFacts, *, weights: WeightTexts) -> Figures:
    """Return what is stored of a card that was scored from the facts; ``weights`` is shared by a run."""
    lines = _write_lines(result, {leaf.key: leaf for leaf in facts.leaves}, {}, weights)
    return _write(result, facts_text(facts), facts.days_in_post, facts.through, lines)


def _write(
    result: CardResult, text: str, days_in_post: int, through: Any, lines: tuple[LineFigures, ...]
) -> Figures:
    version = VersionFigures(
        inputs=text,
        total=result.total,
        exact_total="" if result.subtotal is None else str(result.subtotal),
        dimensions=f'{{"dimensions":{_groups(result.dimensions)},"levels":{_groups(result.levels)}}}',
        flags=_flags(result),
        days_in_post=days_in_post,
        observation=result.observation,
        waiting=result.waits,
        incomplete=result.incomplete,
        data_through=through,
    )
    contributions = {
        line.key: written.contribution
        for line, written in zip(result.lines, lines, strict=True)
        if line.contribution
    }
    pieces = ",".join([f"{quoted(key)}:{number_text(contributions[key])}" for key in sorted(contributions)])
    return Figures(version, lines, _hash(text, result.total, lines), f"{{{pieces}}}")


def _hash(text: str, total: Decimal | None, lines: Sequence[LineFigures]) -> str:
    pieces = ",".join(
        [
            f"[{quoted(line.leaf)},{quoted(line.status)},{quoted(line.reason)},{number_text(line.auto)}"
            f",{number_text(line.manual)},{number_text(line.target)},{number_text(line.achievement)}"
            f",{quoted(line.effective)}]"
            for line in lines
        ]
    )
    return text_hash(f'{{"inputs":{quoted(text)},"lines":[{pieces}],"total":{number_text(total)}}}')


def _write_lines(
    result: CardResult,
    given: Mapping[str, Any],
    manual: Mapping[str, Mapping[str, str]],
    weights: WeightTexts,
) -> tuple[LineFigures, ...]:
    return tuple(
        [
            _line(line, position, given[line.key], manual.get(line.key, {}), weights.of(line.weight))
            for position, line in enumerate(result.lines)
        ]
    )


def _line(
    line: LineResult, position: int, given: Any, manual: Mapping[str, str], weight: _Weight
) -> LineFigures:
    return LineFigures(
        line.key,
        position,
        line.status.value,
        line.reason.value if line.reason else "",
        given.value,
        line.given.manual,
        manual.get("reason", ""),
        manual.get("by", ""),
        None if line.target_now is None else round_half_up(line.target_now, TARGET_PLACES),
        line.target,
        line.given.baseline,
        line.achievement,
        weight.structural,
        weight.effective,
        weight.effective_percent,
        round_half_up(line.contribution, CONTRIBUTION_PLACES),
        given.numerator,
        given.denominator,
        given.coverage,
        _details(line, weight),
    )


def _details(line: LineResult, weight: _Weight) -> str:
    """Return what explains the line beyond its columns: formula, moved weight, points."""
    formula = "null" if line.formula is None else _formula(line.formula)
    points = number_text(line.points)
    return f'{{"formula":{formula},{weight.moves},"own":{quoted(weight.own)},"points":{points}}}'


def _formula(formula: Formula) -> str:
    operands = sorted((operand.name, operand.value) for operand in formula.operands)
    pieces = ",".join([f"{quoted(name)}:{fraction_text(value)}" for name, value in operands])
    limited = formula.limited.value if formula.limited else ""
    rule = formula.rule.value if formula.rule else ""
    return (
        f'{{"limited":{quoted(limited)},"operands":{{{pieces}}},"raw":{fraction_text(formula.raw)}'
        f',"rule":{quoted(rule)},"template":{quoted(formula.template)}}}'
    )


def _groups(groups: Sequence[GroupScore]) -> str:
    pieces = ",".join(
        [
            f"[{quoted(group.key)},{fraction_text(group.weight)}"
            f",{number_text(round_half_up(group.contribution, CONTRIBUTION_PLACES))}"
            f",{number_text(group.score)}]"
            for group in groups
        ]
    )
    return f"[{pieces}]"


def _flags(result: CardResult) -> str:
    adjustments = canonical_text(
        [
            [
                item.adjustment.rule,
                item.adjustment.event_key,
                item.counted,
                item.limited.value if item.limited else "",
            ]
            for item in result.adjustments
        ]
    )
    return (
        f'{{"adjustment_points":{number_text(result.adjustment_points)},"adjustments":{adjustments}'
        f',"provisional":{number_text(result.provisional)},"veto_cap":{number_text(result.veto_cap)}'
        f',"waits_for":{canonical_text(list(result.waits_for))}}}'
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
