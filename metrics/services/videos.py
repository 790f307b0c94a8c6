"""Storing lists of videos: recognising each one, adopting ids, then its readings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from common.money import round_half_up
from metrics.choices import FindingKind, Media
from metrics.importing.records import Record, VideoRecord
from metrics.matching import TITLE_LIMIT, Identity, VideoBook, title_hash
from metrics.models import Finding, Video, VideoDay, VideoSnapshot
from metrics.services.results import Rejection
from metrics.services.sentences import Telling, said
from metrics.services.store import Delivery, fit

ID_LIMIT, URL_LIMIT, STATUS_LIMIT = 80, 500, 40
DURATION_LIMIT = Decimal("9999999.999")
FORMER_TITLES = 8
DESCRIBED = (
    "platform_id", "title", "title_hash", "published_at", "published_on", "media",
    "duration_seconds", "url", "status", "earlier_hashes", "fetch_id",
)  # fmt: skip


@dataclass(slots=True)
class VideoRow:
    """A row of the file with its identity and, once recognised, its video."""

    account_id: int
    record: Any
    identity: Identity
    values: dict[str, Any]
    video: Any = None
    is_new: bool = False

    @property
    def reading_day(self) -> date | None:
        """Return the day of the reading or the day itself; None for sums over a period."""
        record = self.record
        day: date | None = record.captured_on if isinstance(record, VideoRecord) else record.day
        return day

    @property
    def day(self) -> date:
        """Return the day of a row that has one. Raises ``ValueError`` for sums."""
        if self.reading_day is None:
            raise ValueError(f"row {self.record.row} has no day")
        return self.reading_day


def store_videos(
    records: Sequence[tuple[int, Record]], *, delivery: Delivery, zone: ZoneInfo
) -> list[VideoRow]:
    """Recognise or create the video of each row; return the rows that were taken.

    Publish times are local to ``zone`` and kept to the minute. A video that the
    list no longer names stays as it is.
    """
    rows = [row for one in records if (row := _row(*one, delivery, zone)) is not None]
    videos = Video.objects.filter(account_id__in={row.account_id for row in rows})
    stored: dict[int, list[Video]] = defaultdict(list)
    for video in videos:
        stored[video.account_id].append(video)
    delivery.know_fetches(video.fetch_id for group in stored.values() for video in group)
    taken: list[VideoRow] = []
    doubts: list[tuple[VideoRow, tuple[Video, ...]]] = []
    for account_id in sorted({row.account_id for row in rows}):
        mine = [row for row in rows if row.account_id == account_id]
        _recognise(mine, VideoBook(stored[account_id]), delivery, taken, doubts)
    _write(taken, delivery)
    _find(taken, doubts, delivery)
    return taken


def _row(account_id: int, record: Any, delivery: Delivery, zone: ZoneInfo) -> VideoRow | None:
    if record.platform_id and len(record.platform_id) > ID_LIMIT:
        _reject(delivery, record, "platform_id", said("id_too_long"))
        return None
    if record.duration_seconds is not None and record.duration_seconds > DURATION_LIMIT:
        _reject(
            delivery, record, "duration_seconds", said("too_big_to_keep", value=str(record.duration_seconds))
        )
        return None
    try:
        values = fit(_model(record), _known(record))
    except OverflowError as fault:
        _reject(delivery, record, None, said("too_big_to_keep", value=str(fault)))
        return None
    minute = _minute(record.published_at, zone)
    return VideoRow(account_id, record, _identity(record, minute), values)


def _identity(record: Any, minute: datetime | None) -> Identity:
    local_day = record.published_on
    day = local_day if minute is None else None
    title_only = title_hash(record.title)
    with_day = title_hash(record.title, local_day) if local_day else ""
    return Identity(
        record.platform_id, minute, with_day if day else title_only, day, local_day, title_only, with_day
    )


def _model(record: Any) -> Any:
    return VideoSnapshot if isinstance(record, VideoRecord) else VideoDay


def _known(record: Any) -> dict[str, Any]:
    return {name: value for name, value in record.values.items() if name in _model(record).VALUES}


def _minute(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else local.replace(second=0, microsecond=0, tzinfo=zone)


def _reject(delivery: Delivery, record: Any, column: str | None, reason: Telling) -> None:
    delivery.tally.rejected.append(Rejection(record.row, column, reason))


def _recognise(
    rows: Sequence[VideoRow],
    book: VideoBook,
    delivery: Delivery,
    taken: list[VideoRow],
    doubts: list[tuple[VideoRow, tuple[Video, ...]]],
) -> None:
    matches = book.match(row.identity for row in rows)
    made: dict[str | Identity, Video] = {}
    seen: dict[tuple[int, Any], int] = {}
    for row in rows:
        match = matches[row.identity]
        if match.ambiguous:
            _reject(delivery, row.record, "title", said("several_videos"))
            continue
        # One id is one video, however many titles the file gives it.
        known_by = row.identity.platform_id or row.identity
        row.video = made.get(known_by) or match.video
        if row.video is None:
            row.video, row.is_new = _new(row), True
            if match.doubts:
                doubts.append((row, match.doubts))
        made[known_by] = row.video
        moment = (id(row.video), row.reading_day)
        if moment in seen:
            _reject(delivery, row.record, "title", said("same_as_row", row=seen[moment]))
            continue
        seen[moment] = row.record.row
        taken.append(row)


def _new(row: VideoRow) -> Video:
    return Video(account_id=row.account_id, title_hash=row.identity.hash)


def _write(rows: Sequence[VideoRow], delivery: Delivery) -> None:
    """Describe the videos as the file does and store those that are new or changed."""
    new, changed = {}, {}
    for row in sorted(rows, key=lambda one: one.reading_day or delivery.at.date()):
        before = [getattr(row.video, name) for name in DESCRIBED[:-1]]
        _describe(row, delivery)
        if row.video.pk is None:
            new[id(row.video)] = row.video
        elif before != [getattr(row.video, name) for name in DESCRIBED[:-1]]:
            changed[id(row.video)] = row.video
    for video in (*new.values(), *changed.values()):
        if not delivery.is_older_than(video.account_id, video.fetch_id):
            video.fetch_id = delivery.fetch_id(video.account_id)
    Video.objects.bulk_update(list(changed.values()), DESCRIBED, batch_size=200)
    Video.objects.bulk_create(list(new.values()), batch_size=500)


def _describe(row: VideoRow, delivery: Delivery) -> None:
    """Take what the file tells of the video; the publish moment that is known stays for ever."""
    video, record = row.video, row.record
    if video.published_on is None and record.published_on is not None:
        video.published_on = record.published_on
    if video.published_at is None and row.identity.minute is not None:
        video.published_at = row.identity.minute
        same = video.title_hash in ("", row.identity.hash, row.identity.with_day)
        video.title_hash = row.identity.title_only if same else title_hash(video.title)
    if record.platform_id and not video.platform_id:
        video.platform_id = record.platform_id
    if video.pk is not None and delivery.is_older_than(row.account_id, video.fetch_id):
        _remember(video, row.identity.title_only)
        return
    if record.title and (video.platform_id or not video.title):
        _retitle(video, row)
    if record.media != Media.UNKNOWN.value:
        video.media = record.media
    if record.duration_seconds is not None:
        video.duration_seconds = round_half_up(record.duration_seconds, 3)
    if record.url and len(record.url) <= URL_LIMIT:
        video.url = record.url
    if status := getattr(record, "status", None):
        video.status = status[:STATUS_LIMIT]


def _retitle(video: Video, row: VideoRow) -> None:
    """Take the file's title; the one before is remembered, so that an older list still finds the video."""
    new = row.identity.title_only if video.published_at is not None else row.identity.hash
    former, video.title_hash = video.title_hash, new
    if video.pk is not None:
        _remember(video, former)
    video.title = row.record.title[:TITLE_LIMIT]


def _remember(video: Video, title: str) -> None:
    """Keep the hash of a title that the video had, if its minute tells it from others of that title."""
    former = video.earlier_hashes.split()
    if video.published_at is not None and title not in (video.title_hash, *former):
        video.earlier_hashes = " ".join([*former, title][-FORMER_TITLES:])


def _find(
    rows: Sequence[VideoRow], doubts: Sequence[tuple[VideoRow, tuple[Video, ...]]], delivery: Delivery
) -> None:
    """Put on the list what a person should look at."""
    found = []
    for row in rows:
        if row.is_new and row.video.published_on is None:
            details = {"video": row.video.pk, "title": row.video.title}
            found.append(
                finding(FindingKind.VIDEO_WITHOUT_TIME, row.account_id, str(row.video.pk), details, delivery)
            )
    for row, others in doubts:
        if row.video.pk is None:
            continue
        details = {
            "video": row.video.pk,
            "title": row.video.title,
            "others": [other.pk for other in others],
            "titles": [other.title for other in others],
        }
        key = "|".join(str(pk) for pk in (row.video.pk, *details["others"]))[:160]
        one = finding(FindingKind.VIDEO_DOUBT, row.account_id, key, details, delivery)
        one.date = row.video.published_on
        found.append(one)
    if doubts:
        delivery.tally.warnings.append(said("videos_in_doubt", count=len(doubts)))
    Finding.objects.bulk_create(found, ignore_conflicts=True)


def finding(
    kind: FindingKind, account_id: int, key: str, details: dict[str, Any], delivery: Delivery
) -> Finding:
    """Return a finding of this delivery, not yet stored."""
    return Finding(
        kind=kind.value,
        account_id=account_id,
        key=key,
        details=details,
        fetch_id=delivery.fetch_id(account_id),
        found_at=delivery.at,
    )
