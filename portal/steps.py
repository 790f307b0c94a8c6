"""What each step of the night does, unit by unit.

``…_to_…`` names the units of a business date, its partner does one of them. No
unit depends on another one of its step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from django.db.models import QuerySet

from common.audit import Actor
from common.choices import RunState
from common.models import JobRun
from common.periods import ONE_DAY, Month
from incentives.choices import SheetState
from incentives.models import BonusSheet
from incentives.selectors.rule_sets import rule_set_of
from incentives.services.awards import project_awards
from metrics.models import PendingUpload
from metrics.services.pending import forget_old_pending
from metrics.services.publish_times import settle_timed
from metrics.services.works import suggest_works
from people.choices import Platform
from performance.choices import CycleState, PeriodKind
from performance.models import Cycle
from performance.services.cycles import open_cycle
from performance.services.scoring import score_cycle
from portal.services.late_data import tell_suppliers
from portal.services.reminders import remind_reviewers

RUNNING = (CycleState.OPEN, CycleState.CLOSING)


@dataclass(frozen=True)
class Night:
    """The business date being worked through, who acts, and where the time comes from."""

    date: Date
    actor: Actor
    clock: Callable[[], datetime]


def platforms_to_check(day: Date) -> list[str]:
    """Return every platform."""
    return [platform.value for platform in Platform]


def check_platform(unit: str, night: Night) -> None:
    """Tell the suppliers of a platform's accounts which of them are late."""
    tell_suppliers(platform=unit, day=night.date, at=night.clock())


def doubts_to_find(day: Date) -> list[str]:
    """Return the one unit: uploads are compared across all accounts."""
    return ["works"]


def find_doubts(unit: str, night: Night) -> None:
    """Suggest which new uploads are one work, and close the questions that later files answered."""
    suggest_works(day=night.date, at=night.clock())
    settle_timed(at=night.clock())


def previews_to_forget(day: Date) -> list[str]:
    """Return one unit while files wait in previews."""
    return ["previews"] if PendingUpload.objects.exists() else []


def forget_previews(unit: str, night: Night) -> None:
    """Forget the bytes of previews that nobody confirmed in a day."""
    forget_old_pending(at=night.clock())


def months_to_open(day: Date) -> list[str]:
    """Return the open months, and the month of ``day`` once the month before has a cycle."""
    open_months = _monthly(CycleState.OPEN)
    months = {Month.of(cycle.starts_on) for cycle in open_months if cycle.starts_on <= day}
    current = Month.of(day)
    before = Cycle.objects.filter(kind=PeriodKind.MONTH, starts_on=current.plus(-1).first)
    if before.exclude(state=CycleState.PLANNED).exists():
        months.add(current)
    return [str(month) for month in sorted(months)]


def open_month(unit: str, night: Night) -> None:
    """Open the month's cycle unless it is open, and give newcomers their targets."""
    open_cycle(month=Month.parse(unit), actor=night.actor, at=night.clock())


def cycles_to_score(day: Date) -> list[str]:
    """Return the open and closing months; none when a later night has scored them already."""
    if _later_night(day):
        return []
    return [cycle.label for cycle in _monthly(*RUNNING) if cycle.starts_on <= day]


def score_one_cycle(unit: str, night: Night) -> None:
    """Score the month from the facts of the days up to the business date."""
    score_cycle(cycle_id=_month_cycle(unit).pk, day=night.date, actor=night.actor, at=night.clock())


def cycles_to_pay(day: Date) -> list[str]:
    """Return the published months without a bonus sheet: their awards may still be missing."""
    in_sheets = BonusSheet.objects.exclude(state=SheetState.VOID).values("cycle")
    waiting = _monthly(CycleState.PUBLISHED).exclude(pk__in=in_sheets)
    return [cycle.label for cycle in waiting if pays_by_rules(cycle)]


def project_cycle(unit: str, night: Night) -> None:
    """Project a published month's awards."""
    project_awards(cycle_id=_month_cycle(unit).pk, actor=night.actor, at=night.clock())


def cycles_to_remind(day: Date) -> list[str]:
    """Return the months in review."""
    return [cycle.label for cycle in _monthly(CycleState.REVIEW)]


def remind_of_cycle(unit: str, night: Night) -> None:
    """Remind the month's reviewers when it is the day for it."""
    month = Month.parse(unit)
    remind_reviewers(month=month, morning=night.date + ONE_DAY, at=night.clock())


def pays_by_rules(cycle: Cycle) -> bool:
    """Say whether there is a rule set for the cycle; without one its awards wait for somebody to load it."""
    return rule_set_of(cycle) is not None


def _monthly(*states: CycleState) -> QuerySet[Cycle]:
    return Cycle.objects.filter(kind=PeriodKind.MONTH, state__in=states).order_by("starts_on")


def _month_cycle(unit: str) -> Cycle:
    return Cycle.objects.get(kind=PeriodKind.MONTH, starts_on=Month.parse(unit).first)


def _later_night(day: Date) -> bool:
    nights = JobRun.objects.filter(job="portal.nightly", business_date__gt=day)
    return nights.filter(state__in=[RunState.DONE, RunState.PARTIAL]).exists()
