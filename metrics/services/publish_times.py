"""Entering the publish time of a video whose exports do not tell it."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Refusal
from metrics.choices import FindingKind
from metrics.models import Finding, Video
from people.models import Account

TIMED = "timed"


def enter_time(
    finding: Finding, *, published: datetime | None, zone: ZoneInfo, today: date, actor: str
) -> dict[str, object]:
    """Give the finding's video the local time ``published``, kept to the minute; return what undoes it.

    Raises ``Refusal`` for no time or one in the future, ``Conflict`` when the video is
    gone, has a time, or another one of the account has this minute and title.
    """
    if published is None:
        raise Refusal("time_missing", _("Enter the day and time when the video was published."))
    if published.date() > today:
        raise Refusal("future_day", _("%(day)s lies in the future.") % {"day": published.date()})
    Account.objects.select_for_update().get(pk=finding.account_id)
    video = Video.objects.select_for_update().filter(pk=finding.details.get("video")).first()
    if video is None:
        raise Conflict("videos_gone", _("One of the videos is no longer there. Reload the page."))
    if video.published_on is not None:
        raise Conflict("has_time", _("A later file told the publish time already. Reload the page."))
    minute = published.replace(second=0, microsecond=0, tzinfo=zone).astimezone(UTC)
    twin = Video.objects.filter(account=video.account_id, published_at=minute, title_hash=video.title_hash)
    if twin.exists():
        raise Conflict(
            "minute_taken",
            _("Another video of the account has this title and minute. Check the time; if it is the same "
              "video, leave this one out."),
        )  # fmt: skip
    video.published_at, video.published_on, video.timed_by = minute, published.date(), actor
    video.save(update_fields=["published_at", "published_on", "timed_by"])
    return {"video": video.pk, "published_at": minute.isoformat(), "published_on": str(published.date())}


def forget_time(undo: dict[str, Any]) -> None:
    """Take an entered time back. Raises ``Conflict`` when the time is no longer the entered one."""
    changed = Video.objects.filter(
        pk=undo["video"], published_at=datetime.fromisoformat(undo["published_at"])
    ).exclude(timed_by="")
    if not changed.update(published_at=None, published_on=None, timed_by=""):
        raise Conflict(
            "time_changed",
            _("The publish time has changed since then, so the answer can no longer be taken back."),
        )


def settle_timed(*, at: datetime) -> int:
    """Close the questions for a time that a later file has answered; return how many."""
    asked = Finding.objects.filter(kind=FindingKind.VIDEO_WITHOUT_TIME, answered_at__isnull=True)
    videos = dict(asked.values_list("details__video", "pk"))
    timed = Video.objects.filter(pk__in=list(videos), published_on__isnull=False).values_list("pk", flat=True)
    done = [videos[pk] for pk in timed]
    return Finding.objects.filter(pk__in=done).update(
        answer=TIMED, answered_at=at, answered_by="system:import"
    )
