"""What every test shares: the services, the browser and the closing summary."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.services import browser as chromium
from tests.services.flush import let_tests_flush
from tests.services.summary import Summary
from tests.settings import found

NEEDS = {
    "services": (found.has_services, "needs PostgreSQL and Redis"),
    "browser": (chromium.executable() is not None, "needs Chromium"),
}

# The same examples at every run, so that a run says something of the change; explore with
# HYPOTHESIS_PROFILE=explore, which draws new ones, and turn what it finds into a test.
settings.register_profile("steady", derandomize=True)
settings.register_profile("explore")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

let_tests_flush()


def pytest_configure(config: pytest.Config) -> None:
    """Collect the summary, once, where the run is controlled."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(found), "jiying-summary")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs something this machine has not got."""
    for name, (there, reason) in NEEDS.items():
        for item in items:
            if not there and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _no_guesses_counted() -> None:
    """Forget wrong guesses that earlier tests made from the same address; only the run's own keys go."""
    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; tests that use it carry the marker ``browser``."""
    # Playwright's own loop runs in this thread; Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.executable(), headless=True, args=chromium.FLAGS
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window without cookies, 1280 × 800; an error in a page's script fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    window = context.new_page()
    errors: list[str] = []
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.set_default_timeout(10_000)
    yield window
    context.close()
    assert errors == []
