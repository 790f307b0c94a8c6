"""What each leaf of a card weighs, and where weight went. Pure.

All weights are exact fractions of one. A scheme is prepared once; the weights
depend only on which leaves are due and measured, so each such pattern is
worked out once and remembered. The rules stand in ``docs/algorithms/scoring.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import lcm

from performance.choices import Level, MoveKind
from performance.scheme_tree import Dimension, Leaf, SchemeDocument
from performance.schemes import effective_weights, structural_weights

ZERO = Fraction(0)


class Part(IntEnum):
    """The part a leaf plays in one card."""

    NOT_DUE = 0
    NOT_MEASURED = 1
    MEASURED = 2


@dataclass(frozen=True, slots=True)
class Move:
    """Weight that went to, or came from, ``leaf``."""

    leaf: str
    weight: Fraction
    kind: MoveKind


@dataclass(frozen=True, slots=True)
class LeafWeight:
    """A leaf's weight at each stage.

    ``structural``: on the tree. ``own``: what it counts when all are due and
    measured. ``due``: after the leaves that are not due gave theirs away.
    ``effective``: after the leaves without a figure gave theirs away.
    """

    structural: Fraction
    own: Fraction
    due: Fraction
    effective: Fraction
    moved_to: tuple[Move, ...]
    moved_from: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class WeightPlan:
    """The weights of one pattern, in the order of the leaves.

    ``numerators`` over ``denominator`` are the effective weights as integers;
    ``scale`` is what a weight times hundredths of a per cent is over.
    """

    leaves: tuple[LeafWeight, ...]
    numerators: tuple[int, ...]
    denominator: int

    @property
    def scale(self) -> int:
        """Return the denominator of contributions."""
        return self.denominator * 100


class PreparedScheme:
    """A scheme with its weights worked out; make it once and score many cards with it."""

    __slots__ = ("_plans", "by_dimension", "by_level", "document", "index", "leaves", "own", "structural")

    def __init__(self, document: SchemeDocument) -> None:
        """Work out the weights that do not depend on a card."""
        self.document = document
        self.leaves: tuple[Leaf, ...] = document.leaves
        self.index = {leaf.key: place for place, leaf in enumerate(self.leaves)}
        structural, own = structural_weights(document), effective_weights(document)
        self.structural = tuple(structural[leaf.key] for leaf in self.leaves)
        self.own = tuple(own[leaf.key] for leaf in self.leaves)
        self.by_level = _places_by_level(self.leaves)
        self.by_dimension: tuple[tuple[Dimension, tuple[int, ...]], ...] = tuple(
            (dimension, tuple(self.index[leaf.key] for leaf in dimension.leaves))
            for dimension in document.dimensions
        )
        self._plans: dict[tuple[Part, ...], WeightPlan] = {}

    def plan(self, parts: tuple[Part, ...]) -> WeightPlan:
        """Return the weights when the leaves play these parts."""
        found = self._plans.get(parts)
        if found is None:
            found = self._plans[parts] = _make_plan(self, parts)
        return found


def _places_by_level(leaves: Sequence[Leaf]) -> tuple[tuple[Level, tuple[int, ...]], ...]:
    return tuple(
        (level, places)
        for level in Level
        if (places := tuple(place for place, leaf in enumerate(leaves) if leaf.level is level))
    )


class _Ledger:
    """Weights in motion, with a record of every move."""

    def __init__(self, scheme: PreparedScheme) -> None:
        self.keys = [leaf.key for leaf in scheme.leaves]
        self.weights = list(scheme.own)
        self.moved_to: list[list[Move]] = [[] for _ in self.keys]
        self.moved_from: list[list[Move]] = [[] for _ in self.keys]

    def give(self, giver: int, amount: Fraction, receivers: Mapping[int, Fraction], kind: MoveKind) -> None:
        """Hand ``amount`` of the giver's weight to the receivers in proportion to their values."""
        whole = sum(receivers.values(), ZERO)
        if not whole or not amount:
            return
        for place, proportion in receivers.items():
            part = amount * proportion / whole
            self.weights[place] += part
            self.moved_to[giver].append(Move(self.keys[place], part, kind))
            self.moved_from[place].append(Move(self.keys[giver], part, kind))
        self.weights[giver] -= amount


def _make_plan(scheme: PreparedScheme, parts: tuple[Part, ...]) -> WeightPlan:
    ledger = _Ledger(scheme)
    _move_not_due(scheme, parts, ledger)
    due = tuple(ledger.weights)
    _move_not_measured(scheme, parts, ledger)
    counted = [
        weight if part is Part.MEASURED else ZERO for weight, part in zip(ledger.weights, parts, strict=True)
    ]
    leaves = tuple(
        LeafWeight(
            structural=scheme.structural[place],
            own=scheme.own[place],
            due=due[place] if part is not Part.NOT_DUE else ZERO,
            effective=counted[place],
            moved_to=tuple(ledger.moved_to[place]),
            moved_from=tuple(ledger.moved_from[place]),
        )
        for place, part in enumerate(parts)
    )
    denominator = lcm(*(weight.denominator for weight in counted))
    numerators = tuple(weight.numerator * (denominator // weight.denominator) for weight in counted)
    return WeightPlan(leaves, numerators, denominator)


def _move_not_due(scheme: PreparedScheme, parts: tuple[Part, ...], ledger: _Ledger) -> None:
    """Give the weight of leaves that are not due to the due ones of their level, else to all due ones."""
    stranded: list[int] = []
    for _, places in scheme.by_level:
        due = {place: scheme.own[place] for place in places if parts[place] is not Part.NOT_DUE}
        not_due = [place for place in places if parts[place] is Part.NOT_DUE]
        if not due:
            stranded += not_due
            continue
        for giver in not_due:
            ledger.give(giver, scheme.own[giver], due, MoveKind.NOT_DUE)
    anywhere = {place: ledger.weights[place] for place, part in enumerate(parts) if part is not Part.NOT_DUE}
    for giver in stranded:
        ledger.give(giver, scheme.own[giver], anywhere, MoveKind.NOT_DUE)


def _move_not_measured(scheme: PreparedScheme, parts: tuple[Part, ...], ledger: _Ledger) -> None:
    """Give the weight of leaves without a figure to their level up to the cap, the rest to other levels."""
    start = tuple(ledger.weights)
    room_per_weight = Fraction(scheme.document.redistribution_cap) - 1
    rests: list[tuple[int, Fraction, tuple[int, ...]]] = []
    for _, places in scheme.by_level:
        measured = {place: start[place] for place in places if parts[place] is Part.MEASURED}
        missing = {place: start[place] for place in places if parts[place] is Part.NOT_MEASURED}
        to_place = sum(missing.values(), ZERO)
        if not to_place:
            continue
        fits = min(Fraction(1), room_per_weight * sum(measured.values(), ZERO) / to_place)
        for giver, weight in missing.items():
            ledger.give(giver, weight * fits, measured, MoveKind.NOT_MEASURED)
            rests.append((giver, weight * (1 - fits), places))
    _move_rests(parts, ledger, rests)


def _move_rests(
    parts: tuple[Part, ...], ledger: _Ledger, rests: list[tuple[int, Fraction, tuple[int, ...]]]
) -> None:
    """Give what found no room to the other levels; to its own level only when no other is measured."""
    placed = {place: ledger.weights[place] for place, part in enumerate(parts) if part is Part.MEASURED}
    for giver, weight, own_level in rests:
        elsewhere = {place: value for place, value in placed.items() if place not in own_level}
        ledger.give(giver, weight, elsewhere or placed, MoveKind.NOT_MEASURED)
