"""The table of moves of a data question, whole; and what follows from the states of month and card."""

import itertools

import pytest

from performance.choices import CardState, CycleState
from reviews.choices import Effect, QuestionAction, QuestionState, QuestionWho
from reviews.questioning import (
    MIN_TEXT,
    MOST_TEXT,
    OPEN_STATES,
    QUESTION_MOVES,
    QuestionMoveRefused,
    allowed_question_moves,
    effect_of,
    is_closed_for_questions,
    require_question_move,
)

ENOUGH = "it was read twice"
A, L, P = QuestionState.ASKED, QuestionState.LOOKED_AT, QuestionState.PROPOSED
ASKER, ANSWERER = QuestionWho.ASKER, QuestionWho.ANSWERER
PROPOSER, SECOND = QuestionWho.PROPOSER, QuestionWho.SECOND
TABLE = {
    QuestionAction.LOOK: ({A}, L, {ANSWERER}, False),
    QuestionAction.PROPOSE: ({A, L}, P, {ANSWERER}, True),
    QuestionAction.CONFIRM: ({P}, QuestionState.CORRECTED, {SECOND}, False),
    QuestionAction.REFUSE: ({P}, L, {SECOND}, True),
    QuestionAction.WITHDRAW: ({P}, L, {PROPOSER}, False),
    QuestionAction.EXPLAIN: ({A, L}, QuestionState.EXPLAINED, {ANSWERER}, True),
    QuestionAction.NOT_OURS: ({A, L}, QuestionState.NOT_OURS, {ANSWERER}, True),
    QuestionAction.REMARK: ({A, L, P}, None, {ASKER, ANSWERER}, True),
    QuestionAction.TAKE_BACK: ({A, L}, QuestionState.TAKEN_BACK, {ASKER}, False),
}
"""The rules in a second writing: from, to, who, whether a text is needed."""


def test_every_action_has_exactly_one_line():
    assert [move.action for move in QUESTION_MOVES] == [*dict.fromkeys(m.action for m in QUESTION_MOVES)]
    assert {move.action for move in QUESTION_MOVES} == set(QuestionAction)


@pytest.mark.parametrize(
    ("action", "state", "who"), list(itertools.product(QuestionAction, QuestionState, QuestionWho))
)
def test_each_move_is_allowed_exactly_where_the_rules_say(action, state, who):
    sources, to, allowed, _text = TABLE[action]
    fits = state in sources and who in allowed
    assert (action in {move.action for move in allowed_question_moves(state, {who})}) is fits
    if fits:
        assert require_question_move(action, state, {who}, ENOUGH).to == to
    else:
        with pytest.raises(QuestionMoveRefused) as refused:
            require_question_move(action, state, {who}, ENOUGH)
        assert refused.value.why == ("state" if who in allowed else "who")


@pytest.mark.parametrize("action", QuestionAction)
def test_a_text_is_asked_for_where_the_rules_say(action):
    sources, _to, allowed, needs_text = TABLE[action]
    for text in ("", " " * 30, "x" * (MIN_TEXT - 1), "x" * (MOST_TEXT + 1)):
        if not needs_text:
            require_question_move(action, min(sources), allowed, text)
            continue
        with pytest.raises(QuestionMoveRefused) as refused:
            require_question_move(action, min(sources), allowed, text)
        assert refused.value.why == "text"


def test_answered_questions_move_no_more():
    for state in set(QuestionState) - OPEN_STATES:
        assert allowed_question_moves(state, set(QuestionWho)) == ()


def test_nobody_who_only_asked_can_decide():
    for state in QuestionState:
        actions = {move.action for move in allowed_question_moves(state, {ASKER})}
        assert actions <= {QuestionAction.REMARK, QuestionAction.TAKE_BACK}


@pytest.mark.parametrize(("cycle", "card"), list(itertools.product(CycleState, CardState)))
def test_what_a_corrected_fact_does_to_a_card(cycle, card):
    effect = effect_of(cycle, card)
    if card in (CardState.SELF_REVIEW, CardState.MANAGER_REVIEW):
        assert effect is Effect.REFRESH
    elif card is CardState.LIVE and cycle in (CycleState.PLANNED, CycleState.OPEN, CycleState.CLOSING):
        assert effect is Effect.NEXT_SCORE
    else:
        assert effect is Effect.NOTICE


def test_final_months_and_cards_take_no_questions():
    assert is_closed_for_questions(CycleState.FINAL, CardState.ACKNOWLEDGED)
    assert is_closed_for_questions(CycleState.PUBLISHED, CardState.FINAL)
    assert not is_closed_for_questions(CycleState.PUBLISHED, CardState.PUBLISHED)
    assert not is_closed_for_questions(CycleState.OPEN, CardState.LIVE)
