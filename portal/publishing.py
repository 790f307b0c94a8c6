"""Publishing a month: its results open and its awards are projected, both or neither."""

from datetime import datetime

from django.db import transaction

from common.audit import Actor
from incentives.services.awards import Projection, project_awards
from performance.models import Cycle
from performance.services.cycles import publish_cycle


@transaction.atomic
def publish_month(*, cycle_id: int, actor: Actor, at: datetime, reason: str = "") -> tuple[Cycle, Projection]:
    """Open a reviewed month's results and project its awards in one transaction.

    Raises what ``publish_cycle`` and ``project_awards`` raise; then neither is done.
    """
    cycle = publish_cycle(cycle_id=cycle_id, actor=actor, at=at, reason=reason)
    return cycle, project_awards(cycle_id=cycle_id, actor=actor, at=at)
