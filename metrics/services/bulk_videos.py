"""Taking a large plain CSV of videos: staged, matched and compared as sets, in one transaction.

What an upload of the same rows would store is what is stored, and the report says
the same. On PostgreSQL statements over whole sets do it for every account in
which nothing needs judgement; the rows of the others, and all rows elsewhere, go
through the path of an upload, some thousands at a time.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from common.audit import record
from common.bulk import is_set_based, make_room
from common.periods import Span
from metrics.importing.messages import ImportRefused, Note, note
from metrics.importing.records import Grain, ParsedFile, RejectedRow, VideoRecord
from metrics.importing.report import compare_totals, report_columns
from metrics.importing.sheet import MAX_REJECTED
from metrics.importing.stream import VideoStream, stream_videos
from metrics.services.accounts import AccountBook
from metrics.services.beside import ahead, packed
from metrics.services.fetches import (
    earlier_deliveries,
    keep_hash,
    keep_packed,
    make_fetches,
    options_of,
    span_between,
    unheld_accounts,
    write_reports,
)
from metrics.services.orders import (
    Order,
    file_result,
    lock_rows,
    refuse_other_account,
    repeated_fetches,
    warn_about,
)
from metrics.services.reading_sets import ReadingSets
from metrics.services.results import FileResult, Restated, Tally, UploadResult
from metrics.services.sentences import FileRefused, said
from metrics.services.snapshots import store_snapshots, store_sums
from metrics.services.staging import AccountRows, Staging
from metrics.services.standing import hold_against_corrections
from metrics.services.store import Delivery, write_restatements
from metrics.services.video_sets import VideoSets
from metrics.services.videos import store_videos

ROWS_AT_ONCE = 20_000
LISTED = 100_000
"""Replaced values that the report lists; all old values are kept whatever their number."""
COUNTED = ("videos_in_doubt", "plays_decreased")

Progress = Callable[[int, int], None]


class _Repeats(Exception):
    """A video is named twice: the rows must be looked at before they are stored as sets."""


@dataclass(slots=True)
class _Work:
    """One file on its way."""

    name: str
    order: Order
    stream: VideoStream
    staging: Staging
    size: int
    rejected: list[RejectedRow] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    more_restated: int = 0
    parsed: ParsedFile | None = None


def store_large(
    *,
    path: Path,
    name: str,
    order: Order,
    as_of: date | None,
    keep: bool = True,
    tell: Progress = lambda done, total: None,
) -> UploadResult:
    """Store a large plain CSV of videos from a file, all of it or nothing, and report.

    With ``keep`` false everything is done and undone again. ``tell`` hears how many
    bytes of all were read. Nothing is raised for what is in the file.
    """
    with path.open("rb") as file:
        return _store(file, path, name, order, as_of, keep=keep, tell=tell)


def _store(
    file: BinaryIO, path: Path, name: str, order: Order, as_of: date | None, *, keep: bool, tell: Progress
) -> UploadResult:
    work: _Work | None = None
    try:
        stream = stream_videos(
            file, name=name, as_of=as_of, today=order.at.astimezone(order.zone).date(),
            period=order.period if isinstance(order.period, Span) else None,
        )  # fmt: skip
        staging = Staging(stream.match, stream.limits, stream.delimiter)
        work = _Work(name, order, stream, staging, path.stat().st_size)
        # Reading writes nothing but a table of this connection, so how far it got can be told meanwhile.
        _stage(work, tell)
        with ThreadPoolExecutor(max_workers=1) as beside, transaction.atomic():
            if is_set_based():
                make_room()
            result = _deliver(work, beside.submit(packed, path))
            if not keep:
                transaction.set_rollback(True)
    except (FileRefused, ImportRefused) as refusal:
        reason = refusal.said if isinstance(refusal, FileRefused) else refusal.note
        result = file_result(_seen(work, name), Tally(), refused=reason)
    finally:
        if work is not None:
            work.staging.drop()
    return UploadResult(name, work.stream.sha256 if work else "", (result,))


def _seen(work: _Work | None, name: str) -> ParsedFile:
    """Return what is known of a file that is refused."""
    if work is not None and work.parsed is not None:
        return work.parsed
    profile = work.stream.match.profile if work else None
    return ParsedFile(
        file=name, table="", sha256=work.stream.sha256 if work else "", rows=work.stream.rows if work else 0,
        profile=profile.key if profile else None, title=profile.title if profile else None,
    )  # fmt: skip


# Reading --------------------------------------------------------------------


def _stage(work: _Work, tell: Progress) -> None:
    """Lay the rows down; the next piece is read while the database takes this one."""
    read = 0
    for piece in ahead(work.stream.pieces(plain=is_set_based())):
        work.staging.add_plain(piece)
        for batch in work.stream.read(piece):
            work.rejected.extend(batch.rejected)
            work.staging.add_records(batch.records())
        read += piece.length
        tell(min(read, work.size), work.size)
    work.stream.finish()


# Delivering -----------------------------------------------------------------


def _deliver(work: _Work, content: "Future[bytes]") -> FileResult:
    """Store what was laid down; where videos are named twice or without ids, look at those rows first."""
    accounts = work.staging.accounts()
    if is_set_based() and work.stream.limits.span is None and not any(one.without_id for one in accounts):
        try:
            with transaction.atomic():
                return _take(work, accounts, content, careful=False)
        except (_Repeats, FileRefused):
            # A report of what is refused, too, tells the rows that stand for the same.
            pass
    _set_twins_aside(work)
    return _take(work, work.staging.accounts(), content, careful=True)


def _set_twins_aside(work: _Work) -> None:
    twins, work.notes = work.staging.set_twins_aside()
    header = work.stream.headers[work.stream.overview.fields["title"]]
    work.rejected.extend(RejectedRow(one.row, header, reason) for one, reason in twins)
    if len(work.rejected) > MAX_REJECTED:
        first = min(work.rejected, key=lambda one: one.row)
        raise ImportRefused(
            "too_many_bad_rows", file=work.name, limit=MAX_REJECTED, row=first.row, why=first.reason
        )


def _take(
    work: _Work, accounts: Sequence[AccountRows], content: "Future[bytes]", *, careful: bool
) -> FileResult:
    parsed = work.parsed = _parsed(work, accounts)
    if parsed.questions:
        return file_result(parsed, Tally())
    order = work.order
    book = AccountBook(parsed, order.account, order.named, order.create, order.allowed)
    book.load()
    found = [(book.account_of(one), one) for one in parsed.records]
    by_id = {account.pk: account for account, _one in found}
    payload = keep_hash(sha256=parsed.sha256, size=work.size)
    lock_rows(payload.pk, by_id)
    options = options_of(parsed, day_first=order.day_first, period=order.period)
    earlier = earlier_deliveries(parsed.sha256)
    refuse_other_account(parsed, found, earlier, order)
    count, totals = sum(one.rows for one in accounts), work.staging.totals(accounts)
    tally = Tally()
    again = repeated_fetches(earlier, options, by_id)
    if again and len(again) == len(by_id):
        if not careful:
            raise _Repeats
        tally.unchanged = count
        day = max(fetch.at for fetch in again.values()).astimezone(order.zone).date()
        tally.warnings.append(said("same_file_again", day=day))
        result = file_result(parsed, tally, accounts=list(by_id.values()), repeated=True)
        return replace(result, accepted=count, totals=totals)
    spans = _spans(work, accounts, [account.pk for account, _one in found])
    fetches = make_fetches(
        parsed, list(by_id.values()), spans=spans, payload=payload, actor=order.actor,
        actor_employee=order.actor_employee, at=order.at,
    )  # fmt: skip
    delivery = Delivery(by_id, fetches, order.at, tally)
    names = {one.text: account.pk for one, (account, _record) in zip(accounts, found, strict=True)}
    _store_rows(work, delivery, accounts, names, careful=careful)
    hold_against_corrections(list(by_id), at=order.at)
    result = _told(work, parsed, delivery, count, totals, unheld_accounts(spans))
    write_reports(list(fetches.values()), result, options)
    keep_packed(payload, content.result())
    record(
        subject=f"metrics.payload:{payload.pk}", actor=order.actor, action="facts.imported", at=order.at,
        fetches=list(result.fetches), inserted=result.inserted, updated=result.updated,
        restated=len(result.restated) + work.more_restated,
    )  # fmt: skip
    return result


def _parsed(work: _Work, accounts: Sequence[AccountRows]) -> ParsedFile:
    """Return the file as an upload describes it, with one record for all rows of an account."""
    stream, limits = work.stream, work.stream.limits
    stream.overview.unknown = sorted({*stream.overview.unknown, *stream.unknown})
    firsts = [one.first_published for one in accounts if one.first_published]
    lasts = [one.last_published for one in accounts if one.last_published]
    return ParsedFile(
        file=work.name, table="", sha256=stream.sha256, profile=stream.match.profile.key,
        title=stream.match.profile.title, platform=None,
        grain=Grain.PERIOD_SUM if limits.span else Grain.VIDEO_SNAPSHOT,
        header_row=stream.header_row, headers=stream.headers, rows=stream.rows,
        records=tuple(_stand_in(one) for one in accounts), rejected=tuple(work.rejected),
        questions=_questions(work, accounts),
        warnings=_warnings(work, accounts), columns=report_columns(stream.overview),
        period=(min(firsts), max(lasts)) if firsts else None, span=limits.span, as_of=limits.as_of,
    )  # fmt: skip


def _questions(work: _Work, accounts: Sequence[AccountRows]) -> tuple[Note, ...]:
    limits = work.stream.limits
    return () if accounts or limits.as_of or limits.span else (note("as_of"),)


def _stand_in(one: AccountRows) -> VideoRecord:
    return VideoRecord(
        one.first_row, one.text or None, "", None, None, None, None, "", None, None, None, {}, {}
    )


def _warnings(work: _Work, accounts: Sequence[AccountRows]) -> tuple[Note, ...]:
    """Return what an upload would warn of, in its order."""
    overview = work.stream.overview
    told = len(overview.warnings)
    overview.totals = work.stream.totals
    compare_totals(overview, work.staging.totals(accounts))
    compared = overview.warnings[told:]
    del overview.warnings[told:]
    dateless = sum(one.without_time for one in accounts)
    late = [note("without_publish_time", count=dateless)] if dateless else []
    return (*overview.warnings, *work.stream.warnings, *work.notes, *compared, *late)


def _spans(
    work: _Work, accounts: Sequence[AccountRows], keys: Sequence[int]
) -> dict[int, tuple[date | None, date | None, date | None]]:
    limits = work.stream.limits
    spans: dict[int, tuple[date | None, date | None, date | None]] = {}
    grouped: dict[int, list[AccountRows]] = {}
    for one, pk in zip(accounts, keys, strict=True):
        grouped.setdefault(pk, []).append(one)
    for pk, rows in grouped.items():
        if limits.span is not None:
            spans[pk] = limits.span.first, limits.span.last, limits.as_of
            continue
        spans[pk] = span_between(
            min((one.first_published for one in rows if one.first_published), default=None),
            max((one.last_published for one in rows if one.last_published), default=None),
            max((one.last_captured for one in rows if one.last_captured), default=limits.as_of),
            at=limits.today,
        )
    return spans


def _store_rows(
    work: _Work, delivery: Delivery, accounts: Sequence[AccountRows], names: dict[str, int], *, careful: bool
) -> None:
    by_row: Collection[int] = set(names.values())
    listed: list[tuple[int, Restated]] = []
    if is_set_based() and work.stream.limits.span is None:
        by_row = {names[one.text] for one in accounts if one.without_id}
        by_row, listed = _store_sets(work, delivery, names, by_row, careful=careful)
    for some in _portions(accounts, names, by_row):
        _store_portion(work, delivery, some, names)
    order = {str(account): pk for pk, account in delivery.accounts.items()}
    listed += [(order[one.account], one) for one in delivery.tally.restated]
    delivery.tally.restated = [one for _pk, one in sorted(listed, key=lambda pair: (pair[1].day, pair[0]))][
        :LISTED
    ]
    for code in COUNTED:
        if work.counts.get(code):
            delivery.tally.warnings.append(said(code, count=work.counts[code]))
    if work.more_restated:
        delivery.tally.warnings.append(said("more_restated", count=work.more_restated))


def _store_sets(
    work: _Work, delivery: Delivery, names: dict[str, int], by_row: Collection[int], *, careful: bool
) -> tuple[Collection[int], list[tuple[int, Restated]]]:
    """Store the accounts that need no judgement; return the others, and the values replaced."""
    sets = VideoSets(
        work.staging, delivery, work.order.zone, {t: pk for t, pk in names.items() if pk not in by_row}
    )
    sets.resolve()
    if careful:
        sets_aside = sets.repeating()
        sets.leave_out(sets_aside)
        by_row = {*by_row, *sets_aside}
    undecided = sets.undecided()
    if undecided is None:
        raise _Repeats
    sets.leave_out(undecided)
    sets.store_videos()
    listed, count, fell = ReadingSets(sets).store(listed=LISTED)
    work.more_restated += count - len(listed)
    _count(work, "plays_decreased", fell)
    return {*by_row, *undecided}, listed


def _portions(
    accounts: Sequence[AccountRows], names: dict[str, int], by_row: Collection[int]
) -> Iterator[list[str]]:
    """Yield names of accounts, all of one account together, of some thousands of rows at once."""
    texts: dict[int, list[AccountRows]] = {}
    for one in accounts:
        if names[one.text] in by_row:
            texts.setdefault(names[one.text], []).append(one)
    some: list[str] = []
    rows = 0
    for _pk, mine in sorted(texts.items()):
        if some and rows + sum(one.rows for one in mine) > ROWS_AT_ONCE:
            yield some
            some, rows = [], 0
        some += [one.text for one in mine]
        rows += sum(one.rows for one in mine)
    if some:
        yield some


def _store_portion(work: _Work, delivery: Delivery, texts: list[str], names: dict[str, int]) -> None:
    """Store rows as an upload does; its counted warnings are added up over all portions."""
    rows = [(names[one.account or ""], one) for one in work.staging.records(texts)]
    tally = delivery.tally
    told = len(tally.warnings)
    taken = store_videos(rows, delivery=delivery, zone=work.order.zone)
    if work.stream.limits.span is not None:
        store_sums(taken, span=work.stream.limits.span, delivery=delivery)
    else:
        store_snapshots(taken, delivery=delivery)
    write_restatements(delivery)
    delivery.restatements.clear()
    for one in tally.warnings[told:]:
        _count(work, one.code, int(str(one.params["count"])))
    del tally.warnings[told:]
    excess = max(0, len(tally.restated) - LISTED)
    work.more_restated += excess
    del tally.restated[len(tally.restated) - excess :]


def _count(work: _Work, code: str, count: int) -> None:
    work.counts[code] = work.counts.get(code, 0) + count


def _told(
    work: _Work, parsed: ParsedFile, delivery: Delivery, count: int,
    totals: dict[str, int | Decimal | None], unheld: set[int],
) -> FileResult:  # fmt: skip
    """Return the report. Raises ``FileRefused`` when no row could be taken."""
    refused = {one.row for one in delivery.tally.rejected}
    if count and count == len(refused):
        raise FileRefused("nothing_accepted", file=work.name)
    if refused:
        work.staging.remove(refused)
        left = work.staging.accounts()
        count, totals = sum(one.rows for one in left), work.staging.totals(left)
    warn_about(delivery, unheld)
    ids = tuple(fetch.pk for fetch in delivery.fetches.values())
    result = file_result(parsed, delivery.tally, accounts=list(delivery.accounts.values()), fetches=ids)
    return replace(result, accepted=count, totals=totals)
