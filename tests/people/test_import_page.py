"""The import as HR meets it: check, import, again; and from the console."""

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from python_calamine import CalamineWorkbook

from common.models import AuditEvent
from incentives.models import SalaryRecord
from people.choices import Role
from people.models import AccountShare, Employee, Posting, RoleGrant
from tests.factories.people import CompanyFactory, grant, make_officer

pytestmark = pytest.mark.django_db

TEAMS = "团队编码,团队名称\nFOOD,美食\n"
POSITIONS = "code,name,scored\nop,Operator,yes\n"
PEOPLE = (
    "employee number,name,legal entity,team,position,manager number,from,hired on,sign-in name,role\n"
    "001,Bob,ML,FOOD,op,,2026-01-01,2026-01-01,bob,\n"
    "002,Alice,ML,FOOD,op,001,2026-01-01,2026-01-01,alice,\n"
)
ACCOUNTS = "platform,handle\ndouyin,soup\n"
HOLDINGS = "platform,handle,employee number,share (%),from\ndouyin,soup,002,100,2026-01-01\n"
SALARIES = "employee number,component,amount,currency,from\n002,base,8123.45,CNY,2026-01-01\n"
FILES = {"teams": TEAMS, "positions": POSITIONS, "people": PEOPLE, "accounts": ACCOUNTS, "holdings": HOLDINGS}


@pytest.fixture(autouse=True)
def company():
    return CompanyFactory()


@pytest.fixture
def carol(client):
    user = make_officer("Carol", Role.HR_PEOPLE)
    client.force_login(user, backend="people.backends.CurrentStaffBackend")
    return user


def send(client, files, **fields):
    uploads = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in files.items()]
    return client.post("/people/import/", {"files": uploads, **fields})


def checked_in(response):
    return re.search(r'name="checked" value="(\w*)"', response.content.decode())[1]


def test_a_check_stores_nothing_and_the_import_everything(client, carol):
    check = send(client, FILES, action="check")
    assert check.status_code == 200
    assert not Employee.objects.filter(number="002").exists()
    done = send(client, FILES, action="import", checked=checked_in(check))
    assert done.status_code == 200
    assert Posting.objects.get(employee__number="002").manager.name == "Bob"
    assert AccountShare.objects.get().share == Decimal(100)
    assert AuditEvent.objects.get(action="people.import").actor == f"user:{carol.pk}"
    again = send(client, FILES, action="check")
    assert "would change nothing" in again.content.decode()


def test_files_that_were_not_checked_are_not_imported(client, carol):
    check = send(client, FILES, action="check")
    other = {**FILES, "people": PEOPLE.replace("Alice", "Mallory")}
    for fields in ({"checked": checked_in(check)}, {}):
        again = send(client, other, action="import", **fields)
        assert again.status_code == 200
        assert checked_in(again) != checked_in(check)
    assert not Employee.objects.filter(number="002").exists()


def test_a_bad_row_is_shown_by_sheet_row_and_column(client, carol):
    bad = {**FILES, "people": PEOPLE.replace("op,001", "op,999")}
    page = send(client, bad, action="check")
    assert page.status_code == 422
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page.content.decode())
    assert cells[:3] == ["people.csv", "3", "manager number"]
    assert "999" in cells[3]
    forced = send(client, bad, action="import", checked=checked_in(page))
    assert forced.status_code == 422
    assert not Employee.objects.filter(number="001").exists()


def test_no_file_and_a_wrong_file_are_sentences(client, carol):
    assert client.post("/people/import/", {"action": "check"}).status_code == 422
    wrong = client.post("/people/import/", {"files": SimpleUploadedFile("x.xlsx", b"PK nothing")})
    assert wrong.status_code == 422
    assert "x.xlsx" in wrong.content.decode()


def test_roles_and_salaries_need_the_right_to_give_them(client, carol):
    with_role = {**FILES, "people": PEOPLE.replace("alice,", "alice,admin")}
    assert send(client, with_role, action="check").status_code == 422
    with_pay = {**FILES, "salaries": SALARIES}
    assert send(client, with_pay, action="check").status_code == 422
    grant(carol, Role.HR_PAY, Role.ADMIN)
    both = {**with_role, "salaries": SALARIES}
    check = send(client, both, action="check")
    assert check.status_code == 200
    assert "8123" not in check.content.decode()
    assert send(client, both, action="import", checked=checked_in(check)).status_code == 200
    record = SalaryRecord.objects.get()
    assert (record.employee.number, record.amount, record.starts_on) == (
        "002",
        Decimal("8123.45"),
        date(2026, 1, 1),
    )
    assert RoleGrant.objects.filter(user__username="alice", role="admin").exists()
    assert not AuditEvent.objects.filter(payload__contains="8123").exists()


def test_the_template_comes_in_the_readers_language(client, carol):
    for language, title in (("en", "people"), ("zh-hans", "人员")):
        carol.language = language
        carol.save()
        response = client.get("/people/import/template/?examples=1")
        assert title in CalamineWorkbook.from_filelike(BytesIO(response.content)).sheet_names


def test_the_command_imports_tells_and_repeats(tmp_path):
    for name, text in {**FILES, "salaries": SALARIES}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    paths = [str(path) for path in sorted(tmp_path.iterdir())]

    def run(*options):
        out = StringIO()
        call_command("import_people", *paths, "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    preview = run("--dry-run")
    assert (preview["stored"], Employee.objects.count()) == (False, 0)
    first, second = run(), run()
    assert first["stored"]
    assert first["created"] == preview["created"] > 0
    assert (second["changes"], second["rejected"]) == ([], [])
    assert "8123" not in json.dumps(first)
    assert SalaryRecord.objects.count() == 1


def test_the_command_fails_on_a_bad_row_after_telling_which(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("employee number,name\n001,\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_people", str(path), "--json", stdout=out)
    rejected = json.loads(out.getvalue())["rejected"]
    assert [(one["sheet"], one["row"], one["column"]) for one in rejected] == [("people.csv", 2, "name")]
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_people", str(tmp_path / "none.csv"))
