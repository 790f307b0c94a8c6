"""Data questions for a viewer: one outside the viewer's scope does not exist."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from common.models import AuditEvent
from metrics.choices import Grain
from metrics.selectors.facts import FactKey, feeds_score_of
from people.access import Viewer, not_visible, visible_employees
from people.choices import Role
from people.models import User
from performance.models import Cycle, Scorecard
from performance.scheme_tree import Leaf
from performance.selectors.schemes import scheme_document
from reviews.choices import QuestionState, QuestionWho
from reviews.models import DataQuestion
from reviews.questioning import OPEN_STATES
from reviews.words import name_in

ANSWERERS = frozenset({Role.DATA_ADMIN, Role.HR_PEOPLE})
"""Whose duty it is to answer: who looks after the data, and HR."""
AGES = (3, 7, 14)
"""Days after which a question is asked about as old, for the filter of the desk."""


def question_subject(question: DataQuestion | int) -> str:
    """Return the question's name in audit and notices."""
    return f"reviews.dataquestion:{question if isinstance(question, int) else question.pk}"


def visible_questions(viewer: Viewer) -> QuerySet[DataQuestion]:
    """Return the questions the viewer may read: own ones, those about visible cards, for answerers all."""
    rows = DataQuestion.objects.select_related(
        "card__employee", "card__cycle", "card__scheme_version", "account", "correction"
    )
    if viewer.has(ANSWERERS):
        return rows
    people = visible_employees(viewer).order_by().values("pk")
    return rows.filter(Q(asked_by=f"user:{viewer.user_id}") | Q(card__employee__in=people))


def get_question(viewer: Viewer, pk: int) -> DataQuestion:
    """Return a question. Raises ``NotVisible``."""
    found = visible_questions(viewer).select_related("card__current").filter(pk=pk).first()
    if found is None:
        raise not_visible()
    return found


def standing_to(viewer: Viewer, question: DataQuestion) -> frozenset[QuestionWho]:
    """Say in which relations the viewer stands to a question.

    Nobody answers their own question, a question about their own card, or one about an
    account that feeds their own score.
    """
    actor = f"user:{viewer.user_id}"
    who: set[QuestionWho] = set()
    if question.asked_by == actor:
        who.add(QuestionWho.ASKER)
    elif viewer.has(ANSWERERS) and not _concerns(viewer, question):
        who.add(QuestionWho.ANSWERER)
        if question.correction is not None:
            mine = question.correction.proposed_by == actor
            who.add(QuestionWho.PROPOSER if mine else QuestionWho.SECOND)
    return frozenset(who)


def _concerns(viewer: Viewer, question: DataQuestion) -> bool:
    """Say whether the answer can count for the viewer's own score."""
    if viewer.is_self(question.card.employee_id):
        return True
    if question.account_id is None:
        return False
    day = question.day or question.card.cycle.starts_on
    key = FactKey(Grain.ACCOUNT_DAY, question.account_id, day, "", question.video_id)
    return feeds_score_of(viewer.employee_id, key)


# Lists


@dataclass(frozen=True)
class Shown:
    """A question as lists show it, with what it is about in words."""

    question: DataQuestion
    indicator: str
    age: int

    @property
    def url(self) -> str:
        """Return the question's address."""
        return reverse("reviews:question", args=[self.question.pk])


def shown(questions: Iterable[DataQuestion], *, today: date) -> list[Shown]:
    """Return questions with the names of their indicators and their age in days."""
    return [
        Shown(one, indicator_of(one), (today - one.asked_at.date()).days if one.is_open else 0)
        for one in questions
    ]


def leaf_of(card: Scorecard, key: str) -> Leaf | None:
    """Return one leaf of the card's scheme, or None."""
    return next((leaf for leaf in scheme_document(card.scheme_version).leaves if leaf.key == key), None)


def indicator_of(question: DataQuestion) -> str:
    """Return the name of the indicator in the reader's language."""
    leaf = leaf_of(question.card, question.leaf)
    return name_in(leaf.name) if leaf else question.leaf


def own_questions(viewer: Viewer) -> QuerySet[DataQuestion]:
    """Return what the viewer asked, newest first."""
    return visible_questions(viewer).filter(asked_by=f"user:{viewer.user_id}").order_by("-asked_at", "-pk")


def desk(viewer: Viewer, *, state: str = "", older_than: int = 0, at: datetime) -> QuerySet[DataQuestion]:
    """Return the questions of the desk, oldest first; without ``state`` the open ones."""
    known = state in {one.value for one in QuestionState}
    states = [QuestionState(state)] if known else sorted(OPEN_STATES)
    rows = visible_questions(viewer).filter(state__in=states)
    if older_than > 0:
        rows = rows.filter(asked_at__lt=at - timedelta(days=older_than))
    return rows.order_by("asked_at", "pk")


def desk_counts() -> dict[str, int]:
    """Return how many questions there are in each state, zeros included."""
    rows = DataQuestion.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return {state.value: 0 for state in QuestionState} | dict(rows)


# What cards show


@dataclass(frozen=True)
class LineQuestions:
    """The open questions about one line of a card, and its corrections made after the card was sealed."""

    open: tuple[DataQuestion, ...] = ()
    corrected: tuple[DataQuestion, ...] = ()


def questions_by_leaf(card: Scorecard) -> dict[str, LineQuestions]:
    """Return the open and the corrected questions of a card, by line, in one statement."""
    states = [*OPEN_STATES, QuestionState.CORRECTED]
    found: dict[str, LineQuestions] = {}
    for one in DataQuestion.objects.filter(card=card, state__in=states).order_by("asked_at", "pk"):
        line = found.get(one.leaf, LineQuestions())
        if one.is_open:
            found[one.leaf] = LineQuestions((*line.open, one), line.corrected)
        else:
            found[one.leaf] = LineQuestions(line.open, (*line.corrected, one))
    return found


def asked_cards(cycle: Cycle) -> set[int]:
    """Return the cards of a cycle about which a question is open, in one statement."""
    rows = DataQuestion.objects.filter(card__cycle=cycle, state__in=sorted(OPEN_STATES))
    return set(rows.order_by().values_list("card_id", flat=True))


# Who reads and who acts


def answerers(*, without: Collection[str] = (), without_employee: int | None = None) -> list[User]:
    """Return the active people who answer: data administrators, or HR where there is none of them."""
    users = User.objects.filter(is_active=True, grants__role__in=sorted(ANSWERERS)).distinct()
    users = users.prefetch_related("grants").select_related("employee")
    able = [
        user
        for user in users.order_by("pk")
        if f"user:{user.pk}" not in without
        and (without_employee is None or user.employee_id != without_employee)
    ]
    data = [user for user in able if any(grant.role == Role.DATA_ADMIN for grant in user.grants.all())]
    return data or able


def thread(question: DataQuestion) -> list[AuditEvent]:
    """Return everything that was done with a question, oldest first."""
    return list(AuditEvent.objects.filter(subject=question_subject(question)).order_by("sequence"))
