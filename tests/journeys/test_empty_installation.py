"""From an empty database to a company with one approved card, through the browser alone."""

import io
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import FilePayload, Page

from common.periods import Month
from people.models import Company, User
from performance.models import Scorecard
from tests.journeys import exports
from tests.journeys.walk import PASSWORD, go, press, send, told, window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH = Month(2026, 8)
NOW = datetime(2026, 9, 4, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HIRED = "2025-01-02"
PEOPLE = {
    "teams": [{"code": "FOOD", "name": "Food"}],
    "positions": [
        {"code": "operator", "name": "Operator", "scored": "yes"},
        {"code": "lead", "name": "Lead", "scored": "no"},
    ],
    "people": [
        {"employee number": "E1", "name": "Mira", "team": "FOOD", "position": "lead", "from": HIRED,
         "hired on": HIRED, "legal entity": "ML", "sign-in name": "mira", "status": "regular"},
        {"employee number": "E2", "name": "Lin Yu", "team": "FOOD", "position": "operator", "from": HIRED,
         "manager number": "E1", "hired on": HIRED, "legal entity": "ML", "sign-in name": "lin",
         "status": "regular"},
    ],
    "salaries": [
        {"employee number": "E2", "component": "base", "amount": "8000.00", "currency": "CNY", "from": HIRED}
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _one_morning_in_september():
    with time_machine.travel(NOW, tick=True):
        yield


def test_an_empty_database_becomes_a_company_with_an_approved_card(live_server, browser):
    out = io.StringIO()
    call_command("setup_code", stdout=out)
    with window(browser, live_server.url) as page:
        _set_up(page, code=out.getvalue().strip().rsplit(" ", 1)[1])
        _legal_entity(page)
        _people(page)
        _account(page)
        _files(page)
        _scheme(page)
        _cycle(page)
        _nothing_left_to_do(page)
        link = _invitation(page, "Mira")
    with window(browser, live_server.url) as page:
        _accept(page, link)
        _approve(page)
    card = Scorecard.objects.select_related("current", "employee").get()
    assert (card.employee.number, card.state) == ("E2", "confirmed")
    assert card.current.total is not None
    assert User.objects.count() == 3


def _set_up(page: Page, *, code: str) -> None:
    go(page, "/setup/")
    fields = {
        "code": "not-the-code", "company": "Morning Light", "time_zone": "Asia/Shanghai", "currency": "CNY",
        "username": "adam", "name": "Adam", "password": PASSWORD, "again": PASSWORD,
    }  # fmt: skip
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=language]", "en")
    send(page, "Set up")
    assert page.locator(".jy-error").count() >= 1
    assert not Company.objects.exists()
    for name in ("password", "again"):
        page.fill(f"[name={name}]", PASSWORD)
    page.fill("[name=code]", code)
    send(page, "Set up")
    page.wait_for_url("**/setup/checklist/")
    assert page.get_by_text("To do").count() == 5
    go(page, "/setup/", status=404)


def _legal_entity(page: Page) -> None:
    go(page, "/organisation/")
    page.locator("a[href='/organisation/entities/new/']").first.click()
    page.fill("[name=code]", "ML")
    page.fill("[name=name]", "Morning Light Ltd")
    send(page, "Save")


def _people(page: Page) -> None:
    go(page, "/setup/checklist/")
    send(page, "Import people")
    with page.expect_download() as download:
        press(page, "Empty template")
    template = download.value.path().read_bytes()
    broken = {**PEOPLE, "people": [*PEOPLE["people"], {"employee number": "E3", "name": "No one"}]}
    _choose(page, "people.xlsx", exports.filled(template, broken))
    send(page, "Check")
    assert "nothing was stored" in told(page)
    workbook = exports.filled(template, PEOPLE)
    _choose(page, "people.xlsx", workbook)
    send(page, "Check")
    assert "nothing stored yet" in told(page)
    _choose(page, "people.xlsx", workbook)
    send(page, "Import")
    assert told(page).startswith("Imported")


def _account(page: Page) -> None:
    go(page, "/accounts/")
    page.locator("a[href='/accounts/new/']").first.click()
    page.select_option("[name=platform]", "douyin")
    page.fill("[name=handle]", "soup")
    page.fill("[name=name]", "Soup Kitchen")
    page.fill("[name=supplier]", "E1")
    send(page, "Save")
    page.locator("a[href$='/hold/']").first.click()
    page.fill("[name=starts_on]", HIRED)
    page.fill("[name=holder_1]", "E2")
    page.fill("[name=share_1]", "99")
    send(page, "Save")
    assert "100" in page.locator("main").inner_text()
    assert page.url.endswith("/hold/")
    page.fill("[name=share_1]", "100")
    send(page, "Save")
    assert not page.url.endswith("/hold/")


def _files(page: Page) -> None:
    past = [MONTH.plus(-back) for back in (3, 2, 1, 0)]
    daily = [(f"days {one}.xlsx", exports.daily_series(one, plays=20_000)) for one in past]
    works = [(f"works {one}.xlsx", exports.list_of_works(one, count=27)) for one in past]
    _deliver(page, daily)
    for month, one in zip(past, works, strict=True):
        _deliver(page, [one], as_of=(month.last + timedelta(days=4)).isoformat())


def _deliver(page: Page, files: list[tuple[str, bytes]], *, as_of: str = "") -> None:
    go(page, "/setup/checklist/")
    send(page, "Import data")
    page.select_option("[name=account]", "douyin:soup")
    page.set_input_files(
        "[name=exports]",
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ],
    )
    if as_of:
        page.fill("[name=as_of]", as_of)
    send(page, "Show what would change")
    page.get_by_role("heading", name="Check before storing").wait_for()
    send(page, "Store")
    page.wait_for_url(re.compile("/data/(deliveries|upload/result)/"))
    assert "new" in told(page)


def _scheme(page: Page) -> None:
    go(page, "/setup/checklist/")
    send(page, "Look at the scheme")
    send(page, "Measure the last three months")
    page.wait_for_load_state()
    go(page, "/setup/scheme/")
    assert str(MONTH) in page.locator("thead").inner_text()
    send(page, "Use this scheme")
    page.wait_for_url("**/setup/checklist/")
    assert page.get_by_text("To do").count() == 1


def _cycle(page: Page) -> None:
    page.select_option("[name=month]", str(MONTH))
    send(page, "Open the month")
    page.wait_for_url(f"**/cycles/{MONTH}/")
    for command in ("close", "freeze"):
        page.locator(f"#{command} > summary").click()
        reason = page.locator("#freeze-reason")
        if command == "freeze" and reason.count():
            reason.fill("nobody planned campaigns in this month")
        with page.expect_navigation():
            page.locator(f"form[action$='/{command}/'] button[type=submit]").click()
    assert "0 of 1" in page.locator("main").inner_text()


def _nothing_left_to_do(page: Page) -> None:
    go(page, "/setup/checklist/")
    assert page.get_by_text("To do").count() == 0


def _invitation(page: Page, name: str) -> str:
    go(page, "/people/")
    page.locator("main").get_by_role("link", name=name, exact=True).click()
    send(page, "Make an invitation link")
    return page.input_value("#link")


def _accept(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("[name=password]", "short")
    page.fill("[name=again]", "short")
    send(page, "Set the password and sign in")
    assert page.locator(".jy-error, .jy-alert-error").count() >= 1
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    send(page, "Set the password and sign in")
    page.wait_for_url("**/home/")
    assert page.goto(link).status in (400, 404, 410)


def _approve(page: Page) -> None:
    go(page, "/home/")
    page.locator(".jy-language button[value=en]").or_(page.locator("h1")).first.click()
    page.wait_for_load_state()
    page.locator("a.btn-primary[href='/review/']").click()
    page.locator("main .jy-row-between, main .jy-page-header, main").first.wait_for()
    page.locator("a.btn:has-text('Start review')").click()
    page.locator("[data-key=a]").click()
    page.wait_for_url(re.compile("done=E2"))


def _choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#files", [_upload(name, content)])


def _upload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}
