"""Bonus sheets: frozen lines, three people, one hash, and files that agree to the fen."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from common.audit import Actor
from common.errors import Conflict, NotAllowed, NotVisible, Refusal
from common.models import AuditEvent
from incentives.choices import SheetState
from incentives.models import Award, BonusSheet, BonusSheetLine, SalaryRecord, SheetExport, SheetStep
from incentives.selectors.awards import own_awards
from incentives.selectors.checks import checks_of
from incentives.selectors.sheets import is_stale, stored_hash, sum_of
from incentives.services.awards import project_awards
from incentives.services.exports import FileFormat, export_sheet
from incentives.services.sheet_moves import move_sheet
from incentives.services.sheets import make_sheets
from people.access import viewer_of
from people.choices import Role
from people.models import LegalEntity
from performance.choices import CardState
from performance.models import Adjustment
from tests.factories.incentives import AT, TEST, SalaryRecordFactory, add_people, new_version, published_month
from tests.factories.people import (
    CompanyFactory,
    LegalEntityFactory,
    make_manager,
    make_officer,
    make_operator,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 10)


@pytest.fixture
def month():
    CompanyFactory()
    return published_month()


@pytest.fixture
def staff():
    return {
        "erin": make_officer("Erin", Role.HR_PAY),
        "gina": make_officer("Gina", Role.HR_PAY),
        "frank": make_officer("Frank", Role.FINANCE),
    }


def make(month):
    return make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)


def one(month):
    (sheet,) = make(month)
    return sheet


def move(sheet, to, user, *, reason="", seen=None):
    return move_sheet(
        number=sheet.number, to=SheetState(to), seen_hash=seen or sheet.figures_hash,
        viewer=viewer_of(user, day=DAY), actor=Actor.user(user), at=AT, reason=reason,
    )  # fmt: skip


def sign_all(sheet, staff):
    move(sheet, "prepared", staff["erin"])
    move(sheet, "reviewed", staff["gina"])
    move(sheet, "rechecked", staff["frank"])


def export(sheet, form="csv"):
    return export_sheet(sheet_id=sheet.pk, form=FileFormat(form), actor=TEST, at=AT)


# Making


def test_a_sheet_for_each_legal_entity(month):
    month.add(make_operator("Alice").employee, "85.00")
    other = LegalEntityFactory(code="SH 2/甲", name="Second")
    month.add(make_operator("Carol", legal_entity=other).employee, "95.00", salary="20000.00")
    sheets = make(month)
    assert [sheet.control_sum for sheet in sheets] == [Decimal("2000.00"), Decimal("4000.00")]
    assert sheets[0].number == "JY-2026-08-ML-1"
    assert sheets[1].number == f"JY-2026-08-SH-2-甲-{other.pk}-1"
    assert set(Award.objects.values_list("status", flat=True)) == {"in_sheet"}


def test_making_again_changes_nothing(month):
    month.add(make_operator("Alice").employee, "85.00")
    month.add(make_operator("Carol").employee, None)
    before = one(month)
    events = AuditEvent.objects.count()
    assert one(month) == before
    assert (BonusSheet.objects.count(), AuditEvent.objects.count()) == (1, events)
    assert stored_hash(before) == before.figures_hash


def test_changed_figures_give_a_new_sheet_and_void_the_old_one(month):
    card = month.add(make_operator().employee, "85.00")
    first = one(month)
    new_version(card, "70.00")
    assert is_stale(first)
    second = one(month)
    first.refresh_from_db()
    assert (first.state, second.number, second.replaces) == ("void", "JY-2026-08-ML-2", first)
    assert second.control_sum == Decimal("0.00")
    assert not is_stale(second)


def test_two_currencies_are_never_added(month):
    month.add(make_operator("Alice").employee, "85.00")
    carol = make_operator("Carol").employee
    month.add(carol, "85.00")
    SalaryRecord.objects.filter(employee=carol).update(currency="USD")
    with pytest.raises(Refusal) as refusal:
        make(month)
    assert refusal.value.code == "mixed_currencies"
    assert not BonusSheet.objects.exists()
    assert not Award.objects.exists()


def test_what_changes_after_the_export_goes_to_the_next_month(month, staff):
    alice = make_operator().employee
    card = month.add(alice, "85.00")
    august = one(month)
    sign_all(august, staff)
    export(august)
    new_version(card, "70.00")
    assert one(month) == august
    september = published_month(9)
    september.add(alice, "85.00")
    sheet = one(september)
    lines = list(sheet.lines.order_by("position").values_list("amount", "note"))
    assert [amount for amount, _note in lines] == [Decimal(-2000), Decimal(0), Decimal(2000)]
    assert ["2026-08" in note for _amount, note in lines] == [True, True, False]
    assert sheet.control_sum == Decimal("0.00")
    august.refresh_from_db()
    assert (august.state, august.control_sum) == ("exported", Decimal("2000.00"))


def test_a_salary_found_after_the_export_is_paid_with_the_next_month(month, staff):
    alice = make_operator()
    month.add(alice.employee, "85.00", salary=None)
    august = one(month)
    move(august, "prepared", staff["erin"], reason="contract is on its way")
    move(august, "reviewed", staff["gina"])
    move(august, "rechecked", staff["frank"])
    export(august)
    SalaryRecordFactory(employee=alice.employee)
    make(month)
    september = published_month(9)
    september.add(alice.employee, "70.00")
    sheet = one(september)
    assert sorted(sheet.lines.values_list("amount", flat=True)) == [Decimal("0.00"), Decimal("2000.00")]
    mine = own_awards(viewer_of(alice, day=DAY)).values_list("cycle__starts_on__month", "amount")
    assert sorted(mine) == [(8, Decimal("2000.00")), (9, Decimal("0.00"))]


def test_a_sheet_returned_after_the_export_is_made_again_whole(month, staff):
    card = month.add(make_operator().employee, "85.00")
    first = one(month)
    sign_all(first, staff)
    export(first)
    new_version(card, "70.00")
    make(month)
    move(first, "returned", staff["frank"], reason="the card was corrected")
    again = one(month)
    assert (again.number, again.state, again.control_sum) == ("JY-2026-08-ML-2", "draft", Decimal("0.00"))
    assert again.lines.count() == 3
    assert not is_stale(again)
    assert one(month) == again


def test_the_month_before_stands_beside(month):
    alice = make_operator().employee
    month.add(alice, "85.00")
    make(month)
    september = published_month(9)
    september.add(alice, "70.00")
    line = one(september).lines.get()
    assert (line.amount, line.previous_amount) == (Decimal("0.00"), Decimal("2000.00"))


@pytest.mark.parametrize(
    "change",
    [
        lambda: BonusSheetLine.objects.update(amount=1),
        lambda: BonusSheetLine.objects.update(note="x"),
        lambda: BonusSheetLine.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_refuses_to_change_a_sheets_lines(month, change):
    month.add(make_operator().employee, "85.00")
    make(month)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        change()


def _one_more_line():
    line = BonusSheetLine.objects.get()
    line.pk, line.position, line.amount = None, 2, Decimal(1)
    line.award = Award.objects.exclude(pk=line.award_id).first()
    line.save(force_insert=True)


@pytest.mark.parametrize(
    "change",
    [
        lambda: BonusSheet.objects.update(control_sum=1),
        lambda: BonusSheet.objects.update(figures_hash="0" * 64),
        lambda: BonusSheet.objects.all()._raw_delete("default"),
        lambda: SheetStep.objects.update(actor="user:1"),
        lambda: SheetStep.objects.all()._raw_delete("default"),
        lambda: SheetExport.objects.update(file_hash="0" * 64),
        lambda: SheetExport.objects.all()._raw_delete("default"),
        _one_more_line,
    ],
)
def test_the_database_refuses_to_change_what_was_signed(month, staff, change):
    month.add(make_operator("Alice").employee, "85.00")
    sheet = one(month)
    sign_all(sheet, staff)
    export(sheet)
    june = published_month(6)
    june.add(make_operator("Carol").employee, "85.00")
    project_awards(cycle_id=june.cycle.pk, actor=TEST, at=AT)
    with pytest.raises(DatabaseError, match="is protected against"), transaction.atomic():
        change()
    BonusSheet.objects.update(state="accepted")


def test_a_line_slipped_into_a_draft_is_noticed(month, staff):
    month.add(make_operator("Alice").employee, "85.00")
    sheet = one(month)
    june = published_month(6)
    june.add(make_operator("Carol").employee, "85.00")
    project_awards(cycle_id=june.cycle.pk, actor=TEST, at=AT)
    _one_more_line()
    for act in (lambda: move(sheet, "prepared", staff["erin"]), lambda: export(sheet)):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "figures_changed"


# Signing


def test_three_people_sign(month, staff):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    sign_all(sheet, staff)
    export(sheet)
    move(sheet, "accepted", staff["frank"])
    assert move(sheet, "paid", staff["frank"]).state == "paid"
    steps = list(SheetStep.objects.values_list("to_state", "actor_name", "figures_hash"))
    assert [step[:2] for step in steps[:3]] == [
        ("prepared", "Erin"),
        ("reviewed", "Gina"),
        ("rechecked", "Frank"),
    ]
    assert {step[2] for step in steps} == {sheet.figures_hash}


def test_the_same_person_signs_once(month, staff):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    move(sheet, "prepared", staff["erin"])
    with pytest.raises(Refusal) as refusal:
        move(sheet, "reviewed", staff["erin"])
    assert refusal.value.code == "same_person"
    move(sheet, "reviewed", staff["gina"])
    for name in ("erin", "gina"):
        with pytest.raises(Refusal):
            move(sheet, "rechecked", staff[name])
    assert move(sheet, "rechecked", staff["frank"]).state == "rechecked"


def test_steps_are_taken_in_order(month, staff):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    for state in ("reviewed", "rechecked"):
        with pytest.raises(Conflict):
            move(sheet, state, staff["gina"])
    with pytest.raises(Conflict):
        move(sheet, "paid", staff["frank"])
    with pytest.raises(NotAllowed):
        move(sheet, "prepared", staff["frank"])
    assert BonusSheet.objects.get().state == "draft"
    assert not SheetStep.objects.exists()


def test_another_hash_than_the_one_seen_is_refused(month, staff):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    with pytest.raises(Conflict) as refusal:
        move(sheet, "prepared", staff["erin"], seen="0" * 64)
    assert refusal.value.code == "figures_changed"


def test_a_figure_that_moved_on_is_not_signed_or_exported(month, staff):
    card = month.add(make_operator().employee, "85.00")
    sheet = one(month)
    move(sheet, "prepared", staff["erin"])
    new_version(card, "95.00")
    for act in (lambda: move(sheet, "reviewed", staff["gina"]), lambda: export(sheet)):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "sheet_stale"
    assert not SheetExport.objects.exists()


def test_exceptions_want_an_explanation(month, staff):
    month.add(make_operator("Alice").employee, "85.00", salary=None)
    sheet = one(month)
    with pytest.raises(Refusal) as refusal:
        move(sheet, "prepared", staff["erin"])
    assert refusal.value.code == "unexplained"
    move(sheet, "prepared", staff["erin"], reason="contract is on its way")
    assert SheetStep.objects.get().reason == "contract is on its way"


def test_a_return_needs_a_reason_and_is_issued_again(month, staff):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    move(sheet, "prepared", staff["erin"])
    with pytest.raises(Refusal):
        move(sheet, "returned", staff["frank"])
    move(sheet, "returned", staff["frank"], reason="wrong cost centre")
    again = one(month)
    sheet.refresh_from_db()
    assert (sheet.state, again.state, again.replaces) == ("void", "draft", sheet)
    assert again.lines.get().award == sheet.lines.get().award
    assert one(month) == again


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.HR_PEOPLE, Role.EXECUTIVE, Role.ADMIN])
def test_nobody_else_moves_or_sees_a_sheet(month, staff, role):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    with pytest.raises(NotVisible):
        move(sheet, "prepared", make_officer("Other", role))
    assert move(sheet, "prepared", staff["erin"]).state == "prepared"


# Checks


def test_what_has_to_be_looked_at(month):
    bob = make_manager("Bob")
    alice, carol = make_operator("Alice", manager=bob).employee, make_operator("Carol").employee
    dave, eve = make_operator("Dave").employee, make_operator("Eve").employee
    make_operator("Fay")
    month.add(alice, "85.00", salary=None)
    month.add(carol, "85.00", state=CardState.MANAGER_REVIEW)
    month.add(dave, "85.00")
    month.add(eve, "85.00")
    Adjustment.objects.create(
        employee=eve, cycle=month.cycle, kind="veto", rule="violation", event_key="1", points=0,
        date=date(2026, 8, 9), reason="x", approved_by="user:1", approved_at=AT,
    )  # fmt: skip
    checks = checks_of(one(month))
    assert [(found.kind, found.name) for found in checks.exceptions] == [
        ("no_salary", "Alice"), ("not_payable", "Carol"), ("veto", "Eve"),
    ]  # fmt: skip
    panel = checks.reconciliation
    assert (panel.people, panel.cards, panel.approved, panel.in_sheet) == (5, 4, 3, 3)
    assert [(found.kind, found.name) for found in panel.differences] == [
        ("not_approved", "Carol"), ("no_card", "Fay"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("salary", "found"), [("15000.00", []), ("15000.05", ["big_change"]), ("4999.95", ["big_change"])]
)
def test_a_change_beyond_half_is_listed(month, salary, found):
    alice = make_operator().employee
    month.add(alice, "85.00")
    make(month)
    september = published_month(9)
    september.add(alice, "85.00")
    SalaryRecord.objects.update(amount=Decimal(salary))
    assert [one.kind for one in checks_of(one(september)).exceptions] == found


def test_a_clean_sheet_has_nothing_to_explain(month):
    month.add(make_operator().employee, "85.00")
    checks = checks_of(one(month))
    assert checks.need_explaining == 0
    assert checks.reconciliation.is_clean


# Files


def test_page_numbers_database_csv_and_workbook_agree_to_the_fen(month):
    for number in range(7):
        month.add(make_operator(f"P{number}").employee, f"{78 + 5 * number}.00", salary=f"{9999 + number}.97")
    month.add(make_operator("Held").employee, "85.00", salary=None)
    sheet = one(month)
    stored = {line.employee_number: line.amount for line in sheet.lines.all()}
    rows = list(csv.reader(io.StringIO(export(sheet).content.decode("utf-8-sig"))))
    head = rows[0]
    number, total = 0, 11
    from_csv = {row[number]: Decimal(row[total]) if row[total] else None for row in rows[1:]}
    book = CalamineWorkbook.from_filelike(io.BytesIO(export(sheet, "xlsx").content))
    cells = book.get_sheet_by_index(0).to_python()
    assert list(cells[0]) == head[: len(cells[0])]
    from_book = {
        row[number]: None if row[total] == "" else Decimal(str(row[total]))
        for row in cells
        if row[number] in stored
    }
    assert from_csv == stored == from_book
    assert sum(amount or 0 for amount in stored.values()) == sheet.control_sum == sum_of(sheet.lines.all())
    assert SheetExport.objects.count() == 2
    assert AuditEvent.objects.filter(action="sheet.export").count() == 2
    assert str(sheet.control_sum) not in "".join(AuditEvent.objects.values_list("payload", flat=True))


def test_the_first_file_of_a_rechecked_sheet_exports_it(month, staff):
    month.add(make_operator().employee, "85.00")
    sheet = one(month)
    sign_all(sheet, staff)
    file = export(sheet)
    sheet.refresh_from_db()
    assert (sheet.state, file.name) == ("exported", "JY-2026-08-ML-1.csv")
    assert file.export.figures_hash == sheet.figures_hash


def test_the_command_writes_one_file_or_one_for_each_entity(month, tmp_path):
    month.add(make_operator("Alice").employee, "85.00")
    call_command("export_bonus_sheet", "2026-08", "--format", "csv", "--out", str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    second = LegalEntity.objects.create(code="SH", name="Second")
    month.add(make_operator("Carol", legal_entity=second).employee, "85.00")
    make(month)
    call_command("export_bonus_sheet", "2026-08", "--format", "xlsx", "--out", str(tmp_path / "b.xlsx"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b-ML.xlsx", "b-SH.xlsx"]
    call_command(
        "export_bonus_sheet", "2026-08", "--format", "csv", "--entity", "SH", "--out", str(tmp_path / "c.csv")
    )
    assert "Carol" in (tmp_path / "c.csv").read_text("utf-8-sig")
    assert "Alice" not in (tmp_path / "c.csv").read_text("utf-8-sig")


def test_the_number_of_statements_does_not_grow():
    CompanyFactory()
    counts = []
    for number, people in ((5, 10), (7, 300)):
        month = published_month(number)
        add_people(month, people, prefix=f"M{number}-")
        with CaptureQueriesContext(connection) as captured:
            (sheet,) = make(month)
            checks_of(sheet)
        # SQLite cuts a bulk insert into pieces; everything else must not grow.
        counts.append(sum(not row["sql"].startswith("INSERT") for row in captured))
    assert counts[0] == counts[1]
