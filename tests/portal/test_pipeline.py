"""The night: same steps everywhere, safe twice, failures apart, killed and taken up again."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.choices import RunState
from common.errors import Conflict, Refusal
from common.jobs import enqueue
from common.models import AuditEvent, JobRun, JobUnit, Notice
from incentives.models import Award
from incentives.services.rule_sets import load_builtin_rule_set
from metrics.models import PendingUpload
from metrics.services.pending import keep_pending
from people.choices import Role
from performance.choices import CardState, CycleState
from performance.models import Cycle, Scorecard, ScorecardTrace
from performance.selectors.cards import cycle_report
from performance.services.cards import move_card
from performance.services.cycles import close_cycle, freeze_cycle, publish_cycle
from portal import pipeline
from portal.one_at_a_time import only_one
from portal.pipeline import STEPS, business_date_of, run_night
from portal.steps import Night
from tests.factories.people import make_officer, make_operator
from tests.factories.world import ACTOR, AT, small_world

LAST = date(2026, 8, 31)


def night(day=LAST, at=AT, **options):
    return run_night(date=day, clock=lambda: at, **options)


@pytest.fixture
def world(db):
    return small_world(teams=2, people=2)


def test_a_night_scores_the_open_month(world):
    report = night()
    assert (report.state, report.failures) == (RunState.DONE, {})
    assert Scorecard.objects.filter(cycle=world.cycle, current__total__isnull=False).count() == 4
    assert ScorecardTrace.objects.filter(date=LAST).count() == 4
    run = JobRun.objects.get(key="portal.nightly:2026-08-31")
    assert (run.business_date, run.state, run.done, run.total) == (LAST, "done", run.total, run.units.count())
    assert run.units.filter(key="score:2026-08", state="done").exists()


def test_twice_changes_nothing(world):
    night()
    before = cycle_report(world.cycle)["hash"], AuditEvent.objects.count(), Notice.objects.count()
    again = night(at=datetime(2026, 9, 11, tzinfo=UTC))
    assert again.state == RunState.DONE
    assert (cycle_report(world.cycle)["hash"], AuditEvent.objects.count(), Notice.objects.count()) == before
    assert JobRun.objects.filter(job="portal.nightly").count() == 1
    assert set(JobUnit.objects.values_list("attempts", flat=True)) == {2}


def test_a_failing_unit_leaves_the_others_done(world):
    def broken(unit: str, night: Night) -> None:
        Cycle.objects.update(review_due=date(2030, 1, 1))
        raise RuntimeError("the disk is full")

    plan = [replace(step, do=broken) if step.name == "open" else step for step in STEPS]
    report = night(plan=plan)
    assert report.state == RunState.PARTIAL
    assert report.failures == {"open:2026-08": "RuntimeError: the disk is full"}
    assert Cycle.objects.get().review_due != date(2030, 1, 1)
    assert Scorecard.objects.filter(current__total__isnull=False).count() == 4
    mended = night()
    assert (mended.state, mended.failures) == (RunState.DONE, {})
    attempts = dict(JobUnit.objects.values_list("key", "attempts"))
    assert (attempts["open:2026-08"], attempts["score:2026-08"]) == (2, 1)


@pytest.mark.parametrize("day", [date(2026, 9, 10), date(2026, 9, 11), date(2099, 1, 1)])
def test_a_day_that_is_not_over_is_refused(world, day):
    with pytest.raises(Refusal) as refused:
        night(day)
    assert refused.value.code == "day_not_over"
    assert "2026-09-09" in str(refused.value) or "Sept. 9, 2026" in str(refused.value)
    assert not JobRun.objects.exists()


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-10-31T20:30:00+00:00", date(2026, 10, 31)),  # 04:30 on 1 November in Shanghai
        ("2026-10-31T15:59:59+00:00", date(2026, 10, 30)),
        ("2026-10-31T16:00:00+00:00", date(2026, 10, 31)),
    ],
)
def test_the_business_date_is_the_day_before_the_schedule(db, due, expected):
    assert business_date_of(datetime.fromisoformat(due)) == expected


def test_the_job_and_the_command_do_the_same_steps(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("portal.nightly", due="2026-08-31T20:30:00+00:00")
    by_job = cycle_report(world.cycle)["hash"]
    units = set(JobUnit.objects.values_list("key", "state"))
    assert by_job != cycle_report(Cycle(starts_on=date(2000, 1, 1), pk=0))["hash"]
    out = StringIO()
    call_command("nightly", "--date", "2026-08-31", "--json", stdout=out)
    assert json.loads(out.getvalue())["state"] == "done"
    assert cycle_report(world.cycle)["hash"] == by_job
    assert set(JobUnit.objects.values_list("key", "state")) == units


def test_the_command_names_what_failed(world, monkeypatch):
    def broken(unit: str, night: Night) -> None:
        raise Refusal("no_scheme", "No scheme has been published yet.")

    plan = tuple(replace(step, do=broken) if step.name == "score" else step for step in STEPS)
    monkeypatch.setattr(
        pipeline.run_night, "__kwdefaults__", pipeline.run_night.__kwdefaults__ | {"plan": plan}
    )
    with pytest.raises(CommandError, match=r"^score:2026-08: no_scheme: No scheme has been published yet\.$"):
        call_command("nightly", "--date", "2026-08-31", "--json", stdout=StringIO())


def test_an_earlier_night_does_not_set_the_cards_back(world):
    night()
    before = cycle_report(world.cycle)["hash"]
    night(date(2026, 8, 10))
    assert cycle_report(world.cycle)["hash"] == before
    assert not ScorecardTrace.objects.filter(date=date(2026, 8, 10)).exists()


def test_the_next_month_opens_by_itself_and_newcomers_get_targets(world):
    night()
    late = make_operator("Newcomer", manager=world.managers["T1"], team=world.teams["T1"]).employee
    night(date(2026, 9, 1))
    september = Cycle.objects.get(starts_on=date(2026, 9, 1))
    assert september.state == CycleState.OPEN
    assert september.targets.filter(employee=late).exists()
    assert world.cycle.targets.filter(employee=late).exists()


def test_no_month_opens_before_the_first_one_was_opened(db):
    small_world(with_cycle=False)
    night(date(2026, 9, 1))
    assert not Cycle.objects.exists()


def test_late_data_is_told_once_to_who_supplies_it(world):
    night(date(2026, 9, 3))
    assert not Notice.objects.filter(kind="data.late").exists()
    night(date(2026, 9, 4))
    notices = Notice.objects.filter(kind="data.late")
    assert {notice.recipient for notice in notices} == {user.pk for user in world.operators}
    assert {notice.params["since"] for notice in notices} == {"2026-08-31"}
    night(date(2026, 9, 5))
    assert notices.count() == 4


def test_reviewers_are_reminded_three_one_and_no_days_before(world):
    hr = make_officer("Helen", Role.HR_PEOPLE)
    night()
    close_cycle(cycle_id=world.cycle.pk, day=date(2026, 9, 2), actor=ACTOR, at=AT)
    cycle = freeze_cycle(cycle_id=world.cycle.pk, day=date(2026, 9, 2), actor=ACTOR, at=AT, reason="owed on")
    assert cycle.review_due == date(2026, 9, 10)
    later = datetime(2026, 9, 20, tzinfo=UTC)
    heard = {}
    for number in range(1, 13):
        Notice.objects.filter(kind__startswith="review.").delete()
        night(date(2026, 9, number), at=later)
        found = Notice.objects.filter(kind__startswith="review.")
        if found:
            heard[number + 1] = {(one.kind, one.recipient) for one in found}
    managers = {("review.due", user.pk) for user in world.managers.values()}
    assert heard == {7: managers, 9: managers, 10: managers, 11: {("review.overdue", hr.pk)}}


def test_published_months_without_a_sheet_get_their_awards(world):
    night()
    close_cycle(cycle_id=world.cycle.pk, day=date(2026, 9, 2), actor=ACTOR, at=AT)
    freeze_cycle(cycle_id=world.cycle.pk, day=date(2026, 9, 2), actor=ACTOR, at=AT, reason="owed on")
    for card in Scorecard.objects.all():
        move_card(card_id=card.pk, to=CardState.CONFIRMED, row_version=card.row_version, actor=ACTOR, at=AT)
    publish_cycle(cycle_id=world.cycle.pk, actor=ACTOR, at=AT)
    assert night(date(2026, 9, 3)).failures == {}
    assert not Award.objects.exists()
    load_builtin_rule_set(actor=ACTOR, at=AT)
    assert night(date(2026, 9, 4)).failures == {}
    assert Award.objects.count() == 4
    night(date(2026, 9, 5))
    assert Award.objects.count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_two_nights_never_run_at_once():
    small_world(teams=1, people=1)
    with ThreadPoolExecutor(1) as elsewhere, only_one("night", busy="busy"), pytest.raises(Conflict):
        elsewhere.submit(_night_and_close).result()
    assert not JobRun.objects.exists()
    assert night().state == RunState.DONE


def _night_and_close():
    try:
        night()
    finally:
        connection.close()


CHILD = """
import os, sys, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from datetime import date, datetime, UTC
from portal import pipeline, steps
from dataclasses import replace
seen = []
def dies(unit, night):
    steps.score_one_cycle(unit, night)
    print("half way", flush=True)
    import time; time.sleep(60)
plan = [replace(s, do=dies) if s.name == "score" else s for s in pipeline.STEPS]
at = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
pipeline.run_night(date=date(2026, 8, 31), clock=lambda: at, plan=plan)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_a_killed_night_is_taken_up_with_the_same_bytes():
    world = small_world()
    night()
    expected = cycle_report(world.cycle)["hash"]
    Scorecard.objects.update(current=None)
    ScorecardTrace.objects.all().delete()
    connection.cursor().execute("DELETE FROM performance_scorecardline")
    connection.cursor().execute("DELETE FROM performance_scorecardversion")
    Scorecard.objects.all().delete()
    JobRun.objects.all().delete()
    assert cycle_report(world.cycle)["hash"] != expected

    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, connection.settings_dict["NAME"]],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )  # fmt: skip
    try:
        assert child.stdout.readline() == "half way\n"
        with pytest.raises(Conflict):
            night()
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    run = JobRun.objects.get(job="portal.nightly")
    assert (run.state, run.units.get(key="score:2026-08").state) == ("running", "running")
    assert not Scorecard.objects.exists()
    assert night().state == RunState.DONE
    assert cycle_report(world.cycle)["hash"] == expected


def test_previews_that_nobody_confirmed_are_forgotten(world):
    assert not night().failures
    assert not JobUnit.objects.filter(key="tidy:previews").exists()
    keep_pending(b"new", user_id=world.operators[0].pk, at=AT)
    keep_pending(b"old", user_id=world.operators[0].pk, at=AT - timedelta(hours=25))
    assert night().state == RunState.DONE
    assert JobUnit.objects.get(key="tidy:previews").state == "done"
    assert PendingUpload.objects.get().kept_at == AT
