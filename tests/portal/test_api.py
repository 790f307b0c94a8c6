"""The read-only API: the same figures as the cards, strict parameters, nothing for strangers' eyes."""

from decimal import Decimal

import pytest

from common.models import AuditEvent
from incentives.services.rule_sets import load_builtin_rule_set
from incentives.services.salaries import set_salary
from incentives.services.sheets import make_sheets
from people.choices import Role
from performance.choices import CardState
from performance.models import Scorecard
from performance.services.cards import move_card
from performance.services.cycles import close_cycle, freeze_cycle
from portal.publishing import publish_month
from tests.factories.people import make_officer
from tests.factories.world import ACTOR, AT, small_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = small_world(teams=2, people=2)
    load_builtin_rule_set(actor=ACTOR, at=AT)
    for user in world.operators:
        set_salary(
            employee=user.employee, component="base", amount=Decimal(10_000),
            starts_on=user.employee.hired_on, actor=ACTOR, at=AT,
        )  # fmt: skip
    close_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT, reason="what is owed stays owed")
    return world


def published(world):
    for card in Scorecard.objects.filter(cycle=world.cycle):
        move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=AT)
    publish_month(cycle_id=world.cycle.pk, actor=ACTOR, at=AT)


def ask(client, user, address):
    client.force_login(user)
    return client.get(address)


def test_figures_are_exact_texts(client, world):
    user = world.operators[0]
    answer = ask(client, user, "/api/v1/me/scorecard?cycle=2026-08")
    card = Scorecard.objects.select_related("current").get(employee=user.employee)
    told = answer.json()
    assert told["total"] == str(card.current.total)
    assert told["figures_hash"] == card.current.figures_hash
    lines = {line.leaf: line for line in card.current.lines.all()}
    assert {line["leaf"] for line in told["lines"]} == set(lines)
    for line in told["lines"]:
        stored = lines[line["leaf"]]
        assert line["contribution"] == str(stored.contribution)
        assert line["auto"] == (None if stored.auto is None else str(stored.auto))
    assert "no-store" in answer["Cache-Control"]


def test_the_estimate_is_told_to_its_own_person_only(client, world):
    user = world.operators[0]
    assert "estimate" in ask(client, user, "/api/v1/me/scorecard").json()
    number = user.employee.number
    for reader in (world.managers["T1"], make_officer("Helen", Role.HR_PEOPLE)):
        answer = ask(client, reader, f"/api/v1/scorecards/2026-08/{number}")
        assert answer.status_code == 200
        assert not {"estimate", "amount", "bonus"} & set(answer.json())


def test_lists_end_where_the_reporting_line_ends(client, world):
    own = {user.employee.number for user in world.team_of("T1")}
    found = ask(client, world.managers["T1"], "/api/v1/scorecards?cycle=2026-08").json()
    assert {row["employee_number"] for row in found["results"]} == own
    assert found["count"] == len(own)
    stranger = world.team_of("T2")[0].employee.number
    assert ask(client, world.managers["T1"], f"/api/v1/scorecards/2026-08/{stranger}").status_code == 404


def test_pages_are_capped_and_in_order(client, world):
    helen = make_officer("Helen", Role.HR_PEOPLE)
    first = ask(client, helen, "/api/v1/scorecards?page_size=3").json()
    second = client.get("/api/v1/scorecards?page_size=3&page=2").json()
    numbers = [row["employee_number"] for row in first["results"] + second["results"]]
    assert numbers == sorted(user.employee.number for user in world.operators)
    assert client.get("/api/v1/scorecards?page_size=9999").json()["page_size"] == 200


@pytest.mark.parametrize(
    "query",
    ["?colour=red", "?page=0", "?page=-1", "?page=x", "?page_size=1e3", "?page=1&page=2", "?cycle=a%00"],
)
def test_what_is_not_understood_is_refused(client, world, query):
    answer = ask(client, world.operators[0], "/api/v1/scorecards" + query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "sentence"}


@pytest.mark.parametrize("cycle", ["2030-01", "august", "2026-13", "2026-8"])
def test_months_that_are_not_there_are_not_found(client, world, cycle):
    assert ask(client, world.operators[0], f"/api/v1/scorecards?cycle={cycle}").status_code == 404


def test_nothing_can_be_written(client, world):
    client.force_login(world.operators[0])
    for address in ("/api/v1/me/scorecard", "/api/v1/scorecards"):
        for method in (client.post, client.put, client.patch, client.delete):
            assert method(address).status_code == 405


def test_a_bonus_sheet_is_for_pay_and_finance_and_the_look_is_logged(client, world):
    published(world)
    sheet = make_sheets(cycle_id=world.cycle.pk, actor=ACTOR, at=AT)[0]
    answer = ask(client, make_officer("Fay", Role.FINANCE), f"/api/v1/bonus-sheets/{sheet.number}")
    told = answer.json()
    assert told["control_sum"] == str(sheet.control_sum)
    assert [line["amount"] for line in told["lines"]] == [
        str(line.amount) for line in sheet.lines.order_by("position")
    ]
    assert AuditEvent.objects.filter(action="pay.look", payload__contains='"what":"api"').count() == 1
    for role in (Role.HR_PEOPLE, Role.AUDITOR, Role.EXECUTIVE, Role.ADMIN, Role.DATA_ADMIN):
        other = ask(client, make_officer(role.value, role), f"/api/v1/bonus-sheets/{sheet.number}")
        unknown = client.get("/api/v1/bonus-sheets/none")
        assert (other.status_code, other.content) == (404, unknown.content)


def test_the_schema_names_every_address_and_needs_a_sign_in(client, world):
    assert client.get("/api/schema/").status_code == 401
    schema = ask(client, world.operators[0], "/api/schema/").content.decode()
    for address in ("/api/v1/me/scorecard", "/api/v1/scorecards", "/api/v1/bonus-sheets/{number}"):
        assert address in schema


def test_the_documents_load_nothing_from_elsewhere(client, world):
    page = ask(client, world.operators[0], "/api/docs/").content.decode()
    assert "/static/drf_spectacular_sidecar/" in page
    assert "//cdn" not in page
