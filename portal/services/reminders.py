"""Reminding reviewers 3, 1 and 0 working days before the date, and HR one day after."""

from datetime import date, datetime

from common.models import Notice
from common.notices import notify
from common.periods import Month, plus_working_days
from people.choices import Role
from people.models import RoleGrant, User
from performance.choices import CardState, CycleState, PeriodKind
from performance.models import Cycle, Scorecard

BEFORE = (3, 1, 0)
"""Working days before the due date on which reviewers are reminded."""


def remind_reviewers(*, month: Month, morning: date, at: datetime) -> int:
    """Remind whoever still has cards to review, if ``morning`` is a day for it; return how many heard.

    One working day after the date HR is told instead. Doing it twice tells nobody twice.
    """
    cycle = Cycle.objects.filter(
        kind=PeriodKind.MONTH, starts_on=month.first, state=CycleState.REVIEW, review_due__isnull=False
    ).first()
    if cycle is None or cycle.review_due is None:
        return 0
    waiting = Scorecard.objects.filter(cycle=cycle, state=CardState.MANAGER_REVIEW)
    if not waiting.exists():
        return 0
    if any(plus_working_days(morning, count) == cycle.review_due for count in BEFORE):
        managers = waiting.filter(posting__manager__isnull=False).values("posting__manager")
        users = User.objects.filter(employee__in=managers, is_active=True).values_list("pk", flat=True)
        return _tell(users, "review.due", cycle, morning, at)
    if morning == plus_working_days(cycle.review_due, 1):
        grants = RoleGrant.objects.filter(role=Role.HR_PEOPLE, user__is_active=True)
        return _tell(grants.values_list("user", flat=True), "review.overdue", cycle, morning, at)
    return 0


def _tell(users: object, kind: str, cycle: Cycle, morning: date, at: datetime) -> int:
    subject = f"performance.cycle:{cycle.pk}"
    on = morning.isoformat()
    known = {
        notice.recipient
        for notice in Notice.objects.filter(kind=kind, subject=subject)
        if notice.params.get("on") == on
    }
    recipients = sorted(set(users) - known)  # type: ignore[call-overload]
    params = {"cycle": cycle.label, "due": cycle.review_due.isoformat() if cycle.review_due else "", "on": on}
    for recipient in recipients:
        notify(kind=kind, recipient=recipient, subject=subject, at=at, params=params)
    return len(recipients)
