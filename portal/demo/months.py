"""Living through the demonstration's months: open, nights, freeze, review, publish, finish.

Everything goes through the services that pages use, at the times people would
have done it, by the people who would have.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from common.audit import Actor
from common.choices import RunState
from common.errors import Refusal
from common.periods import ONE_DAY, Month
from metrics.services.entries import claim_entry, decide_entry
from performance.choices import CardState
from performance.models import Cycle, Scorecard
from performance.services.cycles import close_cycle, finish_cycle, freeze_cycle, open_cycle, publish_cycle
from portal.demo.pay import pay_month
from portal.demo.people import Staff
from portal.demo.stage import ACTOR, moment
from portal.demo.world import Campaign, World
from portal.pipeline import run_night
from reviews.services.bulk import Seen, bulk_approve

CAMPAIGNS = "hot_event_campaigns"
FROZEN_AFTER, REVIEWED_AFTER, PUBLISHED_AFTER, FINAL_AFTER = (timedelta(days=n) for n in (8, 11, 14, 20))
"""How long after a month's last day each step is taken: ads settle after seven days."""
UNDECIDED = timedelta(days=4)
"""Campaigns claimed this recently still wait for their manager."""
Tick = Callable[[], None]


def enter_campaigns(world: World, staff: Staff) -> None:
    """Let operators claim their campaigns and managers confirm all but the latest."""
    for campaign in world.campaigns:
        _enter(world, staff, campaign)


def _enter(world: World, staff: Staff, campaign: Campaign) -> None:
    manager = world.person(campaign.number).manager
    day = campaign.date + ONE_DAY
    entry = claim_entry(
        measure=CAMPAIGNS,
        employee_id=staff.employees[campaign.number].pk,
        day=campaign.date,
        value=Decimal(1),
        title=campaign.title,
        evidence=campaign.evidence,
        actor=Actor.user(staff.users[campaign.number]),
        at=moment(day, 9, 30),
        today=day,
    )
    if campaign.date <= world.timeline.today - UNDECIDED:
        decide_entry(
            entry_id=entry.pk, confirm=True, reason="", actor=Actor.user(staff.users[manager]),
            actor_employee=staff.employees[manager].pk, at=moment(day, 16),
        )  # fmt: skip


def live_through(world: World, staff: Staff, *, tick: Tick) -> None:
    """Open every month on its first day, settle the one before while it runs, work through the nights."""
    timeline = world.timeline
    settled: list[Month] = []
    for month in timeline.past:
        open_month(month)
        for earlier in settled:
            settle(world, staff, earlier)
        _night(month.last)
        settled = [month]
        tick()
    open_month(timeline.running)
    freeze(world, timeline.last_month)
    for day in timeline.nights():
        _night(day)
        tick()


def open_month(month: Month) -> Cycle:
    """Open the month's cycle just after midnight of its first day."""
    return open_cycle(month=month, actor=ACTOR, at=moment(month.first, 0, 20))


def freeze(world: World, month: Month) -> Cycle:
    """Close the month and hand its cards to the managers; what is still owed is named in the reason."""
    day = min(month.last + FROZEN_AFTER, world.timeline.today)
    cycle = Cycle.objects.get(kind="month", starts_on=month.first)
    close_cycle(cycle_id=cycle.pk, day=day, actor=ACTOR, at=moment(day, 8))
    return freeze_cycle(
        cycle_id=cycle.pk, day=day, actor=ACTOR, at=moment(day, 9),
        reason="演示：仍有一份小店数据未交，相关考核表先行等待。",
    )  # fmt: skip


def settle(world: World, staff: Staff, month: Month) -> None:
    """Take a month from its last day to final: freeze, approve, publish, pay, finish.

    The sheets of the newest such month are left with finance, exported and not yet accepted.
    """
    cycle = freeze(world, month)
    approve_all(world, staff, cycle, day=month.last + REVIEWED_AFTER)
    publish_cycle(cycle_id=cycle.pk, actor=ACTOR, at=moment(month.last + PUBLISHED_AFTER, 10))
    pay_month(staff, month, to_the_end=month != world.timeline.past[-2])
    finish_cycle(cycle_id=cycle.pk, actor=ACTOR, at=moment(month.last + FINAL_AFTER, 18))


def approve_all(world: World, staff: Staff, cycle: Cycle, *, day: date) -> None:
    """Let each manager confirm the team's cards. Raises ``Refusal`` for the first that is refused."""
    cards = Scorecard.objects.filter(cycle=cycle, state=CardState.MANAGER_REVIEW)
    by_manager: dict[str, list[Seen]] = {}
    for card in cards.select_related("employee", "current").order_by("employee__number"):
        if card.current is not None:
            seen = Seen(card.pk, card.current.figures_hash, card.row_version)
            by_manager.setdefault(world.person(card.employee.number).manager, []).append(seen)
    for number, rows in by_manager.items():
        for outcome in bulk_approve(viewer=staff.viewer(number, day), rows=rows, at=moment(day, 15)):
            if not outcome.approved:
                raise Refusal("demo_review", outcome.sentence)


def _night(day: date) -> None:
    """Work through one night at six in the morning after it. Raises ``Refusal`` naming what failed."""
    at = moment(day + ONE_DAY, 6)
    report = run_night(date=day, clock=lambda: at)
    if report.state != RunState.DONE:
        raise Refusal("demo_night", f"{day}: {report.failures}")
