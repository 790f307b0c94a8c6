"""What every door of deliveries shares: the order, its locks, what was taken before, the report."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from common.audit import Actor
from common.periods import Span
from metrics.choices import FindingKind
from metrics.importing.records import Lifetime, ParsedFile, Record
from metrics.models import Fetch, Finding, Payload
from metrics.services.accounts import AccountName
from metrics.services.fetches import delivered_with, keep_payload
from metrics.services.results import FileResult, Rejection, Tally
from metrics.services.sentences import FileRefused, Telling, said
from metrics.services.store import Delivery
from metrics.services.videos import finding
from people.models import Account, Company


@dataclass(frozen=True, slots=True)
class Order:
    """Everything an upload was asked with."""

    contents: dict[str, bytes]
    account: Account | None
    named: AccountName | None
    create: bool
    allowed: Collection[int] | None
    actor: Actor
    actor_employee: int | None
    at: datetime
    zone: ZoneInfo
    period: Lifetime | Span | None
    day_first: bool | None


def company_zone() -> ZoneInfo:
    """Return the company's zone, or the installation's where no company is set up yet."""
    zone = Company.objects.values_list("time_zone", flat=True).first()
    return ZoneInfo(zone or settings.TIME_ZONE)


def lock_delivery(parsed: ParsedFile, order: Order, accounts: Collection[int]) -> Payload:
    """Make deliveries of the same bytes and of the same accounts wait for each other."""
    payload = keep_payload(order.contents.get(parsed.sha256, b""), sha256=parsed.sha256)
    lock_rows(payload.pk, accounts)
    return payload


def lock_rows(payload_id: int, accounts: Collection[int]) -> None:
    """Lock the payload, then the accounts in the order of their keys."""
    list(Payload.objects.select_for_update().filter(pk=payload_id).values_list("pk"))
    list(Account.objects.select_for_update().filter(pk__in=accounts).order_by("pk").values_list("pk"))


def refuse_other_account(
    parsed: ParsedFile, rows: Sequence[tuple[Account, Record]], earlier: Sequence[Fetch], order: Order
) -> None:
    """Refuse bytes that were already taken as another account's, unless the rows name their accounts."""
    if any(one.account for _account, one in rows):
        return
    account = rows[0][0] if rows else None
    for fetch in reversed(earlier):
        if account is not None and fetch.account_id not in (None, account.pk):
            day = fetch.at.astimezone(order.zone).date()
            raise FileRefused("other_account", account=str(fetch.account), day=day)


def repeated_fetches(
    earlier: Sequence[Fetch], options: dict[str, object], accounts: Collection[int]
) -> dict[int, Fetch]:
    """Return, per account, the fetch that took the same table with the same answers."""
    same = [fetch for fetch in earlier if delivered_with(fetch) == options and fetch.account_id in accounts]
    return {fetch.account_id: fetch for fetch in same if fetch.account_id is not None}


def warn_about(delivery: Delivery, unheld: set[int]) -> None:
    """Tell what stayed as a newer export gave it, and which accounts nobody holds."""
    tally = delivery.tally
    if tally.kept_newer:
        tally.warnings.append(said("older_export", count=tally.kept_newer, as_of=tally.newest_as_of))
    for account_id in sorted(unheld):
        tally.warnings.append(said("nobody_operates", account=str(delivery.accounts[account_id])))
    found = [finding(FindingKind.NOBODY_HOLDS, pk, "holders", {}, delivery) for pk in sorted(unheld)]
    Finding.objects.bulk_create(found, ignore_conflicts=True)


def file_result(
    parsed: ParsedFile,
    tally: Tally,
    *,
    refused: Telling | None = None,
    kept: Sequence[Record] | None = None,
    accounts: Sequence[Account] = (),
    fetches: tuple[int, ...] = (),
    repeated: bool = False,
) -> FileResult:
    """Return what became of a table; ``kept`` are the records that were stored, all of them by default."""
    records = parsed.records if kept is None else kept
    reason = refused or parsed.refused
    rejected = (*(Rejection.of(one) for one in parsed.rejected), *tally.rejected)
    stored = reason is None and not parsed.questions
    return FileResult(
        file=parsed.file,
        table=parsed.table,
        profile=parsed.profile,
        title=parsed.title,
        grain=parsed.grain.value if parsed.grain else "",
        rows=parsed.rows,
        accepted=len(records) if stored else 0,
        rejected=tuple(sorted(rejected, key=lambda one: one.row)),
        inserted=tally.inserted,
        updated=tally.updated,
        unchanged=tally.unchanged,
        restated=tuple(tally.restated),
        warnings=(*parsed.warnings, *tally.warnings),
        questions=parsed.questions if reason is None else (),
        refused=reason,
        period=_period(parsed, records),
        as_of=parsed.as_of,
        totals=_totals(parsed, records) if stored else {},
        columns=parsed.columns,
        accounts=tuple(str(account) for account in accounts),
        fetches=fetches,
        repeated=repeated,
    )


def _period(parsed: ParsedFile, records: Sequence[Record]) -> tuple[date, date] | None:
    if parsed.span is not None:
        return parsed.span.first, parsed.span.last
    return parsed.period if records else None


def _totals(parsed: ParsedFile, records: Sequence[Record]) -> dict[str, int | Decimal | None]:
    if len(records) == len(parsed.records):
        return dict(parsed.totals)
    totals: dict[str, int | Decimal | None] = {}
    for name in parsed.totals:
        values = [value for one in records if (value := one.values.get(name)) is not None]
        totals[name] = sum(values) if values else None
    return totals
