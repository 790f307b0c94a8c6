"""Schemes: reading one, writing one, and what each leaf weighs. Pure.

Weights are exact fractions of one. The tree is described in ``scheme_tree``;
reading and writing of documents in ``scheme_reading`` and ``scheme_writing``.
The rules stand in ``docs/algorithms/scoring.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import yaml

from common.money import round_half_up, split_largest_remainder
from performance.choices import Level
from performance.scheme_reading import SchemeError, parse_scheme
from performance.scheme_tree import FULL, Indicator, Leaf, SchemeDocument
from performance.scheme_writing import scheme_to_mapping

__all__ = [
    "BUILTIN",
    "BalancedWeight",
    "LevelDisagreement",
    "SchemeDocument",
    "SchemeError",
    "balance",
    "builtin_scheme",
    "disagreements",
    "effective_weights",
    "parse_scheme",
    "scheme_to_mapping",
    "structural_weights",
]

BUILTIN = Path(__file__).parent / "builtin" / "standard.yaml"
BALANCE_PLACES = 4


def builtin_scheme() -> SchemeDocument:
    """Read the scheme that ships with the product."""
    return parse_scheme(yaml.safe_load(BUILTIN.read_text(encoding="utf-8")))


def structural_weights(document: SchemeDocument) -> dict[str, Fraction]:
    """Return each leaf's weight on the tree: the product of the weights on its path, as a part of one."""
    return {
        leaf.key: Fraction(dimension.weight) * Fraction(indicator.weight) * Fraction(leaf.weight) / 1_000_000
        for dimension in document.dimensions
        for indicator in dimension.indicators
        for leaf in indicator.leaves
    }


def level_shares(document: SchemeDocument) -> dict[Level, Fraction]:
    """Return what each level counts, as a part of one.

    Without level weighting a level counts what its leaves add up to on the tree.
    """
    if document.level_weighting:
        return {level: Fraction(weight) / 100 for level, weight in document.level_weights}
    return _tree_levels(document)


def effective_weights(document: SchemeDocument) -> dict[str, Fraction]:
    """Return what each leaf counts when all are due and measured, as a part of one.

    The levels win: inside a level the tree divides.
    """
    structural = structural_weights(document)
    on_tree = _tree_levels(document)
    shares = level_shares(document)
    return {
        leaf.key: shares[leaf.level] * structural[leaf.key] / on_tree[leaf.level] for leaf in document.leaves
    }


@dataclass(frozen=True)
class LevelDisagreement:
    """A leaf whose weight on the tree is not what it counts (both parts of one)."""

    leaf: str
    on_tree: Fraction
    counts: Fraction

    @property
    def sentence(self) -> str:
        """Say both figures in per cent."""
        return f"{self.leaf}: on the tree {_percent(self.on_tree)} – counts {_percent(self.counts)}"


def disagreements(document: SchemeDocument) -> tuple[LevelDisagreement, ...]:
    """List the leaves whose tree weight and counted weight differ. A warning, not an error."""
    structural = structural_weights(document)
    return tuple(
        LevelDisagreement(key, structural[key], counts)
        for key, counts in effective_weights(document).items()
        if counts != structural[key]
    )


@dataclass(frozen=True)
class BalancedWeight:
    """A proposed weight of one node among its siblings, in per cent; ``path`` joins keys with ``/``."""

    path: str
    present: Decimal
    proposed: Decimal


def balance(document: SchemeDocument) -> tuple[BalancedWeight, ...]:
    """Propose weights for every node with which the tree says what is counted.

    What each leaf counts stays; the weights above it are made from that, to four
    decimals, siblings adding up to exactly 100. Where four decimals are too few
    for the fractions, a difference in the last place remains.
    """
    counts = effective_weights(document)
    proposals: list[BalancedWeight] = []
    by_dimension = [
        (dimension.key, dimension.weight, _sum(counts, dimension.leaves)) for dimension in document.dimensions
    ]
    proposals += _siblings("", by_dimension)
    for dimension in document.dimensions:
        rows = [(item.key, item.weight, _sum(counts, item.leaves)) for item in dimension.indicators]
        proposals += _siblings(f"{dimension.key}/", rows)
        for indicator in dimension.indicators:
            proposals += _balanced_leaves(dimension.key, indicator, counts)
    return tuple(proposals)


def _balanced_leaves(
    dimension: str, indicator: Indicator, counts: dict[str, Fraction]
) -> list[BalancedWeight]:
    if indicator.direct:
        return []
    rows = [(leaf.key, leaf.weight, counts[leaf.key]) for leaf in indicator.leaves]
    return _siblings(f"{dimension}/{indicator.key}/", rows)


def _siblings(prefix: str, rows: list[tuple[str, Decimal, Fraction]]) -> list[BalancedWeight]:
    parts = split_largest_remainder(FULL, [(key, weight) for key, _, weight in rows], BALANCE_PLACES)
    return [BalancedWeight(prefix + key, present, parts[key].normalize()) for key, present, _ in rows]


def _sum(counts: dict[str, Fraction], leaves: Iterable[Leaf]) -> Fraction:
    return sum((counts[leaf.key] for leaf in leaves), Fraction(0))


def _tree_levels(document: SchemeDocument) -> dict[Level, Fraction]:
    structural = structural_weights(document)

    def level(leaf: Leaf) -> str:
        return leaf.level.value

    groups = groupby(sorted(document.leaves, key=level), key=level)
    return {
        Level(name): sum((structural[leaf.key] for leaf in leaves), Fraction(0)) for name, leaves in groups
    }


def _percent(part: Fraction) -> str:
    return f"{round_half_up(part * 100, 1)} %"
