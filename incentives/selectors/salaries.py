"""Salaries: for HR for pay, finance and the person, and for the calculation itself."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from incentives.choices import SalaryComponent
from incentives.models import SalaryRecord
from incentives.rules import SalarySpan
from people.access import Viewer, can_see_pay, not_visible


def salaries_of(viewer: Viewer, employee_id: int) -> QuerySet[SalaryRecord]:
    """Return a person's dated salary records, newest first.

    Raises ``NotVisible`` for everybody but HR for pay, finance and the person. Whoever
    shows them to somebody else logs the look (``services.looks.note_look``).
    """
    if not can_see_pay(viewer, employee_id):
        raise not_visible()
    return SalaryRecord.objects.filter(employee=employee_id).order_by("component", "-starts_on")


READ_BY_NAME = 500
"""Up to so many people are asked for one by one; for more, everybody's salaries are read in one go."""


def salary_spans(*, employees: Collection[int], first: date, last: date) -> dict[int, list[SalarySpan]]:
    """Return the components in force between two days by employee; for calculations, never for pages."""
    still = Q(ends_on__isnull=True) | Q(ends_on__gte=first)
    records = SalaryRecord.objects.filter(still, starts_on__lte=last)
    spans: dict[int, list[SalarySpan]] = {}
    wanted = set(employees)
    if len(wanted) <= READ_BY_NAME:
        records = records.filter(employee__in=wanted)
    for record in records.order_by("employee_id", "component", "starts_on"):
        if record.employee_id in wanted:
            spans.setdefault(record.employee_id, []).append(_span(record))
    return spans


def _span(record: SalaryRecord) -> SalarySpan:
    return SalarySpan(
        component=SalaryComponent(record.component),
        amount=record.amount,
        currency=record.currency,
        first=record.starts_on,
        last=record.ends_on,
    )
