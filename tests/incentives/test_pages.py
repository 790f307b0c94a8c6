"""The bonus pages as named people meet them in the browser."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.models import AuditEvent, JobRun, Notice
from incentives.models import BonusSheet, SalaryRecord, SheetExport, SheetStep
from incentives.selectors.rows import sheet_plain
from incentives.services.sheets import make_sheets
from people.choices import Role
from people.models import RoleGrant
from tests.factories.incentives import AT, TEST, add_people, new_version, published_month
from tests.factories.people import CompanyFactory, make_manager, make_officer, make_operator

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.incentives.addresses")]
DENIED = (Role.HR_PEOPLE, Role.AUDITOR, Role.EXECUTIVE, Role.DATA_ADMIN, Role.ADMIN)


@pytest.fixture(autouse=True)
def now(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(datetime(2026, 9, 10, 3, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def cast():
    CompanyFactory(language="en")
    bob = make_manager("Bob")
    return {
        "bob": bob,
        "alice": make_operator("Alice", manager=bob),
        "carol": make_operator("Carol", manager=bob),
        "erin": make_officer("Erin", Role.HR_PAY),
        "gina": make_officer("Gina", Role.HR_PAY),
        "frank": make_officer("Frank", Role.FINANCE),
    }


@pytest.fixture
def month(cast):
    month = published_month()
    month.add(cast["alice"].employee, "85.00", salary="12345.67")
    month.add(cast["carol"].employee, "95.00", salary="20000.00")
    return month


@pytest.fixture
def sheet(month):
    (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    return sheet


def as_(client, user):
    client.force_login(user, backend="people.backends.CurrentStaffBackend")
    return client


def html(response):
    """Return the page without what differs from request to request."""
    text = re.sub(r'value="\w{64}"', "", response.content.decode())
    text = re.sub(r"/bonus/[^\"]*", "", text)
    return re.sub(r'csrf[-\w"]*[^>]*>|X-CSRFToken[^}]*}', "", text, flags=re.IGNORECASE)


def post(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def sign(client, user, sheet, to, **data):
    data = {"to": to, "hash": sheet.figures_hash, **data}
    return post(as_(client, user), "incentives:move", sheet.number, **data)


# Who gets in


@pytest.mark.parametrize("name", ["erin", "frank"])
def test_hr_for_pay_and_finance_read_sheets(client, cast, sheet, name):
    as_(client, cast[name])
    assert client.get("/bonus/").status_code == 200
    page = client.get(f"/bonus/{sheet.number}/").content.decode()
    assert "¥2,469.13" in page
    assert "¥6,469.13" in page
    assert f"/scorecards/2026-08/{cast['alice'].employee.number}/" in page


def test_nobody_else_reads_or_changes_a_sheet(client, cast, sheet):
    officers = [make_officer(role.value, role) for role in DENIED]
    for user in (cast["bob"], cast["alice"], *officers):
        as_(client, user)
        assert client.get("/bonus/").status_code == 403
        unknown = client.get("/bonus/JY-2026-01-XX-1/")
        known = client.get(f"/bonus/{sheet.number}/")
        assert (known.status_code, unknown.status_code) == (404, 404)
        assert html(known) == html(unknown)
        assert post(client, "incentives:make", "2026-08").status_code == 403
        for name in ("move", "export"):
            answer = post(client, f"incentives:{name}", sheet.number, to="prepared", format="csv", hash="x")
            assert answer.status_code == 404
    assert not SheetStep.objects.exists()
    assert not SheetExport.objects.exists()
    assert not AuditEvent.objects.filter(action="pay.look").exists()


def test_finance_does_not_make_sheets_and_hr_does(client, cast, month):
    assert post(as_(client, cast["frank"]), "incentives:make", "2026-08").status_code == 403
    assert not BonusSheet.objects.exists()
    answer = post(as_(client, cast["erin"]), "incentives:make", "2026-08")
    assert answer.status_code == 302
    assert BonusSheet.objects.get().number in answer.headers["Location"]


def test_a_role_taken_away_is_gone_with_the_next_request(client, cast, sheet):
    as_(client, cast["erin"])
    assert client.get(f"/bonus/{sheet.number}/").status_code == 200
    RoleGrant.objects.all().delete()
    assert client.get(f"/bonus/{sheet.number}/").status_code == 404


@pytest.mark.parametrize("path", ["/bonus/", "/bonus/me/", "/bonus/rules/"])
def test_strangers_sign_in_first(client, cast, path):
    assert client.get(path).status_code == 302


def test_a_manager_sees_the_same_whatever_people_earn(client, cast, sheet, month):
    paths = ["/bonus/", "/bonus/me/", "/bonus/rules/", f"/bonus/{sheet.number}/", "/bonus/exports/1/"]
    paths += ["/bonus/?ordering=-amount", "/bonus/me/?search=12345", f"/bonus/{sheet.number}/?q=12345"]
    as_(client, cast["bob"])
    before = [html(client.get(path)) for path in paths]
    one, two = SalaryRecord.objects.order_by("pk")
    SalaryRecord.objects.filter(pk=one.pk).update(amount=two.amount)
    SalaryRecord.objects.filter(pk=two.pk).update(amount=one.amount)
    make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    as_(client, cast["bob"])
    assert [html(client.get(path)) for path in paths] == before
    assert "2,469.13" not in "".join(before)
    as_(client, cast["alice"])
    assert "4,000.00" in client.get("/bonus/me/").content.decode()


def test_a_statement_is_ones_own(client, cast, sheet):
    mine = as_(client, cast["alice"]).get("/bonus/me/").content.decode()
    assert "¥2,469.13" in mine
    assert "12345.67 × 1.0000 × 0.2 = 2469.13 CNY" in mine
    assert "4,000.00" not in mine
    assert "¥" not in as_(client, cast["bob"]).get("/bonus/me/").content.decode()


def test_why_a_line_is_held_is_for_hr(client, cast):
    month = published_month()
    month.add(cast["alice"].employee, "85.00", salary=None)
    (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    mine = as_(client, cast["alice"]).get("/bonus/me/").content.decode()
    assert "no salary" not in mine
    assert "HR is still checking" in mine
    CompanyFactory()
    page = as_(client, cast["erin"]).get(f"/bonus/{sheet.number}/").content.decode()
    assert "Held" in page
    assert cast["alice"].employee.number in page


def test_everybody_reads_the_rules(client, cast, month):
    page = as_(client, cast["bob"]).get("/bonus/rules/").content.decode()
    assert "[80, 90)" in page
    assert "Each month 120 % of the standard salary in place of 100 %: the line pays 20 % of it." in page


# Looks, steps, files


def test_a_look_at_a_sheet_is_one_row_without_figures(client, cast, sheet):
    as_(client, cast["erin"]).get(f"/bonus/{sheet.number}/")
    event = AuditEvent.objects.get(action="pay.look")
    assert (event.actor, event.subject) == (f"user:{cast['erin'].pk}", f"incentives.bonussheet:{sheet.pk}")
    assert "2469" not in event.payload


def test_three_people_sign_in_the_browser(client, cast, sheet):
    assert sign(client, cast["erin"], sheet, "prepared").status_code == 302
    assert sign(client, cast["erin"], sheet, "reviewed").status_code == 400
    assert sign(client, cast["gina"], sheet, "reviewed").status_code == 302
    assert sign(client, cast["frank"], sheet, "rechecked").status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "rechecked"
    page = client.get(f"/bonus/{sheet.number}/").content.decode()
    assert page.count("Erin") >= 1
    assert page.count("Gina") >= 1


def test_a_stale_page_gets_a_clear_refusal(client, cast, month, sheet):
    new_version(month.cards[0], "70.00")
    answer = sign(client, cast["erin"], sheet, "prepared")
    assert answer.status_code == 409
    assert sheet.number in answer.content.decode()
    assert sign(client, cast["erin"], sheet, "prepared", hash="0" * 64).status_code == 409
    assert "make it again" in client.get(f"/bonus/{sheet.number}/").content.decode()
    assert not SheetStep.objects.exists()
    post(client, "incentives:make", "2026-08")
    (fresh,) = BonusSheet.objects.exclude(state="void")
    assert sign(client, cast["erin"], fresh, "prepared").status_code == 302


@pytest.mark.parametrize("data", [{}, {"to": "paid"}, {"to": "lost", "hash": "x"}, {"hash": "x"}])
def test_a_broken_form_is_refused(client, cast, sheet, data):
    as_(client, cast["erin"])
    assert post(client, "incentives:move", sheet.number, **data).status_code == 400
    assert not SheetStep.objects.exists()


def test_page_file_and_plain_answer_agree(client, cast, sheet):
    page = as_(client, cast["erin"]).get(f"/bonus/{sheet.number}/").content.decode()
    answer = post(client, "incentives:export", sheet.number, format="csv", hash=sheet.figures_hash)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{sheet.number}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    plain = sheet_plain(sheet)["lines"]
    assert [Decimal(row[11]) for row in rows] == [line["total"] for line in plain]
    for line in plain:
        assert f"¥{line['total']:,}" in page


def test_another_hash_gets_no_file(client, cast, sheet):
    answer = post(as_(client, cast["erin"]), "incentives:export", sheet.number, format="csv", hash="0" * 64)
    assert answer.status_code == 409
    assert not SheetExport.objects.exists()


def test_a_large_sheet_is_exported_by_a_job(client, cast, django_capture_on_commit_callbacks):
    month = published_month(7)
    add_people(month, 501)
    (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    as_(client, cast["erin"])
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(client, "incentives:export", sheet.number, format="xlsx", hash=sheet.figures_hash)
    run = JobRun.objects.get()
    assert answer.headers["Location"] == f"/bonus/exports/{run.pk}/"
    assert run.state == "done", run.error
    assert Notice.objects.get().recipient == cast["erin"].pk
    file = client.get(f"/bonus/exports/{run.pk}/file/")
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert client.get(f"/bonus/exports/{run.pk}/").status_code == 200
    assert as_(client, cast["gina"]).get(f"/bonus/exports/{run.pk}/").status_code == 404
    assert client.get(f"/bonus/exports/{run.pk}/file/").status_code == 404
    with time_machine.travel(datetime(2026, 9, 18, 3, 0, tzinfo=UTC)):
        assert as_(client, cast["erin"]).get(f"/bonus/exports/{run.pk}/file/").status_code == 404


def test_the_filter_shows_a_team_and_says_so(client, cast):
    month = published_month(7)
    add_people(month, 10)
    (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    team = sheet.lines.first().team_id
    page = as_(client, cast["erin"]).get(f"/bonus/{sheet.number}/?team={team}").content.decode()
    assert page.count("Person ") == 2
    assert "¥3,200.20" in page  # 8000 and 8001, 20 % of each
    assert "Total of the lines that the filter shows" in page


# How much it costs


@pytest.mark.parametrize("path", ["/bonus/", "/bonus/{number}/", "/bonus/{number}/?page=2", "/bonus/rules/"])
def test_pages_cost_the_same_for_ten_and_a_thousand(client, cast, path):
    counts = []
    for number, people in ((5, 120 if "page" in path else 10), (7, 1000)):
        month = published_month(number)
        add_people(month, people, prefix=f"M{number}-")
        (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
        as_(client, cast["erin"])
        address = path.format(number=sheet.number)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        counts.append(len(captured))
        assert response.status_code == 200
        assert len(response.content) <= 80_000
    assert counts[0] == counts[1] <= 25, "\n".join(row["sql"][:220] for row in captured)
    assert date.today() == date(2026, 9, 10)


def test_a_page_of_held_lines_is_small_too(client, cast):
    month = published_month(7)
    add_people(month, 230)
    SalaryRecord.objects.all().delete()
    (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    page = as_(client, cast["erin"]).get(f"/bonus/{sheet.number}/")
    assert page.content.decode().count("Held: no salary on record") >= 100
    assert len(page.content) <= 70_000  # room for Chinese, whose letters take three bytes


def test_the_last_page_is_reached(client, cast):
    month = published_month(7)
    add_people(month, 230)
    (sheet,) = make_sheets(cycle_id=month.cycle.pk, actor=TEST, at=AT)
    pages = [as_(client, cast["erin"]).get(f"/bonus/{sheet.number}/?page={n}") for n in (1, 2, 3)]
    assert [page.content.decode().count("Person ") for page in pages] == [100, 100, 30]
