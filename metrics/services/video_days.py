"""Storing days of single videos."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from common.bulk import upsert
from metrics.choices import Grain, Source
from metrics.models import Video, VideoDay
from metrics.services.store import Delivery, Subject, merge
from metrics.services.videos import VideoRow

FILE = Source.FILE.value
Stored = dict[tuple[int, date], VideoDay]


def store_video_days(rows: Sequence[VideoRow], *, delivery: Delivery) -> None:
    """Merge one day of one video per row; only changed rows are written."""
    if not rows:
        return
    days = [row.day for row in rows]
    videos = Video.objects.filter(account_id__in={row.account_id for row in rows}).values("pk")
    found = VideoDay.objects.filter(video_id__in=videos, source=FILE, date__range=(min(days), max(days)))
    stored: Stored = {(one.video_id, one.date): one for one in found}
    delivery.know_fetches(one.fetch_id for one in stored.values())
    changed = [one for row in rows if (one := _merged(row, stored, delivery)) is not None]
    upsert(
        VideoDay,
        changed,
        unique_fields=("video_id", "date", "source"),
        update_fields=(*VideoDay.VALUES, "fetch_id", "gaps"),
    )


def _merged(row: VideoRow, stored: Stored, delivery: Delivery) -> Any | None:
    target = stored.get((row.video.pk, row.day))
    is_new = target is None
    if target is None and all(value is None for value in row.values.values()):
        delivery.tally.count(is_new=row.is_new, changed=False)
        return None
    if target is None:
        target = VideoDay(video_id=row.video.pk, date=row.day, source=FILE, fetch_id=0, gaps={})
    subject = Subject(
        Grain.VIDEO_DAY, row.account_id, f"video {row.video.pk}|{FILE}", row.day, row.video.title[:80]
    )
    origin = dict.fromkeys(row.values, target.fetch_id)
    changed, written = merge(
        target, row.values, row.record.gaps, subject=subject, delivery=delivery, origin=origin
    )
    if written or is_new:
        target.fetch_id = delivery.fetch_id(row.account_id)
    delivery.tally.count(is_new=is_new, changed=bool(written))
    return target if changed or is_new else None
