"""Taking a delivered file: read, check, store table by table, report.

One upload is one transaction. A table that is refused, or that waits for an
answer, leaves nothing behind; the other tables of the same archive stand.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from common.audit import Actor, record
from common.periods import Span
from metrics.choices import FindingKind, Grain
from metrics.importing.messages import ImportRefused
from metrics.importing.parse import parse_upload
from metrics.importing.reader import split_upload
from metrics.importing.records import Lifetime, ParsedFile, Record
from metrics.models import Fetch, Finding, Payload
from metrics.services.accounts import AccountBook, AccountName
from metrics.services.days import store_days
from metrics.services.fetches import (
    earlier_deliveries,
    make_fetches,
    options_of,
    span_of,
    unheld_accounts,
    write_reports,
)
from metrics.services.orders import (
    Order,
    company_zone,
    file_result,
    lock_delivery,
    refuse_other_account,
    repeated_fetches,
    warn_about,
)
from metrics.services.results import FileResult, Tally, UploadResult
from metrics.services.sentences import FileRefused, Telling, said
from metrics.services.snapshots import store_snapshots, store_sums
from metrics.services.standing import hold_against_corrections
from metrics.services.store import Delivery, write_restatements
from metrics.services.video_days import store_video_days
from metrics.services.videos import store_videos
from people.models import Account

VIDEO_GRAINS = (Grain.VIDEO_SNAPSHOT, Grain.VIDEO_DAY, Grain.PERIOD_SUM)


def preview_upload(
    *,
    content: bytes,
    name: str,
    account: Account | None,
    actor: Actor,
    actor_employee: int | None,
    at: datetime,
    as_of: date | None = None,
    period: Lifetime | Span | None = None,
    day_first: bool | None = None,
    named: AccountName | None = None,
    create_account: bool = False,
    allowed: Collection[int] | None = None,
) -> UploadResult:
    """Say exactly what ``store_upload`` would do now, and do nothing."""
    with transaction.atomic():
        result = store_upload(
            content=content, name=name, account=account, actor=actor, actor_employee=actor_employee, at=at,
            as_of=as_of, period=period, day_first=day_first, named=named, create_account=create_account,
            allowed=allowed,
        )  # fmt: skip
        transaction.set_rollback(True)
    return result


@transaction.atomic
def store_upload(
    *,
    content: bytes,
    name: str,
    account: Account | None,
    actor: Actor,
    actor_employee: int | None,
    at: datetime,
    as_of: date | None = None,
    period: Lifetime | Span | None = None,
    day_first: bool | None = None,
    named: AccountName | None = None,
    create_account: bool = False,
    allowed: Collection[int] | None = None,
) -> UploadResult:
    """Store what a file says and report on each of its tables.

    The account is ``account``, or the one ``named`` (created when
    ``create_account``), or the one each row names. ``allowed`` limits the accounts
    (None: all). ``actor_employee`` is the person who delivers, so that a file from
    somebody whose score it feeds is marked. ``at`` is aware; its day in the
    company's zone is today. Nothing is raised for what is in the file.
    """
    zone = company_zone()
    parsed = parse_upload(
        name=name,
        content=content,
        as_of=as_of,
        day_first=day_first,
        period=period,
        platform=account.platform if account else named.platform if named else None,
        today=at.astimezone(zone).date(),
    )
    order = Order(
        _contents(name, content), account, named, create_account, allowed, actor, actor_employee, at, zone,
        period, day_first,
    )  # fmt: skip
    files = tuple(_take(one, order) for one in parsed)
    return UploadResult(name, hashlib.sha256(content).hexdigest(), files)


def _contents(name: str, content: bytes) -> dict[str, bytes]:
    try:
        parts, _skipped = split_upload(name=name, content=content)
    except ImportRefused:
        return {}
    return {hashlib.sha256(part.content).hexdigest(): part.content for part in parts}


def _take(parsed: ParsedFile, order: Order) -> FileResult:
    """Store one table; whatever it wrote is undone when it is refused."""
    if not parsed.usable:
        return file_result(parsed, Tally())
    try:
        with transaction.atomic():
            return _store(parsed, order)
    except FileRefused as refusal:
        return file_result(parsed, Tally(), refused=refusal.said)


def _store(parsed: ParsedFile, order: Order) -> FileResult:
    book = AccountBook(parsed, order.account, order.named, order.create, order.allowed)
    book.load()
    rows = [(book.account_of(one), one) for one in parsed.records]
    accounts = {account.pk: account for account, _one in rows}
    payload = lock_delivery(parsed, order, accounts)
    options = options_of(parsed, day_first=order.day_first, period=order.period)
    earlier = earlier_deliveries(parsed.sha256)
    refuse_other_account(parsed, rows, earlier, order)
    tally = Tally()
    again = repeated_fetches(earlier, options, accounts)
    if again and len(again) == len(accounts):
        day = max(fetch.at for fetch in again.values()).astimezone(order.zone).date()
        tally.unchanged = len(rows)
        tally.warnings.extend([*_still_held(again), said("same_file_again", day=day)])
        return file_result(parsed, tally, accounts=list(accounts.values()), repeated=True)
    return _write(parsed, order, book, rows, accounts, options, payload)


def _still_held(again: dict[int, Fetch]) -> list[Telling]:
    """Say so when days of the earlier delivery still wait for an answer."""
    ids = [fetch.pk for fetch in again.values()]
    waiting = Finding.objects.filter(
        kind=FindingKind.SHIFTED_DAYS, fetch_id__in=ids, answered_at__isnull=True
    )
    return [said("days_still_wait")] if waiting.exists() else []


def _write(
    parsed: ParsedFile,
    order: Order,
    book: AccountBook,
    rows: Sequence[tuple[Account, Record]],
    accounts: dict[int, Account],
    options: dict[str, object],
    payload: Payload,
) -> FileResult:
    today = order.at.astimezone(order.zone).date()
    by_account: dict[int, list[Record]] = defaultdict(list)
    for account, one in rows:
        by_account[account.pk].append(one)
    spans = {pk: span_of(parsed, records, at=today) for pk, records in by_account.items()}
    fetches = make_fetches(
        parsed, list(accounts.values()), spans=spans, payload=payload, actor=order.actor,
        actor_employee=order.actor_employee, at=order.at, fields=_fields(by_account),
    )  # fmt: skip
    delivery = Delivery(accounts, fetches, order.at)
    kept = _store_records(parsed, [(account.pk, one) for account, one in rows], book, delivery, order.zone)
    if rows and not kept:
        raise FileRefused("nothing_accepted", file=parsed.file)
    write_restatements(delivery)
    hold_against_corrections(list(accounts), at=order.at)
    warn_about(delivery, unheld_accounts(spans))
    ids = tuple(fetch.pk for fetch in fetches.values())
    result = file_result(parsed, delivery.tally, kept=kept, accounts=list(accounts.values()), fetches=ids)
    write_reports(list(fetches.values()), result, options)
    record(
        subject=f"metrics.payload:{payload.pk}", actor=order.actor, action="facts.imported", at=order.at,
        fetches=list(ids), inserted=result.inserted, updated=result.updated, restated=len(result.restated),
    )  # fmt: skip
    return result


def _fields(by_account: dict[int, list[Record]]) -> dict[int, set[str]]:
    """Return, per account, the fields that at least one row has a value for."""
    return {
        account: {name for one in records for name, value in one.values.items() if value is not None}
        for account, records in by_account.items()
    }


def _store_records(
    parsed: ParsedFile, rows: list[tuple[int, Record]], book: AccountBook, delivery: Delivery, zone: ZoneInfo
) -> list[Record]:
    grain = Grain(parsed.grain.value) if parsed.grain else Grain.ACCOUNT_DAY
    if grain not in VIDEO_GRAINS:
        return store_days(grain, rows, book=book, delivery=delivery)
    taken = store_videos(rows, delivery=delivery, zone=zone)
    if grain is Grain.VIDEO_DAY:
        store_video_days(taken, delivery=delivery)
    elif parsed.span is not None:
        store_sums(taken, span=parsed.span, delivery=delivery)
    else:
        store_snapshots(taken, delivery=delivery)
    return [row.record for row in taken]
