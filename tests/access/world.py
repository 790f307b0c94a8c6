"""The people and records that the access table speaks of."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from common.audit import Actor
from common.jobs import enqueue, run_now
from common.models import JobRun
from common.periods import Month
from incentives.selectors.exports import EXPORT_JOB
from incentives.services.rule_sets import load_builtin_rule_set
from incentives.services.salaries import set_salary
from incentives.services.sheets import make_sheets
from metrics.models import Fetch, FileWaiver, Finding, ManualEntry, UploadChoice
from metrics.selectors.large_runs import LARGE_JOB
from people.choices import Role
from people.models import Account, Employee, LegalEntity, Position, User
from performance.choices import CardState
from performance.models import Scorecard
from performance.services.cards import move_card
from performance.services.cycles import close_cycle, freeze_cycle, open_cycle
from portal.pipeline import run_night
from portal.publishing import publish_month
from reviews.models import DataQuestion
from tests.factories.people import make_officer
from tests.factories.world import ACTOR, AT, AUGUST, World, small_world

JULY = AUGUST.plus(-1)
NOBODY = 999_999
ROLES = ("operator", "manager", *(role.value for role in Role))
RELATIONS = ("own", "own_team", "other_team", "none")


@dataclass
class Scene:
    """Who signs in for each role, and whom each relation means."""

    world: World
    users: dict[str, User]
    sheet: Any
    export: JobRun
    fixed: dict[str, object] = field(default_factory=dict)

    def target(self, role: str, relation: str) -> User | None:
        """Return the person that a relation means for a role, None for nobody."""
        if relation == "own":
            return self.users[role]
        if relation == "own_team":
            return self.world.team_of("T1")[1]
        return self.world.team_of("T2")[0] if relation == "other_team" else None

    def value(self, kind: str, role: str, relation: str) -> object:
        """Return what stands in an address for a kind of record; a number nobody has without one."""
        if kind in self.fixed:
            return self.fixed[kind]
        user = self.target(role, relation)
        found = self._record(kind, user) if user else None
        return found if found is not None else ("nobody" if kind == "number" else NOBODY)

    def _record(self, kind: str, user: User) -> object:
        person = user.employee
        account = Account.objects.filter(periods__shares__employee=person).first()
        if kind == "user":
            return user.pk
        if kind == "employee":
            return person.pk
        if kind == "number":
            return person.number
        if kind == "posting":
            return person.postings.get().pk
        if kind == "team":
            return person.postings.get().team_id
        if kind == "row_version":
            cards = Scorecard.objects.filter(employee=person, cycle__starts_on=JULY.first)
            return cards.values_list("row_version", flat=True).first()
        if kind == "choice":
            return UploadChoice.objects.filter(user=user).values_list("pk", flat=True).first()
        if kind == "entry":
            return ManualEntry.objects.filter(employee=person).values_list("pk", flat=True).first()
        if kind == "question":
            asked = DataQuestion.objects.filter(card__employee=person)
            return asked.values_list("pk", flat=True).first()
        if account is None:
            return None
        return {
            "account": lambda: account.pk,
            "period": lambda: account.periods.get().pk,
            "fetch": lambda: Fetch.objects.get(account=account).pk,
            "waiver": lambda: FileWaiver.objects.get(account=account).pk,
            "finding": lambda: Finding.objects.get(account=account).pk,
        }[kind]()


def scene() -> Scene:
    """Build two teams with a published month, a month in review, a running one and a bonus sheet."""
    world = small_world(teams=2, people=3, with_cycle=False)
    load_builtin_rule_set(actor=ACTOR, at=AT)
    users = {"operator": world.team_of("T1")[0], "manager": world.managers["T1"]}
    users |= {role.value: make_officer(role.value.replace("_", " "), role) for role in Role}
    for person in Employee.objects.all():
        set_salary(
            employee=person, component="base", amount=10_000, starts_on=person.hired_on, actor=ACTOR, at=AT
        )
    for account in Account.objects.all():
        Finding.objects.create(kind="gap", account=account, key="k", found_at=AT)
        FileWaiver.objects.create(
            account=account, need="k", first_day=AUGUST.first, last_day=AUGUST.last, reason="r", at=AT
        )
    _published(AUGUST)
    _in_review(JULY)
    running = open_cycle(month=Month.of(timezone.now().date()), actor=ACTOR, at=AT)
    run_night(date=timezone.now().date() - timedelta(days=2), clock=timezone.now)
    for user in users.values():
        UploadChoice.objects.create(
            user=user, profile="p", stem="s", account=Account.objects.first(), used_at=AT
        )
    for entry in ManualEntry.objects.select_related("employee__user"):
        entry.state, entry.entered_by = "claimed", f"user:{entry.employee.user.pk}"
        entry.save()
    for fetch in Fetch.objects.select_related("account__supplier__user"):
        fetch.self_supplied, fetch.actor = True, f"user:{fetch.account.supplier.user.pk}"
        fetch.save()
    for card in Scorecard.objects.filter(cycle__starts_on=JULY.first).select_related("employee__user"):
        _question(card)
    sheet = make_sheets(cycle_id=_cycle(AUGUST), actor=ACTOR, at=AT)[0]
    made = Scene(world, users, sheet, _export(sheet, users["hr_pay"]))
    made.fixed = {
        "published": str(AUGUST), "reviewed": str(JULY), "running": running.label, "sheet": sheet.number,
        "hash": sheet.figures_hash,
        "export": made.export.pk, "large_file": _large_file(users["operator"]),
        "position": Position.objects.first().pk, "entity": LegalEntity.objects.first().pk,
        "leaf": "campaigns", "action": "hold", "deed": "explain",
        "command": "freeze", "token": "never-given", "uidb36": "1", "key": "x-y", "freeze": "freeze",
    }  # fmt: skip
    return made


def _cycle(month: Month) -> int:
    return Scorecard.objects.filter(cycle__starts_on=month.first).values_list("cycle", flat=True)[0]


def _in_review(month: Month) -> int:
    cycle = open_cycle(month=month, actor=ACTOR, at=AT)
    close_cycle(cycle_id=cycle.pk, day=AT.date(), actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=cycle.pk, day=AT.date(), actor=ACTOR, at=AT, reason="what is owed stays owed")
    return cycle.pk


def _published(month: Month) -> None:
    pk = _in_review(month)
    for card in Scorecard.objects.filter(cycle=pk, current__total__isnull=False):
        move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=AT)
    publish_month(cycle_id=pk, actor=ACTOR, at=AT, reason="some have no total")


def _question(card: Scorecard) -> None:
    user = card.employee.user
    account = Account.objects.filter(periods__shares__employee=card.employee).first()
    DataQuestion.objects.create(
        card=card, leaf="growth_month", account=account, day=JULY.first, field="followers_net",
        place=f"{account.pk}|0|{JULY.first}", kind="value", text="operator: followers lack", asked_at=AT,
        asked_by=f"user:{user.pk}", asked_by_name=str(user), moved_at=AT, moved_by_name=str(user),
    )  # fmt: skip


def _large_file(user: User) -> int:
    """A large file that was looked through and brings nothing."""
    run = JobRun.objects.create(
        job=LARGE_JOB, key="looked through", state="done", requested_at=AT,
        requested_by=Actor.user(user).text, params={"file": "day.csv", "keep": False},
        result={"may_be_stored": False},
    )  # fmt: skip
    return run.pk


def _export(sheet: Any, user: User) -> JobRun:
    actor = Actor.user(user)
    run = enqueue(
        EXPORT_JOB, actor=actor, number=sheet.number, form="csv", seen_hash=sheet.figures_hash, user=user.pk,
        actor_name=actor.name,
    )  # fmt: skip
    run_now(run.pk, run.task_id)
    run.refresh_from_db()
    assert run.state == "done", run.error
    return run
