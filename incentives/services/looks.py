"""Who looked at other people's pay: one row in the log for each page or file, without figures."""

from datetime import datetime

from django.db import models, transaction

from common.audit import Actor, record
from people.services.locks import lock, subject_of


@transaction.atomic(savepoint=False)
def note_look(*, row: models.Model, what: str, actor: Actor, at: datetime, **details: object) -> None:
    """Write down that the actor was shown the pay in ``row`` (a sheet, a person).

    ``what`` names the page or file; ``details`` hold no figures.
    """
    lock(type(row), row.pk)
    record(subject=subject_of(row), actor=actor, action="pay.look", at=at, what=what, **details)
