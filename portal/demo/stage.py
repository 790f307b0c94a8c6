"""Setting up the demonstration company: company, people, measures, scheme, rules, own targets."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from common.audit import Actor, record
from common.errors import Refusal
from incentives.services.rule_sets import load_builtin_rule_set
from incentives.services.salaries import store_salaries
from metrics.services.definitions import load_measures
from people.importing.storing import import_company
from people.models import Company, Employee, User
from people.services.organisation import create_legal_entity
from performance.choices import TargetScope
from performance.services.schemes import load_builtin_scheme
from performance.services.targets import set_target
from portal.demo import worked
from portal.demo.staff_file import company_workbook
from portal.demo.world import COMPANY, ENTITIES, WORKED, World

ZONE = ZoneInfo("Asia/Shanghai")
ACTOR = Actor.system("demo", 1)
FINISHED = "demo.finished"


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return that time of the day in the company's zone."""
    return datetime.combine(day, time(hour, minute), ZONE)


def company_subject(company: Company) -> str:
    """Return the company's name in the audit log."""
    return f"people.company:{company.pk}"


@transaction.atomic
def create_company(world: World) -> Company:
    """Create the company, marked as a demonstration from its first moment."""
    at = moment(world.timeline.start, 8)
    company = Company.objects.create(
        name=COMPANY, time_zone=str(ZONE), currency="CNY", language="zh-hans", is_demo=True
    )
    record(
        subject=company_subject(company), actor=ACTOR, action="demo.begun", at=at, today=world.timeline.today
    )
    for code, name in ENTITIES.items():
        create_legal_entity(code=code, name=name, actor=ACTOR, at=at)
    return company


def bring_people(world: World, *, password: str) -> None:
    """Import everybody from one workbook and give all sign-ins the same password.

    Raises ``Refusal`` naming the first row that the import does not take.
    """
    at = moment(world.timeline.start, 8, 30)
    outcome = import_company(
        files=[("云雀演示人员表.xlsx", company_workbook(world))],
        actor=ACTOR,
        at=at,
        may_grant=True,
        salary_step=partial(store_salaries, actor=ACTOR, at=at),
    )
    if outcome.problems:
        first = outcome.problems[0]
        raise Refusal("demo_people", f"{first.sheet} {first.row} {first.column}: {first.reason}")
    names = [person.username for person in world.people]
    # One hash for all: thirty-seven slow hashes would take longer than the import.
    User.objects.filter(username__in=names).update(password=make_password(password))


def load_rules(world: World) -> None:
    """Publish the built-in measures, scheme and rule set; state the worked example's own growth target."""
    at = moment(world.timeline.start, 8, 45)
    load_measures(at=at)
    load_builtin_scheme(actor=ACTOR, at=at)
    load_builtin_rule_set(actor=ACTOR, at=at)
    rule: Mapping[str, object] = {"kind": "absolute", "value": worked.GROWTH_TARGET}
    set_target(
        scope=TargetScope.PERSON,
        scope_id=Employee.objects.get(number=WORKED).pk,
        leaf="growth_month",
        rule=rule,
        starts_on=world.timeline.start,
        ends_on=None,
        reason="演示：账号体量虽大，双方约定本人月涨粉率目标为 4 %。",
        actor=ACTOR,
        at=at,
    )


@transaction.atomic
def mark_finished(world: World) -> None:
    """Note that the demonstration is complete, so that the next start only serves it."""
    company = Company.objects.select_for_update().get(is_demo=True)
    record(
        subject=company_subject(company), actor=ACTOR, action=FINISHED,
        at=moment(world.timeline.today, 8), today=world.timeline.today,
    )  # fmt: skip
