"""Large files on their way: whose they are."""

from common.audit import Actor
from common.models import JobRun
from people.access import not_visible

LARGE_JOB = "metrics.take_large_file"


def large_run_for(actor: Actor, pk: int) -> JobRun:
    """Return the actor's own run. Raises ``NotVisible`` for other people's."""
    run = JobRun.objects.filter(pk=pk, job=LARGE_JOB, requested_by=actor.text).first()
    if run is None:
        raise not_visible()
    return run
