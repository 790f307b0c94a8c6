"""The portal's pages: what they say, what their commands do, and what they cost."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.models import JobRun
from incentives.models import Award, SalaryRecord
from incentives.services.rule_sets import load_builtin_rule_set
from incentives.services.salaries import set_salary
from metrics.models import AccountDay
from people.choices import Role
from people.importing.template import template
from people.models import Employee
from performance.choices import CardState
from performance.models import Cycle, SchemeVersion, Scorecard
from performance.services.cards import move_card
from performance.services.cycles import close_cycle, freeze_cycle, open_cycle
from performance.services.scoring import score_cycle
from portal.selectors.dashboard import quantile
from portal.views.cycles import GROUPS
from tests.factories.people import CompanyFactory, EmployeeFactory, make_manager, make_officer, make_operator
from tests.factories.world import ACTOR, AT, AUGUST, crowd, small_world

pytestmark = pytest.mark.django_db
STATEMENTS, BYTES = 25, 80 * 1024


def scored(world, day=AUGUST.last):
    score_cycle(cycle_id=world.cycle.pk, day=day, actor=ACTOR, at=AT)
    return world


def in_review(world):
    close_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=world.cycle.pk, day=AT.date(), actor=ACTOR, at=AT, reason="what is owed stays owed")
    return world


def page(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


@pytest.fixture
def world():
    made = small_world(teams=2, people=3)
    load_builtin_rule_set(actor=ACTOR, at=AT)
    return made


# The operator's page


def test_the_own_page_says_score_tier_and_own_money(client, world):
    scored(world)
    user = world.operators[0]
    set_salary(
        employee=user.employee, component="base", amount=Decimal(10_000), starts_on=date(2024, 1, 1),
        actor=ACTOR, at=AT,
    )  # fmt: skip
    text = page(client, user, "/me/")
    card = Scorecard.objects.select_related("current").get(employee=user.employee)
    assert str(card.current.total) in text
    assert "Provisional" in text
    assert "est. ¥" in text
    assert "Show amount" in text
    assert "Data to 2026-08-31" in text


def test_before_day_six_there_is_no_tier_and_no_estimate(client):
    world = small_world(teams=1, people=1, with_cycle=False)
    load_builtin_rule_set(actor=ACTOR, at=AT)
    AccountDay.objects.filter(date__gt=date(2026, 8, 5)).delete()
    world.cycle = open_cycle(month=AUGUST, actor=ACTOR, at=AT)
    scored(world, date(2026, 8, 5))
    text = page(client, world.operators[0], "/me/")
    assert "Tier from day 6" in text
    assert "est. ¥" not in text
    assert "From day 6 of the month." in text


def test_the_team_band_needs_five_people(client, world):
    scored(world)
    assert "Not shown: fewer than 5 people." in page(client, world.operators[0], "/me/")


def test_the_team_band_shows_no_names_and_no_other_totals(client):
    world = small_world(teams=1, people=5)
    scored(world)
    text = page(client, world.operators[0], "/me/")
    assert "Middle half" in text
    for user in world.operators[1:]:
        assert user.employee.name not in text


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "2", "3", "4", "5"], ("2.00", "3.00", "4.00")),
        (["1", "2", "3", "4", "5", "6"], ("2.25", "3.50", "4.75")),
        (["7"], ("7.00", "7.00", "7.00")),
    ],
)
def test_quartiles_are_exact(values, expected):
    ordered = [Decimal(value) for value in values]
    assert tuple(str(quantile(ordered, part)) for part in (1, 2, 3)) == expected


def test_since_yesterday_names_what_moved(client, world):
    scored(world, date(2026, 8, 20))
    scored(world, date(2026, 8, 21))
    assert "Since 2026-08-20:" in page(client, world.operators[0], "/me/")


def test_without_a_card_the_page_shows_the_targets(client, world):
    text = page(client, world.operators[0], "/me/")
    assert "begins with the first data" in text
    assert "Originality" in text


def test_who_is_not_scored_is_told_whom_to_ask(client, world):
    assert "You have no scorecard" in page(client, make_officer("Olive", Role.AUDITOR), "/me/")


def test_other_peoples_months_do_not_exist(client, world):
    client.force_login(world.operators[0])
    assert client.get("/me/2020-01/").status_code == 404


# Manager and cycles


def test_the_manager_sees_tasks_and_no_money(client, world):
    in_review(world)
    text = page(client, world.managers["T1"], "/home/")
    assert "Review 2026-08" in text
    assert "0 of 3" in text
    assert "¥" not in text


def test_a_month_goes_from_open_to_final_through_the_page(client, world):
    for user in world.operators:
        set_salary(
            employee=user.employee, component="base", amount=Decimal(10_000), starts_on=date(2024, 1, 1),
            actor=ACTOR, at=AT,
        )  # fmt: skip
    helen = make_officer("Helen", Role.HR_PEOPLE)
    client.force_login(helen)
    move = lambda command, **data: client.post(f"/cycles/2026-08/{command}/", data)  # noqa: E731
    assert move("close").status_code == 302
    assert move("close").status_code == 409
    refused = move("publish")
    assert refused.status_code == 409
    frozen = move("freeze")
    if frozen.status_code == 422:
        assert "still owed" in frozen.content.decode()
        assert Cycle.objects.get().state == "closing"
        assert move("freeze", reason="the data will not come").status_code == 302
    assert move("publish").status_code == 422
    assert Award.objects.count() == 0
    for card in Scorecard.objects.all():
        move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=AT)
    assert move("publish").status_code == 302
    assert Award.objects.count() == 6
    assert move("finish").status_code == 302
    assert Cycle.objects.get().state == "final"
    assert "¥" not in page(client, helen, "/cycles/2026-08/")


def test_nothing_is_published_when_the_awards_cannot_be_made(client):
    world = small_world(teams=1, people=1)
    in_review(world)
    for card in Scorecard.objects.all():
        move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=AT)
    client.force_login(make_officer("Helen", Role.HR_PEOPLE))
    answer = client.post("/cycles/2026-08/publish/")
    assert answer.status_code == 422
    assert "No rule set has been published yet" in answer.content.decode()
    assert Cycle.objects.get().state == "review"


@pytest.mark.parametrize("month", ["", "2026-8x", "August"])
def test_a_month_must_be_named_to_be_opened(client, world, month):
    client.force_login(make_officer("Helen", Role.HR_PEOPLE))
    assert client.post("/cycles/open/", {"month": month}).status_code == 400
    assert Cycle.objects.count() == 1


# The first run


def test_the_check_list_leads_to_the_first_cycle(client):
    CompanyFactory()
    admin = make_officer("Ada", Role.ADMIN)
    small_world(teams=1, people=2, with_cycle=False, with_scheme=False)
    text = page(client, admin, "/setup/checklist/")
    assert "To do" in text
    assert client.post("/setup/scheme/use/").url == "/setup/checklist/"
    assert SchemeVersion.objects.count() == 1
    assert client.post("/cycles/open/", {"month": "2026-08"}).url == "/cycles/2026-08/"
    assert Cycle.objects.get().targets.exists()


def test_the_scheme_is_held_against_the_last_months(
    client, world, monkeypatch, django_capture_on_commit_callbacks
):
    client.force_login(make_officer("Ada", Role.ADMIN))
    before = page(client, make_officer("Eve", Role.ADMIN), "/setup/scheme/")
    assert "Not measured against your months yet." in before
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/setup/scheme/compare/").url == "/setup/scheme/"
    run = JobRun.objects.get(job="portal.compare_scheme")
    assert run.state == "done", run.error
    assert len(run.result["months"]) == 3
    assert run.result["months"][0] in client.get("/setup/scheme/").content.decode()


# Importing people


def workbook():
    """Return the template's example; the manager it names is there."""
    if not Employee.objects.filter(number="E010").exists():
        EmployeeFactory(number="E010")
    file = io.BytesIO(template(chinese=False, with_examples=True))
    file.name = "people.xlsx"
    return file


def test_a_file_is_checked_before_it_is_imported(client):
    CompanyFactory()
    client.force_login(make_officer("Ada", Role.ADMIN, Role.HR_PEOPLE, Role.HR_PAY))
    file = workbook()
    before = Employee.objects.count()
    checked = client.post(reverse("portal:import_people"), {"files": file, "action": "check"})
    assert checked.status_code == 200, checked.content.decode()[-3000:]
    assert Employee.objects.count() == before
    token = checked.context["checked"]
    other = io.BytesIO(template(chinese=True, with_examples=True))
    other.name = "other.xlsx"
    client.post(reverse("portal:import_people"), {"files": other, "action": "import", "checked": token})
    assert Employee.objects.count() == before
    file.seek(0)
    done = client.post(reverse("portal:import_people"), {"files": file, "action": "import", "checked": token})
    assert done.context["outcome"].stored
    assert Employee.objects.count() > before
    assert SalaryRecord.objects.exists()


def test_salaries_need_hr_for_pay(client):
    CompanyFactory()
    client.force_login(make_officer("Helen", Role.HR_PEOPLE))
    answer = client.post(reverse("portal:import_people"), {"files": workbook(), "action": "check"})
    assert answer.status_code == 422
    assert "Salaries are imported by HR for pay" in answer.content.decode()
    client.force_login(make_officer("Paul", Role.HR_PAY))
    assert (
        client.post(reverse("portal:import_people"), {"files": workbook(), "action": "check"}).status_code
        == 403
    )


def test_the_command_imports_once_and_then_changes_nothing(db, tmp_path):
    CompanyFactory()
    path = tmp_path / "people.xlsx"
    path.write_bytes(template(chinese=True, with_examples=True))
    EmployeeFactory(number="E010")
    call_command("import_people", str(path), "--dry-run", stdout=io.StringIO())
    assert Employee.objects.count() == 1
    call_command("import_people", str(path), stdout=io.StringIO())
    count = Employee.objects.count()
    assert count == 2
    out = io.StringIO()
    call_command("import_people", str(path), "--json", stdout=out)
    assert '"created": 0' in out.getvalue()
    assert '"changed": 0' in out.getvalue()
    assert Employee.objects.count() == count
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_people", str(tmp_path / "none.xlsx"))


# What the pages cost


def cost(client, user, address):
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured), len(answer.content)


def test_a_month_of_many_managers_is_shown_page_by_page(client, world):
    for number in range(GROUPS):
        lead = make_manager(f"Lead {number:02d}", team=world.teams["T1"])
        make_operator(f"Report {number:02d}", manager=lead, team=world.teams["T1"])
    scored(world)
    helen = make_officer("Helen", Role.HR_PEOPLE)
    first, second = (page(client, helen, f"/cycles/2026-08/?page={number}") for number in (1, 2))
    assert ("Lead 00" in first, "Lead 00" in second) == (True, False)
    assert ("Manager T2" in first, "Manager T2" in second) == (False, True)


@pytest.mark.slow
def test_statements_do_not_grow_with_the_company(client):
    world = small_world(teams=2, people=5)
    load_builtin_rule_set(actor=ACTOR, at=AT)
    scored(world)
    hr, admin = make_officer("Helen", Role.HR_PEOPLE), make_officer("Ada", Role.ADMIN)
    asked = [
        (world.operators[0], "/me/"), (world.managers["T1"], "/home/"), (hr, "/cycles/"),
        (hr, "/cycles/2026-08/"), (admin, "/setup/checklist/"), (admin, "/setup/scheme/"),
        (world.operators[0], "/notices/"), (hr, "/api/v1/scorecards"), (hr, "/people/import/"),
    ]  # fmt: skip
    small = {address: cost(client, user, address) for user, address in asked}
    crowd(990, manager=world.managers["T2"], team=world.teams["T2"])
    open_cycle(month=AUGUST, actor=ACTOR, at=AT)
    scored(world)
    large = {address: cost(client, user, address) for user, address in asked}
    assert {address: found[0] for address, found in large.items()} == {
        address: found[0] for address, found in small.items()
    }
    assert max(found[0] for found in large.values()) <= STATEMENTS, large
    assert max(found[1] for found in large.values()) <= BYTES, large
    for cycle in Cycle.objects.all():
        close_cycle(cycle_id=cycle.pk, day=AT.date(), actor=ACTOR, at=AT)
        freeze_cycle(cycle_id=cycle.pk, day=AT.date(), actor=ACTOR, at=AT, reason="what is owed stays owed")
    tasks = cost(client, world.managers["T1"], "/home/"), cost(client, world.managers["T2"], "/home/")
    assert tasks[0][0] == tasks[1][0] <= STATEMENTS, tasks
    assert tasks[1][1] <= BYTES
