"""Doubts about the data with what one needs to see to answer them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, When

from metrics.choices import FindingKind
from metrics.models import Finding, FindingVideo, Video, VideoSnapshot
from people.access import not_visible
from people.models import Account

KINDS = (
    FindingKind.SAME_WORK, FindingKind.VIDEO_DOUBT, FindingKind.VIDEO_WITHOUT_TIME, FindingKind.SHIFTED_DAYS,
    FindingKind.CORRECTION_DIFFERS, FindingKind.CORRECTION_PASSED, FindingKind.DECREASE,
    FindingKind.NOBODY_HOLDS, FindingKind.GAP, FindingKind.SPIKE,
)  # fmt: skip
"""In the order they are shown."""

SHOWN_VIDEOS = 6
"""A work of more uploads is shown whole on its own."""


@dataclass(frozen=True)
class Evidence:
    """One video of a doubt: what tells it from another."""

    video: Video
    plays: int | None
    read_on: date | None
    is_new: bool = False
    belongs: bool | None = None

    @property
    def link(self) -> str:
        """Return the video's address if a browser may follow it."""
        url: str = self.video.url
        return url if url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True)
class Doubt:
    """A finding with its videos or its days side by side; ``more`` videos are not shown."""

    finding: Finding
    accounts: frozenset[int]
    videos: tuple[Evidence, ...] = ()
    days: tuple[tuple[date, str | None, str | None], ...] = ()
    more: int = 0

    @property
    def is_open(self) -> bool:
        """Say whether it waits for an answer."""
        return self.finding.answered_at is None


@dataclass(frozen=True)
class KindCount:
    """How many doubts of a kind wait."""

    kind: str
    count: int


def visible_findings(accounts: QuerySet[Account]) -> QuerySet[Finding]:
    """Return the findings about the accounts; one about several only when all of them are among them."""
    seen = accounts.order_by().values("pk")
    stranger = FindingVideo.objects.filter(finding=OuterRef("pk")).exclude(account__in=seen)
    return Finding.objects.filter(~Exists(stranger), account__in=seen)


def open_doubts_of(accounts: QuerySet[Account], fetches: Collection[int]) -> QuerySet[Finding]:
    """Return what the deliveries left open about the accounts."""
    return visible_findings(accounts).filter(fetch_id__in=fetches, answered_at__isnull=True)


def get_finding(accounts: QuerySet[Account], pk: int) -> Finding:
    """Return one finding about the accounts. Raises ``NotVisible``."""
    found = visible_findings(accounts).filter(pk=pk).first()
    if found is None:
        raise not_visible()
    return found


def accounts_of(finding: Finding) -> set[int]:
    """Return every account that a finding is about."""
    return {finding.account_id, *finding.subjects.values_list("account_id", flat=True)}


def count_by_kind(findings: QuerySet[Finding]) -> list[KindCount]:
    """Return the kinds that there are, in the order they are shown."""
    counts = dict(findings.order_by().values_list("kind").annotate(count=Count("pk")))
    return [KindCount(kind.value, counts[kind.value]) for kind in KINDS if counts.get(kind.value)]


def identical_suggestions(accounts: QuerySet[Account] | Collection[int]) -> QuerySet[Finding]:
    """Return the open suggestions of works whose title and duration agree, all on ``accounts``."""
    seen: Any = accounts.order_by().values("pk") if isinstance(accounts, QuerySet) else list(accounts)
    stranger = FindingVideo.objects.filter(finding=OuterRef("pk")).exclude(account__in=seen)
    return Finding.objects.filter(
        ~Exists(stranger), kind=FindingKind.SAME_WORK, answered_at__isnull=True, details__identical=True
    )


def in_order(findings: QuerySet[Finding], *, answered: bool) -> QuerySet[Finding]:
    """Return the open ones grouped by kind, the newest first, or the answered ones, the latest first."""
    if answered:
        found = findings.filter(answered_at__isnull=False).order_by("-answered_at", "-pk")
    else:
        whens = [When(kind=kind.value, then=rank) for rank, kind in enumerate(KINDS)]
        rank = Case(*whens, default=len(KINDS), output_field=IntegerField())
        found = findings.filter(answered_at__isnull=True).order_by(rank, "-found_at", "-pk")
    return found.select_related("account")


def with_evidence(findings: Sequence[Finding], *, whole: bool = False) -> list[Doubt]:
    """Return the findings of one page with their videos and days; ``whole`` shows every video.

    Two statements, whatever the number of findings.
    """
    subjects: dict[int, list[FindingVideo]] = defaultdict(list)
    for one in FindingVideo.objects.filter(finding__in=findings).order_by("pk"):
        subjects[one.finding_id].append(one)
    named = {finding.pk: _named(finding, subjects[finding.pk]) for finding in findings}
    limit = None if whole else SHOWN_VIDEOS
    videos = _videos({pk for ids in named.values() for pk in ids})
    return [_doubt(one, named[one.pk], subjects[one.pk], videos, limit) for one in findings]


def _named(finding: Finding, subjects: Sequence[FindingVideo]) -> list[int]:
    """Return the videos that a finding speaks of."""
    if subjects:
        return [one.video_id for one in subjects]
    video = finding.details.get("video")
    return [*finding.details.get("others", []), *([video] if video else [])]


def _videos(ids: Collection[int]) -> dict[int, Any]:
    read = VideoSnapshot.objects.filter(video_id=OuterRef("pk"), plays__isnull=False).order_by("-captured_on")
    found = Video.objects.filter(pk__in=ids).select_related("account")
    found = found.annotate(
        plays=Subquery(read.values("plays")[:1]), read_on=Subquery(read.values("captured_on")[:1])
    )
    return {video.pk: video for video in found}


def _doubt(
    finding: Finding,
    named: Sequence[int],
    subjects: Sequence[FindingVideo],
    videos: Mapping[int, Any],
    limit: int | None,
) -> Doubt:
    belongs = {one.video_id: one.belongs for one in subjects}
    shown = sorted((videos[pk] for pk in named if pk in videos), key=_published)
    evidence = tuple(
        Evidence(one, one.plays, one.read_on, one.pk == finding.details.get("video"), belongs.get(one.pk))
        for one in shown[:limit]
    )
    days = tuple((date.fromisoformat(day), old, new) for day, old, new in finding.details.get("series", []))
    accounts = frozenset({finding.account_id, *(one.account_id for one in subjects)})
    return Doubt(finding, accounts, evidence, days, len(shown) - len(evidence))


def _published(video: Any) -> tuple[object, ...]:
    minute = video.published_at.timestamp() if video.published_at else float("inf")
    return video.published_on or date.max, minute, video.pk


def videos_of(finding: Finding) -> list[int]:
    """Return the videos that a finding asks about together."""
    return list(finding.subjects.order_by("video_id").values_list("video_id", flat=True))
