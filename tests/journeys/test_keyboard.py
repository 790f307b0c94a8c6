"""Reviewing by keys alone, and keys that stay letters where somebody types."""

import re

import pytest

from performance.choices import CardState
from tests.journeys.walk import go, send, sign_in, window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPOSING = "{key: 'a', isComposing: true, bubbles: true}"


@pytest.fixture
def desk(review, live_server, browser):
    with window(browser, live_server.url) as page:
        sign_in(page, "bob")
        yield page


def _states(world):
    return {name: world.card(getattr(world, name)).state for name in ("alice", "ann", "amy")}


def _open_groups(page):
    for closed in page.locator("[data-review] details:not([open]) > summary").all():
        closed.click()


def _current(page):
    return page.locator("[data-row][data-current] a:visible").first.inner_text()


def test_j_and_k_move_and_enter_opens_the_card_beside_the_list(review, desk):
    go(desk, "/review/")
    _open_groups(desk)
    names = [link.inner_text() for link in desk.locator("[data-row] a[data-open]").all()]
    assert len(names) == 3
    desk.locator("h1").click()
    desk.keyboard.press("j")
    first = _current(desk)
    desk.keyboard.press("j")
    second = _current(desk)
    assert names.index(second) == names.index(first) + 1
    desk.keyboard.press("k")
    assert _current(desk) == first
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.locator("#review-card h1", has_text=second).wait_for()
    assert re.search(r"\?at=\w+", desk.url)
    assert set(_states(review).values()) == {CardState.MANAGER_REVIEW}


def test_a_approves_and_goes_on_until_all_are_decided(review, desk):
    go(desk, "/review/")
    send(desk, "Start review")  # a key pressed before the page's script runs is lost
    for left in (2, 1, 0):
        desk.locator("button[data-key=a]").wait_for()
        here = desk.url
        with desk.expect_navigation():
            desk.keyboard.press("a")
        assert desk.url != here
        assert list(_states(review).values()).count(CardState.MANAGER_REVIEW) == left
    assert desk.url.split("?")[0].endswith("/review/")


def test_u_takes_the_last_approval_back(review, desk):
    go(desk, f"/review/{review.cycle.label}/{review.alice.employee.number}/")
    with desk.expect_navigation():
        desk.keyboard.press("a")
    assert _states(review)["alice"] == CardState.CONFIRMED
    with desk.expect_navigation():
        desk.keyboard.press("u")
    assert _states(review)["alice"] == CardState.MANAGER_REVIEW


def test_keys_are_letters_while_somebody_types(review, desk):
    go(desk, f"/review/{review.cycle.label}/{review.alice.employee.number}/")
    desk.keyboard.press("c")
    comment = desk.locator("#approve-comment")
    comment.wait_for()
    desk.keyboard.type("jakra")
    assert comment.input_value() == "jakra"
    assert set(_states(review).values()) == {CardState.MANAGER_REVIEW}


def test_keys_with_a_modifier_or_an_input_method_do_nothing(review, desk):
    go(desk, f"/review/{review.cycle.label}/{review.alice.employee.number}/")
    desk.keyboard.press("Alt+a")
    desk.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {COMPOSING}))")
    assert desk.locator("button[data-key=a]").is_visible()
    assert set(_states(review).values()) == {CardState.MANAGER_REVIEW}
