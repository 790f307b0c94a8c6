"""The frame of every page: what it must always carry, and what it must never carry."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
OWN = sorted(
    str(path.relative_to(TEMPLATES))
    for folder in (".", "cotton", "account")
    for path in (TEMPLATES / folder).glob("*.html")
)
pytestmark = pytest.mark.django_db
SIX = [
    {"label": f"Place {n}", "url": f"/{n}/", "icon": "home", "active": n == 5, "count": 0}
    for n in range(1, 7)
]


def frame(**context):
    """Render the frame for an anonymous request."""
    request = RequestFactory().get("/cards/?page=2")
    request.user = AnonymousUser()
    return render_to_string("base.html", context, request=request)


@pytest.mark.parametrize("name", OWN)
def test_every_shared_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", OWN)
def test_no_shared_template_carries_inline_script_style_or_a_foreign_host(name):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"\sstyle=|<style|\son(?:click|change|submit|load|error)=", text)
    assert not re.search(r"https?://", text)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_frame_states_the_language_and_offers_a_way_past_the_navigation(language):
    with translation.override(language):
        page = frame()
    assert f'<html lang="{language}"' in page
    assert 'href="#content"' in page
    assert '<main id="content"' in page
    assert 'aria-live="polite"' in page


@pytest.mark.parametrize(
    ("theme", "attribute"), [("dark", 'data-bs-theme="dark"'), ("light", 'data-bs-theme="light"')]
)
def test_a_chosen_theme_is_set_by_the_server(theme, attribute):
    assert attribute in frame(theme=theme)


def test_the_system_theme_is_left_to_the_browser():
    head = frame(theme="system").partition("<head>")[0]
    assert 'data-theme="system"' in head
    assert "data-bs-theme" not in head


def test_six_places_are_all_reachable_on_a_phone():
    bottom = frame(navigation=SIX).partition('<nav class="jy-bottom"')[2].partition("</nav>")[0]
    assert bottom.count("<a ") == 6
    assert bottom.partition("<details")[0].count("<a ") == 3
    assert bottom.count('aria-current="page"') == 1


def test_the_rail_can_be_left_out():
    assert '<nav class="jy-rail"' in frame(navigation=SIX)
    assert '<nav class="jy-rail"' not in frame(navigation=SIX, hide_rail=True)
    assert '<nav class="jy-inline-nav"' in frame(navigation=SIX, hide_rail=True)


def test_the_freshness_strip_stands_only_when_there_is_something_to_say():
    assert "jy-freshness" not in frame()
    assert 'href="/data/"' in frame(freshness=[{"text": "Douyin is late", "url": "/data/"}])


def test_the_server_error_page_needs_no_context():
    page = render_to_string("500.html")
    assert "<h1>" in page
    assert "jiying.css" in page
