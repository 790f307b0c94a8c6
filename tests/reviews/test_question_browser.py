"""A figure questioned on a phone, corrected by two at their desks, and counted after the night."""

from datetime import date

import pytest
from django.utils import timezone

from portal.pipeline import run_night
from reviews.models import DataQuestion
from tests.factories.people import PASSWORD
from tests.factories.questions import REASON, TEXT, make_asking

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LAST = date(2026, 8, 11)


@pytest.fixture
def asking():
    return make_asking(frozen=False, through=LAST)


def _sign_in(page, live_server, user):
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click(".jy-entrance-card button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)


def _fits(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_figure_is_questioned_corrected_by_two_and_counted(asking, live_server, page):
    number = asking.world.alice.employee.number
    rows = f"{live_server.url}/scorecards/2026-08/{number}/growth_month/rows/"
    page.set_viewport_size({"width": 390, "height": 844})
    _sign_in(page, live_server, asking.world.alice)
    page.goto(rows)
    page.locator("tr", has_text="2026-08-03").get_by_role("link", name="Question this").click()
    _fits(page, 390)
    page.select_option("[name=field]", "followers_net")
    page.fill("[name=expected]", "1199")
    page.fill("[name=text]", TEXT)
    page.click("form[data-guard] button[type=submit]")
    page.wait_for_url("**/questions/*/")
    _fits(page, 390)
    question = DataQuestion.objects.get()
    address = f"{live_server.url}/questions/{question.pk}/"

    page.set_viewport_size({"width": 1280, "height": 800})
    _sign_in(page, live_server, asking.dora)
    page.goto(f"{live_server.url}/questions/")
    page.click(f"a[href='/questions/{question.pk}/']")
    page.click(f"a[href='/questions/{question.pk}/correction/']")
    page.fill("[name=value]", "1199")
    page.fill("[name=reason]", REASON)
    page.click("button[name=preview]")
    page.wait_for_selector("text=What it would change")
    assert page.input_value("[name=value]") == "1199"
    page.click("form[data-guard] button.btn-primary")
    page.wait_for_url(address)
    assert page.locator("a[href$='/do/confirm/']").count() == 0

    _sign_in(page, live_server, asking.dan)
    page.goto(address)
    page.click("a[href$='/do/confirm/']")
    page.click("form[data-guard] button[type=submit]")
    page.wait_for_url(address)
    assert "Corrected by Dora, confirmed by Dan" in page.inner_text("main")

    run_night(date=LAST, clock=timezone.now)
    page.set_viewport_size({"width": 390, "height": 844})
    _sign_in(page, live_server, asking.world.alice)
    page.goto(rows)
    assert "corrected by Dora, confirmed by Dan" in page.inner_text("main")
    assert "The counted rows add up to exactly what the card says." in page.inner_text("main")
    line = asking.world.card(asking.world.alice).current.lines.get(leaf="growth_month")
    assert line.numerator == 2199
    page.goto(f"{live_server.url}/scorecards/2026-08/{number}/")
    assert "figure corrected" in page.inner_text("main")
    _fits(page, 390)
