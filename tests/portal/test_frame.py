"""The frame around every page: the way in, navigation, colours, language, zone, notices, late data."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from common.notices import notify
from metrics.models import AccountDay
from people.choices import Role
from people.models import User
from performance.models import Cycle
from portal.navigation import entries, home_of
from tests.factories.people import (
    AccountFactory,
    CompanyFactory,
    UserFactory,
    grant,
    hold,
    make_manager,
    make_officer,
    make_operator,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def at_work(client):
    """Sign somebody in and return the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def live():
    CompanyFactory()
    Cycle.objects.create(kind="month", starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 31), state="open")


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.HR_PEOPLE, "/cycles/"),
        (Role.HR_PAY, "/cycles/"),
        (Role.FINANCE, "/cycles/"),
        (Role.AUDITOR, "/cycles/"),
        (Role.EXECUTIVE, "/cycles/"),
        (Role.DATA_ADMIN, "/data/"),
        (Role.ADMIN, "/cycles/"),
    ],
)
def test_everybody_starts_where_their_work_waits(at_work, live, role, address):
    answer = at_work(make_officer("Olive", role)).get("/")
    assert (answer.status_code, answer.url) == (302, address)


def test_operators_start_at_their_card_and_managers_at_their_tasks(at_work, live):
    manager = make_manager("Bob")
    operator = make_operator("Alice", manager=manager)
    assert at_work(operator).get("/").url == "/me/"
    assert at_work(manager).get("/").url == "/home/"


def test_an_administrator_starts_at_the_check_list_until_a_month_was_opened(at_work):
    CompanyFactory()
    assert at_work(grant(UserFactory(), Role.ADMIN)).get("/").url == reverse("portal:checklist")


def test_nobody_without_a_sign_in_gets_past_the_door(client):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/")


def test_the_most_exact_place_is_the_active_one():
    found = {one["url"]: one["active"] for one in entries({"data_admin"}, path="/data/upload/")}
    assert (found["/data/upload/"], found["/data/"]) == (True, False)


def test_an_operator_is_led_to_no_office_and_no_money_of_others():
    places = {one["url"] for one in entries({"operator"}, path="/me/")}
    assert "/me/" in places
    assert not places & {"/people/", "/cycles/", "/bonus/", "/review/", "/home/"}


def test_home_without_any_part_is_the_own_page(live):
    assert home_of(frozenset()) == "/me/"


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_colours_are_stored_and_shown(at_work, live, theme):
    client = at_work(make_operator("Alice"))
    answer = client.post("/theme/", {"theme": theme, "next": "/notices/"})
    assert answer.url == "/notices/"
    assert User.objects.get(username="alice").theme == theme
    assert f'data-theme="{theme}"' in client.get("/notices/").content.decode()


def test_unknown_colours_are_refused_and_foreign_addresses_not_followed(at_work, live):
    client = at_work(make_operator("Alice"))
    assert client.post("/theme/", {"theme": "pink"}).status_code == 400
    assert User.objects.get(username="alice").theme == "system"
    assert client.post("/theme/", {"theme": "dark", "next": "//elsewhere.example/"}).url == "/"
    assert client.get("/theme/").status_code == 405


def test_the_language_is_kept_for_the_next_device(at_work, live, client):
    signed_in = at_work(make_operator("Alice"))
    assert '<html lang="en"' in signed_in.get("/notices/").content.decode()
    signed_in.post("/i18n/setlang/", {"language": "zh-hans", "next": "/notices/"})
    assert User.objects.get(username="alice").language == "zh-hans"
    assert '<html lang="zh-hans"' in signed_in.get("/notices/").content.decode()


def test_an_unknown_language_changes_nothing(at_work, live):
    at_work(make_operator("Alice")).post("/i18n/setlang/", {"language": "tlh"})
    assert User.objects.get(username="alice").language == "en"


def test_strangers_may_switch_the_language_before_signing_in(client):
    assert client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"}).status_code == 302


def test_times_are_shown_in_the_company_zone(at_work):
    CompanyFactory(time_zone="America/Los_Angeles")
    user = make_operator("Alice")
    notify(kind="review.due", recipient=user.pk, subject="x", at=NOW, params={"cycle": "2026-08", "due": ""})
    assert "2026-09-09 19:00" in at_work(user).get("/notices/").content.decode()


def test_notices_are_worded_and_read(at_work, live):
    user, other = make_operator("Alice"), make_operator("Ann")
    notify(
        kind="data.late", recipient=user.pk, subject="people.account:1", at=NOW,
        params={"account": "Kitchen", "since": "2026-09-01"},
    )  # fmt: skip
    notify(kind="nobody.knows", recipient=user.pk, subject="x", at=NOW)
    notify(kind="review.due", recipient=other.pk, subject="x", at=NOW, params={"cycle": "2025-01"})
    client = at_work(user)
    page = client.get("/notices/").content.decode()
    assert "The data of Kitchen is late. Its last day is 2026-09-01" in page
    assert "Something you take part in has changed." in page
    assert "2025-01" not in page
    assert "Notices (2)" in page
    assert client.post("/notices/read/").url == "/notices/"
    assert "Notices (2)" not in client.get("/notices/").content.decode()


def test_a_missing_parameter_is_a_dash(at_work, live):
    user = make_operator("Alice")
    notify(kind="data.late", recipient=user.pk, subject="x", at=NOW, params={"since": ""})
    assert "The data of – is late. Its last day is –;" in at_work(user).get("/notices/").content.decode()


@pytest.mark.parametrize("kind", ["reviews.confirmed", "reviews.returned", "reviews.recalled"])
def test_a_notice_about_a_card_leads_to_its_month(at_work, live, kind):
    user = make_operator("Alice")
    notify(kind=kind, recipient=user.pk, subject="x", at=NOW, params={"cycle": "2026-07"})
    assert 'href="/me/2026-07/"' in at_work(user).get("/notices/").content.decode()


def test_an_empty_installation_says_where_it_begins(client):
    address = reverse("account_login")
    assert 'href="/setup/"' in client.get(address).content.decode()
    CompanyFactory()
    assert 'href="/setup/"' not in client.get(address).content.decode()


def test_late_data_is_told_above_the_page_to_those_it_concerns(at_work, live):
    alice, ann = make_operator("Alice"), make_operator("Ann")
    hold(AccountFactory(platform="douyin"), alice)
    assert (
        "Douyin: the data of 1 account is more than three days old."
        in at_work(alice).get("/notices/").content.decode()
    )
    assert "more than three days old" not in at_work(ann).get("/notices/").content.decode()


def test_data_of_the_last_days_is_not_late(at_work, live):
    alice = make_operator("Alice")
    account = AccountFactory(platform="douyin")
    hold(account, alice)
    today = datetime.now(UTC).date()
    day = AccountDay.objects.create(account=account, date=today - timedelta(days=3), source="file", plays=1)
    assert "more than three days old" not in at_work(alice).get("/notices/").content.decode()
    AccountDay.objects.filter(pk=day.pk).update(date=today - timedelta(days=9))
    assert "more than three days old" in at_work(alice).get("/notices/").content.decode()
