"""Dated salaries: who enters them, what is refused, and who may read them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from common.errors import NotVisible, Refusal
from common.models import AuditEvent
from incentives.choices import SalaryComponent
from incentives.models import SalaryRecord
from incentives.selectors import salaries
from incentives.selectors.salaries import salaries_of
from incentives.services.looks import note_look
from incentives.services.salaries import Entry, set_salary, store_salaries
from people.access import viewer_of
from people.choices import Role
from people.importing.records import Row
from tests.factories.incentives import AT, TEST, SalaryRecordFactory
from tests.factories.people import EmployeeFactory, make_manager, make_officer, make_operator

pytestmark = pytest.mark.django_db
BASE = SalaryComponent.BASE
JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)


def enter(employee, amount, starts_on, ends_on=None, **fields):
    _record, entry = set_salary(
        employee=employee, component=BASE, amount=Decimal(amount), starts_on=starts_on, ends_on=ends_on,
        actor=TEST, at=AT, **fields,
    )  # fmt: skip
    return entry


def spans():
    return list(SalaryRecord.objects.order_by("starts_on").values_list("amount", "starts_on", "ends_on"))


def test_a_raise_ends_the_salary_before_it():
    person = EmployeeFactory()
    enter(person, "10000", JANUARY)
    assert enter(person, "12000", JUNE) is Entry.CREATED
    assert spans() == [
        (Decimal("10000.00"), JANUARY, date(2026, 5, 31)),
        (Decimal("12000.00"), JUNE, None),
    ]


def test_an_earlier_salary_entered_later_ends_where_the_next_begins():
    person = EmployeeFactory()
    enter(person, "12000", JUNE)
    enter(person, "10000", JANUARY)
    assert spans()[0] == (Decimal("10000.00"), JANUARY, date(2026, 5, 31))


def test_the_same_again_changes_nothing_and_another_amount_corrects():
    person = EmployeeFactory()
    enter(person, "10000.00", JANUARY)
    assert enter(person, "10000", JANUARY) is Entry.UNCHANGED
    assert enter(person, "10001", JANUARY) is Entry.CHANGED
    assert spans() == [(Decimal("10001.00"), JANUARY, None)]
    assert AuditEvent.objects.filter(action="salary.set").count() == 2


def test_the_log_never_says_how_much():
    enter(EmployeeFactory(), "13579.24", JANUARY)
    event = AuditEvent.objects.get(action="salary.set")
    assert "13579" not in event.payload
    assert '"component":"base"' in event.payload


@pytest.mark.parametrize("amount", ["-0.01", "1000000000000", "NaN", "Infinity", "0.001"])
def test_amounts_that_are_refused(amount):
    with pytest.raises(Refusal) as refusal:
        enter(EmployeeFactory(), amount, JANUARY)
    assert refusal.value.code == "salary_amount"
    assert not SalaryRecord.objects.exists()


@pytest.mark.parametrize("amount", ["0", "999999999999.99", "9999999999.99"])
def test_amounts_that_are_taken(amount):
    assert enter(EmployeeFactory(), amount, JANUARY) is Entry.CREATED


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 3, 1), date(2026, 7, 1), "salary_overlap"),
        (date(2025, 12, 1), date(2026, 1, 1), "salary_overlap"),
        (date(2026, 7, 1), date(2026, 6, 30), "salary_backwards"),
    ],
)
def test_spans_that_are_refused(first, last, code):
    person = EmployeeFactory()
    enter(person, "10000", JANUARY, date(2026, 6, 30))
    with pytest.raises(Refusal) as refusal:
        enter(person, "11000", first, last)
    assert refusal.value.code == code
    assert len(spans()) == 1


def test_no_currency_code():
    with pytest.raises(Refusal) as refusal:
        enter(EmployeeFactory(), "1", JANUARY, currency="RMB¥")
    assert refusal.value.code == "salary_currency"


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_the_database_refuses_two_amounts_on_a_day():
    first = SalaryRecordFactory(starts_on=JANUARY)
    with pytest.raises(IntegrityError, match="salary_no_overlap"), transaction.atomic():
        SalaryRecordFactory(employee=first.employee, starts_on=JUNE)
    SalaryRecordFactory(employee=first.employee, component="post", starts_on=JUNE)


# The import


def row(line, number, amount, starts_on, component="base", **cells):
    return Row("salaries", line, {"number": number, "amount": amount, "starts_on": starts_on,
                                  "component": component, **cells})  # fmt: skip


def test_the_same_file_twice_changes_nothing():
    EmployeeFactory(number="E001")
    EmployeeFactory(number="E-001")
    rows = [
        row(2, "E001", Decimal(12000), JUNE),
        row(3, "e001", Decimal(10000), JANUARY, "基本工资"),
        row(4, "E-001", Decimal(7000), JANUARY, currency="usd"),
    ]
    with transaction.atomic():
        first = store_salaries(rows, actor=TEST, at=AT)
    stored = list(SalaryRecord.objects.values())
    with transaction.atomic():
        again = store_salaries(rows, actor=TEST, at=AT)
    assert ([change.action for change in first.changes], first.problems) == (["created"] * 3, [])
    assert (again.changes, again.unchanged, again.problems) == ([], 3, [])
    assert list(SalaryRecord.objects.values()) == stored
    assert "12000" not in str(first.as_plain())


def test_rows_that_are_not_taken_say_why():
    EmployeeFactory(number="E001")
    with transaction.atomic():
        outcome = store_salaries(
            [
                row(2, "E999", Decimal(1), JANUARY),
                row(3, "E001", Decimal(-1), JANUARY),
                row(4, "E001", Decimal(1), JANUARY, "tips"),
            ],
            actor=TEST, at=AT,
        )  # fmt: skip
    assert [(found.row, found.column) for found in outcome.problems] == [
        (2, "number"), (3, "amount"), (4, "component"),
    ]  # fmt: skip
    assert not SalaryRecord.objects.exists()


# Who reads them


def test_a_salary_is_read_by_hr_for_pay_finance_and_the_person():
    bob = make_manager("Bob")
    alice = make_operator("Alice", manager=bob)
    enter(alice.employee, "10000", JANUARY)
    day = date(2026, 9, 10)
    for user in (alice, make_officer("Erin", Role.HR_PAY), make_officer("Frank", Role.FINANCE)):
        assert salaries_of(viewer_of(user, day=day), alice.employee_id).count() == 1
    others = [make_officer(role.value, role) for role in Role if role not in (Role.HR_PAY, Role.FINANCE)]
    for user in (bob, make_operator("Carol"), *others):
        with pytest.raises(NotVisible):
            salaries_of(viewer_of(user, day=day), alice.employee_id)


def test_a_look_is_one_row_without_figures():
    alice = make_operator("Alice").employee
    note_look(row=alice, what="salary page", actor=TEST, at=AT)
    event = AuditEvent.objects.get(action="pay.look")
    assert (event.subject, event.payload) == (f"people.employee:{alice.pk}", '{"what":"salary page"}')
    assert connection.in_atomic_block


@pytest.mark.parametrize("read_by_name", [0, 500])
def test_a_calculation_gets_the_salaries_of_those_it_asks_for(monkeypatch, read_by_name):
    monkeypatch.setattr(salaries, "READ_BY_NAME", read_by_name)
    asked, other = EmployeeFactory(), EmployeeFactory()
    for person, amount in ((asked, "8000"), (other, "9000")):
        enter(person, amount, JANUARY)
    found = salaries.salary_spans(employees={asked.pk}, first=JUNE, last=JUNE)
    assert {person: [one.amount for one in spans] for person, spans in found.items()} == {
        asked.pk: [Decimal("8000.00")]
    }


def test_one_persons_page_does_not_read_everybodys_salary():
    people = [EmployeeFactory() for _number in range(3)]
    for person in people:
        enter(person, "8000", JANUARY)
    with CaptureQueriesContext(connection) as seen:
        salaries.salary_spans(employees={people[0].pk}, first=JUNE, last=JUNE)
    with connection.cursor() as cursor:
        cursor.execute(seen[0]["sql"])
        assert len(cursor.fetchall()) == 1
