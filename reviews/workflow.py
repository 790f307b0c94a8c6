"""The moves of a scorecard: one table, and the only two questions asked of it. Pure.

Who stands in which relation to a card is decided elsewhere (``reviews.policies``);
here it is only said what each relation may do from which state.
"""

from collections.abc import Collection
from dataclasses import dataclass

from performance.choices import CardState
from reviews.choices import Action, Who


@dataclass(frozen=True)
class Move:
    """One line of the table."""

    action: Action
    sources: frozenset[CardState]
    to: CardState
    who: frozenset[Who]
    needs_reason: bool = False


class MoveRefused(Exception):
    """The table does not hold the move; ``why`` is ``state``, ``who`` or ``reason``."""

    def __init__(self, why: str, move: Move) -> None:
        """Keep the cause and the line of the table."""
        super().__init__(why)
        self.why = why
        self.move = move


LIVE, SELF, WITH_MANAGER = CardState.LIVE, CardState.SELF_REVIEW, CardState.MANAGER_REVIEW
CONFIRMED, PUBLISHED, READ = CardState.CONFIRMED, CardState.PUBLISHED, CardState.ACKNOWLEDGED
MIN_REASON = 10
"""Fewest characters of a reason."""


def _move(
    action: Action, sources: Collection[CardState], to: CardState, *who: Who, reason: bool = False
) -> Move:
    return Move(action, frozenset(sources), to, frozenset(who), reason)


MOVES: tuple[Move, ...] = (
    _move(Action.FREEZE, [LIVE], WITH_MANAGER, Who.SYSTEM),
    _move(Action.APPROVE, [WITH_MANAGER], CONFIRMED, Who.MANAGER, Who.STAND_IN),
    _move(Action.RETURN, [WITH_MANAGER], SELF, Who.MANAGER, Who.STAND_IN, reason=True),
    _move(Action.HOLD, [WITH_MANAGER], WITH_MANAGER, Who.MANAGER, Who.STAND_IN, Who.HR, reason=True),
    _move(Action.SUBMIT, [SELF], WITH_MANAGER, Who.SUBJECT),
    _move(Action.RECALL, [SELF], WITH_MANAGER, Who.MANAGER, Who.STAND_IN, Who.HR),
    _move(Action.UNDO, [CONFIRMED], WITH_MANAGER, Who.AUTHOR),
    _move(Action.REOPEN, [CONFIRMED], WITH_MANAGER, Who.HR, reason=True),
    _move(Action.PUBLISH, [CONFIRMED], PUBLISHED, Who.SYSTEM),
    _move(Action.ACKNOWLEDGE, [PUBLISHED], READ, Who.SUBJECT),
    _move(Action.FINISH, [PUBLISHED, READ], CardState.FINAL, Who.SYSTEM),
)
_BY_ACTION = {move.action: move for move in MOVES}


def allowed_moves(state: CardState, who: Collection[Who]) -> tuple[Move, ...]:
    """Return the moves that somebody standing so to the card may make now, in the table's order."""
    return tuple(move for move in MOVES if state in move.sources and not move.who.isdisjoint(who))


def require_move(action: Action, state: CardState, who: Collection[Who], reason: str = "") -> Move:
    """Return the move. Raises ``MoveRefused``: first for who asks, then the state, then the reason."""
    move = _BY_ACTION[action]
    if move.who.isdisjoint(who):
        raise MoveRefused("who", move)
    if state not in move.sources:
        raise MoveRefused("state", move)
    if move.needs_reason and len(reason.strip()) < MIN_REASON:
        raise MoveRefused("reason", move)
    return move
