"""Two people with the same card open: one decides, the other is told and changes nothing."""

import pytest

from common.models import AuditEvent
from performance.choices import CardState
from performance.services.cards import card_subject
from tests.journeys.walk import go, sign_in, told, window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REASON = "three videos were counted twice"


@pytest.fixture
def without_manager(review):
    """HR decides where nobody manages: both Dave and Erin may."""
    review.alice.employee.postings.update(manager=None)
    return review


def _card(world, user):
    return f"/review/{world.cycle.label}/{user.employee.number}/"


def _approve(page):
    with page.expect_navigation():
        page.locator("button[data-key=a]").click()


def _approvals(world, user):
    events = AuditEvent.objects.filter(subject=card_subject(world.card(user)), action="approve")
    return [event.actor_name for event in events]


def test_the_second_approval_is_refused_in_words(without_manager, live_server, browser):
    world = without_manager
    with window(browser, live_server.url) as first, window(browser, live_server.url) as second:
        for page, name in ((first, "dave"), (second, "erin")):
            sign_in(page, name)
            go(page, _card(world, world.alice))
        _approve(first)
        before = world.card(world.alice)
        with second.expect_response(lambda answer: answer.url.endswith("/approve/")) as answer:
            _approve(second)
        assert answer.value.status == 409
        assert "Dave" in told(second)
        assert second.get_by_role("link", name="Look at the card as it is now").is_visible()
        second.get_by_role("link", name="Look at the card as it is now").click()
        second.locator("h1").wait_for()
        assert second.locator("button[data-key=a]").count() == 0
    after = world.card(world.alice)
    assert (after.state, after.row_version) == (CardState.CONFIRMED, before.row_version)
    assert _approvals(world, world.alice) == ["Dave"]


def test_a_stale_approval_names_the_old_and_the_new_total(without_manager, live_server, browser):
    world = without_manager
    with window(browser, live_server.url) as stale, window(browser, live_server.url) as other:
        for page, name in ((stale, "dave"), (other, "erin")):
            sign_in(page, name)
            go(page, _card(world, world.alice))
        seen = world.card(world.alice).current.total
        go(other, f"/scorecards/{world.cycle.label}/{world.alice.employee.number}/originality/figure/")
        other.fill("[name=value]", "30")
        other.fill("[name=reason]", REASON)
        with other.expect_navigation():
            other.locator("main button[type=submit]").click()
        now = world.card(world.alice).current.total
        assert now != seen
        with stale.expect_response(lambda answer: answer.url.endswith("/approve/")) as answer:
            _approve(stale)
        assert answer.value.status == 409
        assert f"{seen} → {now}" in told(stale)
    assert world.card(world.alice).state == CardState.MANAGER_REVIEW
    assert _approvals(world, world.alice) == []


def test_approving_needs_no_script(review, live_server, browser):
    with window(browser, live_server.url, java_script_enabled=False) as page:
        sign_in(page, "bob")
        go(page, "/review/")
        page.get_by_role("link", name="Start review").click()
        page.locator("button[data-key=a]").click()
        page.locator(".jy-alert-success").wait_for()
        assert "confirmed" in told(page).lower()
    cards = [review.card(user).state for user in (review.alice, review.ann, review.amy)]
    assert sorted(cards) == sorted([CardState.CONFIRMED, CardState.MANAGER_REVIEW, CardState.MANAGER_REVIEW])


def test_language_and_colours_need_no_script(review, live_server, browser):
    with window(browser, live_server.url, java_script_enabled=False) as page:
        sign_in(page, "alice")
        page.locator(".jy-language button").click()
        assert page.locator("html").get_attribute("lang").lower() == "zh-hans"
        page.locator(".jy-usermenu > summary").click()
        page.locator("button[name=theme][value=dark]").click()
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
