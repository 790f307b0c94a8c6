"""A month of the demonstration, from the manager's queue to signed files that agree to the fen."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import Page
from python_calamine import CalamineWorkbook

from incentives.models import Award
from people.models import User
from performance.models import Scorecard
from portal.demo.build import PASSWORD
from portal.demo.deliveries import deliver
from portal.demo.files import write_files
from portal.demo.months import enter_campaigns, freeze, open_month
from portal.demo.people import Staff
from portal.demo.stage import bring_people, create_company, load_rules
from portal.demo.world import WORKED, build_world
from tests.journeys.walk import go, number_of, send, sign_in, told, window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 12)
NOW = datetime(2026, 11, 12, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MONTH = "2026-10"
TEAM = ("Y001", "Y002", "Y003", "Y004")
RETURNED = "Y003"
SIGNERS = ("demo-hr-pay", "demo-finance-01", "demo-finance-02")
Figures = dict[str, tuple[Decimal | None, ...]]


@pytest.fixture
def demo(transactional_db, tmp_path):
    """Four people of one team with half a year of files; October waits for their manager."""
    world = build_world(today=TODAY)
    world = replace(world, accounts=tuple(one for one in world.accounts if one.lead in TEAM))
    with time_machine.travel(NOW, tick=True):
        create_company(world)
        bring_people(world, password=PASSWORD)
        User.objects.update(language="en")
        load_rules(world)
        deliver(write_files(world, tmp_path), tick=lambda: None)
        enter_campaigns(world, Staff.load())
        open_month(world.timeline.last_month)
        freeze(world, world.timeline.last_month)
        yield world


def test_from_the_queue_to_files_that_agree_to_the_fen(demo, live_server, browser):
    with window(browser, live_server.url) as page:
        sign_in(page, "demo-manager-02", PASSWORD)
        _follow_the_worked_card(page)
        _approve_it(page)
        _return_one(page)
        _approve_the_clean(page)
    with window(browser, live_server.url) as page:
        sign_in(page, "demo-hr-people", PASSWORD)
        _publish(page)
    number = _sign(browser, live_server.url)
    with window(browser, live_server.url) as page:
        sign_in(page, "demo-hr-pay", PASSWORD)
        shown = _lines_of_the_page(page, number)
        assert WORKED in shown
        assert RETURNED not in shown
        assert _csv(_file(page, number, "csv")) == shown
        assert _workbook(_file(page, number, "xlsx")) == shown
    assert {key: line[-1] for key, line in shown.items()} == _stored()
    with window(browser, live_server.url) as page:
        sign_in(page, "demo-operator-01", PASSWORD)
        _sees_the_same(page, shown[WORKED])


def _follow_the_worked_card(page: Page) -> None:
    """Sentence and waterfall, the line with its formula, the source rows with their sums."""
    go(page, f"/scorecards/{MONTH}/{WORKED}/")
    assert "101.11" in page.locator(".jy-hero").inner_text()
    main = page.locator("main")
    assert "Biggest gain" in main.inner_text()
    page.locator(".jy-indicators").get_by_role("link", name="Completion rate", exact=True).click()
    page.get_by_role("heading", name="The formula with its numbers").wait_for()
    assert "= 95.00 %" in main.inner_text()
    assert "9.5" in main.inner_text()
    send(page, "Source rows")
    assert "add up to exactly" in told(page)
    cells = page.locator("tfoot td").all_inner_texts()
    top, bottom = (Decimal(number_of(cell)) for cell in cells[3:5])
    rows = [line.locator("td").all_inner_texts() for line in page.locator("tbody tr").all()]
    assert sum(Decimal(number_of(row[3])) for row in rows) == pytest.approx(top, abs=Decimal("0.01"))
    assert sum(Decimal(number_of(row[4])) for row in rows) == bottom == 2_750_000
    page.get_by_role("link", name=re.compile("Left out")).click()
    page.locator("tr.is-excluded").first.wait_for()


def _approve_it(page: Page) -> None:
    go(page, f"/review/{MONTH}/{WORKED}/")
    with page.expect_navigation():
        page.locator("button[data-key=a]").click()
    assert "Confirmed" in told(page)


def _return_one(page: Page) -> None:
    go(page, f"/scorecards/{MONTH}/{RETURNED}/")
    send(page, "Return")
    page.fill("[name=reason]", "short")
    page.locator("main form[data-guard]").evaluate("form => { form.noValidate = true }")
    send(page, "Return")
    assert page.locator(".jy-error").count() >= 1
    page.fill("[name=reason]", "Two works of the 9th were counted for the wrong account.")
    send(page, "Return")
    assert Scorecard.objects.get(employee__number=RETURNED).state == "self_review"


def _approve_the_clean(page: Page) -> None:
    go(page, "/review/")
    page.locator("main a.btn-primary[href='/review/approve/']").click()
    page.locator("main form button[type=submit]").click()
    page.get_by_role("heading", name="What became of each card").wait_for()
    assert page.get_by_text("approved", exact=True).count() >= 1


def _publish(page: Page) -> None:
    go(page, f"/cycles/{MONTH}/")
    page.locator("#publish > summary").click()
    page.fill("#publish-reason", "The other teams come with the next month.")
    with page.expect_navigation():
        page.locator("form[action$='/publish/'] button[type=submit]").click()
    assert Scorecard.objects.get(employee__number=WORKED).state == "published"


def _sign(browser, base: str) -> str:
    """Make the sheet and let three people sign it, each in a window of their own."""
    number = ""
    for username in SIGNERS:
        with window(browser, base) as page:
            sign_in(page, username, PASSWORD)
            go(page, "/bonus/")
            if not number:
                send(page, "Make the sheets")
                go(page, "/bonus/")
                number = page.locator("tbody th a").first.inner_text()
            go(page, f"/bonus/{number}/")
            _move_on(page)
    return number


def _move_on(page: Page) -> None:
    page.locator("details.jy-confirm > summary.btn-primary").first.click()
    box = page.locator("dialog[open]")
    box.locator("textarea").fill("Checked line by line against the cards of the month.")
    with page.expect_navigation():
        box.locator("button[type=submit]").click()


def _lines_of_the_page(page: Page, number: str) -> Figures:
    go(page, f"/bonus/{number}/")
    lines = [line.locator("td").all_inner_texts() for line in page.locator("tbody tr:has(td)").all()]
    return {cells[0]: tuple(_decimal(cells[at]) for at in (4, 6, 8, 10)) for cells in lines}


def _file(page: Page, number: str, form: str) -> bytes:
    go(page, f"/bonus/{number}/")
    with page.expect_download() as download:
        page.locator(f"button[name=format][value={form}]").click()
    return download.value.path().read_bytes()


def _csv(content: bytes) -> Figures:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return _figures(list(rows))


def _workbook(content: bytes) -> Figures:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return _figures(book.get_sheet_by_index(0).to_python())


def _figures(rows: list[list[object]]) -> Figures:
    lines = [row for row in rows if re.fullmatch(r"Y\d{3}", str(row[0]))]
    return {str(row[0]): tuple(_decimal(row[at]) for at in (5, 7, 9, 11)) for row in lines}


def _decimal(cell: object) -> Decimal | None:
    figure = number_of(repr(cell) if isinstance(cell, float) else str(cell))
    return Decimal(figure).quantize(Decimal("0.01")) if figure.strip("-–") else None


def _stored() -> dict[str, Decimal | None]:
    awards = Award.objects.filter(cycle__starts_on=f"{MONTH}-01")
    return dict(awards.values_list("employee__number", "amount"))


def _sees_the_same(page: Page, line: tuple[Decimal | None, ...]) -> None:
    score, _base, _amount, total = line
    go(page, f"/me/{MONTH}/")
    hero = page.locator(".jy-hero").inner_text()
    assert str(score) in hero
    assert f"¥{total:,.2f}" in hero
    go(page, "/bonus/me/")
    assert f"{total:,.2f}" in page.locator(".jy-card").first.inner_text()
