"""Records of deliveries: what came, from whom, for which account, and who vouches for it."""

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.bulk import insert, store_bytes, update
from common.errors import Conflict, NotAllowed, Refusal
from metrics.choices import FetchKind, FetchState
from metrics.importing.records import Lifetime, ParsedFile, VideoRecord
from metrics.models import Fetch, Payload
from metrics.services.results import FileResult, Restated
from metrics.services.sentences import as_plain
from people.models import Account, AccountShare

NAME_LIMIT, FIELDS_LIMIT = 255, 400
REJECTED_KEPT, RESTATED_KEPT, ACCOUNTS_KEPT = 1000, 200, 20
REJECTED_SHOWN, MANY = 20, 50
"""Of a table about more accounts than ``MANY`` the first fetch keeps the long list, the others this many."""


def keep_hash(*, sha256: str, size: int) -> Payload:
    """Return the payload of that hash; its bytes may still be to come."""
    payload, _made = Payload.objects.get_or_create(sha256=sha256, defaults={"size": size})
    return payload


def keep_packed(payload: Payload, packed: bytes) -> None:
    """Add the bytes, compressed already, where none are kept."""
    if Payload.objects.filter(pk=payload.pk, content__isnull=True).exists():
        store_bytes(Payload, payload.pk, "content", packed)


def keep_payload(content: bytes, *, sha256: str) -> Payload:
    """Store the bytes once, compressed; bytes that were let go are put back."""
    payload, made = Payload.objects.get_or_create(
        sha256=sha256, defaults={"size": len(content), "content": zlib.compress(content)}
    )
    if not made and payload.content is None:
        payload.content = zlib.compress(content)
        payload.save(update_fields=["content"])
    return payload


def payload_bytes(payload: Payload) -> bytes:
    """Return the bytes as they were delivered. Raises ``Refusal`` when they are kept no longer."""
    if payload.content is None:
        raise Refusal(
            "payload_gone", _("The bytes of this delivery are kept no longer. Upload the file again.")
        )
    return zlib.decompress(bytes(payload.content))


def options_of(parsed: ParsedFile, *, day_first: bool | None, period: Any) -> dict[str, object]:
    """Return what was answered about a table, as plain values: part of what makes a delivery the same."""
    lifetime = isinstance(period, Lifetime)
    return {
        "table": parsed.table,
        "profile": parsed.profile,
        "as_of": parsed.as_of.isoformat() if parsed.as_of else None,
        "day_first": day_first,
        "period": "lifetime" if lifetime else [str(period.first), str(period.last)] if period else None,
    }


def delivered_with(fetch: Fetch) -> object:
    """Return the options that a stored delivery was taken with."""
    return json.loads(fetch.result or "{}").get("options")


def earlier_deliveries(sha256: str) -> list[Fetch]:
    """Return what was taken from the same bytes before, newest first."""
    same = Fetch.objects.filter(payload__sha256=sha256, state=FetchState.DONE).select_related("account")
    return list(same.order_by("-at", "-pk"))


def make_fetches(
    parsed: ParsedFile,
    accounts: Sequence[Account],
    *,
    spans: dict[int, tuple[date | None, date | None, date | None]],
    payload: Payload,
    actor: Actor,
    actor_employee: int | None,
    at: datetime,
    fields: Mapping[int, Collection[str]] | None = None,
) -> dict[int, Fetch]:
    """Write one fetch per account of the table.

    ``spans`` holds first day, last day and as-of date each; ``fields`` those with a
    value (left out: nobody noted them).
    """
    held = _held_by(actor_employee, spans)
    fetches = [
        Fetch(
            account=account,
            kind=FetchKind.FILE.value,
            state=FetchState.DONE.value,
            at=at,
            actor=actor.text,
            actor_name=actor.name,
            file_name=parsed.file[-NAME_LIMIT:],
            profile=parsed.profile or "",
            grain=parsed.grain.value if parsed.grain else "",
            fields=" ".join(sorted((fields or {}).get(account.pk, ())))[:FIELDS_LIMIT],
            first_day=spans[account.pk][0],
            last_day=spans[account.pk][1],
            as_of=spans[account.pk][2],
            payload=payload,
            self_supplied=account.pk in held,
        )
        for account in accounts
    ]
    insert(Fetch, fetches)
    return {fetch.account_id: fetch for fetch in fetches if fetch.account_id is not None}


def span_of(
    parsed: ParsedFile, records: Sequence[Any], *, at: date
) -> tuple[date | None, date | None, date | None]:
    """Return first day, last day and as-of date of one account's rows.

    A list of works reaches to the day it was taken: it also says that nothing more
    was published until then.
    """
    if parsed.span is not None:
        return parsed.span.first, parsed.span.last, parsed.as_of
    if not isinstance(records[0], VideoRecord):
        days = [one.day for one in records]
        return min(days), max(days), parsed.as_of
    captured = [one.captured_on for one in records if one.captured_on]
    published = [one.published_on for one in records if one.published_on]
    return span_between(
        min(published, default=None), max(published, default=None), max(captured, default=parsed.as_of), at=at
    )


def span_between(
    first: date | None, last: date | None, as_of: date | None, *, at: date
) -> tuple[date, date, date | None]:
    """Return what ``span_of`` does of a list of works, given its first and last publish day."""
    reached = as_of or at
    return first or reached, max(reached, last or reached), as_of


def _held_by(
    employee: int | None, spans: dict[int, tuple[date | None, date | None, date | None]]
) -> set[int]:
    """Return the accounts of which the employee holds a part in the days of the file."""
    if employee is None:
        return set()
    shares = AccountShare.objects.filter(employee_id=employee, period__account_id__in=list(spans))
    held = set()
    for account_id, starts, ends in shares.values_list(
        "period__account_id", "period__starts_on", "period__ends_on"
    ):
        first, last, _as_of = spans[account_id]
        if (last is None or starts <= last) and (first is None or ends is None or ends >= first):
            held.add(account_id)
    return held


def unheld_accounts(spans: dict[int, tuple[date | None, date | None, date | None]]) -> set[int]:
    """Return the accounts that nobody holds on any day of the file."""
    shares = AccountShare.objects.filter(period__account_id__in=list(spans))
    held = set()
    for account_id, starts, ends in shares.values_list(
        "period__account_id", "period__starts_on", "period__ends_on"
    ):
        first, last, _as_of = spans[account_id]
        if (last is None or starts <= last) and (first is None or ends is None or ends >= first):
            held.add(account_id)
    return set(spans) - held


def write_reports(fetches: Sequence[Fetch], result: FileResult, options: dict[str, object]) -> None:
    """Keep the report with each fetch of the table, its sentences by code, for any language.

    The lists are kept up to a limit; every replaced value is in ``Restatement`` anyway.
    """
    rejected = [
        {"row": one.row, "column": one.column, **as_plain(one.reason)}
        for one in result.rejected[:REJECTED_KEPT]
    ]
    shared = replace(result, restated=(), accounts=result.accounts[:ACCOUNTS_KEPT]).as_json()
    del shared["restated"]
    report = {
        **shared,
        "rejected": rejected,
        "rejected_count": len(result.rejected),
        "warnings": [as_plain(warning) for warning in result.warnings],
        "options": options,
    }
    restated: dict[str, list[Restated]] = defaultdict(list)
    for one in result.restated:
        restated[one.account].append(one)
    first = _as_text(report)
    rest = _as_text({**report, "rejected": rejected[:REJECTED_SHOWN]}) if len(fetches) > MANY else first
    for place, fetch in enumerate(fetches):
        mine = restated.get(str(fetch.account), [])
        shown = [one.as_json() for one in mine[:RESTATED_KEPT]]
        own = _as_text({"restated": shown, "restated_count": len(mine)})
        fetch.result = f"{(rest if place else first)[:-1]}, {own[1:]}"
    update(Fetch, fetches, ["result"])


def _as_text(report: dict[str, object]) -> str:
    return json.dumps(report, ensure_ascii=False)


@transaction.atomic
def confirm_fetch(*, fetch_id: int, actor: Actor, actor_employee: int | None, at: datetime) -> Fetch:
    """Vouch for a delivery that came from somebody whose own score it feeds.

    Raises ``Refusal`` when there is nothing to confirm, ``Conflict`` when somebody
    already did, ``NotAllowed`` for the one who delivered it and for its holders.
    """
    fetch = Fetch.objects.select_for_update().get(pk=fetch_id)
    if not fetch.self_supplied:
        raise Refusal("nothing_to_confirm", _("This delivery needs no confirmation."))
    if fetch.confirmed_at is not None:
        raise Conflict("already_confirmed", _("Somebody confirmed this delivery already. Reload the page."))
    spans = {fetch.account_id: (fetch.first_day, fetch.last_day, fetch.as_of)} if fetch.account_id else {}
    if fetch.actor == actor.text or _held_by(actor_employee, spans):
        raise NotAllowed(
            "own_delivery",
            _("A delivery is confirmed by somebody whose score it does not feed. Ask your manager."),
        )
    fetch.confirmed_by, fetch.confirmed_at = actor.text, at
    fetch.save(update_fields=["confirmed_by", "confirmed_at"])
    record(subject=f"metrics.fetch:{fetch.pk}", actor=actor, action="delivery.confirmed", at=at)
    return fetch
