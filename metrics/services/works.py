"""Suggesting which uploads are one work, and joining those that a person says are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Refusal
from metrics.choices import FindingKind
from metrics.models import Finding, FindingVideo, Video, Work
from metrics.works import Group, Pair, Upload, pair_of, suggest

WINDOW = timedelta(days=45)
"""Uploads published in so many days are compared: an open month and what still comes in for it."""

TITLE_LIMIT = 300
COLUMNS = (
    "pk", "account_id", "title", "media", "published_on", "duration_seconds", "published_at", "work_id",
    "withdrawn_on",
)  # fmt: skip


@dataclass(frozen=True)
class Suggested:
    """How many suggestions are new, were withdrawn because they no longer hold, and wait in all."""

    new: int
    withdrawn: int
    waiting: int


@transaction.atomic
def suggest_works(*, day: date, at: datetime, since: date | None = None) -> Suggested:
    """Compare what was published from ``since`` on (default: 45 days before ``day``).

    Each group that may be one work becomes a finding; an open one that no longer holds
    is withdrawn. Nothing is joined, and pairs that a person parted are not asked about
    again. Doing it twice changes nothing.
    """
    first = since or day - WINDOW
    uploads = _uploads(first)
    groups = {group.key: group for group in suggest(uploads.values(), rejected=_rejected(first))}
    open_ones = Finding.objects.filter(kind=FindingKind.SAME_WORK, answered_at__isnull=True)
    known = dict(open_ones.select_for_update().values_list("key", "pk"))
    stale = _stale(known, groups, uploads)
    Finding.objects.filter(pk__in=stale).delete()
    new = [group for key, group in groups.items() if key not in known]
    _store(new, at)
    return Suggested(len(new), len(stale), len(known) - len(stale) + len(new))


def _uploads(first: date) -> dict[int, Upload]:
    rows = Video.objects.filter(published_on__gte=first).order_by("pk").values_list(*COLUMNS)
    return {
        pk: Upload(pk, account, title, media, day, duration, minute, work or 0, withdrawn is not None)
        for pk, account, title, media, day, duration, minute, work, withdrawn in rows.iterator()
    }


def _rejected(first: date) -> set[Pair]:
    """Return the pairs that a person parted: all of a group, or those chosen from those left."""
    answered = FindingVideo.objects.filter(
        finding__kind=FindingKind.SAME_WORK, finding__answered_at__isnull=False, finding__date__gte=first
    )
    groups: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for finding, video, belongs in answered.values_list("finding_id", "video_id", "belongs"):
        groups[finding].append((video, bool(belongs)))
    parted: set[Pair] = set()
    for group in groups.values():
        chosen = any(belongs for _video, belongs in group)
        for (one, mine), (other, theirs) in combinations(group, 2):
            if mine != theirs or not chosen:
                parted.add(pair_of(one, other))
    return parted


def _stale(known: dict[str, int], groups: Collection[str], uploads: Collection[int]) -> list[int]:
    """Return open findings that no longer hold; those of older uploads wait on while all are there."""
    doubtful = {pk for key, pk in known.items() if key not in groups}
    seen: dict[int, set[int]] = defaultdict(set)
    for finding, video in FindingVideo.objects.filter(finding_id__in=doubtful).values_list(
        "finding_id", "video_id"
    ):
        seen[finding].add(video)
    older = {video for videos in seen.values() for video in videos if video not in uploads}
    there = set(Video.objects.filter(pk__in=older).values_list("pk", flat=True))
    return [pk for pk in sorted(doubtful) if not (seen[pk] & there) or seen[pk] & (older - there)]


def _store(groups: Sequence[Group], at: datetime) -> None:
    Finding.objects.bulk_create(
        (
            Finding(
                kind=FindingKind.SAME_WORK.value,
                account_id=group.uploads[0].account,
                date=max(one.day for one in group.uploads),
                key=group.key,
                details=_details(group),
                found_at=at,
            )
            for group in groups
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    made = Finding.objects.filter(kind=FindingKind.SAME_WORK, answered_at__isnull=True, subjects__isnull=True)
    ids = dict(made.values_list("key", "pk"))
    FindingVideo.objects.bulk_create(
        (
            FindingVideo(finding_id=ids[group.key], video_id=one.video, account_id=one.account)
            for group in groups
            if group.key in ids
            for one in group.uploads
        ),
        batch_size=500,
    )


def _details(group: Group) -> dict[str, Any]:
    return {
        "title": group.uploads[0].title[:TITLE_LIMIT],
        "count": len(group.uploads),
        "likeness": group.likeness.name.lower(),
        "identical": group.identical,
        "reuploaded": group.reuploaded,
    }


def join_works(finding: Finding, *, chosen: Collection[int] | None, actor: str) -> dict[str, object]:
    """Make one work of the finding's videos, or of those ``chosen``; the others are different works.

    Works that some of them belong to become one with all their videos. Returns what
    undoes it. The caller holds the finding's lock. Raises ``Refusal`` for fewer than
    two, ``Conflict`` when a video is gone.
    """
    subjects = list(finding.subjects.order_by("video_id"))
    wanted = {one.video_id for one in subjects if chosen is None or one.video_id in chosen}
    if len(wanted) < 2:
        raise Refusal("choose_two", _("Choose at least two videos that are one work."))
    videos = list(Video.objects.select_for_update().filter(pk__in=wanted).order_by("published_on", "pk"))
    if len(videos) < len(wanted):
        raise Conflict("videos_gone", _("One of the videos is no longer there. Reload the page."))
    works = {video.work_id for video in videos if video.work_id}
    before: dict[int, int | None] = {video.pk: video.work_id for video in videos}
    before |= dict(Video.objects.filter(work__in=works).values_list("pk", "work_id"))
    work = min(works, default=0) or _new_work(videos[0].title, actor)
    Video.objects.filter(pk__in=before).update(work_id=work)
    _mark(finding, wanted)
    return {"work": work, "before": {str(pk): known for pk, known in before.items()}}


def _new_work(title: str, actor: str) -> int:
    return Work.objects.create(title=title[:TITLE_LIMIT], decided_by=actor).pk


def part_works(finding: Finding) -> None:
    """Say that the finding's videos are different works."""
    _mark(finding, ())


def _mark(finding: Finding, belonging: Iterable[int]) -> None:
    finding.subjects.update(belongs=False)
    finding.subjects.filter(video_id__in=list(belonging)).update(belongs=True)


def undo_works(finding: Finding, undo: dict[str, Any]) -> None:
    """Take an answer back; a video that has come to another work since then stays there.

    Raises ``Conflict`` while a later answer rests on it.
    """
    if undo.get("before") and _later_answers(finding, undo):
        raise Conflict(
            "later_answer",
            _("A later answer joined more videos to this work. Take that one back first."),
        )
    for video, work in undo.get("before", {}).items():
        Video.objects.filter(pk=int(video), work_id=undo["work"]).update(work_id=work)
    if undo.get("work"):
        Work.objects.filter(pk=undo["work"], videos__isnull=True).delete()
    finding.subjects.update(belongs=None)


def _later_answers(finding: Finding, undo: dict[str, Any]) -> bool:
    """Say whether another answer found the finding's videos in its work and joined more to them."""
    joined = undo["before"].keys()
    works = Video.objects.filter(pk__in=[int(pk) for pk in joined]).order_by().values("work")
    near = FindingVideo.objects.filter(video_id__in=Video.objects.filter(work__in=works).values("pk"))
    others = Finding.objects.filter(
        kind=FindingKind.SAME_WORK, answered_at__isnull=False, pk__in=near.values("finding")
    ).exclude(pk=finding.pk)
    befores = (one.details.get("undo", {}).get("before", {}) for one in others)
    return any(before.get(pk) == undo["work"] for before in befores for pk in joined)
