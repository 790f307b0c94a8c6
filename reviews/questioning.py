"""The moves of a data question: one table, and what is asked of it. Pure.

Who stands in which relation to a question is decided elsewhere (``reviews.policies``);
here it is only said what each relation may do from which state.
"""

from collections.abc import Collection
from dataclasses import dataclass

from performance.choices import CardState, CycleState
from reviews.choices import Effect, QuestionAction, QuestionState, QuestionWho

MIN_TEXT, MOST_TEXT = 10, 1000
"""Fewest and most characters of a question, an answer or a reason."""
MOST_OPEN, MOST_A_DAY = 20, 30
"""Most questions that one person has open, and asks within 24 hours."""

ASKED, LOOKED_AT, PROPOSED = QuestionState.ASKED, QuestionState.LOOKED_AT, QuestionState.PROPOSED
OPEN_STATES = frozenset({ASKED, LOOKED_AT, PROPOSED})
ASKER, ANSWERER = QuestionWho.ASKER, QuestionWho.ANSWERER


@dataclass(frozen=True)
class QuestionMove:
    """One line of the table. ``to`` is None where the state stays as it is."""

    action: QuestionAction
    sources: frozenset[QuestionState]
    to: QuestionState | None
    who: frozenset[QuestionWho]
    needs_text: bool = False


class QuestionMoveRefused(Exception):
    """The table does not hold the move; ``why`` is ``state``, ``who`` or ``text``."""

    def __init__(self, why: str, move: QuestionMove) -> None:
        """Keep the cause and the line of the table."""
        super().__init__(why)
        self.why = why
        self.move = move


def _move(
    action: QuestionAction,
    sources: Collection[QuestionState],
    to: QuestionState | None,
    *who: QuestionWho,
    text: bool = False,
) -> QuestionMove:
    return QuestionMove(action, frozenset(sources), to, frozenset(who), text)


QUESTION_MOVES: tuple[QuestionMove, ...] = (
    _move(QuestionAction.LOOK, [ASKED], LOOKED_AT, ANSWERER),
    _move(QuestionAction.PROPOSE, [ASKED, LOOKED_AT], PROPOSED, ANSWERER, text=True),
    _move(QuestionAction.CONFIRM, [PROPOSED], QuestionState.CORRECTED, QuestionWho.SECOND),
    _move(QuestionAction.REFUSE, [PROPOSED], LOOKED_AT, QuestionWho.SECOND, text=True),
    _move(QuestionAction.WITHDRAW, [PROPOSED], LOOKED_AT, QuestionWho.PROPOSER),
    _move(QuestionAction.EXPLAIN, [ASKED, LOOKED_AT], QuestionState.EXPLAINED, ANSWERER, text=True),
    _move(QuestionAction.NOT_OURS, [ASKED, LOOKED_AT], QuestionState.NOT_OURS, ANSWERER, text=True),
    _move(QuestionAction.REMARK, OPEN_STATES, None, ASKER, ANSWERER, text=True),
    _move(QuestionAction.TAKE_BACK, [ASKED, LOOKED_AT], QuestionState.TAKEN_BACK, ASKER),
)
_BY_ACTION = {move.action: move for move in QUESTION_MOVES}


def allowed_question_moves(state: QuestionState, who: Collection[QuestionWho]) -> tuple[QuestionMove, ...]:
    """Return the moves that somebody standing so to the question may make now, in the table's order."""
    return tuple(move for move in QUESTION_MOVES if state in move.sources and not move.who.isdisjoint(who))


def require_question_move(
    action: QuestionAction, state: QuestionState, who: Collection[QuestionWho], text: str = ""
) -> QuestionMove:
    """Return the move. Raises ``QuestionMoveRefused``: first for who acts, then the state, then the text."""
    move = _BY_ACTION[action]
    if move.who.isdisjoint(who):
        raise QuestionMoveRefused("who", move)
    if state not in move.sources:
        raise QuestionMoveRefused("state", move)
    if move.needs_text and not MIN_TEXT <= len(text.strip()) <= MOST_TEXT:
        raise QuestionMoveRefused("text", move)
    return move


def effect_of(cycle: CycleState, card: CardState) -> Effect:
    """Say what a corrected fact does to a card.

    A live card follows with the next scoring; one under review only when HR reads the
    data once more; from its confirmation on a card keeps its figures.
    """
    if card is CardState.LIVE and cycle in (CycleState.PLANNED, CycleState.OPEN, CycleState.CLOSING):
        return Effect.NEXT_SCORE
    if card in (CardState.SELF_REVIEW, CardState.MANAGER_REVIEW):
        return Effect.REFRESH
    return Effect.NOTICE


def is_closed_for_questions(cycle: CycleState, card: CardState) -> bool:
    """Say whether it is too late to ask: the month or the card is final."""
    return cycle is CycleState.FINAL or card is CardState.FINAL
