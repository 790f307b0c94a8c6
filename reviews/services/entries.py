"""Entries of a card's line: claimed by its subject, decided by who answers for the subject."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from metrics.models import ManualEntry
from metrics.services import entries
from people.access import Viewer, not_visible, visible_employees
from people.models import Employee
from reviews.choices import Who
from reviews.policies import can_decide
from reviews.selectors.standing import Standing, active_user, managers_of, standing_of
from reviews.services import refusals
from reviews.services.decisions import actor_of


@transaction.atomic
def claim(
    *,
    viewer: Viewer,
    employee: Employee,
    measure: str,
    day: date,
    value: Decimal,
    title: str,
    evidence: str,
    at: datetime,
) -> ManualEntry:
    """Enter what was done, as the person or as their manager; somebody else confirms it.

    Raises ``NotAllowed`` for everybody else and what ``metrics.services.entries`` raises.
    """
    standing = _standing(viewer, employee.pk)
    if Who.SUBJECT not in standing.who and not can_decide(standing):
        raise refusals.not_your_person()
    return entries.claim_entry(
        measure=measure,
        employee_id=employee.pk,
        day=day,
        value=value,
        title=title,
        evidence=evidence,
        actor=actor_of(viewer),
        at=at,
        today=viewer.day,
    )


@transaction.atomic
def decide(*, viewer: Viewer, entry_id: int, confirm: bool, reason: str, at: datetime) -> ManualEntry:
    """Confirm or refuse an entry as the person's manager, or as HR where there is none.

    HR also decides what the manager entered. Raises ``NotVisible``, ``NotAllowed``
    and what ``metrics.services.entries`` raises.
    """
    entry = ManualEntry.objects.filter(pk=entry_id, employee__in=visible_employees(viewer)).first()
    if entry is None:
        raise not_visible()
    standing = _standing(viewer, entry.employee_id)
    if Who.SUBJECT in standing.who:
        raise refusals.own_card()
    manager = active_user(standing.manager)
    stands_in = Who.HR in standing.who and entry.entered_by == f"user:{manager}"
    if not can_decide(standing) and not stands_in:
        raise refusals.not_your_person()
    return entries.decide_entry(
        entry_id=entry.pk,
        confirm=confirm,
        reason=reason,
        actor=actor_of(viewer),
        actor_employee=viewer.employee_id,
        at=at,
    )


def _standing(viewer: Viewer, employee: int) -> Standing:
    manager = managers_of([employee], day=viewer.day).get(employee)
    return standing_of(viewer, employee, manager=manager)
