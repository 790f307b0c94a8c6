"""A month's files: what an operator owes on a phone, what the board says, who vouches."""

from datetime import UTC, datetime

import pytest
import time_machine

from common.models import Notice
from common.periods import Month
from metrics.models import Fetch
from metrics.services.definitions import load_measures
from people.choices import Role
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)
from tests.journeys import exports
from tests.journeys.walk import go, send, sign_in, told, window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUGUST = Month(2026, 8)
NOW = datetime(2026, 9, 2, 4, tzinfo=UTC)
PHONE = {"width": 390, "height": 844}
BOARD = "/data/collection/?period=2026-08"


@pytest.fixture
def team(transactional_db):
    """Alice, managed by Bob, holds dawn; Carol holds dusk; Dana looks after the data."""
    with time_machine.travel(NOW, tick=True):
        CompanyFactory()
        load_measures(at=NOW)
        people = {"bob": make_manager("Bob"), "dana": make_officer("Dana", Role.DATA_ADMIN)}
        for name, handle in (("Alice", "dawn"), ("Carol", "dusk")):
            people[name.lower()] = make_operator(name, manager=people["bob"])
            people[handle] = AccountFactory(platform="douyin", handle=handle, name=handle.title())
            hold(people[handle], people[name.lower()])
        yield people


def _choose(page, files):
    page.set_input_files(
        "[name=exports]",
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files.items()
        ],
    )


def _fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _row(page, name):
    return page.locator("tbody tr", has_text=name).inner_text()


def test_files_are_owed_brought_from_a_phone_reminded_of_and_vouched_for(team, live_server, browser):
    files = {
        "works 2026-09-02.xlsx": exports.list_of_works(AUGUST, count=5),
        "days 2026-08.xlsx": exports.daily_series(AUGUST, plays=1000),
    }
    with window(browser, live_server.url, viewport=PHONE) as page:
        sign_in(page, "alice")
        go(page, "/me/")
        page.get_by_text("2 files for 2026-08 are still owed by you, due on 2026-09-03").wait_for()
        _fits(page)
        page.get_by_role("link", name="Dawn · Douyin 作品列表").click()
        page.wait_for_url("**/data/upload/**")
        assert page.input_value("[name=account]") == "douyin:dawn"
        assert page.input_value("[name=as_of]") == "2026-09-02"
        _choose(page, files)
        send(page, "Show what would change")
        assert "2 can be stored." in page.locator("main").inner_text()
        _fits(page)
        assert not Fetch.objects.exists()
        send(page, "Store")
        page.wait_for_url("**/data/upload/result/")
        assert "2 of 2 tables were taken" in told(page)
        assert page.get_by_text("You owe no file for the last month.").is_visible()
        _fits(page)
    assert Fetch.objects.filter(account=team["dawn"], self_supplied=True).count() == 2

    with window(browser, live_server.url) as page:
        sign_in(page, "dana")
        go(page, BOARD)
        assert "2 of 4 files are in." in page.locator("main").inner_text()
        assert _row(page, "Dawn").count("waits for a confirmation") == 2
        assert _row(page, "Dusk").count("still to come") == 2
        page.locator("#remind > summary").click()
        dialog = page.locator("dialog")
        assert "Carol (2)" in dialog.inner_text()
        assert "Alice" not in dialog.inner_text()
        with page.expect_navigation():
            dialog.get_by_role("button", name="Send the reminders").click()
        assert "1 person was reminded." in told(page)
        send(page, "Dawn")
        for _file in files:
            with page.expect_navigation():
                page.get_by_role("button", name="I have checked it: confirm").first.click()
        assert page.get_by_role("button", name="I have checked it: confirm").count() == 0
        go(page, BOARD)
        assert "waits for a confirmation" not in _row(page, "Dawn")
    assert not Fetch.objects.filter(confirmed_at__isnull=True).exists()
    assert [notice.recipient for notice in Notice.objects.filter(kind="data.owed")] == [team["carol"].pk]

    with window(browser, live_server.url, viewport=PHONE) as page:
        sign_in(page, "carol")
        go(page, "/notices/")
        assert "Files for 2026-08 are still missing" in page.locator("main").inner_text()


def test_a_question_is_answered_and_stored_without_script(team, live_server, browser):
    second = AccountFactory(platform="douyin", handle="noon", name="Noon")
    hold(second, team["alice"])
    with window(browser, live_server.url, java_script_enabled=False) as page:
        sign_in(page, "alice")
        go(page, "/me/")
        page.get_by_role("link", name="Files I owe").click()
        assert "0 of 4 files are in." in page.locator("main").inner_text()
        go(page, "/data/upload/")
        _choose(page, {"a.xlsx": exports.list_of_works(AUGUST, count=3)})
        send(page, "Show what would change")
        page.select_option("[name=f0-account]", "douyin:dawn")
        page.fill("[name=f0-as_of]", "2026-09-01")
        send(page, "Show what would change")
        send(page, "Store")
        page.wait_for_url("**/data/deliveries/**")
    assert Fetch.objects.get().account == team["dawn"]
