"""Files that a job makes: whose they are and how long they are kept."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from common.audit import Actor
from common.choices import RunState
from common.models import JobRun
from people.access import Viewer, can_see_all_pay, not_visible

EXPORT_JOB = "incentives.export_sheet"
KEPT = timedelta(days=7)


def export_folder() -> Path:
    """Return the folder of made files; never served by address."""
    return Path(settings.MEDIA_ROOT) / "exports"


def export_run_for(viewer: Viewer, actor: Actor, pk: int) -> JobRun:
    """Return the actor's own export. Raises ``NotVisible`` for other people's and without the right."""
    run = JobRun.objects.filter(pk=pk, job=EXPORT_JOB, requested_by=actor.text).first()
    if run is None or not can_see_all_pay(viewer):
        raise not_visible()
    return run


def made_file(run: JobRun, *, now: datetime) -> Path | None:
    """Return the finished run's file, or None when it is not there yet or not kept any more."""
    if run.state != RunState.DONE or run.finished_at is None or now - run.finished_at > KEPT:
        return None
    path = export_folder() / str(run.result["stored"])
    return path if path.is_file() else None
