"""The people pages as named people meet them in the browser."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.audit import Actor
from people.choices import Role
from people.models import Account, AccountPeriod, Employee, Invitation, Posting, RoleGrant, Team, User
from people.services import signins
from tests.factories.people import (
    PASSWORD,
    AccountFactory,
    CompanyFactory,
    EmployeeFactory,
    LegalEntityFactory,
    PositionFactory,
    PostingFactory,
    TeamFactory,
    hold,
    make_manager,
    make_officer,
    make_operator,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    cache.clear()
    return CompanyFactory()


@pytest.fixture
def cast():
    bob, eve = make_manager("Bob"), make_manager("Eve")
    return {
        "bob": bob,
        "eve": eve,
        "alice": make_operator("Alice", manager=bob),
        "carol": make_officer("Carol", Role.HR_PEOPLE),
        "adam": make_officer("Adam", Role.ADMIN),
        "dan": make_officer("Dan", Role.DATA_ADMIN),
        "audrey": make_officer("Audrey", Role.AUDITOR),
    }


def as_(client, user):
    client.force_login(user, backend="people.backends.CurrentStaffBackend")
    return client


def names_in(response):
    return set(
        re.findall(
            r"\b(?:Alice|Bob|Eve|Carol|Adam|Dan|Audrey)\b", response.content.decode().split("<main")[1]
        )
    )


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("alice", {"Alice", "Bob"}),  # Bob as the manager beside her name
        ("bob", {"Bob", "Alice"}),
        ("eve", {"Eve"}),
        ("dan", {"Dan"}),
        ("carol", {"Alice", "Bob", "Eve", "Carol", "Adam", "Dan", "Audrey"}),
    ],
)
def test_the_list_shows_whom_one_may_see(client, cast, who, sees):
    response = as_(client, cast[who]).get("/people/")
    assert response.status_code == 200
    assert names_in(response) == sees


PAGES = [
    ("/people/{alice}/", {"alice": 200, "bob": 200, "eve": 404, "carol": 200, "audrey": 200, "dan": 404}),
    (
        "/people/{alice}/change/",
        {"alice": 403, "bob": 403, "eve": 404, "carol": 200, "audrey": 403, "dan": 404},
    ),
    (
        "/people/{alice}/post/",
        {"alice": 403, "bob": 403, "eve": 404, "carol": 200, "audrey": 403, "adam": 200},
    ),
    ("/people/{alice}/leave/", {"bob": 403, "eve": 404, "carol": 200}),
    ("/people/new/", {"bob": 403, "carol": 200, "audrey": 403, "adam": 200}),
    ("/users/", {"alice": 403, "bob": 403, "audrey": 403, "carol": 200, "adam": 200}),
    ("/users/{user}/roles/", {"bob": 404, "audrey": 404, "carol": 403, "adam": 200}),
    ("/teams/", {"alice": 200, "dan": 200}),
    ("/teams/{team}/", {"alice": 200, "dan": 404, "carol": 200}),
    ("/teams/new/", {"bob": 403, "carol": 200}),
    ("/organisation/", {"bob": 403, "dan": 403, "carol": 200}),
    ("/accounts/", {"alice": 200, "eve": 200, "dan": 200}),
    ("/accounts/{account}/", {"alice": 200, "bob": 200, "eve": 404, "dan": 200, "audrey": 200}),
    ("/accounts/{account}/hand-over/", {"alice": 403, "bob": 403, "eve": 404, "dan": 200, "audrey": 403}),
    ("/accounts/{account}/change/", {"bob": 403, "eve": 404, "dan": 200, "carol": 200}),
    ("/accounts/{account}/hold/", {"bob": 403, "carol": 200}),
    ("/people/import/", {"alice": 403, "bob": 403, "dan": 403, "audrey": 403, "carol": 200, "adam": 200}),
    ("/people/import/template/", {"bob": 403, "carol": 200}),
]


@pytest.mark.parametrize(("address", "expected"), PAGES, ids=[page for page, _ in PAGES])
def test_each_page_lets_in_who_may_and_nobody_else(client, cast, address, expected):
    alice = cast["alice"]
    account = AccountFactory()
    hold(account, alice)
    team = Posting.objects.get(employee=alice.employee).team_id
    address = address.format(alice=alice.employee_id, user=alice.pk, account=account.pk, team=team)
    got = {who: as_(client, cast[who]).get(address).status_code for who in expected}
    assert got == expected


def test_a_stranger_is_asked_to_sign_in(client, cast):
    response = client.get("/people/")
    assert response.status_code == 302
    assert "/login/" in response.url


def test_a_page_that_does_not_exist_looks_like_one_that_is_not_yours(client, cast):
    as_(client, cast["eve"])
    foreign, nobody = client.get(f"/people/{cast['alice'].employee_id}/"), client.get("/people/99999999/")
    strip = re.compile(
        rb'value="/people/\d+/"|csrf\w*"? (value|content)="\w+"|"X-CSRFToken": "\w+"|value="\w{64}"'
    )
    assert strip.sub(b"", foreign.content) == strip.sub(b"", nobody.content)
    assert (foreign.status_code, nobody.status_code) == (404, 404)


def test_a_role_taken_away_closes_the_next_request(client, cast):
    as_(client, cast["carol"])
    assert client.get("/people/new/").status_code == 200
    RoleGrant.objects.filter(user=cast["carol"]).delete()
    assert client.get("/people/new/").status_code == 403


def test_a_deactivated_sign_in_is_out_at_the_next_request(client, cast):
    as_(client, cast["alice"])
    assert client.get("/people/").status_code == 200
    User.objects.filter(pk=cast["alice"].pk).update(is_active=False)
    assert client.get("/people/").status_code == 302


def test_hr_moves_somebody_and_a_refusal_keeps_the_form(client, cast):
    alice, food = cast["alice"].employee, TeamFactory(code="FOOD")
    as_(client, cast["carol"])
    fields = {
        "team": food.pk, "position": PositionFactory().pk, "manager": alice.number,
        "status": "regular", "starts_on": "2026-08-15",
    }  # fmt: skip
    refused = client.post(f"/people/{alice.pk}/post/", fields)
    assert refused.status_code == 422
    assert "own manager" in refused.content.decode()
    assert Posting.objects.filter(employee=alice).count() == 1
    unknown = client.post(f"/people/{alice.pk}/post/", {**fields, "manager": "nobody"})
    assert unknown.status_code == 422
    done = client.post(f"/people/{alice.pk}/post/", {**fields, "manager": cast["eve"].employee.number})
    assert done.status_code == 302
    spans = Posting.objects.filter(employee=alice).order_by("starts_on").values_list("ends_on", "team")
    assert next(iter(spans))[0] == date(2026, 8, 14)
    assert list(spans)[1] == (None, food.pk)
    assert as_(client, cast["bob"]).get(f"/people/{alice.pk}/").status_code == 404


def test_a_manager_may_not_post_anybody(client, cast):
    alice = cast["alice"].employee
    fields = {"left_on": "2026-09-30"}
    assert as_(client, cast["bob"]).post(f"/people/{alice.pk}/leave/", fields).status_code == 403
    assert Employee.objects.get(pk=alice.pk).left_on is None
    assert as_(client, cast["carol"]).post(f"/people/{alice.pk}/leave/", fields).status_code == 302
    assert Employee.objects.get(pk=alice.pk).left_on == date(2026, 9, 30)


def test_an_account_is_handed_over_on_the_page(client, cast):
    account = AccountFactory()
    hold(account, cast["alice"])
    fields = {
        "starts_on": "2026-08-10", "holder_1": cast["alice"].employee.number, "share_1": "60",
        "holder_2": cast["eve"].employee.number, "share_2": "39",
    }  # fmt: skip
    as_(client, cast["dan"])
    refused = client.post(f"/accounts/{account.pk}/hand-over/", fields)
    assert refused.status_code == 422
    assert "99 %" in refused.content.decode()
    assert AccountPeriod.objects.count() == 1
    assert client.post(f"/accounts/{account.pk}/hand-over/", {**fields, "share_2": "40"}).status_code == 302
    latest = AccountPeriod.objects.order_by("-starts_on").first()
    assert sorted(latest.shares.values_list("share", flat=True)) == [Decimal(40), Decimal(60)]
    assert client.get(f"/accounts/{account.pk}/").content.decode().count("2026-08-09") == 1


def test_everything_can_be_entered_by_hand(client, cast):
    as_(client, cast["adam"])
    assert client.post("/teams/new/", {"code": "ART", "name": "Art"}).status_code == 302
    assert client.post("/organisation/positions/new/", {"code": "edit", "name": "Editor"}).status_code == 302
    assert client.post("/organisation/entities/new/", {"code": "L2", "name": "Second Ltd"}).status_code == 302
    person = {
        "number": "N1",
        "name": "Nia",
        "legal_entity": LegalEntityFactory().pk,
        "hired_on": "2026-08-01",
    }
    assert client.post("/people/new/", person).status_code == 302
    nia = Employee.objects.get(number="N1")
    assert client.post(f"/people/{nia.pk}/sign-in/", {"username": "nia"}).status_code == 302
    assert client.post(f"/users/{nia.user.pk}/roles/", {"roles": ["auditor"]}).status_code == 302
    account = {"platform": "tiktok", "handle": "art", "kind": "creator", "supplier": "N1"}
    assert client.post("/accounts/new/", account).status_code == 302
    made = Account.objects.get(handle="art")
    held = {"starts_on": "2026-08-01", "holder_1": "N1", "share_1": "100"}
    assert client.post(f"/accounts/{made.pk}/hold/", held).status_code == 302
    period = AccountPeriod.objects.get()
    page = f"/accounts/{made.pk}/periods/{period.pk}/"
    assert client.get(page).status_code == 200
    assert client.post(f"{page}end/", {"ends_on": "2026-08-31"}).status_code == 302
    assert Team.objects.get(code="ART").name == "Art"
    assert RoleGrant.objects.get(user=nia.user).role == "auditor"


def test_an_invitation_lets_its_owner_in_once(client, cast):
    alice = cast["alice"]
    page = as_(client, cast["carol"]).post(f"/users/{alice.pk}/invite/")
    link = re.search(r'value="(http://testserver)?(/invitation/[^"]+)"', page.content.decode())[2]
    client.logout()
    assert client.get(link).url == "/invitation/"
    assert client.post("/invitation/", {"password": "abc", "again": "abc"}).status_code == 422
    assert client.post("/invitation/", {"password": PASSWORD, "again": "other"}).status_code == 422
    new = "calm-Harbour-31"
    entered = client.post("/invitation/", {"password": new, "again": new})
    assert (entered.status_code, entered.url) == (302, "/")
    assert client.get("/people/").status_code == 200
    client.logout()
    assert client.get(link).status_code == 404
    assert User.objects.get(pk=alice.pk).check_password(new)


def test_hr_cannot_become_an_administrator_by_invitation(client, cast):
    as_(client, cast["carol"])
    assert client.post(f"/users/{cast['adam'].pk}/invite/").status_code == 403
    assert client.post(f"/users/{cast['adam'].pk}/active/", {"active": "0"}).status_code == 403
    assert not Invitation.objects.exists()
    assert client.post(f"/users/{cast['alice'].pk}/invite/").status_code == 200


def test_the_link_names_the_configured_host_not_the_requests(client, cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    as_(client, cast["carol"])
    address = f"/users/{cast['alice'].pk}/invite/"
    assert "evil.example" not in client.post(address, headers={"host": "evil.example"}).content.decode()
    settings.SITE_ADDRESS = "https://kpi.example"
    assert "https://kpi.example/invitation/" in client.post(address).content.decode()


def test_guessing_invitations_is_slowed_down(client):
    answers = [client.get(f"/invitation/guess{number}/").status_code for number in range(12)]
    assert answers == [404] * 10 + [429] * 2


def test_text_typed_by_people_is_escaped(client, cast):
    bad = "<script>alert(1)</script>"
    EmployeeFactory(name=bad)
    content = as_(client, cast["carol"]).get("/people/").content.decode()
    assert bad not in content
    assert "&lt;script&gt;" in content


def _crowd(size, boss=None):
    boss = boss or make_manager("Chief")
    team = TeamFactory()
    for _ in range(size):
        person = EmployeeFactory()
        PostingFactory(employee=person, team=team, manager=boss.employee)
        hold(AccountFactory(supplier=person), person)
    return boss


@pytest.mark.parametrize(
    ("who", "address"),
    [
        *((who, page) for who in ("boss", "adam") for page in ("/people/", "/accounts/", "/teams/")),
        ("adam", "/users/"),
    ],
)
def test_a_list_asks_the_database_as_often_for_200_as_for_10(client, cast, address, who):
    boss = _crowd(10)
    as_(client, boss if who == "boss" else cast["adam"])
    client.get(address)
    few = _statements(client, address)
    _crowd(190, boss)
    many = _statements(client, address)
    assert few == many
    assert few <= 25


def _statements(client, address):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    assert len(response.content) < 80_000
    return len(queries)


def test_the_list_is_read_on_by_its_cursor(client, cast):
    for _ in range(60):
        EmployeeFactory()
    as_(client, cast["carol"])
    first = client.get("/people/").content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    numbers = set(re.findall(r'<td class="num"[^>]*>(E\d+)</td>', first))
    others = set(
        re.findall(r'<td class="num"[^>]*>(E\d+)</td>', client.get("/people/" + following).content.decode())
    )
    assert len(numbers) == 50
    assert len(others) == 67 - 50
    assert not numbers & others


def test_every_wrong_cursor_or_search_is_only_an_empty_list(client, cast):
    as_(client, cast["carol"])
    for query in ("?after=%00x"[:7], "?after=zzzz", "?q=%25%27%3B--", "?after=99999999999999999999"):
        assert client.get(f"/people/{query}").status_code == 200
        assert client.get(f"/accounts/{query}").status_code == 200


def test_the_clock_of_the_company_decides_the_day(client, cast):
    alice = cast["alice"].employee
    Posting.objects.filter(employee=alice).update(ends_on=date(2026, 8, 31))
    PostingFactory(employee=alice, manager=cast["eve"].employee, starts_on=date(2026, 9, 1))
    page = f"/people/{alice.pk}/"
    for moment, expected in (
        (datetime(2026, 8, 31, 15, 59, tzinfo=UTC), (200, 404)),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), (404, 200)),
    ):
        with mock.patch("people.requests.timezone.now", return_value=moment):
            got = tuple(as_(client, cast[who]).get(page).status_code for who in ("bob", "eve"))
        assert got == expected


def test_an_invitation_that_is_old_is_closed(client):
    user = make_operator("Zoe")
    at = datetime.now(UTC) - timedelta(days=7, minutes=1)
    _invitation, token = signins.invite(user=user, actor=Actor.system("test", 1), at=at)
    assert client.get(f"/invitation/{token}/").status_code == 404
