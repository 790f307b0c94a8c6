"""The first run: one code, one company, one administrator, and the door closes."""

import io
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command

from common.audit import Actor
from common.errors import NotVisible, Refusal
from people.choices import Role
from people.models import Company, RoleGrant, SetupCode, User
from people.selectors.company import go_live_steps
from people.services.setup import CompanyTerms, FirstAdministrator, make_setup_code, set_up, set_up_with_code
from tests.factories.people import (
    PASSWORD,
    AccountFactory,
    EmployeeFactory,
    hold,
    make_officer,
    make_operator,
)

AT = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
COMPANY = CompanyTerms("Morning Light", "Asia/Shanghai", "CNY", "zh-hans")
ADMINISTRATOR = FirstAdministrator("adam", "Adam", PASSWORD)
FIELDS = {
    "company": "Morning Light", "time_zone": "Asia/Shanghai", "currency": "CNY", "language": "en",
    "username": "adam", "name": "Adam", "password": PASSWORD, "again": PASSWORD, "looks_after_people": "on",
}  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()


def printed_code():
    out = io.StringIO()
    call_command("setup_code", stdout=out)
    return out.getvalue().strip().rsplit(" ", 1)[1]


def test_the_page_makes_the_company_signs_in_and_closes(client):
    code = printed_code()
    assert client.get("/setup/").status_code == 200
    done = client.post("/setup/", {**FIELDS, "code": code})
    assert (done.status_code, done.url) == (302, "/setup/checklist/")
    assert client.get("/setup/checklist/").status_code == 200
    adam = User.objects.get(username="adam")
    assert adam.check_password(PASSWORD)
    assert set(RoleGrant.objects.values_list("role", flat=True)) == {Role.ADMIN, Role.HR_PEOPLE, Role.HR_PAY}
    assert Company.objects.get().name == "Morning Light"
    assert client.get("/setup/").status_code == 404
    with pytest.raises(CommandError):
        call_command("setup_code")


def test_a_wrong_code_makes_nothing_and_is_slowed_down(client):
    code = printed_code()
    answers = [client.post("/setup/", {**FIELDS, "code": "wrong"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert client.post("/setup/", {**FIELDS, "code": code}).status_code == 429
    assert not User.objects.exists()
    cache.clear()
    assert client.post("/setup/", {**FIELDS, "code": code}).status_code == 302


@pytest.mark.parametrize("field", ["code", "company", "username", "password"])
def test_no_field_may_be_left_out(client, field):
    fields = {**FIELDS, "code": printed_code()}
    fields.pop(field)
    assert client.post("/setup/", fields).status_code == 422
    assert not User.objects.exists()


def test_a_code_lives_for_a_day_and_a_new_one_ends_it():
    code = make_setup_code(at=AT)
    with pytest.raises(Refusal):
        set_up_with_code(code=code, company=COMPANY, administrator=ADMINISTRATOR, at=AT + timedelta(hours=24))
    second = make_setup_code(at=AT)
    with pytest.raises(Refusal):
        set_up_with_code(code=code, company=COMPANY, administrator=ADMINISTRATOR, at=AT)
    assert code not in SetupCode.objects.values_list("code_hash", flat=True)
    set_up_with_code(code=second.upper(), company=COMPANY, administrator=ADMINISTRATOR, at=AT)
    with pytest.raises(NotVisible):
        set_up_with_code(code=second, company=COMPANY, administrator=ADMINISTRATOR, at=AT)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (CompanyTerms("X", "Mars/Olympus", "CNY", "en"), "unknown_zone"),
        (CompanyTerms("X", "../../etc/passwd", "CNY", "en"), "unknown_zone"),
        (CompanyTerms("X", "UTC", "¥", "en"), "unknown_currency"),
        (CompanyTerms("X", "UTC", "CNY", "fr"), "unknown_language"),
        (CompanyTerms(" \u200b", "UTC", "CNY", "en"), "missing"),
    ],
)
def test_impossible_terms_are_refused(terms, code):
    with pytest.raises(Refusal) as refusal:
        set_up(company=terms, administrator=ADMINISTRATOR, actor=Actor.system("test", 1), at=AT)
    assert refusal.value.code == code
    assert not Company.objects.exists()


def test_the_command_sets_up_without_questions(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command(
        "setup",
        company="Morning Light",
        name="Adam",
        password_stdin=True,
        admin_only=True,
        stdout=io.StringIO(),
    )
    assert User.objects.get().username == "admin"
    assert list(RoleGrant.objects.values_list("role", flat=True)) == ["admin"]
    with pytest.raises(CommandError):
        call_command("setup", company="Another", name="Eve", password_stdin=True)
    out = io.StringIO()
    call_command("setup_code", if_needed=True, stdout=out)
    assert out.getvalue() == ""


def test_the_command_refuses_a_weak_password(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError):
        call_command("setup", company="Morning Light", name="Adam", password_stdin=True)
    assert not User.objects.exists()


def test_the_check_list_says_what_is_missing():
    day = AT.date()

    def state():
        return {step.key: (step.done, step.figures) for step in go_live_steps(day=day)}

    assert state()["people"] == (False, {"people": 0, "without_posting": 0})
    alice = make_operator("Alice").employee
    stray = EmployeeFactory()
    account = AccountFactory()
    assert state()["people"] == (False, {"people": 2, "without_posting": 1})
    assert state()["accounts"] == (False, {"accounts": 1, "without_holder": 1, "without_supplier": 1})
    stray.left_on = day - timedelta(days=1)
    stray.save()
    hold(account, alice)
    account.supplier = alice
    account.save()
    assert [done for done, _figures in state().values()] == [True, True]
    assert make_officer("Carol", Role.HR_PEOPLE)


def test_what_starts_an_empty_installation_prints_the_code():
    steps = subprocess.run(
        ["make", "-n", "run"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    lines = [line for line in steps.stdout.splitlines() if "manage.py" in line]
    words = ("migrate", "setup_code --if-needed", "serve")
    assert [word in line for word, line in zip(words, lines, strict=True)] == [True] * 3
    compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))
    assert "setup_code --if-needed" in " ".join(compose["services"]["migrate"]["command"])
