"""Storing readings of videos, and their sums over a period."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from common.bulk import upsert
from common.periods import Span
from metrics.choices import FindingKind, Grain, Source
from metrics.models import Finding, PeriodSum, Video, VideoSnapshot
from metrics.services.sentences import said
from metrics.services.store import Delivery, Subject, keep_old, merge
from metrics.services.videos import VideoRow, finding

FILE = Source.FILE.value


def store_snapshots(rows: Sequence[VideoRow], *, delivery: Delivery) -> None:
    """Merge one reading per row.

    A reading equal to the one before it is not written: the list of works itself
    says that it was seen.
    """
    dated = sorted((row for row in rows if row.reading_day), key=lambda row: row.day)
    if not dated:
        return
    history = _history(dated)
    delivery.know_fetches(one.fetch_id for readings in history.values() for one in readings)
    changed: dict[int, VideoSnapshot] = {}
    lower: list[Finding] = []
    for row in dated:
        readings = history[row.video.pk]
        reading, is_changed = _merged(row, readings, delivery)
        if is_changed:
            changed[id(reading)] = reading
            lower.extend(_decrease(row, readings, reading, delivery))
    upsert(
        VideoSnapshot,
        changed.values(),
        unique_fields=("video_id", "captured_on", "source"),
        update_fields=(*VideoSnapshot.VALUES, "fetch_id", "gaps"),
    )
    if lower:
        Finding.objects.bulk_create(lower, ignore_conflicts=True)
        delivery.tally.warnings.append(said("plays_decreased", count=len(lower)))


def _history(rows: Sequence[VideoRow]) -> dict[int, list[VideoSnapshot]]:
    """Return the stored readings of the file's days and the last one before them, per video."""
    first, last = rows[0].day, rows[-1].day
    before = (
        VideoSnapshot.objects.filter(video_id=OuterRef("video_id"), source=FILE, captured_on__lt=first)
        .order_by("-captured_on")
        .values("captured_on")[:1]
    )
    accounts = {row.account_id for row in rows}
    found = (
        VideoSnapshot.objects.filter(
            video_id__in=Video.objects.filter(account_id__in=accounts).values("pk"), source=FILE
        )
        .filter(Q(captured_on__range=(first, last)) | Q(captured_on=Subquery(before)))
        .order_by("video_id", "captured_on")
    )
    history: dict[int, list[VideoSnapshot]] = defaultdict(list)
    for reading in found:
        history[reading.video_id].append(reading)
    return history


def _merged(row: VideoRow, readings: list[VideoSnapshot], delivery: Delivery) -> tuple[Any, bool]:
    record, day, values = row.record, row.day, row.values
    position = bisect_left(readings, day, key=lambda one: one.captured_on)
    stored = (
        readings[position] if position < len(readings) and readings[position].captured_on == day else None
    )
    before = readings[position - 1] if position else None
    if stored is None and (not _has_values(values) or (before and _equal(before, values))):
        delivery.tally.count(is_new=row.is_new, changed=False)
        return before, False
    reading = stored or VideoSnapshot(video_id=row.video.pk, captured_on=day, source=FILE, gaps={})
    origin = dict.fromkeys(values, reading.fetch_id or 0)
    subject = Subject(
        Grain.VIDEO_SNAPSHOT, row.account_id, f"video {row.video.pk}|{FILE}", day, row.video.title[:80]
    )
    changed, written = merge(reading, values, record.gaps, subject=subject, delivery=delivery, origin=origin)
    if written or stored is None:
        reading.fetch_id = delivery.fetch_id(row.account_id)
    if stored is None:
        readings.insert(position, reading)
    delivery.tally.count(is_new=stored is None, changed=bool(written))
    return reading, changed or stored is None


def _has_values(values: dict[str, Any]) -> bool:
    return any(value is not None for value in values.values())


def _equal(reading: VideoSnapshot, values: dict[str, Any]) -> bool:
    return all(value is None or getattr(reading, name) == value for name, value in values.items())


def _decrease(
    row: VideoRow, readings: list[VideoSnapshot], reading: VideoSnapshot, delivery: Delivery
) -> list[Finding]:
    """A lifetime counter that fell is kept as it is and shown to a person."""
    position = next(index for index, one in enumerate(readings) if one is reading)
    before = readings[position - 1] if position else None
    if before is None or before.plays is None or reading.plays is None or reading.plays >= before.plays:
        return []
    details = {"video": row.video.pk, "title": row.video.title, "field": "plays",
               "old": before.plays, "new": reading.plays}  # fmt: skip
    key = f"{row.video.pk}|{reading.captured_on}"
    one = finding(FindingKind.DECREASE, row.account_id, key, details, delivery)
    one.date = reading.captured_on
    return [one]


def store_sums(rows: Sequence[VideoRow], *, span: Span, delivery: Delivery) -> None:
    """Keep one sum per row over ``span``. Sums are shown, never added to days."""
    ids = Video.objects.filter(account_id__in={row.account_id for row in rows}).values("pk")
    found = PeriodSum.objects.filter(
        subject_kind="video", subject_id__in=ids, first_day=span.first, last_day=span.last
    )
    stored = {one.subject_id: one for one in found}
    changed = [one for row in rows if (one := _summed(row, stored, span, delivery)) is not None]
    upsert(
        PeriodSum,
        changed,
        unique_fields=("subject_kind", "subject_id", "first_day", "last_day"),
        update_fields=("values", "fetch_id"),
    )


def _summed(row: VideoRow, stored: dict[int, PeriodSum], span: Span, delivery: Delivery) -> PeriodSum | None:
    values = {name: str(value) for name, value in row.values.items() if value is not None}
    one = stored.get(row.video.pk)
    is_new = one is None
    if one is None:
        one = PeriodSum(
            subject_kind="video", subject_id=row.video.pk, first_day=span.first, last_day=span.last, values={}
        )
    differing = {name for name, value in values.items() if one.values.get(name) != value}
    _keep_old_sums(row, one, values, span.last, delivery)
    delivery.tally.count(is_new=is_new, changed=bool(differing))
    if not differing:
        return None
    one.values = {**one.values, **values}
    one.fetch_id = delivery.fetch_id(row.account_id)
    return one


def _keep_old_sums(
    row: VideoRow, one: PeriodSum, values: dict[str, str], day: date, delivery: Delivery
) -> None:
    key = f"video {row.video.pk}|{one.first_day}"
    subject = Subject(Grain.PERIOD_SUM, row.account_id, key, day, row.video.title[:80])
    for name, value in values.items():
        old = one.values.get(name)
        if old is not None and old != value:
            keep_old(delivery, subject, name, (old, value), one.fetch_id)
