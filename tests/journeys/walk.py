"""How a person moves through the pages: sign in, go somewhere, press, read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

PASSWORD = "quiet-River-58"
WAIT = 15_000


@contextmanager
def window(browser: Browser, base: str, *, locale: str = "en-US", **options: Any) -> Iterator[Page]:
    """Open a window of its own with its own cookies; errors in scripts and failed fetches fail the test."""
    context = browser.new_context(
        viewport=options.pop("viewport", {"width": 1280, "height": 800}),
        locale=locale,
        base_url=base,
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(WAIT)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.on("response", lambda answer: errors.append(answer.url) if answer.status >= 500 else None)
    try:
        yield page
    except Exception:
        print(page.url, page.locator("body").inner_text()[:3000], sep="\n")
        raise
    finally:
        context.close()
    assert [one for one in errors if "status of 4" not in one] == []


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in through the page."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.locator("form[action='/accounts/login/'] button[type=submit]").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def go(page: Page, address: str, *, status: int = 200) -> None:
    """Open an address and check how it answers."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, f"{address}: {answer.status}"


def press(page: Page, name: str) -> None:
    """Press the button or follow the link of that name in the page's own part, not the navigation."""
    part = page.locator("main")
    button = part.get_by_role("button", name=name, exact=True)
    button.or_(part.get_by_role("link", name=name, exact=True)).first.click()


def send(page: Page, name: str) -> None:
    """Press the button or follow the link of that name and wait for the page it leads to."""
    with page.expect_navigation():
        press(page, name)


def told(page: Page) -> str:
    """Return what the page says in its alerts, waiting for the first."""
    page.locator(".jy-alert").first.wait_for()
    return "\n".join(page.locator(".jy-alert").all_inner_texts())


def number_of(text: str) -> str:
    """Return a figure as it is read, without currency, separators, signs of plus or blanks."""
    return "".join(letter for letter in text if letter.isdigit() or letter in ".-−").replace("−", "-")
