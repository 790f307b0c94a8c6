"""Data questions: asked on a card's line, answered by somebody whose duty it is.

Every move locks the question, is held against the table of moves and against the row
version that was on the screen, is logged in the question's own chain (which is its
thread), and is told to those who wait for it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common.audit import record
from common.errors import Conflict, NotAllowed, Refusal
from metrics.models import Video
from metrics.selectors.definitions import current_measures
from metrics.selectors.facts import fields_behind
from people.access import Viewer, not_visible
from people.models import AccountShare
from performance.models import Scorecard
from performance.scheme_tree import Leaf
from reviews.choices import QuestionAction, QuestionKind, QuestionState
from reviews.models import DataQuestion
from reviews.policies import may_question, questions_closed
from reviews.questioning import (
    MIN_TEXT,
    MOST_A_DAY,
    MOST_OPEN,
    MOST_TEXT,
    OPEN_STATES,
    QuestionMove,
    QuestionMoveRefused,
    require_question_move,
)
from reviews.selectors.cards import get_card_by_id
from reviews.selectors.questions import leaf_of, question_subject, standing_to, visible_questions
from reviews.services.decisions import actor_of
from reviews.services.question_notices import tell_answerers, tell_asker

VALUE_LIMIT, EXPECTED_LIMIT, TITLE_LIMIT = 80, 40, 200


@dataclass(frozen=True)
class Place:
    """What a question is about inside its line; all empty for the line as a whole.

    ``day`` is the day of the fact, for a video the day it was published;
    ``read_on`` the day on which a video's counters were read.
    """

    account_id: int | None = None
    video_id: int = 0
    day: date | None = None
    read_on: date | None = None

    @property
    def key(self) -> str:
        """Return what one asker may have one open question about."""
        day = "" if self.video_id or self.day is None else self.day.isoformat()
        return f"{self.account_id or 0}|{self.video_id}|{day}"


@transaction.atomic
def ask(
    *,
    viewer: Viewer,
    card_id: int,
    leaf: str,
    kind: QuestionKind,
    text: str,
    at: datetime,
    place: Place | None = None,
    field: str = "",
    expected: str = "",
    value_shown: str = "",
) -> DataQuestion:
    """Ask about a line of a card; those whose duty it is to answer are told.

    Raises ``NotVisible`` for a card outside the viewer's scope, ``NotAllowed`` for who
    does not ask about it, ``Conflict`` once the month is final or when the same person
    has the same question open, ``Refusal`` for a text too short, for a video, account
    or figure the line does not read, and beyond the limits of questions.
    """
    place = place or Place()
    card = get_card_by_id(viewer, card_id)
    if not may_question(viewer, card):
        raise NotAllowed(
            "not_yours_to_ask",
            _("Questions are asked by the person, their managers, HR and data administrators."),
        )
    if questions_closed(card):
        raise Conflict(
            "questions_closed",
            _("%(month)s is final, so questions about its data are closed. Write to HR instead.")
            % {"month": card.cycle.label},
        )
    _require_text(text)
    _require_place(card, require_leaf(card, leaf), place, field, viewer)
    actor = actor_of(viewer)
    _require_few(actor.text, at)
    video = Video.objects.filter(pk=place.video_id).first() if place.video_id else None
    question = DataQuestion(
        card=card, leaf=leaf, account_id=place.account_id, video_id=place.video_id,
        video_title=video.title[:TITLE_LIMIT] if video else "", day=place.day, read_on=place.read_on,
        field=field, place=place.key, kind=kind, text=text.strip(), value_shown=value_shown[:VALUE_LIMIT],
        expected=expected.strip()[:EXPECTED_LIMIT], asked_by=actor.text, asked_by_name=actor.name,
        asked_at=at, moved_at=at, moved_by_name=actor.name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            question.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "asked_before",
            _("You have this question open already. Add to it instead: “My questions” has it."),
        ) from error
    record(
        subject=question_subject(question), actor=actor, action="ask", at=at, text=question.text,
        leaf=leaf, place=place.key, field=field, kind=str(kind), expected=question.expected,
        value_shown=question.value_shown,
    )  # fmt: skip
    tell_answerers(question, "reviews.question_asked", at, without=[actor.text])
    return question


@transaction.atomic
def move_question(
    *,
    question_id: int,
    viewer: Viewer,
    action: QuestionAction,
    row_version: int,
    at: datetime,
    text: str = "",
) -> DataQuestion:
    """Make a move that touches no fact: look, remark, explain, not ours, take back.

    Raises ``NotVisible``, ``NotAllowed`` for somebody the table does not name,
    ``Conflict`` with name and time when somebody else was faster, ``Refusal`` without
    the text that the move needs.
    """
    question = locked_question(viewer, question_id)
    move = require_move(action, question, viewer, row_version, text)
    before = question.state
    store_move(question, move, viewer, at, text=text)
    if action is QuestionAction.REMARK and standing_is_asker(viewer, question):
        tell_answerers(question, "reviews.question_remarked", at, without=[f"user:{viewer.user_id}"])
    elif question.asked_by != f"user:{viewer.user_id}":
        kind = "reviews.question_remarked" if question.state == before else "reviews.question_moved"
        tell_asker(question, kind, at)
    return question


# What all moves share


def locked_question(viewer: Viewer, question_id: int) -> DataQuestion:
    """Return a visible question under its lock. Raises ``NotVisible``."""
    if not visible_questions(viewer).filter(pk=question_id).exists():
        raise not_visible()
    rows = DataQuestion.objects.select_for_update(of=("self",))
    return rows.select_related(
        "card__employee", "card__cycle", "card__scheme_version", "account", "correction"
    ).get(pk=question_id)


def require_move(
    action: QuestionAction, question: DataQuestion, viewer: Viewer, row_version: int, text: str = ""
) -> QuestionMove:
    """Return the move, if the table holds it and nobody was faster. Raises as ``move_question``."""
    who = standing_to(viewer, question)
    try:
        move = require_question_move(action, QuestionState(question.state), who, text)
    except QuestionMoveRefused as error:
        raise _refusal(error, question, is_asker=question.asked_by == f"user:{viewer.user_id}") from error
    if question.row_version != row_version:
        raise _faster(question)
    return move


def require_possible(action: QuestionAction, question: DataQuestion, viewer: Viewer) -> None:
    """Raise as ``move_question`` does unless the viewer may make the move on the question as it is now."""
    require_move(action, question, viewer, question.row_version, "·" * MIN_TEXT)
    measure = current_measures()[require_leaf(question.card, question.leaf).measure]
    if action is QuestionAction.PROPOSE and not fields_behind(measure):
        raise Refusal(
            "nothing_to_correct",
            _(
                "This indicator counts entries or works, so there is no delivered figure to correct. "
                "Say in an explanation where that is decided."
            ),
        )


def store_move(
    question: DataQuestion,
    move: QuestionMove,
    viewer: Viewer,
    at: datetime,
    *,
    text: str = "",
    **details: object,
) -> None:
    """Store what a move did and log it in the question's chain."""
    actor = actor_of(viewer)
    before = question.state
    if move.to is not None:
        question.state = move.to
        if move.to not in OPEN_STATES:
            question.answer = text.strip()
    question.row_version += 1
    question.moved_at, question.moved_by_name = at, actor.name
    question.save(update_fields=["state", "row_version", "answer", "correction", "moved_at", "moved_by_name"])
    record(
        subject=question_subject(question), actor=actor, action=move.action.value, at=at,
        before=str(before), after=str(question.state), text=text.strip(), **details,
    )  # fmt: skip


def standing_is_asker(viewer: Viewer, question: DataQuestion) -> bool:
    """Say whether the viewer asked the question."""
    return question.asked_by == f"user:{viewer.user_id}"


def _refusal(error: QuestionMoveRefused, question: DataQuestion, *, is_asker: bool) -> Refusal:
    if error.why == "text":
        return _text_needed()
    if error.why == "state":
        return _faster(question)
    if is_asker:
        return NotAllowed(
            "own_question", _("You asked this question, so somebody else answers it and decides about it.")
        )
    return NotAllowed(
        "not_yours_to_answer",
        _(
            "Questions are answered by data administrators and HR, never by the person whose score it is; "
            "a correction is decided by another person than the one who proposed it."
        ),
    )


def _faster(question: DataQuestion) -> Conflict:
    return Conflict(
        "question_moved",
        _("%(who)s was faster on %(when)s: the question is “%(state)s”. Nothing was changed.")
        % {
            "who": question.moved_by_name,
            "when": f"{question.moved_at:%Y-%m-%d %H:%M}",
            "state": question.get_state_display(),
        },
    )


def _text_needed() -> Refusal:
    return Refusal(
        "reason_short",
        _("Write between %(least)s and %(most)s characters.") % {"least": MIN_TEXT, "most": MOST_TEXT},
    )


def _require_text(text: str) -> None:
    if not MIN_TEXT <= len(text.strip()) <= MOST_TEXT:
        raise _text_needed()


def require_leaf(card: Scorecard, key: str) -> Leaf:
    """Return one leaf of the card's scheme. Raises ``Refusal`` where there is none."""
    leaf = leaf_of(card, key)
    if leaf is None:
        raise Refusal("unknown_line", _("This card has no line “%(leaf)s”.") % {"leaf": key})
    return leaf


def _require_place(card: Scorecard, leaf: Leaf, place: Place, field: str, viewer: Viewer) -> None:
    """Hold what is asked about against what the line can read at all."""
    measure = current_measures()[leaf.measure]
    if field and field not in fields_behind(measure):
        raise Refusal("no_such_fact", _("This indicator does not read that figure."))
    if place.day is not None and place.day > viewer.day:
        raise Refusal("future_day", _("%(day)s lies in the future.") % {"day": place.day})
    if place.account_id is None:
        if place.video_id:
            raise Refusal("no_such_fact", _("This indicator does not read that figure."))
        return
    held = AccountShare.objects.filter(employee=card.employee_id, period__account=place.account_id)
    fits = not place.video_id or Video.objects.filter(pk=place.video_id, account=place.account_id).exists()
    if not fits or not held.exists():
        raise Refusal("no_such_fact", _("This indicator does not read that figure."))


def _require_few(actor: str, at: datetime) -> None:
    mine = DataQuestion.objects.filter(asked_by=actor)
    if mine.filter(state__in=sorted(OPEN_STATES)).count() >= MOST_OPEN:
        raise Refusal(
            "too_many_open",
            _("You have %(most)s questions open; ask the next one once some of them are answered.")
            % {"most": MOST_OPEN},
        )
    if mine.filter(asked_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refusal(
            "too_many_today",
            _("You asked %(most)s questions within a day; go on tomorrow.") % {"most": MOST_A_DAY},
        )
