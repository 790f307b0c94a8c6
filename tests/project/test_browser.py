"""The sign-in page as a browser sees it: whole, from this host alone."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_sign_in_page_fetches_everything_from_here(live_server, page):
    requested, failed = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{live_server.url}/accounts/login/", wait_until="networkidle")
    assert page.locator("input[name=password]").is_visible()
    assert len(requested) > 2
    assert [url for url in requested if not url.startswith("http://127.0.0.1:")] == []
    assert failed == []
