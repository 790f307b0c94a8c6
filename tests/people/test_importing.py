"""The people import: bilingual, dated, the same file twice changes nothing, bad rows are named."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from common.audit import Actor
from common.errors import Refusal
from common.models import AuditEvent
from people.choices import Role
from people.importing.records import Change, Outcome, Problem
from people.importing.storing import import_company
from people.importing.tables import TABLES
from people.importing.template import template
from people.models import (
    Account,
    AccountPeriod,
    AccountShare,
    Employee,
    Invitation,
    LegalEntity,
    Position,
    Posting,
    RoleGrant,
    Team,
    User,
)
from tests.factories.people import CompanyFactory

AT = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
EVERYTHING = (
    Account,
    AccountPeriod,
    AccountShare,
    Employee,
    Invitation,
    LegalEntity,
    Position,
    Posting,
    RoleGrant,
    Team,
    User,
    AuditEvent,
)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


# fmt: off
COMPANY = {
    "teams": [["code", "name", "parent code"], ["HQ", "Head office", ""], ["FOOD", "Food", "HQ"]],
    "positions": [["code", "name", "scored"], ["op", "Operator", "yes"], ["lead", "Team lead", "no"]],
    "people": [
        ["employee number", "name", "legal entity", "team", "position", "manager number", "status", "from",
         "until", "hired on", "left on", "cost centre", "sign-in name", "role"],
        ["001", "Bob", "ML", "FOOD", "lead", "", "regular", "2026-01-01",
         "", "2025-03-01", "", "C1", "bob", "manager"],
        ["002", "Alice", "ML", "FOOD", "op", "001", "", "2026-01-01",
         "", "2026-01-01", "", "C1", "alice", ""],
        ["003", "Carol", "ML", "HQ", "lead", "", "", "2026-01-01",
         "", "2025-03-01", "", "", "carol", "hr_people"],
    ],
    "accounts": [
        ["platform", "handle", "name", "kind", "opened on", "supplier number"],
        ["douyin", "soup", "Soup", "creator", "", "002"],
    ],
    "holdings": [
        ["platform", "handle", "employee number", "share (%)", "from", "until"],
        ["douyin", "soup", "002", 60, "2026-01-01", ""],
        ["douyin", "soup", "001", "40%", "2026-01-01", ""],
    ],
}
# fmt: on


def workbook(sheets):
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(at, column, datetime(cell.year, cell.month, cell.day), days)
                    else:
                        sheet.write(at, column, cell)
    return buffer.getvalue()


def load(sheets, **options):
    options = {"may_grant": True, **options}
    files = [("company.xlsx", workbook(sheets))] if isinstance(sheets, dict) else sheets
    return import_company(files=files, actor=Actor.system("test", 1), at=AT, **options)


def with_people(*rows, header=None):
    return {"people": [header or COMPANY["people"][0], *rows]}


def counts():
    return {model.__name__: model.objects.count() for model in EVERYTHING}


def test_a_company_comes_from_one_workbook():
    outcome = load(COMPANY)
    assert outcome.problems == []
    assert outcome.stored
    alice = Employee.objects.get(number="002")
    posting = Posting.objects.get(employee=alice)
    assert (posting.team.code, posting.team.parent.code, posting.manager.name) == ("FOOD", "HQ", "Bob")
    shares = {share.employee.name: share.share for share in AccountShare.objects.all()}
    assert shares == {"Alice": Decimal(60), "Bob": Decimal(40)}
    assert Account.objects.get().supplier == alice
    assert list(RoleGrant.objects.values_list("user__username", "role")) == [("carol", "hr_people")]
    assert not Position.objects.get(code="lead").scored
    assert User.objects.get(username="alice").employee == alice


def test_the_same_file_twice_changes_nothing():
    load(COMPANY)
    before = counts()
    again = load(COMPANY)
    assert again.changes == []
    assert again.problems == []
    assert again.unchanged > 0
    assert counts() == before


def test_a_preview_tells_the_same_and_stores_nothing():
    CompanyFactory()
    before = counts()
    preview = load(COMPANY, dry_run=True)
    assert not preview.stored
    assert counts() == before
    assert preview.changes == load(COMPANY).changes


def test_chinese_headings_and_csv_per_sheet():
    files = [
        ("团队.csv", "团队编码,团队名称,上级团队编码\nFOOD,美食,\n".encode("gb18030")),
        ("岗位.csv", "岗位编码,岗位名称,是否考核\nop,运营,是\n".encode("utf-8-sig")),
        (
            "人员.csv",
            "工号,姓名,法人主体,团队,岗位,上级工号,状态,起始日期,入职日期,登录名,角色\n"
            "007,林雨,晨光传媒,美食,运营,,试用期,2026年8月1日,2026/8/1,linyu,财务\n".encode(),
        ),
        ("x.csv", "平台,账号ID,工号,占比（%）,起始日期\n抖音,汤,007,100,20260801\n".encode()),
        ("accounts.csv", "platform,handle\n抖音,汤\n".encode()),
    ]
    outcome = load(files)
    assert outcome.problems == []
    posting = Posting.objects.get()
    assert (posting.employee.number, posting.team.name, posting.status) == ("007", "美食", "probation")
    assert posting.starts_on == date(2026, 8, 1)
    assert AccountShare.objects.get().share == 100
    assert RoleGrant.objects.get().role == Role.FINANCE.value


def test_another_team_starts_a_new_posting_on_its_day():
    load(COMPANY)
    moved = ["002", "Alice", "ML", "HQ", "op", "003", "", date(2026, 8, 15), "", "", "", "", "", ""]
    assert load(with_people(moved)).problems == []
    spans = Posting.objects.filter(employee__number="002").order_by("starts_on")
    assert [(one.team.code, one.starts_on, one.ends_on) for one in spans] == [
        ("FOOD", date(2026, 1, 1), date(2026, 8, 14)),
        ("HQ", date(2026, 8, 15), None),
    ]
    assert load(with_people(moved)).changes == []
    assert load(COMPANY).changes == []


def test_a_hand_over_and_a_leaver_in_one_file():
    load(COMPANY)
    file = {
        **with_people(["002", "Alice", "", "", "", "", "", "", "", "", "2026-08-10", "", "", ""]),
        "holdings": [COMPANY["holdings"][0], ["douyin", "soup", "001", 100, "2026-08-11", ""]],
    }
    assert load(file).problems == []
    assert Employee.objects.get(number="002").left_on == date(2026, 8, 10)
    assert Posting.objects.get(employee__number="002").ends_on == date(2026, 8, 10)
    assert [one.ends_on for one in AccountPeriod.objects.order_by("starts_on")] == [date(2026, 8, 10), None]
    assert Employee.objects.count() == 3
    assert load(file).changes == []


BAD_ROWS = [
    ("people", 3, "manager number", {5: "999"}, "999"),
    ("people", 3, "team", {3: "NOPE"}, "NOPE"),
    ("people", 3, "from", {7: "32.13.2026"}, "32.13.2026"),
    ("people", 3, "hired on", {9: 45000}, "45000"),
    ("people", 3, "name", {1: ""}, "empty"),
    ("people", 3, "employee number", {0: "1.2E+05"}, "text"),
    ("people", 3, "status", {6: "asleep"}, "asleep"),
    ("people", 3, "role", {13: "king"}, "king"),
    ("people", 3, "from", {5: "002"}, "own manager"),
    ("people", 3, "from", {7: "2025-01-01"}, "employed from"),
    ("accounts", 2, "platform", {0: "myspace"}, "myspace"),
    ("accounts", 2, "supplier number", {5: "999"}, "999"),
    ("holdings", 2, "employee number", {2: "999"}, "999"),
    ("holdings", 2, "share (%)", {3: 59}, "99 %"),
    ("holdings", 2, "share (%)", {3: 61}, "101 %"),
    ("holdings", 2, "share (%)", {3: "NaN"}, "no number"),
    ("holdings", 2, "share (%)", {3: "Infinity"}, "no number"),
    ("holdings", 2, "handle", {1: "nobody"}, "accounts sheet"),
]


@pytest.mark.parametrize(("sheet", "row", "column", "change", "says"), BAD_ROWS)
def test_a_bad_row_is_named_and_nothing_stored(sheet, row, column, change, says):
    rows = [list(one) for one in COMPANY[sheet]]
    for index, value in change.items():
        rows[row - 1][index] = value
    outcome = load({**COMPANY, sheet: rows})
    named = [one for one in outcome.problems if (one.sheet, one.row, one.column) == (sheet, row, column)]
    assert named
    assert says in named[0].reason, outcome.problems
    assert not outcome.stored
    assert not Employee.objects.exists()
    assert not AuditEvent.objects.exists()


def test_unknown_double_and_missing_columns_are_named():
    rows = [["employee number", "name", "favourite colour", "name"], ["001", "Bob", "red", "x"]]
    problems = {(one.row, one.column) for one in load({"people": rows}).problems}
    assert problems == {(1, "favourite colour"), (1, "name")}
    assert load({"people": [["name"], ["Bob"]]}).problems[0].column == "employee number / 工号"


def test_only_an_administrator_gives_roles_by_import():
    outcome = load(COMPANY, may_grant=False)
    assert [(one.row, one.column) for one in outcome.problems] == [(4, "role")]
    assert load(COMPANY, may_grant=True).stored


def test_salaries_go_to_the_step_in_the_same_transaction():
    rows = [
        ["employee number", "component", "amount", "currency", "from"],
        ["002", "base", "8000.00", "CNY", "2026-01-01"],
    ]
    file = {**COMPANY, "salaries": rows}
    seen = []

    def step(given):
        seen.extend((row["number"], row["component"], row["amount"], row["starts_on"]) for row in given)
        assert Employee.objects.filter(number="002").exists()
        return Outcome(changes=[Change("salaries", 2, "created", "002 base")])

    assert load(file, salary_step=step).changes[-1] == Change("salaries", 2, "created", "002 base")
    assert seen == [("002", "base", Decimal("8000.00"), date(2026, 1, 1))]


@pytest.mark.parametrize(
    "step", [None, lambda rows: Outcome(problems=[Problem("salaries", 2, "amount", "no")])]
)
def test_refused_salaries_keep_the_people_out_too(step):
    rows = [["employee number", "component", "amount", "from"], ["002", "base", "1", "2026-01-01"]]
    outcome = load({**COMPANY, "salaries": rows}, salary_step=step)
    assert outcome.problems
    assert not Employee.objects.exists()


@pytest.mark.parametrize("chinese", [True, False])
def test_the_template_is_what_the_reader_expects(chinese):
    content = template(chinese=chinese, with_examples=True)
    titles = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    assert titles == [table.chinese if chinese else table.english for table in TABLES]
    outcome = import_company(
        files=[("t.xlsx", content)], actor=Actor.system("test", 1), at=AT, salary_step=lambda rows: Outcome(),
    )  # fmt: skip
    assert [one for one in outcome.problems if one.row == 1] == []


def _bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.xlsx", b"PK\x03\x04nothing"),
        ("bomb.xlsx", _bomb()),
        ("page.xlsx", b"<html></html>"),
        ("people.csv", b"\x00\x01\xff"),
        ("large.xlsx", b"PK" + b"0" * (11 * 1024 * 1024)),
    ],
)
def test_a_file_that_is_no_template_is_refused_by_name(name, content):
    with pytest.raises(Refusal) as refusal:
        load([(name, content)])
    assert name in str(refusal.value)
