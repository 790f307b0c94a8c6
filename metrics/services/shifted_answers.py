"""Storing days that were set aside, once somebody said that their labels are right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from metrics.choices import Grain
from metrics.models import Fetch, Finding
from metrics.services.days import MODELS, DayRow, merge_days, stored_days
from metrics.services.standing import hold_against_corrections
from metrics.services.store import Delivery, write_restatements
from people.models import Account


@dataclass(frozen=True, slots=True)
class _Kept:
    """A day as the finding kept it."""

    day: date
    row: int
    gaps: Mapping[str, str] = field(default_factory=dict)


def take_held_days(finding: Finding, *, at: datetime) -> dict[str, object]:
    """Store the finding's rows over the stored days; every value that changes is restated.

    Days that the file does not name stay as they are. Returns what to audit. The
    caller holds the finding's lock. Raises ``Refusal`` when its delivery is gone.
    """
    account = Account.objects.select_for_update().get(pk=finding.account_id)
    fetch = Fetch.objects.filter(pk=finding.fetch_id).first()
    if fetch is None:
        raise Refusal("delivery_gone", _("The delivery of these days is gone. Upload the file again."))
    grain = Grain(finding.details["grain"])
    rows = [_row(grain, finding, number, *one) for number, one in enumerate(finding.details["rows"], 1)]
    delivery = Delivery({account.pk: account}, {account.pk: fetch}, at)
    merge_days(grain, rows, stored_days(MODELS[grain], rows), delivery)
    write_restatements(delivery)
    hold_against_corrections([account.pk], at=at)
    return {"days": len(rows), "restated": len(delivery.tally.restated), "fetch": fetch.pk}


def _row(grain: Grain, finding: Finding, number: int, day: str, values: Mapping[str, str]) -> DayRow:
    columns = MODELS[grain]._meta
    read: dict[str, Any] = {name: columns.get_field(name).to_python(text) for name, text in values.items()}
    kept = _Kept(date.fromisoformat(day), number)
    return DayRow(finding.account_id, finding.details["about"], kept, read)
