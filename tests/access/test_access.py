"""Every address × method × role × relation answers as the table says; a refusal changes nothing."""

import copy
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client

from tests.access import table as access
from tests.access.world import RELATIONS, ROLES, Scene, scene

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]
ENTRIES = list(access.entries())
OURS = ("common", "people", "metrics", "performance", "incentives", "reviews", "portal")


def _case(entry: access.Entry) -> Any:
    """Name the case; reading pages of every kind for everybody takes its time."""
    reads = entry.method == "GET" and not entry.name.startswith("api:")
    name = f"{entry.name} {entry.method} {entry.relation}"
    return pytest.param(entry, id=name, marks=[pytest.mark.slow] if reads else [])


KEY_TABLES = (
    "people.User", "people.RoleGrant", "people.Posting", "people.Employee", "people.AccountPeriod",
    "performance.Scorecard", "performance.Cycle", "incentives.BonusSheet", "metrics.ManualEntry",
    "metrics.Fetch", "metrics.Finding", "metrics.Correction", "reviews.DataQuestion",
    "metrics.FileWaiver", "metrics.UploadChoice",
)  # fmt: skip


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Scene]:
    """Build the scene once; everything a request does is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield scene()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(company: Scene) -> dict[str, Client]:
    """Return one browser per role, signed in; ``anonymous`` is not."""
    found = {"anonymous": Client(raise_request_exception=False)}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        found[role].force_login(company.users[role])
    return found


@pytest.fixture(scope="module")
def cookies(browsers: dict[str, Client]) -> dict[str, Any]:
    """Keep what each browser starts every request with, so that signing out ends one request only."""
    return {role: copy.deepcopy(browser.cookies) for role, browser in browsers.items()}


def test_every_address_stands_in_the_table() -> None:
    listed = {name: row["path"] for name, row in access.table().items()}
    assert access.patterns() == listed


def test_every_entry_names_a_known_method_and_relation() -> None:
    known = {"path", "args", "data", "query", "strangers"}
    for name, row in access.table().items():
        requests = set(row) - known
        assert requests, f"{name} has no request"
        for key in requests:
            method, _, relation = key.partition(" ")
            assert method in access.METHODS, f"{name}: {key}"
            assert relation in RELATIONS, f"{name}: {key}"


def test_every_refusal_is_paired_with_somebody_who_may() -> None:
    allowed = {
        (entry.name, entry.method)
        for entry in ENTRIES
        if any(status not in access.REFUSED for status in entry.expected.values())
    }
    refused = {(entry.name, entry.method) for entry in ENTRIES} - allowed
    assert {name for name, _method in refused} == NEVER_OPEN


NEVER_OPEN = {"people:setup", "people:invitation", "people:invitation_accept"}
"""Shut while there is an administrator, or without a link; opened in tests of their own."""


def test_strangers_are_stopped_by_the_middleware_and_by_the_framework() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    assert settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == [
        "rest_framework.permissions.IsAuthenticated"
    ]


@pytest.mark.parametrize("entry", [_case(entry) for entry in ENTRIES])
def test_access(
    company: Scene,
    browsers: dict[str, Client],
    cookies: dict[str, Any],
    entry: access.Entry,
    django_db_blocker: pytest.FixtureRequest,
) -> None:
    found = {}
    with django_db_blocker.unblock():
        for role, browser in browsers.items():
            browser.cookies = copy.deepcopy(cookies[role])
            found[role] = _status(company, browser, entry, role)
    assert found == entry.expected


def _status(company: Scene, browser: Client, entry: access.Entry, role: str) -> object:
    """Ask once; take everything back; hold a refusal to having changed nothing."""
    address = access.address(company, entry, "operator" if role == "anonymous" else role)
    refused = entry.method == "POST" and entry.expected[role] in access.REFUSED
    before = _fingerprint() if refused else ""
    with transaction.atomic():
        if entry.method == "GET":
            answer = browser.get(address)
        else:
            answer = browser.post(address, access.body(company, entry, role if role in ROLES else "operator"))
        after = _fingerprint() if before else ""
        transaction.set_rollback(True)
    assert before == after, f"{role} was refused and still changed something"
    to_login = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    return "302-login" if to_login and entry.name != "account_logout" else answer.status_code


def _fingerprint() -> str:
    """Return a hash of how many rows there are and of what the key tables hold."""
    counts = [
        model._default_manager.count() for label in OURS for model in apps.get_app_config(label).get_models()
    ]
    held = [list(apps.get_model(name)._default_manager.order_by("pk").values_list()) for name in KEY_TABLES]
    return hashlib.sha256(repr((counts, held)).encode()).hexdigest()
