"""The append-only log: who did what to which subject, when, chained by hash.

The service that makes a change records it in its own transaction, one row per
command. Each subject has a chain of its own, so nobody waits for anybody
else's subject; the daily head ties all chains together and shows a subject
that vanished.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from django.db import connection, transaction
from django.db.models import Max

from common.canonical import canonical_text, text_hash
from common.models import AuditEvent, AuditHead


class _User(Protocol):
    pk: int


@dataclass(frozen=True)
class Actor:
    """Who acts: the text that is stored and the name at that time."""

    text: str
    name: str = ""

    @classmethod
    def user(cls, user: _User) -> "Actor":
        """Return the signed-in person as an actor, named as now."""
        return cls(text=f"user:{user.pk}", name=str(user))

    @classmethod
    def system(cls, job: str, run: int | str) -> "Actor":
        """Return the run of a job as an actor."""
        return cls(text=f"system:{job}#{run}", name=job)


@dataclass(frozen=True)
class Break:
    """A place where a chain does not hold."""

    subject: str
    sequence: int
    reason: str


def record(*, subject: str, actor: Actor, action: str, at: datetime, **details: object) -> AuditEvent:
    """Append one event to the subject's chain, in the caller's transaction.

    The caller holds the subject's lock. ``details`` must have canonical text
    (no floats). Raises ``RuntimeError`` outside a transaction, ``ValueError``
    for a naive time, ``TypeError`` for details without canonical text and
    ``IntegrityError`` when somebody without the lock was faster.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event is written inside the transaction of the change")
    if at.tzinfo is None:
        raise ValueError("the time of an audit event has no zone")
    last = AuditEvent.objects.filter(subject=subject).order_by("-sequence").first()
    event = AuditEvent(
        subject=subject,
        sequence=last.sequence + 1 if last else 1,
        actor=actor.text,
        actor_name=actor.name,
        action=action,
        at=at.astimezone(UTC),
        payload=canonical_text(details),
        previous_hash=last.hash if last else "",
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def event_hash(event: AuditEvent) -> str:
    """Return the hash that the event must carry."""
    return text_hash(
        canonical_text(
            {
                "subject": event.subject,
                "sequence": event.sequence,
                "actor": event.actor,
                "actor_name": event.actor_name,
                "action": event.action,
                "at": event.at.astimezone(UTC),
                "payload": event.payload,
                "previous_hash": event.previous_hash,
            }
        )
    )


def verify_chain(subject: str) -> list[Break]:
    """Return every place where the subject's chain does not hold; none when whole."""
    breaks: list[Break] = []
    expected, previous = 1, ""
    for event in AuditEvent.objects.filter(subject=subject).order_by("sequence").iterator():
        if event.sequence != expected:
            breaks.append(Break(subject, expected, "missing"))
        elif event.previous_hash != previous:
            breaks.append(Break(subject, event.sequence, "does not follow the one before"))
        if event_hash(event) != event.hash:
            breaks.append(Break(subject, event.sequence, "altered"))
        expected, previous = event.sequence + 1, event.hash
    return breaks


@transaction.atomic
def make_head(*, day: date, at: datetime) -> AuditHead:
    """Return the head of ``day``, made from every subject's last hash unless it exists.

    On PostgreSQL the log is locked against writers for the moment of reading,
    so no event with a smaller number can still be on its way.
    """
    existing = AuditHead.objects.filter(day=day).first()
    if existing:
        return existing
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE common_auditevent IN SHARE MODE")
    last_event = AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    before = AuditHead.objects.order_by("-day").first()
    previous = before.hash if before else ""
    subjects, digest = _digest(last_event, day, previous)
    return AuditHead.objects.create(
        day=day, subjects=subjects, last_event=last_event, previous_hash=previous, hash=digest, made_at=at
    )


def verify_heads() -> list[Break]:
    """Return every daily head that does not match the log any more."""
    breaks: list[Break] = []
    previous = ""
    for head in AuditHead.objects.order_by("day"):
        _, digest = _digest(head.last_event, head.day, previous)
        if head.previous_hash != previous or head.hash != digest:
            breaks.append(Break("common.audithead", head.pk, f"{head.day} does not match the log"))
        previous = head.hash
    return breaks


def _digest(last_event: int, day: date, previous: str) -> tuple[int, str]:
    last_of_each = (
        AuditEvent.objects.filter(pk__lte=last_event)
        .order_by()
        .values("subject")
        .annotate(last=Max("sequence"))
    )
    latest = {row["subject"]: row["last"] for row in last_of_each}
    rows = [
        [subject, sequence, digest]
        for subject, sequence, digest in AuditEvent.objects.filter(pk__lte=last_event)
        .order_by("subject", "sequence")
        .values_list("subject", "sequence", "hash")
        .iterator()
        if latest[subject] == sequence
    ]
    return len(rows), text_hash(canonical_text({"day": day, "previous": previous, "subjects": rows}))
