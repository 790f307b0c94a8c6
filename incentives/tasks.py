"""Jobs of the incentives layer; asked for by name."""

from django.utils import timezone

from common.audit import Actor
from common.jobs import job, progress
from common.models import JobRun
from common.notices import notify
from incentives.selectors.exports import EXPORT_JOB
from incentives.services.exports import file_format
from incentives.services.stored_files import export_for_person


@job(EXPORT_JOB)
def export_sheet(
    run: JobRun, *, number: str, form: str, seen_hash: str, user: int, actor_name: str
) -> dict[str, object]:
    """Write a large sheet's file for one person and tell them when it is there."""
    now = timezone.now()
    progress(run, done=0, total=2)
    stored, file = export_for_person(
        number=number, form=file_format(form), seen_hash=seen_hash, user_id=user,
        actor=Actor(text=run.requested_by, name=actor_name), at=now, run=run.pk,
    )  # fmt: skip
    progress(run, done=1, total=2)
    notify(
        kind="incentives.export_ready", recipient=user, subject=f"incentives.export:{run.pk}", at=now,
        params={"number": number, "run": run.pk},
    )  # fmt: skip
    progress(run, done=2, total=2)
    return {"stored": stored, "name": file.name, "size": len(file.content)}
