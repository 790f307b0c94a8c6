"""Who is told of a data question's moves. Notices hold no figures."""

from collections.abc import Collection
from datetime import datetime

from common.notices import notify
from people.choices import Role
from people.models import User
from reviews.models import DataQuestion
from reviews.selectors.questions import answerers, question_subject

MOST_TOLD = 20
"""Most people told at once; the desk shows the question to all of them anyway."""


def tell_answerers(question: DataQuestion, kind: str, at: datetime, *, without: Collection[str] = ()) -> None:
    """Tell those who have to act: data administrators, or HR where there is none; never the subject."""
    people = answerers(without=without, without_employee=question.card.employee_id)
    for user in people[:MOST_TOLD]:
        _tell(question, kind, user.pk, at)


def tell_asker(question: DataQuestion, kind: str, at: datetime) -> None:
    """Tell who asked."""
    number = question.asked_by.removeprefix("user:")
    if number.isdecimal() and User.objects.filter(pk=number, is_active=True).exists():
        _tell(question, kind, int(number), at)


def tell_subject(question: DataQuestion, kind: str, at: datetime) -> None:
    """Tell the person whose card it is, unless they asked themselves."""
    user = User.objects.filter(employee=question.card.employee_id, is_active=True).first()
    if user is not None and question.asked_by != f"user:{user.pk}":
        _tell(question, kind, user.pk, at)


def tell_hr(question: DataQuestion, kind: str, at: datetime) -> None:
    """Tell HR that a fact behind a card moved that no longer follows by itself."""
    users = User.objects.filter(is_active=True, grants__role=Role.HR_PEOPLE).order_by("pk")
    for user in users.exclude(employee=question.card.employee_id)[:MOST_TOLD]:
        _tell(question, kind, user.pk, at)


def _tell(question: DataQuestion, kind: str, recipient: int, at: datetime) -> None:
    notify(
        kind=kind,
        recipient=recipient,
        subject=question_subject(question),
        at=at,
        params={"cycle": question.card.cycle.label, "question": question.pk},
    )
