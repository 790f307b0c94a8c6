"""What a card was scored from, as plain values and as the text that is stored. Pure.

The text is stored with the version, hashed with it, and is all that scoring it again
needs: an override, a check years later and the pages that explain a line read it.
It is canonical text (see ``common.canonical``), written here piece by piece because
every card of a night is written again.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from common.canonical import canonical_text, date_text, fraction_text, number_text, quoted
from performance.adjusting import Adjustment, Veto
from performance.choices import HoldDecision, MissingReason
from performance.scoring import CardInput, LeafInput, PreparedScheme

Plain = Mapping[str, Any]

_MISSING = {reason.value: reason for reason in MissingReason}
_HOLD = {decision.value: decision for decision in HoldDecision}
_FLAG = {True: "true", False: "false"}


class LeafFacts(NamedTuple):
    """What was measured and asked of one leaf, before any judgement.

    ``value`` is the automatic figure to ten decimals; ``missing`` says why there is
    none or why it does not count. ``first`` … ``through`` are the days read.
    """

    key: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    coverage: Decimal | None
    volume: Decimal | None
    videos: int
    late: int
    platforms: tuple[tuple[str, Decimal, Decimal], ...]
    missing: str
    target: Decimal | None
    baseline: Decimal | None
    pace: Fraction
    post: Decimal
    due: bool
    due_on: date
    first: date
    through: date | None
    measure_version: int
    hold: str = HoldDecision.WAIT.value


class CardFacts(NamedTuple):
    """Everything a card is scored from."""

    scheme_hash: str
    cycle: str
    employee: int
    through: date
    closed: bool
    days_in_post: int
    leaves: tuple[LeafFacts, ...]
    adjustments: Sequence[Adjustment] = ()
    vetoes: Sequence[Veto] = ()


def facts_text(card: CardFacts) -> str:
    """Return the card's facts as canonical text."""
    leaves = ",".join([_leaf_text(leaf) for leaf in card.leaves])
    adjustments = canonical_text(
        [_event(item, points=item.points, rule=item.rule) for item in card.adjustments]
    )
    vetoes = canonical_text([_event(item, cap=item.cap) for item in card.vetoes])
    return (
        f'{{"adjustments":{adjustments},"closed":{_FLAG[card.closed]},"cycle":{quoted(card.cycle)}'
        f',"days_in_post":{card.days_in_post},"employee":{card.employee},"leaves":[{leaves}]'
        f',"scheme":{quoted(card.scheme_hash)},"through":{date_text(card.through)},"vetoes":{vetoes}}}'
    )


def _leaf_text(leaf: LeafFacts) -> str:
    platforms = ",".join([f'[{quoted(name)},"{top}","{bottom}"]' for name, top, bottom in leaf.platforms])
    return (
        f'{{"baseline":{number_text(leaf.baseline)},"coverage":{number_text(leaf.coverage)}'
        f',"denominator":{number_text(leaf.denominator)},"due":{_FLAG[leaf.due]},"due_on":{date_text(leaf.due_on)}'
        f',"first":{date_text(leaf.first)},"hold":{quoted(leaf.hold)},"key":{quoted(leaf.key)},"late":{leaf.late}'
        f',"measure_version":{leaf.measure_version},"missing":{quoted(leaf.missing)}'
        f',"numerator":{number_text(leaf.numerator)},"pace":{fraction_text(leaf.pace)},"platforms":[{platforms}]'
        f',"post":{number_text(leaf.post)},"target":{number_text(leaf.target)},"through":{date_text(leaf.through)}'
        f',"value":{number_text(leaf.value)},"videos":{leaf.videos},"volume":{number_text(leaf.volume)}}}'
    )


def _event(item: Adjustment | Veto, **more: object) -> dict[str, object]:
    return {"event_key": item.event_key, "on": item.on, "note": item.note, **more}


def facts_input(card: CardFacts, scheme: PreparedScheme) -> CardInput:
    """Return what ``score_card`` takes, from the facts as they were gathered."""
    return CardInput(
        scheme=scheme,
        leaves=tuple([_facts_leaf(leaf) for leaf in card.leaves]),
        adjustments=tuple(card.adjustments),
        vetoes=tuple(card.vetoes),
        days_in_post=card.days_in_post,
    )


def _facts_leaf(leaf: LeafFacts) -> LeafInput:
    return LeafInput(
        leaf.key,
        None if leaf.denominator is not None else leaf.value,
        leaf.target,
        leaf.pace,
        leaf.post,
        leaf.baseline,
        None,
        _MISSING[leaf.missing] if leaf.missing else None,
        _HOLD[leaf.hold],
        leaf.due,
        leaf.due_on,
        leaf.numerator,
        leaf.denominator,
        leaf.volume,
        leaf.videos,
        leaf.coverage,
    )


def card_input(
    inputs: Plain, scheme: PreparedScheme, *, manual: Mapping[str, Decimal] | None = None
) -> CardInput:
    """Return what ``score_card`` takes, from the parsed text.

    ``manual`` holds the figures people put in place of automatic ones, by leaf.
    """
    overrides = manual or {}
    return CardInput(
        scheme=scheme,
        leaves=tuple(leaf_input(leaf, overrides.get(leaf["key"])) for leaf in inputs["leaves"]),
        adjustments=tuple(
            Adjustment(
                item["rule"], item["event_key"], Decimal(item["points"]), _date(item["on"]), item["note"]
            )
            for item in inputs["adjustments"]
        ),
        vetoes=tuple(
            Veto(item["event_key"], Decimal(item["cap"]), _date(item["on"]), item["note"])
            for item in inputs["vetoes"]
        ),
        days_in_post=inputs["days_in_post"],
    )


def leaf_input(leaf: Plain, manual: Decimal | None = None) -> LeafInput:
    """Return one leaf as ``score_card`` takes it."""
    numerator, denominator = _number(leaf["numerator"]), _number(leaf["denominator"])
    missing = MissingReason(leaf["missing"]) if leaf["missing"] else None
    return LeafInput(
        key=leaf["key"],
        actual=None if denominator is not None else _number(leaf["value"]),
        target=_number(leaf["target"]),
        pace=Fraction(leaf["pace"]),
        post=Decimal(leaf["post"]),
        baseline=_number(leaf["baseline"]),
        manual=manual,
        missing=missing,
        hold=HoldDecision(leaf["hold"]),
        due=leaf["due"],
        due_on=_date(leaf["due_on"]),
        numerator=numerator,
        denominator=denominator,
        volume=_number(leaf["volume"]),
        videos=leaf["videos"],
        coverage=_number(leaf["coverage"]),
    )


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
