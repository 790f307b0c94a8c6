"""The table of moves."""

import pytest

from performance.choices import CardState
from reviews.choices import Action, Who
from reviews.workflow import MOVES, MoveRefused, allowed_moves, require_move

REASON = "because the file was late"


def test_each_action_stands_in_the_table_once():
    assert sorted(move.action for move in MOVES) == sorted(Action)


@pytest.mark.parametrize(
    ("state", "who", "actions"),
    [
        (CardState.MANAGER_REVIEW, {Who.MANAGER}, ["approve", "return", "hold"]),
        (CardState.MANAGER_REVIEW, {Who.STAND_IN, Who.HR}, ["approve", "return", "hold"]),
        (CardState.MANAGER_REVIEW, {Who.HR}, ["hold"]),
        (CardState.MANAGER_REVIEW, {Who.SUBJECT}, []),
        (CardState.SELF_REVIEW, {Who.SUBJECT}, ["submit"]),
        (CardState.CONFIRMED, {Who.MANAGER}, []),
        (CardState.CONFIRMED, {Who.AUTHOR, Who.MANAGER}, ["undo"]),
        (CardState.CONFIRMED, {Who.HR}, ["reopen"]),
        (CardState.PUBLISHED, {Who.SUBJECT}, ["acknowledge"]),
        (CardState.FINAL, set(Who), []),
        (CardState.LIVE, {Who.MANAGER, Who.HR, Who.SUBJECT}, []),
    ],
)
def test_who_may_do_what_from_where(state, who, actions):
    assert [move.action.value for move in allowed_moves(state, who)] == actions


@pytest.mark.parametrize(
    ("action", "state", "who", "reason", "why"),
    [
        (Action.APPROVE, CardState.LIVE, {Who.MANAGER}, "", "state"),
        (Action.APPROVE, CardState.MANAGER_REVIEW, {Who.SUBJECT}, "", "who"),
        (Action.APPROVE, CardState.CONFIRMED, {Who.SUBJECT}, "", "who"),
        (Action.RETURN, CardState.MANAGER_REVIEW, {Who.MANAGER}, "too short", "reason"),
        (Action.REOPEN, CardState.CONFIRMED, {Who.MANAGER}, REASON, "who"),
        (Action.PUBLISH, CardState.CONFIRMED, {Who.HR}, "", "who"),
        (Action.ACKNOWLEDGE, CardState.CONFIRMED, {Who.SUBJECT}, "", "state"),
    ],
)
def test_what_the_table_does_not_hold_is_refused(action, state, who, reason, why):
    with pytest.raises(MoveRefused) as refused:
        require_move(action, state, who, reason)
    assert refused.value.why == why


def test_every_state_but_the_last_has_a_way_on():
    sources = {state for move in MOVES for state in move.sources}
    assert set(CardState) - sources == {CardState.FINAL, CardState.APPEALED}
