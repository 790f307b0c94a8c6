"""Work that is asked for by name and done outside the request.

``enqueue`` writes a ``JobRun`` row in the caller's transaction; after commit the
run goes to Celery or, where no broker is configured, to one thread of this
process. Jobs register themselves with ``@job("app.name")`` in their app's
``tasks.py``; nobody imports that module, it is loaded by name here. Every job
is safe to run twice.
"""

import importlib
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from common.audit import Actor
from common.choices import RunState, UnitState
from common.errors import Refusal
from common.models import JobRun, JobUnit

log = logging.getLogger(__name__)

JobFunction = Callable[..., Mapping[str, object] | None]
OPEN = (RunState.PENDING, RunState.RUNNING)
LOST_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 3

_registry: dict[str, JobFunction] = {}
_runner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jobs")


class UnknownJob(LookupError):
    """No app has a job of that name."""


@dataclass(frozen=True)
class UnitCounts:
    """How many units of a run are done, failed and there in total."""

    done: int
    failed: int
    total: int


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register ``function(run, **params)`` under ``app.verb``.

    What it returns (plain JSON) is stored as the run's result. Raises
    ``ValueError`` when the name is taken or is not in the function's app.
    """

    def register(function: JobFunction) -> JobFunction:
        if name.split(".")[0] != function.__module__.split(".")[0]:
            raise ValueError(f"the job {name} is registered from {function.__module__}")
        known = _registry.get(name)
        if known is not None and known.__qualname__ != function.__qualname__:
            raise ValueError(f"two jobs are called {name}")
        _registry[name] = function
        return function

    return register


def resolve(name: str) -> JobFunction:
    """Return the function registered under ``name``. Raises ``UnknownJob``."""
    if name not in _registry:
        _load_tasks(name.split(".")[0])
    if name not in _registry:
        raise UnknownJob(f"no job is called {name}")
    return _registry[name]


def enqueue(
    name: str,
    *,
    key: str | None = None,
    actor: Actor | None = None,
    business_date: date | None = None,
    **params: object,
) -> JobRun:
    """Ask for a job in the caller's transaction and return its row.

    ``params`` are plain JSON values (ids, ISO dates). With a ``key`` the same
    work is asked for once: a waiting, running or finished run is returned as
    it is, one that failed or was interrupted is tried again. Raises
    ``UnknownJob``.
    """
    resolve(name)
    now = timezone.now()
    defaults = {
        "job": name,
        "business_date": business_date,
        "params": params,
        "requested_by": actor.text if actor else "",
        "requested_at": now,
        "task_id": uuid.uuid4().hex,
    }
    with transaction.atomic():
        run, created = JobRun.objects.get_or_create(
            key=key or f"{name}#{uuid.uuid4().hex}", defaults=defaults
        )
        if created or _reopen(run):
            _send_after_commit(run)
    return run


def run_now(run_id: int, task_id: str) -> None:
    """Do the run that a message names, unless the message is out of date.

    1. Claim the row by a conditional UPDATE; stop when it did not change a row.
    2. Call the job. 3. Store result and state; a refusal or an error is stored
    as text. The same message delivered again (its worker died) takes over.
    """
    now = timezone.now()
    claimed = JobRun.objects.filter(pk=run_id, task_id=task_id, state__in=OPEN).update(
        state=RunState.RUNNING, started_at=now, lease_until=_lease(now), attempts=F("attempts") + 1, error=""
    )
    if not claimed:
        log.info("run %s: message %s is out of date", run_id, task_id)
        return
    run = JobRun.objects.get(pk=run_id)
    try:
        result = resolve(run.job)(run, **run.params)
    except Refusal as refusal:
        _finish(run, task_id, RunState.FAILED, error=f"{refusal.code}: {refusal}")
    except Exception as error:
        log.exception("run %s of %s failed", run.pk, run.job)
        _finish(run, task_id, RunState.FAILED, error=f"{type(error).__name__}: {error}")
    else:
        run.refresh_from_db(fields=["failed"])
        state = RunState.PARTIAL if run.failed else RunState.DONE
        _finish(run, task_id, state, result=dict(result or {}))


def progress(run: JobRun, *, done: int, total: int, failed: int = 0) -> None:
    """Store how far a run got and extend its lease."""
    run.done, run.total, run.failed = done, total, failed
    JobRun.objects.filter(pk=run.pk).update(
        done=done, total=total, failed=failed, lease_until=_lease(timezone.now())
    )


def plan_units(run: JobRun, keys: Iterable[str]) -> None:
    """Add the run's units of work; the ones already there keep their state."""
    units = [JobUnit(run=run, key=key) for key in keys]
    JobUnit.objects.bulk_create(units, ignore_conflicts=True, batch_size=500)


def claim_unit(run: JobRun, key: str, *, now: datetime) -> bool:
    """Take one unit by a conditional UPDATE; say whether this caller got it.

    Waiting and failed units and those whose lease ran out can be taken.
    """
    free = Q(state__in=[UnitState.PENDING, UnitState.FAILED]) | Q(
        state=UnitState.RUNNING, lease_until__lt=now
    )
    taken = JobUnit.objects.filter(free, run=run, key=key).update(
        state=UnitState.RUNNING, attempts=F("attempts") + 1, lease_until=_lease(now), error=""
    )
    return taken == 1


def finish_unit(run: JobRun, key: str, *, error: str = "") -> None:
    """Close a claimed unit: done, or failed with a sentence."""
    state = UnitState.FAILED if error else UnitState.DONE
    JobUnit.objects.filter(run=run, key=key, state=UnitState.RUNNING).update(
        state=state, error=error, lease_until=None
    )


def count_units(run: JobRun) -> UnitCounts:
    """Return how many of the run's units are done, failed and there."""
    row = run.units.aggregate(
        done=Count("pk", filter=Q(state=UnitState.DONE)),
        failed=Count("pk", filter=Q(state=UnitState.FAILED)),
        total=Count("pk"),
    )
    return UnitCounts(**row)


def recover(*, now: datetime) -> int:
    """Send again what was lost; return how many runs.

    Lost is a run whose lease ran out, and a waiting one whose message never
    arrived. Each gets a new message and the old one becomes void; after three
    attempts a run is left as interrupted.
    """
    lost = JobRun.objects.filter(
        Q(state=RunState.RUNNING, lease_until__lt=now)
        | Q(state=RunState.PENDING, requested_at__lt=now - LOST_AFTER)
    )
    return sum(_send_again(run, now) for run in lost)


def wait_for_thread(*, timeout: float) -> None:
    """Wait until this process's thread has done what it was given. Raises ``TimeoutError``."""
    _runner.submit(lambda: None).result(timeout)


def _send_again(run: JobRun, now: datetime) -> int:
    same = JobRun.objects.filter(pk=run.pk, task_id=run.task_id, state=run.state)
    if run.attempts >= MAX_ATTEMPTS:
        same.update(state=RunState.INTERRUPTED, finished_at=now)
        return 0
    with transaction.atomic():
        changed = same.update(state=RunState.PENDING, task_id=uuid.uuid4().hex, requested_at=now)
        if changed:
            run.refresh_from_db()
            _send_after_commit(run)
    return changed


def _reopen(run: JobRun) -> bool:
    if run.state in {RunState.PENDING, RunState.RUNNING, RunState.DONE}:
        return False
    changed = JobRun.objects.filter(pk=run.pk, state=run.state).update(
        state=RunState.PENDING, task_id=uuid.uuid4().hex, attempts=0, requested_at=timezone.now()
    )
    run.refresh_from_db()
    return changed == 1


def _finish(run: JobRun, task_id: str, state: RunState, **fields: object) -> None:
    JobRun.objects.filter(pk=run.pk, task_id=task_id, state=RunState.RUNNING).update(
        state=state, finished_at=timezone.now(), lease_until=None, **fields
    )


def _lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.JOB_HARD_LIMIT + 60)


def _send_after_commit(run: JobRun) -> None:
    transaction.on_commit(partial(_send, run.pk, run.task_id))


def _send(run_id: int, task_id: str) -> None:
    if settings.JOBS_INLINE:
        run_now(run_id, task_id)
    elif settings.CELERY_BROKER_URL:
        _send_to_celery(run_id, task_id)
    else:
        _runner.submit(_run_in_thread, run_id, task_id)


def _send_to_celery(run_id: int, task_id: str) -> None:
    try:
        current_app.send_task("common.run", args=[run_id, task_id], task_id=task_id)
    except Exception:
        # The row stays waiting and `recover` sends it again: the change that asked for it is committed.
        log.exception("run %s could not be handed to the broker", run_id)


def _run_in_thread(run_id: int, task_id: str) -> None:
    close_old_connections()
    try:
        run_now(run_id, task_id)
    except Exception:
        log.exception("run %s could not be run", run_id)
    finally:
        connection.close()


def _load_tasks(label: str) -> None:
    with suppress(LookupError):
        config = apps.get_app_config(label)
        if module_has_submodule(config.module, "tasks"):
            importlib.import_module(f"{config.name}.tasks")
