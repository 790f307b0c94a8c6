"""What Celery sees of the jobs (one task that runs a row, two for the clock), and this layer's job."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from common import audit, jobs
from common.models import JobRun


@shared_task(name="common.run")
def run(run_id: int, task_id: str) -> None:
    """Do the run of that number, unless the message is out of date."""
    jobs.run_now(run_id, task_id)


@shared_task(name="common.start")
def start(name: str, due: str) -> None:
    """Ask for the job that the clock says is due at the instant ``due`` (ISO, UTC), once."""
    moment = datetime.fromisoformat(due)
    jobs.enqueue(name, key=f"{name}@{moment.isoformat()}", due=moment.isoformat())


@shared_task(name="common.recover")
def recover() -> None:
    """Send lost runs again."""
    jobs.recover(now=timezone.now())


@jobs.job("common.audit_head")
def audit_head(run: JobRun, *, due: str) -> dict[str, object]:
    """Make the audit log's head of the day on which the job was due (ISO instant, UTC)."""
    head = audit.make_head(day=datetime.fromisoformat(due).date(), at=timezone.now())
    return {"day": head.day.isoformat(), "subjects": head.subjects, "hash": head.hash}
