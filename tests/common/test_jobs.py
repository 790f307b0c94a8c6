"""Jobs: asked for in the transaction, run once, found again when lost."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import jobs, tasks
from common.audit import Actor
from common.choices import RunState, UnitState
from common.errors import Refusal
from common.models import JobRun, JobUnit
from config.celery import app, last_due

ROOT = Path(settings.BASE_DIR)
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def calls(monkeypatch):
    """Three jobs of the common layer that note what they were called with."""
    seen = []

    def fine(run, **params):
        seen.append(params)
        return {"rows": len(params)}

    def refusing(run, **params):
        raise Refusal("too_early", "The month is still open.")

    def broken(run, **params):
        raise ZeroDivisionError("division by zero")

    registry = {"common.fine": fine, "common.refusing": refusing, "common.broken": broken}
    monkeypatch.setattr(jobs, "_registry", registry)
    return seen


@committed
def test_a_job_runs_after_commit_with_its_params_and_keeps_the_result(calls):
    with transaction.atomic():
        run = jobs.enqueue("common.fine", actor=Actor("user:3", "王敏"), sheet_id=7, format="csv")
        assert run.state == RunState.PENDING
        assert calls == []
    run.refresh_from_db()
    assert calls == [{"sheet_id": 7, "format": "csv"}]
    assert (run.state, run.result, run.requested_by, run.attempts) == ("done", {"rows": 2}, "user:3", 1)
    assert run.lease_until is None


@committed
def test_a_rolled_back_request_leaves_no_run(calls):
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("common.fine")
        raise RuntimeError
    assert not JobRun.objects.exists()
    assert calls == []


@committed
def test_one_key_is_one_piece_of_work(calls):
    first = jobs.enqueue("common.fine", key="sheet:7", sheet_id=7)
    second = jobs.enqueue("common.fine", key="sheet:7", sheet_id=7)
    assert first.pk == second.pk
    assert calls == [{"sheet_id": 7}]


@committed
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("common.refusing", "too_early: The month is still open."),
        ("common.broken", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_failed_run_says_why_and_can_be_asked_for_again(calls, name, error):
    run = jobs.enqueue(name, key="k")
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, error)
    old = run.task_id
    again = jobs.enqueue(name, key="k")
    assert again.pk == run.pk
    assert again.task_id != old


@pytest.mark.parametrize("name", ["common.unknown", "nowhere.job", "common"])
def test_an_unknown_name_is_refused_at_once(calls, name):
    with pytest.raises(jobs.UnknownJob):
        jobs.enqueue(name)


def test_a_job_belongs_to_its_app_and_its_name_to_one_job(monkeypatch):
    monkeypatch.setattr(jobs, "_registry", {})
    with pytest.raises(ValueError, match=r"registered from"):
        jobs.job("incentives.export")(lambda run: None)

    def export(run): ...
    def other(run): ...

    export.__module__ = other.__module__ = "incentives.tasks"
    jobs.job("incentives.export")(export)
    assert jobs.job("incentives.export")(export) is export
    with pytest.raises(ValueError, match="two jobs"):
        jobs.job("incentives.export")(other)


def waiting(**values):
    now = timezone.now()
    given = {"job": "common.fine", "key": "k", "task_id": "t1", "requested_at": now} | values
    return JobRun.objects.create(**given)


@pytest.mark.django_db
def test_an_outdated_message_does_nothing(calls):
    run = waiting(task_id="t2")
    jobs.run_now(run.pk, "t1")
    run.refresh_from_db()
    assert (run.state, calls) == (RunState.PENDING, [])


@pytest.mark.django_db
def test_a_finished_run_is_not_run_again_by_the_same_message(calls):
    run = waiting()
    jobs.run_now(run.pk, "t1")
    jobs.run_now(run.pk, "t1")
    assert calls == [{}]


@pytest.mark.django_db
def test_failed_units_make_the_run_partial(calls, monkeypatch):
    def half(run, **params):
        jobs.progress(run, done=3, total=4, failed=1)

    monkeypatch.setitem(jobs._registry, "common.fine", half)
    run = waiting()
    jobs.run_now(run.pk, "t1")
    run.refresh_from_db()
    assert (run.state, run.done, run.failed, run.total) == (RunState.PARTIAL, 3, 1, 4)


@committed
def test_a_lost_run_is_sent_again_under_a_new_message(calls):
    now = timezone.now()
    run = waiting(state=RunState.RUNNING, attempts=1, lease_until=now - timedelta(seconds=1))
    fresh = waiting(key="other", state=RunState.RUNNING, lease_until=now + timedelta(minutes=1))
    assert jobs.recover(now=now) == 1
    run.refresh_from_db()
    fresh.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.DONE, 2)
    assert run.task_id != "t1"
    assert fresh.state == RunState.RUNNING


@committed
def test_after_three_attempts_a_lost_run_is_left_as_interrupted(calls):
    now = timezone.now()
    run = waiting(state=RunState.RUNNING, attempts=3, lease_until=now - timedelta(seconds=1))
    assert jobs.recover(now=now) == 0
    run.refresh_from_db()
    assert (run.state, calls) == (RunState.INTERRUPTED, [])


@committed
def test_a_message_the_broker_never_got_is_sent_again(calls):
    now = timezone.now()
    young = waiting(key="young", requested_at=now - timedelta(minutes=4))
    old = waiting(key="old", requested_at=now - timedelta(minutes=6))
    assert jobs.recover(now=now) == 1
    assert JobRun.objects.get(pk=old.pk).state == RunState.DONE
    assert JobRun.objects.get(pk=young.pk).state == RunState.PENDING


@pytest.mark.django_db
def test_a_unit_is_claimed_once_until_its_lease_ends():
    now = datetime(2026, 9, 1, tzinfo=UTC)
    run = waiting()
    jobs.plan_units(run, ["account:1", "account:2"])
    jobs.plan_units(run, ["account:2", "account:3"])
    assert [unit.key for unit in run.units.all()] == ["account:1", "account:2", "account:3"]
    assert jobs.claim_unit(run, "account:1", now=now)
    assert not jobs.claim_unit(run, "account:1", now=now)
    later = now + timedelta(seconds=settings.JOB_HARD_LIMIT + 61)
    assert jobs.claim_unit(run, "account:1", now=later)
    jobs.finish_unit(run, "account:1")
    assert not jobs.claim_unit(run, "account:1", now=later)
    assert jobs.claim_unit(run, "account:2", now=now)
    jobs.finish_unit(run, "account:2", error="The platform did not answer.")
    assert jobs.count_units(run) == jobs.UnitCounts(done=1, failed=1, total=3)
    assert JobUnit.objects.get(key="account:2").state == UnitState.FAILED
    assert jobs.claim_unit(run, "account:2", now=now)


@committed
def test_without_a_broker_a_thread_of_this_process_runs_the_job(calls, settings):
    settings.JOBS_INLINE, settings.CELERY_BROKER_URL = False, ""
    run = jobs.enqueue("common.fine", day="2026-08-31")
    jobs.wait_for_thread(timeout=10)
    run.refresh_from_db()
    assert (run.state, calls) == (RunState.DONE, [{"day": "2026-08-31"}])


@committed
def test_a_broker_that_does_not_answer_loses_nothing(calls, settings, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker")

    settings.JOBS_INLINE, settings.CELERY_BROKER_URL = False, "redis://127.0.0.1:1/0"
    monkeypatch.setattr("celery.current_app.send_task", refuse, raising=False)
    run = jobs.enqueue("common.fine")
    run.refresh_from_db()
    assert (run.state, calls) == (RunState.PENDING, [])


def asked_for_by_name():
    """Every name given to ``enqueue`` or the timetable as a literal, with its file."""
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).parts
        if parts[0].startswith((".", "tests", "var")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "enqueue":
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    yield name.value, str(path.relative_to(ROOT))


def test_every_name_asked_for_in_the_code_has_a_job():
    missing = []
    for name, path in asked_for_by_name():
        try:
            jobs.resolve(name)
        except jobs.UnknownJob:
            missing.append(f"{path}: {name}")
    assert missing == []


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 10, 31, 20, 30, tzinfo=UTC), "2026-10-31T20:30:00+00:00"),
        (datetime(2026, 11, 1, 3, 0, tzinfo=UTC), "2026-10-31T20:30:00+00:00"),
        (datetime(2026, 10, 31, 20, 29, tzinfo=UTC), "2026-10-30T20:30:00+00:00"),
    ],
)
def test_the_night_has_one_due_instant_however_late_the_message(now, due):
    assert last_due(timedelta(hours=20, minutes=30), now) == due


def test_the_timetable_names_jobs_and_fires_in_utc():
    table = {name: entry["args"][0] for name, entry in app.conf.beat_schedule.items() if "args" in entry}
    assert table == {"nightly": "portal.nightly", "audit-head": "common.audit_head"}
    assert all(callable(jobs.resolve(name)) for name in table.values())
    nightly = app.conf.beat_schedule["nightly"]["schedule"]
    assert (nightly.hour, nightly.minute, app.conf.timezone) == ({20}, {30}, "UTC")


@committed
def test_the_clock_starts_a_daily_job_once():
    tasks.start("common.audit_head", "2026-08-31T16:05:00+00:00")
    tasks.start("common.audit_head", "2026-08-31T16:05:00+00:00")
    run = JobRun.objects.get()
    assert (run.state, run.result["day"], run.result["subjects"]) == (RunState.DONE, "2026-08-31", 0)
    assert run.key == "common.audit_head@2026-08-31T16:05:00+00:00"
