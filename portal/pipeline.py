"""The night: what is done after each business day, in order, safe to do twice.

The row of ``JobRun`` for (job, business date) knows how far a night got. Each
step names its units of work; a unit is claimed by a conditional UPDATE, done in
one transaction and marked. A unit that fails leaves a sentence and lets the
others go on. A night that was interrupted is taken up where it stopped; asking
for a finished one again does every unit once more, which changes nothing unless
the facts have.

The business date is the last day that is over when the night begins. It comes
from the schedule or from a person, never from the clock.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor
from common.choices import RunState, UnitState
from common.errors import Refusal
from common.jobs import UnitCounts, claim_unit, count_units, finish_unit, plan_units, progress
from common.models import JobRun
from common.periods import ONE_DAY
from people.selectors.company import today
from portal import steps
from portal.one_at_a_time import only_one

log = logging.getLogger(__name__)

JOB = "portal.nightly"
Clock = Callable[[], datetime]
Watch = Callable[[str, UnitCounts], None]


@dataclass(frozen=True)
class Step:
    """One step of the night: its units on a business date, and how one of them is done."""

    name: str
    units: Callable[[Date], Sequence[str]]
    do: Callable[[str, steps.Night], None]


STEPS: tuple[Step, ...] = (
    Step("check", steps.platforms_to_check, steps.check_platform),
    Step("doubts", steps.doubts_to_find, steps.find_doubts),
    Step("open", steps.months_to_open, steps.open_month),
    Step("score", steps.cycles_to_score, steps.score_one_cycle),
    Step("awards", steps.cycles_to_pay, steps.project_cycle),
    Step("tidy", steps.previews_to_forget, steps.forget_previews),
    Step("notify", steps.cycles_to_remind, steps.remind_of_cycle),
)


@dataclass(frozen=True)
class NightReport:
    """How a night ended: its run, its state, its counts and what failed, by unit."""

    date: Date
    run: int
    state: RunState
    counts: UnitCounts
    failures: dict[str, str]

    def as_plain(self) -> dict[str, object]:
        """Return the report as plain JSON values."""
        return {
            "date": self.date.isoformat(),
            "run": self.run,
            "state": str(self.state),
            "done": self.counts.done,
            "failed": self.counts.failed,
            "total": self.counts.total,
            "failures": self.failures,
        }


def _unwatched(step: str, counts: UnitCounts) -> None:
    """Tell nobody."""


def run_night(
    *, date: Date, clock: Clock, watch: Watch = _unwatched, plan: Sequence[Step] = STEPS
) -> NightReport:
    """Do every step of the business ``date`` and report; ``clock`` stamps what is written.

    ``watch(step name, counts)`` hears of every finished unit. Raises ``Refusal``
    for a day that is not over and ``Conflict`` while another process does a night.
    """
    _require_over(date, clock())
    with only_one("night", busy=_("A night is being worked through by another process; wait until it ends.")):
        run = _take_run(date, clock())
        night = steps.Night(date=date, actor=Actor.system(JOB, run.pk), clock=clock)
        for step in plan:
            _do_step(step, night, run, watch)
        return _close(run, date, clock())


def business_date_of(due: datetime) -> Date:
    """Return the business date of the night that is due at an aware instant: the day before."""
    return today(now=due) - ONE_DAY


def _require_over(date: Date, now: datetime) -> None:
    current = today(now=now)
    if date >= current:
        raise Refusal(
            "day_not_over",
            _("%(day)s is not over yet: a night is worked through after its day. The latest is %(last)s.")
            % {"day": date, "last": current - ONE_DAY},
        )


def _take_run(date: Date, now: datetime) -> JobRun:
    """Return the night's row, running; nobody else is at it, so claimed units are orphans."""
    run, created = JobRun.objects.get_or_create(
        key=f"{JOB}:{date.isoformat()}",
        defaults={
            "job": JOB,
            "business_date": date,
            "params": {"date": date.isoformat()},
            "state": RunState.RUNNING,
            "task_id": uuid.uuid4().hex,
            "requested_at": now,
            "started_at": now,
        },
    )
    if not created:
        finished = run.state == RunState.DONE
        again = [UnitState.RUNNING, UnitState.FAILED, *([UnitState.DONE] if finished else [])]
        run.units.filter(state__in=again).update(state=UnitState.PENDING, lease_until=None)
        JobRun.objects.filter(pk=run.pk).update(
            state=RunState.RUNNING, started_at=now, finished_at=None, error=""
        )
    return run


def _do_step(step: Step, night: steps.Night, run: JobRun, watch: Watch) -> None:
    keys = [f"{step.name}:{unit}" for unit in step.units(night.date)]
    plan_units(run, keys)
    for key in keys:
        if claim_unit(run, key, now=night.clock()):
            finish_unit(run, key, error=_do_unit(step, key, night))
        counts = count_units(run)
        progress(run, done=counts.done, total=counts.total, failed=counts.failed)
        watch(step.name, counts)


def _do_unit(step: Step, key: str, night: steps.Night) -> str:
    """Do one unit in one transaction; return what went wrong, or an empty text."""
    try:
        with transaction.atomic():
            step.do(key.removeprefix(f"{step.name}:"), night)
    except Refusal as refusal:
        return f"{refusal.code}: {refusal}"
    except Exception as error:
        log.exception("the unit %s of the night %s failed", key, night.date)
        return f"{type(error).__name__}: {error}"
    return ""


def _close(run: JobRun, date: Date, now: datetime) -> NightReport:
    counts = count_units(run)
    state = RunState.DONE if counts.done == counts.total else RunState.PARTIAL
    failures = dict(run.units.filter(state=UnitState.FAILED).values_list("key", "error"))
    report = NightReport(date, run.pk, state, counts, failures)
    JobRun.objects.filter(pk=run.pk).update(
        state=state, finished_at=now, lease_until=None, done=counts.done, total=counts.total,
        failed=counts.failed, result=report.as_plain(),
    )  # fmt: skip
    return report
