"""Which cards ask for a look, and why. Pure: plain signals in, reasons out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from performance.choices import CardState
from reviews.choices import Attention, Group

MOVED_POINTS = Decimal(15)
EDGE_POINTS = Decimal("0.5")
NEW_MONTHS = 2
"""Somebody hired in the month or in this many months before it is new."""

BLOCKING = frozenset(
    {Attention.NO_TOTAL, Attention.WAITS, Attention.APPEALED, Attention.HELD, Attention.WITH_PERSON}
)
TOLD_ONLY = frozenset({Attention.CAPPED})
"""Reasons that are shown and do not make a card an exception."""

SETTLED = frozenset({CardState.CONFIRMED, CardState.PUBLISHED, CardState.ACKNOWLEDGED, CardState.FINAL})


@dataclass(frozen=True)
class Signals:
    """What is known of one card, as plain values."""

    state: CardState
    total: Decimal | None
    before: Decimal | None
    waiting: bool = False
    incomplete: bool = False
    observation: bool = False
    veto: bool = False
    held: bool = False
    question: bool = False
    manual: bool = False
    capped: bool = False
    self_supplied: bool = False
    target_changed: bool = False
    hired_on: date | None = None


def attention_of(signals: Signals, *, edges: Sequence[Decimal], new_since: date) -> tuple[Attention, ...]:
    """Return why the card asks for a look, most urgent first; nothing for a clean one."""
    found = [
        (Attention.APPEALED, signals.state == CardState.APPEALED),
        (Attention.WITH_PERSON, signals.state == CardState.SELF_REVIEW),
        (Attention.WAITS, signals.waiting),
        (Attention.NO_TOTAL, signals.total is None and not signals.waiting),
        (Attention.HELD, signals.held),
        (Attention.QUESTION, signals.question),
        (Attention.VETO, signals.veto),
        (Attention.SELF_SUPPLIED, signals.self_supplied),
        (Attention.MANUAL, signals.manual),
        (Attention.MOVED, _moved(signals)),
        (Attention.TIER_EDGE, near_edge(signals.total, edges) is not None),
        (Attention.INCOMPLETE, signals.incomplete),
        (Attention.OBSERVATION, signals.observation),
        (Attention.NEW_JOINER, signals.hired_on is not None and signals.hired_on >= new_since),
        (Attention.TARGET_CHANGED, signals.target_changed),
        (Attention.CAPPED, signals.capped),
    ]
    return tuple(reason for reason, holds in found if holds)


def group_of(state: CardState, reasons: Collection[Attention]) -> Group:
    """Return where a card stands in the queue."""
    if state in SETTLED:
        return Group.DONE
    if not BLOCKING.isdisjoint(reasons):
        return Group.BLOCKED
    return Group.LOOK if not TOLD_ONLY.issuperset(reasons) else Group.CLEAN


def near_edge(total: Decimal | None, edges: Sequence[Decimal]) -> Decimal | None:
    """Return the tier line that the total lies within half a point of, or None."""
    if total is None:
        return None
    return next((edge for edge in edges if abs(total - edge) <= EDGE_POINTS), None)


def _moved(signals: Signals) -> bool:
    if signals.total is None or signals.before is None:
        return False
    return abs(signals.total - signals.before) > MOVED_POINTS
