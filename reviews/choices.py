"""Closed sets of the review layer. Plain values, never labels."""

from enum import StrEnum


class Action(StrEnum):
    """What somebody does with a card under review."""

    FREEZE = "freeze"
    APPROVE = "approve"
    RETURN = "return"
    HOLD = "hold"
    SUBMIT = "submit"
    RECALL = "recall"
    UNDO = "undo"
    REOPEN = "reopen"
    PUBLISH = "publish"
    ACKNOWLEDGE = "acknowledge"
    FINISH = "finish"


class Who(StrEnum):
    """In which relation to a card somebody acts.

    ``stand_in`` is HR in place of a manager who is missing or may not decide this
    card; ``author`` is whoever made the decision that is being taken back.
    """

    MANAGER = "manager"
    STAND_IN = "stand_in"
    HR = "hr"
    SUBJECT = "subject"
    AUTHOR = "author"
    SYSTEM = "system"


class Attention(StrEnum):
    """Why a card asks for a look."""

    NO_TOTAL = "no_total"
    WAITS = "waits"
    APPEALED = "appealed"
    HELD = "held"
    QUESTION = "question"
    MOVED = "moved"
    MANUAL = "manual"
    INCOMPLETE = "incomplete"
    SELF_SUPPLIED = "self_supplied"
    VETO = "veto"
    TIER_EDGE = "tier_edge"
    OBSERVATION = "observation"
    NEW_JOINER = "new_joiner"
    TARGET_CHANGED = "target_changed"
    CAPPED = "capped"
    WITH_PERSON = "with_person"


class Group(StrEnum):
    """Where a card stands in the queue, most urgent first."""

    BLOCKED = "blocked"
    LOOK = "look"
    CLEAN = "clean"
    DONE = "done"


class QuestionState(StrEnum):
    """How far a data question got.

    ``proposed`` is a question looked at for which a correction waits for its second person.
    """

    ASKED = "asked"
    LOOKED_AT = "looked_at"
    PROPOSED = "proposed"
    CORRECTED = "corrected"
    EXPLAINED = "explained"
    NOT_OURS = "not_ours"
    TAKEN_BACK = "taken_back"


class QuestionAction(StrEnum):
    """What somebody does with a data question."""

    REMARK = "remark"
    LOOK = "look"
    EXPLAIN = "explain"
    NOT_OURS = "not_ours"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"


class QuestionWho(StrEnum):
    """In which relation to a question somebody acts.

    ``answerer`` has the duty to answer and neither asked nor is the card's subject;
    ``proposer`` proposed the correction that waits, ``second`` is an answerer who did not.
    """

    ASKER = "asker"
    ANSWERER = "answerer"
    PROPOSER = "proposer"
    SECOND = "second"


class QuestionKind(StrEnum):
    """What somebody thinks is wrong."""

    VALUE = "value"
    MISSING = "missing"
    DOUBLE = "double"
    LEFT_OUT = "left_out"
    NOT_MINE = "not_mine"
    OTHER = "other"


class Effect(StrEnum):
    """What a corrected fact does to a card."""

    NEXT_SCORE = "next_score"
    REFRESH = "refresh"
    NOTICE = "notice"
