"""Entering dated salaries. The log says what was entered, never how much."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from common.money import FEN, round_half_up, to_decimal
from common.periods import ONE_DAY, overlaps
from incentives.choices import SalaryComponent
from incentives.models import COMPONENT_LABELS, SalaryRecord
from incentives.rules.months import LARGEST_SALARY
from people.importing.records import Change, Outcome, Problem, Row
from people.importing.tables import plain
from people.models import Company, Employee
from people.services.locks import lock, subject_of
from people.texts import clean_code

CURRENCY = re.compile(r"[A-Z]{3}")
OWN_CURRENCY = "CNY"


class Entry(StrEnum):
    """What entering a salary did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@transaction.atomic
def set_salary(
    *,
    employee: Employee,
    component: SalaryComponent,
    amount: Decimal,
    starts_on: date,
    ends_on: date | None = None,
    currency: str = "",
    actor: Actor,
    at: datetime,
) -> tuple[SalaryRecord, Entry]:
    """Enter one component's monthly amount from a day on; say what that did.

    An earlier record that goes on ends the day before, and this one the day before a later
    one; a record of the same first day is corrected. ``currency`` is the company's unless
    given. Raises ``Refusal`` for an amount below zero, beyond 999 999 999 999.99 or finer
    than the fen, for no currency code, for a span that ends before it starts and for an
    overlap with another record.
    """
    lock(Employee, employee.pk)
    own = list(SalaryRecord.objects.filter(employee=employee, component=component).order_by("starts_on"))
    ends_on = _checked_end(starts_on, ends_on) or _before_the_next(own, starts_on)
    terms = {
        "amount": _checked_amount(amount),
        "currency": _checked_currency(currency),
        "ends_on": ends_on,
    }
    same = next((one for one in own if one.starts_on == starts_on), None)
    if same and all(getattr(same, name) == value for name, value in terms.items()):
        return same, Entry.UNCHANGED
    closed = _close_earlier(own, starts_on)
    _refuse_overlap(own, starts_on, ends_on, component)
    fresh = same or SalaryRecord(employee=employee, component=component, starts_on=starts_on)
    for name, value in {**terms, "entered_by": actor.text}.items():
        setattr(fresh, name, value)
    fresh.save()
    entry = Entry.CHANGED if same else Entry.CREATED
    record(
        subject=subject_of(employee), actor=actor, action="salary.set", at=at, entry=entry,
        component=component, starts_on=starts_on, ends_on=ends_on, closed=closed,
    )  # fmt: skip
    return fresh, entry


def store_salaries(records: Iterable[Row], *, actor: Actor, at: datetime) -> Outcome:
    """Store the rows of an imported salaries sheet; the same rows again change nothing.

    Each row has ``number``, ``component``, ``amount``, ``currency``, ``starts_on`` and
    ``ends_on``. Rows are taken by first day. Returns changes without figures, and a
    problem for each row that was not taken. Call it inside the import's transaction.
    """
    rows = list(records)
    outcome = Outcome()
    people = {_key(one.number): one for one in Employee.objects.all()}
    for row in sorted(rows, key=lambda one: (one["starts_on"] or date.min, one.number)):
        employee = people.get(_key(str(row["number"])))
        if employee is None:
            reason = _("Nobody has the employee number %(number)s.") % {"number": row["number"]}
            outcome.problems.append(Problem(row.sheet, row.number, "number", str(reason)))
            continue
        _store_row(row, employee, outcome, actor, at)
    outcome.problems.sort(key=lambda problem: problem.row)
    return outcome


def component_of(word: object) -> SalaryComponent:
    """Read a component by its key or its label in any language the page has. Raises ``Refusal``."""
    wanted = plain(str(word))
    for component in SalaryComponent:
        if wanted in {component.value, plain(str(COMPONENT_LABELS[component])), CHINESE[component]}:
            return component
    raise Refusal(
        "unknown_component",
        _("“%(word)s” is no part of a salary; write base, post, performance or allowance.")
        % {"word": str(word)[:40]},
    )


CHINESE = {
    SalaryComponent.BASE: "基本工资",
    SalaryComponent.POST: "岗位工资",
    SalaryComponent.PERFORMANCE: "绩效工资标准",
    SalaryComponent.ALLOWANCE: "补贴",
}
"""What the columns of a Chinese salary list say, whatever language the reader uses."""


def _key(number: str) -> str:
    return clean_code(number).casefold()


def _store_row(row: Row, employee: Employee, outcome: Outcome, actor: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            stored, entry = set_salary(
                employee=employee, component=component_of(row["component"]), amount=row["amount"],
                currency=row["currency"] or "", starts_on=row["starts_on"], ends_on=row["ends_on"],
                actor=actor, at=at,
            )  # fmt: skip
    except Refusal as refusal:
        outcome.problems.append(Problem(row.sheet, row.number, COLUMNS.get(refusal.code, ""), str(refusal)))
        return
    if entry is Entry.UNCHANGED:
        outcome.unchanged += 1
        return
    what = f"{employee.number} {stored.component} {stored.starts_on}"
    outcome.changes.append(Change(row.sheet, row.number, entry.value, what))


COLUMNS = {
    "salary_amount": "amount",
    "salary_currency": "currency",
    "salary_backwards": "ends_on",
    "salary_overlap": "starts_on",
    "unknown_component": "component",
}


def _checked_amount(amount: Decimal) -> Decimal:
    try:
        exact = to_decimal(amount)
        rounded = round_half_up(exact, FEN)
    except (ValueError, TypeError, ArithmeticError):
        exact = rounded = Decimal(-1)
    if not 0 <= exact <= LARGEST_SALARY or rounded != exact:
        raise Refusal(
            "salary_amount",
            _("The amount must be a number from 0 to 999,999,999,999.99 with at most two decimals."),
        )
    return rounded


def _checked_currency(currency: str) -> str:
    code = currency.strip().upper()
    if not code:
        own = Company.objects.first()
        return own.currency if own else OWN_CURRENCY
    if not CURRENCY.fullmatch(code):
        raise Refusal(
            "salary_currency",
            _("“%(code)s” is no currency; write three letters such as CNY.") % {"code": code[:12]},
        )
    return code


def _checked_end(starts_on: date, ends_on: date | None) -> date | None:
    if ends_on is not None and ends_on < starts_on:
        raise Refusal(
            "salary_backwards",
            _("The salary ends on %(last)s, before it starts on %(first)s.")
            % {"first": starts_on, "last": ends_on},
        )
    return ends_on


def _before_the_next(own: list[SalaryRecord], starts_on: date) -> date | None:
    """Return the day before the next record starts; None when there is none."""
    return next((one.starts_on - ONE_DAY for one in own if one.starts_on > starts_on), None)


def _close_earlier(own: list[SalaryRecord], starts_on: date) -> int:
    """End the record that goes on from an earlier day; return how many were ended."""
    going_on = [one for one in own if one.ends_on is None and one.starts_on < starts_on]
    for one in going_on:
        one.ends_on = starts_on - ONE_DAY
        one.save(update_fields=["ends_on"])
    return len(going_on)


def _refuse_overlap(
    own: list[SalaryRecord], starts_on: date, ends_on: date | None, component: SalaryComponent
) -> None:
    for other in own:
        if other.starts_on == starts_on:
            continue
        if overlaps(other.starts_on, other.ends_on, starts_on, ends_on):
            raise Refusal(
                "salary_overlap",
                _("Another amount of “%(component)s” is in force from %(first)s; end one before the other.")
                % {"component": COMPONENT_LABELS[component], "first": other.starts_on},
            )
