"""A company around the fixed world: who signs in, the month before, the nights, and the month's way to a sheet.

What people do one by one over weeks (reviews, nights) is written by the database at once; opening,
freezing, publishing and the sheet go through the services.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from benchmarks.world import ACTOR, AT, DAY
from common.audit import event_hash
from common.models import AuditEvent
from incentives.models import SalaryRecord
from incentives.services.rule_sets import load_builtin_rule_set
from incentives.services.sheets import make_sheets
from people.choices import Role
from people.models import Employee, RoleGrant, User
from performance.choices import CardState
from performance.models import Cycle
from performance.services.cards import card_subject
from performance.services.cycles import close_cycle, freeze_cycle, publish_cycle
from performance.services.scoring import score_cycle
from reviews.choices import Action

PASSWORD = "bench-only-passphrase"
"""Of sign-ins in a database that is dropped at the end of the run."""
OPERATOR, MANAGER, HR, PAY, EXECUTIVE = "operator", "manager", "hr", "pay", "executive"


@dataclass(frozen=True)
class Stage:
    """A stretch of the month in which other pages have something to show."""

    name: str
    cycle: Cycle
    sheet: str = ""
    person: str = ""


def prepare(cycle: Cycle) -> Stage:
    """Sign-ins, salaries, rules, scores, the month before and a month of nights; the month is open."""
    _sign_ins()
    load_builtin_rule_set(actor=ACTOR, at=AT)
    _execute(SALARIES)
    if cycle.scored_at is None:
        score_cycle(cycle_id=cycle.pk, day=DAY, actor=ACTOR, at=AT)
    _execute(*BEFORE, NIGHTS)
    _execute("ANALYZE")
    return Stage("open", _fresh(cycle))


def freeze(cycle: Cycle) -> Stage:
    """Freeze the month; every seventh card is decided, every fifty-third put aside."""
    close_cycle(cycle_id=cycle.pk, day=DAY, actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=cycle.pk, day=DAY, actor=ACTOR, at=AT, reason="bench")
    everybody = list(cycle.scorecards.order_by("pk"))
    approved = [card for card in everybody if card.employee_id % 7 == 0]
    held = [card for card in everybody if card.employee_id % 53 == 1 and card.employee_id % 7]
    cycle.scorecards.filter(pk__in=[card.pk for card in approved]).update(state=CardState.CONFIRMED)
    cards = [(card, Action.APPROVE) for card in approved] + [(card, Action.HOLD) for card in held]
    AuditEvent.objects.bulk_create(
        [_event(card_subject(card), action) for card, action in cards], batch_size=1000
    )
    _execute("ANALYZE")
    return Stage("review", _fresh(cycle))


def stand_in(cycle: Cycle) -> Stage:
    """Switch the one manager's sign-in off, so that HR stands in for everybody."""
    User.objects.filter(username=MANAGER).update(is_active=False)
    person = cycle.scorecards.filter(state=CardState.MANAGER_REVIEW).order_by("pk").first()
    return Stage("stand_in", _fresh(cycle), person=person.employee.number if person else "")


def publish(cycle: Cycle) -> Stage:
    """Confirm the rest, publish, and make the sheet of everybody."""
    cycle.scorecards.filter(state=CardState.MANAGER_REVIEW).update(state=CardState.CONFIRMED)
    publish_cycle(cycle_id=cycle.pk, actor=ACTOR, at=AT)
    [sheet] = make_sheets(cycle_id=cycle.pk, actor=ACTOR, at=AT)
    _execute("ANALYZE")
    return Stage("published", _fresh(cycle), sheet=sheet.number)


def _sign_ins() -> None:
    """One manager of all signs in; for the others HR stands in, so that HR's queue is as long as it can be."""
    manager = Employee.objects.filter(managed_postings__isnull=False).order_by("pk").first()
    report = Employee.objects.filter(postings__manager=manager).order_by("pk").first()
    for name, employee in ((OPERATOR, report), (MANAGER, manager)):
        User.objects.create_user(name, password=PASSWORD, employee=employee)
    for name, role in ((HR, Role.HR_PEOPLE), (PAY, Role.HR_PAY), (EXECUTIVE, Role.EXECUTIVE)):
        user = User.objects.create_user(name, password=PASSWORD)
        RoleGrant.objects.create(user=user, role=role)


def _event(subject: str, action: Action) -> AuditEvent:
    event = AuditEvent(
        subject=subject, sequence=1, actor=ACTOR.text, actor_name=ACTOR.name, action=action,
        at=AT + timedelta(hours=1), payload="{}", previous_hash="",
    )  # fmt: skip
    event.hash = event_hash(event)
    return event


def _fresh(cycle: Cycle) -> Cycle:
    return Cycle.objects.get(pk=cycle.pk)


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


SALARIES = f"""
INSERT INTO {SalaryRecord._meta.db_table} (employee_id, component, amount, currency, starts_on, entered_by)
SELECT p.employee_id, part, 4000 + 10 * (p.employee_id % 700), 'CNY', '2024-01-01', '{ACTOR.text}'
FROM people_posting p, unnest(ARRAY['base', 'performance']) part WHERE p.position_id = 1
"""
BEFORE = (
    """INSERT INTO performance_cycle (kind, starts_on, ends_on, state, row_version)
       VALUES ('month', '2026-07-01', '2026-07-31', 'final', 1)""",
    """INSERT INTO performance_scorecard (employee_id, cycle_id, scheme_version_id, posting_id, state, row_version, comment)
       SELECT c.employee_id, b.id, c.scheme_version_id, c.posting_id, 'final', 1, ''
       FROM performance_scorecard c, performance_cycle b WHERE b.starts_on = '2026-07-01'""",
    """INSERT INTO performance_scorecardversion (card_id, number, kind, inputs, figures_hash, total, exact_total,
           dimensions, flags, days_in_post, observation, waiting, incomplete, data_through, computed_at, sealed_at,
           reason, made_by)
       SELECT b.id, 1, 'confirmed', v.inputs, v.figures_hash, greatest(v.total + b.id % 41 - 20, 0), '', v.dimensions,
           v.flags, 31, false, false, false, '2026-07-31', v.computed_at, v.computed_at, '', v.made_by
       FROM performance_scorecard b JOIN performance_cycle m ON m.id = b.cycle_id AND m.starts_on = '2026-07-01'
       JOIN performance_scorecard c ON c.employee_id = b.employee_id AND c.id <> b.id
       JOIN performance_scorecardversion v ON v.id = c.current_id""",
    """UPDATE performance_scorecard c SET current_id = v.id FROM performance_scorecardversion v
       WHERE v.card_id = c.id AND c.current_id IS NULL""",
)
NIGHTS = """
INSERT INTO performance_scorecardtrace (card_id, date, total, contributions)
SELECT c.id, '2026-08-01'::date + d, v.total * d / 31, '{}'
FROM performance_scorecard c JOIN performance_scorecardversion v ON v.id = c.current_id
JOIN performance_cycle m ON m.id = c.cycle_id AND m.starts_on = '2026-08-01', generate_series(0, 29) d
ON CONFLICT DO NOTHING
"""
