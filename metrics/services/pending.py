"""Bytes that wait between a preview and its confirmation: for their uploader, and for a day."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from metrics.models import Fetch, Payload, PendingUpload
from metrics.services.fetches import keep_payload, payload_bytes

KEPT_FOR = timedelta(hours=24)
"""How long a preview may wait; then its bytes are forgotten."""
FORGOTTEN_AT_ONCE = 500


@transaction.atomic
def keep_pending(content: bytes, *, user_id: int, at: datetime) -> str:
    """Keep the bytes for the person until they are confirmed, dropped or too old; return their sha-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    payload = keep_payload(content, sha256=sha256)
    # Somebody may have dropped the same bytes just now; the lock shows whether they are still there.
    while not Payload.objects.select_for_update().filter(pk=payload.pk).exists():
        payload = keep_payload(content, sha256=sha256)
    PendingUpload.objects.update_or_create(user_id=user_id, payload=payload, defaults={"kept_at": at})
    return sha256


def pending_bytes(sha256: str, *, user_id: int, at: datetime) -> bytes:
    """Return bytes that the person previewed or delivered. Raises ``Refusal`` when they are gone."""
    previewed = PendingUpload.objects.filter(payload=OuterRef("pk"), user=user_id, kept_at__gt=at - KEPT_FOR)
    delivered = Fetch.objects.filter(payload=OuterRef("pk"), actor=f"user:{user_id}")
    payload = Payload.objects.filter(Exists(previewed) | Exists(delivered), sha256=sha256).first()
    if payload is None:
        raise Refusal("upload_gone", _("The file of this preview is kept no longer. Upload it again."))
    return payload_bytes(payload)


@transaction.atomic
def drop_pending(hashes: Iterable[str], *, user_id: int) -> int:
    """Forget the person's previewed bytes that nothing was made of; return how many were let go."""
    mine = PendingUpload.objects.filter(user=user_id, payload__sha256__in=list(hashes))
    return _let_go(list(mine.values_list("pk", flat=True)))


@transaction.atomic
def forget_old_pending(*, at: datetime) -> int:
    """Forget previews that nobody confirmed in a day; return how many files' bytes were let go."""
    old = PendingUpload.objects.filter(kept_at__lte=at - KEPT_FOR).order_by("kept_at")
    return _let_go(list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]))


def _let_go(pending: list[int]) -> int:
    """Take the entries out, and the bytes that neither a delivery nor another preview needs."""
    payloads = set(PendingUpload.objects.filter(pk__in=pending).values_list("payload_id", flat=True))
    locked = Payload.objects.select_for_update().filter(pk__in=payloads).order_by("pk")
    list(locked.values_list("pk", flat=True))
    PendingUpload.objects.filter(pk__in=pending).delete()
    used = Fetch.objects.filter(payload=OuterRef("pk"))
    wanted = PendingUpload.objects.filter(payload=OuterRef("pk"))
    gone, _details = Payload.objects.filter(~Exists(used), ~Exists(wanted), pk__in=payloads).delete()
    return gone
