"""The outbox of notices: written in the transaction that causes them.

``portal`` renders and delivers; here a notice is only a row. Parameters are
plain (ids, codes, dates as text) and hold no figures, because a notice may
leave the house by mail.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from common.models import Notice


def notify(
    *,
    kind: str,
    recipient: int,
    subject: str,
    at: datetime,
    params: Mapping[str, str | int | None] | None = None,
) -> Notice:
    """Put one notice for the user with the number ``recipient`` into the outbox."""
    return Notice.objects.create(
        kind=kind, recipient=recipient, subject=subject, created_at=at, params=dict(params or {})
    )


def unread(*, recipient: int) -> QuerySet[Notice]:
    """Return the person's unread notices, newest first."""
    return Notice.objects.filter(recipient=recipient, read_at__isnull=True)


def mark_read(*, recipient: int, at: datetime, subject: str | None = None) -> int:
    """Mark the person's notices (of one subject, or all) as read; return how many."""
    rows = unread(recipient=recipient)
    if subject is not None:
        rows = rows.filter(subject=subject)
    return rows.update(read_at=at)
