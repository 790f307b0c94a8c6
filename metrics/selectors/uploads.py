"""Deliveries as people see them."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from metrics.choices import FetchState
from metrics.models import Fetch, UploadChoice
from people.access import not_visible
from people.models import Account

CHOICES_SHOWN = 30


@dataclass(frozen=True)
class DeliveryReport:
    """One delivery with the report that was kept with it."""

    fetch: Fetch
    report: dict[str, Any]

    @property
    def waits(self) -> bool:
        """Say whether somebody else must still confirm it."""
        return self.fetch.self_supplied and self.fetch.confirmed_at is None


def deliveries(accounts: QuerySet[Account]) -> QuerySet[Fetch]:
    """Return the deliveries for the accounts, newest first."""
    return (
        Fetch.objects.filter(account__in=accounts.order_by().values("pk"))
        .select_related("account")
        .defer("result")
        .order_by("-at", "-pk")
    )


def still_waiting(found: QuerySet[Fetch]) -> QuerySet[Fetch]:
    """Return those of the deliveries that somebody must still vouch for."""
    return found.filter(self_supplied=True, confirmed_at__isnull=True, state=FetchState.DONE)


def delivery_report(accounts: QuerySet[Account], pk: int) -> DeliveryReport:
    """Return one delivery for one of the accounts. Raises ``NotVisible``."""
    fetch = Fetch.objects.filter(pk=pk, account__in=accounts.order_by().values("pk"))
    found = fetch.select_related("account", "payload").defer("payload__content").first()
    if found is None:
        raise not_visible()
    return DeliveryReport(found, json.loads(found.result or "{}"))


def remembered_choices(user_id: int) -> list[UploadChoice]:
    """Return what the person answered about files before, newest first."""
    return list(UploadChoice.objects.filter(user=user_id).select_related("account")[:CHOICES_SHOWN])
