"""Making one video of two stored ones, so that it can be taken back.

The one stored first is kept. Everything of the other moves to it: readings, days,
sums, credits, its work and its mark of originality. Where both have a value of
the same day, the one of the newer delivery counts and the other one is kept as a
restatement. What was moved, dropped and changed is returned, so that ``part_again``
can undo it. Sealed cards keep what they were scored with.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core import serializers
from django.utils.translation import gettext_lazy as _

from common.bulk import upsert
from common.errors import Conflict, Refusal
from metrics.choices import CorrectionState, FindingKind, Grain, Media, Originality, Source
from metrics.matching import title_hash
from metrics.models import (
    Correction,
    Fetch,
    Finding,
    FindingVideo,
    PeriodSum,
    Restatement,
    Video,
    VideoCredit,
    VideoDay,
    VideoSnapshot,
)
from metrics.services.videos import FORMER_TITLES
from people.models import Account

MERGED = "merged"
MARK = ("originality", "originality_by", "originality_at", "originality_evidence")
TIMES = ("published_at", "published_on", "timed_by")
FILLED = ("duration_seconds", "url", "status", "work_id", "withdrawn_on")
DATED: tuple[tuple[Any, Grain, str], ...] = (
    (VideoSnapshot, Grain.VIDEO_SNAPSHOT, "captured_on"),
    (VideoDay, Grain.VIDEO_DAY, "date"),
)


def pair_of(finding: Finding, other: int | None) -> tuple[Video, Video]:
    """Lock and return the newer video and the one it may be; ``other`` names it where there are several.

    Raises ``Conflict`` when one is gone, ``Refusal`` when it must be chosen or is none of those asked about.
    """
    Account.objects.select_for_update().get(pk=finding.account_id)
    candidates = [pk for pk in finding.details.get("others", []) if other in (None, pk)]
    wanted = [finding.details.get("video"), *candidates]
    videos = {one.pk: one for one in Video.objects.select_for_update().filter(pk__in=wanted)}
    newer = videos.pop(finding.details.get("video"), None)
    if newer is None or not videos:
        raise Conflict("videos_gone", _("One of the videos is no longer there. Reload the page."))
    if len(videos) > 1:
        raise Refusal("choose_one", _("Several stored videos may be meant. Say which one it is."))
    older = next(iter(videos.values()))
    if newer.platform_id and older.platform_id:
        raise Refusal(
            "two_ids", _("Both videos have ids of the platform, so they are two videos. Answer “different”.")
        )
    return newer, older


def make_one(newer: Video, older: Video, *, at: datetime) -> dict[str, Any]:
    """Move everything of ``newer`` to ``older``, delete ``newer``, and return what undoes it.

    The caller holds the locks (see ``pair_of``).
    """
    undo: dict[str, Any] = {
        "kept": older.pk,
        "video": _plain([newer]),
        "moved": {},
        "dropped": [],
        "rows": [],
    }
    ranks = _ranks(newer, older)
    restated: list[Restatement] = []
    for model, grain, day in DATED:
        restated += _move_dated(model, grain, day, (newer, older), ranks, at, undo)
    restated += _move_sums((newer, older), ranks, at, undo)
    upsert(
        Restatement, restated, unique_fields=("grain", "key", "date", "field", "fetch_id"), update_fields=()
    )
    _move_credits(newer, older, undo)
    _move_corrections(newer, older, undo)
    undo["subjects"] = _move_questions(newer, older)
    Video.objects.filter(pk=newer.pk).delete()
    undo["fields"] = _take_over(newer, older)
    undo["findings"] = settle_findings((newer.pk, older.pk), timed=older.published_on is not None, at=at)
    return undo


def _plain(rows: Sequence[Any]) -> list[Any]:
    return list(json.loads(serializers.serialize("json", rows)))


def _ranks(newer: Video, older: Video) -> dict[int, tuple[date, int]]:
    """Return how new each delivery of the two videos is."""
    ids: set[int] = set()
    for model in (VideoSnapshot, VideoDay):
        ids.update(
            model._default_manager.filter(video_id__in=(newer.pk, older.pk)).values_list(
                "fetch_id", flat=True
            )
        )
    sums = PeriodSum.objects.filter(subject_kind="video", subject_id__in=(newer.pk, older.pk))
    ids.update(sums.values_list("fetch_id", flat=True))
    days = dict(Fetch.objects.filter(pk__in=ids).values_list("pk", "as_of"))
    return {pk: (days.get(pk) or date.min, pk) for pk in ids}


def _move_dated(
    model: Any,
    grain: Grain,
    day: str,
    pair: tuple[Video, Video],
    ranks: Mapping[int, tuple[date, int]],
    at: datetime,
    undo: dict[str, Any],
) -> list[Restatement]:
    newer, older = pair
    kept = {(getattr(one, day), one.source): one for one in model.objects.filter(video_id=older.pk)}
    moved, changed, gone, restated = [], [], [], []
    for row in model.objects.filter(video_id=newer.pk).order_by("pk"):
        twin = kept.get((getattr(row, day), row.source))
        if twin is None:
            moved.append(row.pk)
            continue
        before = {name: getattr(twin, name) for name in (*model.VALUES, "fetch_id", "gaps")}
        wins = ranks[row.fetch_id] > ranks[twin.fetch_id]
        key = f"video {older.pk}|{row.source}"
        for name, old, new, fetches in _cells(model, row, twin, wins=wins):
            restated.append(
                Restatement(
                    grain=grain.value, account_id=older.account_id, key=key, date=getattr(row, day),
                    field=name, old=_kept_text(old), new=_kept_text(new), old_fetch_id=fetches[0],
                    fetch_id=fetches[1], at=at,
                )
            )  # fmt: skip
        if wins:
            twin.fetch_id = row.fetch_id
        gaps = {**row.gaps, **twin.gaps}
        twin.gaps = {name: gap for name, gap in gaps.items() if getattr(twin, name, None) is None}
        undo["rows"].append(_change(model, twin, before))
        changed.append(twin)
        gone.append(row)
    undo["moved"][model.__name__] = moved
    undo["dropped"] += _plain(gone)
    model.objects.filter(pk__in=[row.pk for row in gone]).delete()
    model.objects.filter(pk__in=moved).update(video_id=older.pk)
    model.objects.bulk_update(changed, [*model.VALUES, "fetch_id", "gaps"], batch_size=200)
    return restated


def _cells(model: Any, row: Any, twin: Any, *, wins: bool) -> list[tuple[str, Any, Any, tuple[int, int]]]:
    """Put the values that count into ``twin``; return the ones that another one replaced.

    A value that is missing replaces nothing, unless people declared that there is none.
    """
    replaced = []
    for name in model.VALUES:
        mine, theirs = getattr(row, name), getattr(twin, name)
        if not _is_told(row, name) or mine == theirs:
            continue
        if not _is_told(twin, name):
            setattr(twin, name, mine)
        elif wins:
            setattr(twin, name, mine)
            replaced.append((name, theirs, mine, (twin.fetch_id, row.fetch_id)))
        else:
            replaced.append((name, mine, theirs, (row.fetch_id, twin.fetch_id)))
    return replaced


def _kept_text(value: Any) -> str:
    return "" if value is None else str(value)


def _is_told(row: Any, name: str) -> bool:
    """Say whether a row says something of a cell: a value, or that people emptied it."""
    return getattr(row, name) is not None or (row.source == Source.CORRECTED and name in row.gaps)


def _change(model: Any, row: Any, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that differ from ``before``, as text, with both values."""
    column = model._meta.get_field
    fields = {
        name: [_text(column(name), old), _text(column(name), getattr(row, name))]
        for name, old in before.items()
        if old != getattr(row, name)
    }
    return {"model": model.__name__, "pk": row.pk, "fields": fields}


def _text(column: Any, value: Any) -> str | None:
    if value is None:
        return None
    return json.dumps(value) if column.get_internal_type() == "JSONField" else str(value)


def _move_sums(
    pair: tuple[Video, Video], ranks: Mapping[int, tuple[date, int]], at: datetime, undo: dict[str, Any]
) -> list[Restatement]:
    newer, older = pair
    sums = PeriodSum.objects.filter(subject_kind="video")
    kept = {(one.first_day, one.last_day): one for one in sums.filter(subject_id=older.pk)}
    moved, restated = [], []
    for row in sums.filter(subject_id=newer.pk).order_by("pk"):
        twin = kept.get((row.first_day, row.last_day))
        if twin is None:
            moved.append(row.pk)
            continue
        before = {"values": dict(twin.values), "fetch_id": twin.fetch_id}
        first, last = (twin, row) if ranks[row.fetch_id] > ranks[twin.fetch_id] else (row, twin)
        for name in sorted(first.values.keys() & last.values.keys()):
            if first.values[name] != last.values[name]:
                restated.append(
                    Restatement(
                        grain=Grain.PERIOD_SUM.value, account_id=older.account_id, date=row.last_day,
                        key=f"video {older.pk}|{row.first_day}", field=name, old=first.values[name],
                        new=last.values[name], old_fetch_id=first.fetch_id, fetch_id=last.fetch_id, at=at,
                    )
                )  # fmt: skip
        twin.values, twin.fetch_id = {**first.values, **last.values}, last.fetch_id
        twin.save(update_fields=["values", "fetch_id"])
        undo["rows"].append(_change(PeriodSum, twin, before))
        undo["dropped"] += _plain([row])
        row.delete()
    undo["moved"]["PeriodSum"] = moved
    PeriodSum.objects.filter(pk__in=moved).update(subject_id=older.pk)
    return restated


def _move_credits(newer: Video, older: Video, undo: dict[str, Any]) -> None:
    """Give the roles over that the kept video has nobody for: shares of a role must stay 100 %."""
    roles = set(VideoCredit.objects.filter(video_id=older.pk).values_list("role", flat=True))
    mine = list(VideoCredit.objects.filter(video_id=newer.pk))
    moved = [one.pk for one in mine if one.role not in roles]
    undo["moved"]["VideoCredit"] = moved
    undo["dropped"] += _plain([one for one in mine if one.role in roles])
    VideoCredit.objects.filter(pk__in=moved).update(video_id=older.pk)
    VideoCredit.objects.filter(video_id=newer.pk).delete()


def _move_corrections(newer: Video, older: Video, undo: dict[str, Any]) -> None:
    """Give the kept video what people corrected. Raises ``Conflict`` while a proposal waits."""
    mine = Correction.objects.filter(video_id=newer.pk)
    if mine.filter(state=CorrectionState.PROPOSED).exists():
        raise Conflict(
            "proposal_waits",
            _("A correction of one of the videos waits for its second person. Decide it first."),
        )
    undo["moved"]["Correction"] = list(mine.values_list("pk", flat=True))
    mine.update(video_id=older.pk)


def _move_questions(newer: Video, older: Video) -> list[int]:
    """Let answers about works speak of the kept video; the night makes open suggestions anew."""
    mine = FindingVideo.objects.filter(
        video_id=newer.pk, finding__kind=FindingKind.SAME_WORK, finding__answered_at__isnull=False
    )
    asked = FindingVideo.objects.filter(video_id=older.pk).values("finding_id")
    moved = list(mine.exclude(finding_id__in=asked).values_list("pk", flat=True))
    FindingVideo.objects.filter(pk__in=moved).update(video_id=older.pk)
    return moved


def _take_over(newer: Video, older: Video) -> dict[str, Any]:
    names = ("platform_id", "title", "title_hash", "earlier_hashes", "media", *TIMES, *FILLED, *MARK)
    before = {name: getattr(older, name) for name in names}
    if newer.platform_id:
        older.platform_id = newer.platform_id
    if older.media == Media.UNKNOWN:
        older.media = newer.media
    _take_time(newer, older)
    _take_title(newer, older)
    for name in FILLED:
        if getattr(older, name) in (None, ""):
            setattr(older, name, getattr(newer, name))
    if older.originality == Originality.UNCHECKED:
        for name in MARK:
            setattr(older, name, getattr(newer, name))
    older.save(update_fields=list(names))
    return _change(Video, older, before)["fields"]


def _take_time(newer: Video, older: Video) -> None:
    """Take a publish time that the kept video lacks; one that contradicts its day is left."""
    if older.published_on is None:
        older.published_on, older.timed_by = newer.published_on, newer.timed_by
    if older.published_at is None and older.published_on == newer.published_on:
        older.published_at = newer.published_at


def _take_title(newer: Video, older: Video) -> None:
    """Bear the newer title; a list with the older one still finds the video."""
    former = [*older.earlier_hashes.split(), older.title_hash, *newer.earlier_hashes.split()]
    older.title = newer.title or older.title
    older.title_hash = newer.title_hash
    if _joined(newer) != _joined(older):
        older.title_hash = title_hash(older.title, older.published_on if _joined(older) else None)
    hashes = dict.fromkeys(one for one in former if one != older.title_hash)
    older.earlier_hashes = " ".join(list(hashes)[-FORMER_TITLES:])


def _joined(video: Video) -> bool:
    """Say whether the publish day is part of the title's hash."""
    return video.published_at is None and video.published_on is not None


def settle_findings(videos: Sequence[int], *, timed: bool, at: datetime) -> list[int]:
    """Answer the open questions for the publish time of videos that were merged or have one now."""
    keys = [str(pk) for pk in (videos if timed else videos[:1])]
    asked = Finding.objects.filter(
        kind=FindingKind.VIDEO_WITHOUT_TIME, key__in=keys, answered_at__isnull=True
    )
    ids = list(asked.values_list("pk", flat=True))
    Finding.objects.filter(pk__in=ids).update(answer=MERGED, answered_at=at, answered_by="system:merge")
    return ids
