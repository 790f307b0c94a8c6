"""The review in a real browser: by keyboard, and with a stale page open."""

import pytest

from performance.choices import CardState
from tests.factories.people import PASSWORD
from tests.factories.reviews import make_world

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def world():
    return make_world()


def _sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click(".jy-entrance-card button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)


def test_a_manager_reviews_by_keyboard(world, live_server, page):
    _sign_in(page, live_server, world.bob)
    page.goto(f"{live_server.url}/review/{world.cycle.label}/{world.alice.employee.number}/")
    page.keyboard.press("a")
    page.wait_for_url("**done=**")
    assert world.card(world.alice).state == CardState.CONFIRMED
    page.keyboard.press("u")
    page.wait_for_url("**/scorecards/**")
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW


def test_the_stale_page_is_refused_in_words(world, live_server, page, browser):
    number = world.alice.employee.number
    address = f"{live_server.url}/review/{world.cycle.label}/{number}/"
    _sign_in(page, live_server, world.bob)
    page.goto(address)
    other = browser.new_context(locale="en").new_page()
    try:
        _sign_in(other, live_server, world.bob)
        other.goto(address)
        other.click("[data-key=a]")
        other.wait_for_url("**done=**")
    finally:
        other.context.close()
    with page.expect_navigation() as answer:
        page.click("[data-key=a]")
    assert answer.value.status == 409
    assert "Bob" in page.inner_text("main")
    assert world.card(world.alice).state == CardState.CONFIRMED


def test_the_wide_queue_opens_a_card_beside_the_list(world, live_server, page):
    _sign_in(page, live_server, world.bob)
    page.goto(f"{live_server.url}/review/")
    page.wait_for_selector("#review-card [name=origin][value=split]", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.is_visible("#review-card")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
