"""The demonstration in the database: its states, its refusals, and the worked example for real."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incentives.choices import SheetState
from incentives.models import BonusSheet
from metrics.models import Fetch
from people.choices import Role
from people.models import AccountShare, Company, Employee, Posting, RoleGrant, User
from performance.choices import CardState, CycleState
from performance.models import Cycle, Scorecard
from portal.demo.build import PASSWORD, build_demo
from portal.demo.deliveries import deliver
from portal.demo.files import write_files
from portal.demo.months import enter_campaigns, freeze, open_month
from portal.demo.people import Staff
from portal.demo.stage import bring_people, create_company, load_rules, mark_finished
from portal.demo.state import State, database_state
from portal.demo.world import WORKED, World, build_world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def only_worked(today: date) -> World:
    world = build_world(today=today)
    return replace(world, accounts=tuple(a for a in world.accounts if a.lead == WORKED))


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 15)], ids=str)
def test_the_worked_example_comes_out_of_the_importer_and_the_scorer(today: date, tmp_path: Path) -> None:
    world = only_worked(today)
    create_company(world)
    bring_people(world, password=PASSWORD)
    load_rules(world)
    deliver(write_files(world, tmp_path), tick=lambda: None)
    enter_campaigns(world, Staff.load())
    open_month(world.timeline.last_month)
    freeze(world, world.timeline.last_month)
    card = Scorecard.objects.select_related("current").get(employee__number=WORKED)
    lines = {line.leaf: str(line.achievement) for line in card.current.lines.all()}
    assert lines == {
        "originality": "90.00", "completion": "95.00", "interaction": "95.00", "campaigns": "100.00",
        "growth_month": "115.00", "followers_year": "78.00", "loss_month": "99.90", "loss_year": "100.00",
        "ad_roi": "130.00", "conversion": "90.00",
    }  # fmt: skip
    assert card.current.total == Decimal("101.11")
    assert card.current.exact_total == "20221/200"


def test_an_empty_database_is_told_from_ours_and_from_somebody_elses() -> None:
    assert database_state() is State.EMPTY
    world = only_worked(TODAY)
    create_company(world)
    assert database_state() is State.INTERRUPTED
    mark_finished(world)
    assert database_state() is State.FINISHED
    Company.objects.update(is_demo=False)
    assert database_state() is State.FOREIGN


def test_a_sign_in_without_a_company_is_not_empty() -> None:
    User.objects.create_user("somebody")
    assert database_state() is State.FOREIGN


def test_the_people_of_the_demonstration_arrive_whole() -> None:
    world = build_world(today=TODAY)
    create_company(world)
    bring_people(world, password=PASSWORD)
    assert Employee.objects.count() == len(world.people)
    assert Posting.objects.filter(position__scored=True).count() == 24
    assert set(RoleGrant.objects.values_list("role", flat=True)) == {role.value for role in Role}
    assert AccountShare.objects.filter(share=60).count() == 1
    assert all(user.check_password(PASSWORD) for user in User.objects.all()[:2])


def test_the_command_refuses_a_database_with_other_data(settings) -> None:
    settings.PRODUCTION = False
    Company.objects.create(name="真实公司", is_demo=False)
    with pytest.raises(CommandError):
        call_command("demo", "--no-serve", verbosity=0)
    assert list(Company.objects.values_list("name", flat=True)) == ["真实公司"]
    assert not User.objects.exists()


def test_the_command_refuses_an_interrupted_demonstration(settings) -> None:
    settings.PRODUCTION = False
    create_company(only_worked(TODAY))
    with pytest.raises(CommandError):
        call_command("demo", "--no-serve", verbosity=0)
    assert not User.objects.exists()


def test_the_command_refuses_production(settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo", "--no-serve", verbosity=0)
    assert not Company.objects.exists()


def test_a_finished_demonstration_is_left_as_it_is(settings, capsys) -> None:
    settings.PRODUCTION = False
    world = only_worked(TODAY)
    create_company(world)
    mark_finished(world)
    call_command("demo", "--no-serve", verbosity=0)
    assert PASSWORD in capsys.readouterr().out
    assert not User.objects.exists()


@pytest.mark.slow
def test_the_whole_demonstration(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    world = build_world(today=TODAY)
    build_demo(world, folder=tmp_path, report=lambda *told: heard.append(told))
    assert database_state() is State.FINISHED
    assert [stage for stage, done, total in heard if done == total] == ["people", "files", "import", "nights"]
    states = list(Cycle.objects.order_by("starts_on").values_list("state", flat=True))
    assert states == [CycleState.FINAL] * 5 + [CycleState.REVIEW, CycleState.OPEN]
    sheets = BonusSheet.objects.order_by("cycle__starts_on", "legal_entity__code")
    assert [sheet.state for sheet in sheets] == [SheetState.PAID] * 8 + [SheetState.EXPORTED] * 2
    assert all(sheet.control_sum > 0 for sheet in sheets)
    assert Fetch.objects.filter(self_supplied=True).count() == 1
    queue = Scorecard.objects.filter(cycle__state=CycleState.REVIEW).select_related("current", "employee")
    assert {card.state for card in queue} == {CardState.MANAGER_REVIEW}
    totals = {card.employee.number: card.current.total for card in queue}
    assert totals[WORKED] == Decimal("101.11")
    assert [number for number, total in totals.items() if total is None] == ["Y007"]
    assert [card.employee.number for card in queue if card.current.incomplete] == ["Y011"]
    assert [card.employee.number for card in queue if card.current.observation] == ["Y024"]
    assert {tier(total) for total in totals.values() if total} == {"none", "bronze", "silver", "gold"}


def tier(total: Decimal) -> str:
    if total < 80:
        return "none"
    if total < 90:
        return "bronze"
    return "silver" if total <= 110 else "gold"
