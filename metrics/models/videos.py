"""Published items, what was read of them, and whose work they are."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.enums import values
from metrics.choices import Media, Originality, Source
from metrics.models.fields import COUNT_LIMIT, count_field, rate_field, within
from people.models import Account, Employee

MEDIA_LABELS = {
    Media.VIDEO: _("Video"),
    Media.IMAGE: _("Image post"),
    Media.LIVE: _("Live"),
    Media.UNKNOWN: _("Unknown"),
}


class Work(models.Model):
    """One creation, however many accounts and platforms it was published on."""

    title = models.CharField(max_length=300)
    decided_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("work")

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class Video(models.Model):
    """A published item of an account, known by id or by minute and title.

    ``published_at`` is kept to the minute: that is all that exports agree on.
    ``earlier_hashes`` are those of titles it had before, parted by blanks; ``timed_by`` is who entered
    a publish time that no file told.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    platform_id = models.CharField(max_length=80, null=True, blank=True)
    title = models.CharField(max_length=500, blank=True, default="")
    title_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    media = models.CharField(
        max_length=8, choices=[(m.value, MEDIA_LABELS[m]) for m in Media], default=Media.UNKNOWN.value
    )
    duration_seconds = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    url = models.CharField(max_length=500, blank=True, default="")
    status = models.CharField(max_length=40, blank=True, default="")
    work = models.ForeignKey(Work, null=True, blank=True, on_delete=models.PROTECT, related_name="videos")
    originality = models.CharField(
        max_length=10, choices=[(v, v) for v in values(Originality)], default=Originality.UNCHECKED.value
    )
    originality_by = models.CharField(max_length=64, blank=True, default="")
    originality_at = models.DateTimeField(null=True, blank=True)
    originality_evidence = models.TextField(blank=True, default="")
    withdrawn_on = models.DateField(null=True, blank=True)
    fetch_id = models.BigIntegerField(default=0)
    earlier_hashes = models.TextField(blank=True, default="", db_default="")
    timed_by = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("video")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "platform_id"], condition=Q(platform_id__isnull=False), name="video_by_id"
            ),
            models.UniqueConstraint(
                fields=["account", "published_at", "title_hash"],
                condition=Q(platform_id__isnull=True),
                name="video_by_minute_and_title",
            ),
            models.UniqueConstraint(
                fields=["account", "title_hash"],
                condition=Q(platform_id__isnull=True, published_at__isnull=True),
                name="video_by_title_without_time",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "published_on"], name="video_published_idx"),
            models.Index(fields=["published_on"], name="video_published_on_idx"),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class VideoSnapshot(models.Model):
    """The lifetime counters of a video as read on one day."""

    COUNTS = ("plays", "likes", "comments", "shares", "favourites", "profile_visits", "followers_gained")
    RATES = ("completion_rate", "five_second_rate", "two_second_exit_rate", "cover_click_rate")
    VALUES = (*COUNTS, *RATES, "average_play_seconds")

    video_id = models.BigIntegerField()
    captured_on = models.DateField()
    source = models.CharField(max_length=12, choices=[(v, v) for v in values(Source)])
    plays = count_field()
    likes = count_field()
    comments = count_field()
    shares = count_field()
    favourites = count_field()
    profile_visits = count_field()
    followers_gained = count_field()
    completion_rate = rate_field()
    five_second_rate = rate_field()
    two_second_exit_rate = rate_field()
    cover_click_rate = rate_field()
    average_play_seconds = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    fetch_id = models.BigIntegerField()
    gaps = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("video snapshot")
        constraints = [
            models.UniqueConstraint(fields=["video_id", "captured_on", "source"], name="video_snapshot_key"),
            within(("plays", "likes", "comments", "shares", "favourites", "profile_visits"),
                    0, COUNT_LIMIT, "video_snapshot_counts"),
            within(("followers_gained",), -COUNT_LIMIT, COUNT_LIMIT, "video_snapshot_followers"),
            within(("completion_rate", "five_second_rate", "two_second_exit_rate", "cover_click_rate"),
                    0, 1, "video_snapshot_rates"),
            within(("average_play_seconds",), 0, 1000000, "video_snapshot_seconds"),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return video and day."""
        return f"{self.video_id} {self.captured_on}"


class VideoDay(models.Model):
    """What a platform says about one video on one day."""

    VALUES = ("plays", "likes", "comments", "shares", "favourites", "followers_gained", "followers_lost")

    video_id = models.BigIntegerField()
    date = models.DateField()
    source = models.CharField(max_length=12, choices=[(v, v) for v in values(Source)])
    plays = count_field()
    likes = count_field()
    comments = count_field()
    shares = count_field()
    favourites = count_field()
    followers_gained = count_field()
    followers_lost = count_field()
    fetch_id = models.BigIntegerField()
    gaps = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("video day")
        constraints = [
            models.UniqueConstraint(fields=["video_id", "date", "source"], name="video_day_key"),
            within(
                ("plays", "likes", "comments", "shares", "favourites", "followers_gained", "followers_lost"),
                -COUNT_LIMIT, COUNT_LIMIT, "video_day_counts",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return video and day."""
        return f"{self.video_id} {self.date}"


class PeriodSum(models.Model):
    """A sum over a span, as a file states it. Kept and shown, never added to days."""

    subject_kind = models.CharField(max_length=8, choices=[("account", "account"), ("video", "video")])
    subject_id = models.BigIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    values = models.JSONField(default=dict)
    fetch_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("period sum")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "first_day", "last_day"], name="period_sum_key"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="period_sum_forward"),
        ]

    def __str__(self) -> str:
        """Return subject and span."""
        return f"{self.subject_kind} {self.subject_id} {self.first_day}…{self.last_day}"


class VideoCredit(models.Model):
    """Several hands on one video: 100 % per role; without any, the account's holders."""

    video_id = models.BigIntegerField()
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    share = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        verbose_name = _("video credit")
        constraints = [
            models.UniqueConstraint(fields=["video_id", "role", "employee"], name="video_credit_once"),
            models.CheckConstraint(condition=Q(share__range=("0.0001", "100")), name="video_credit_share"),
        ]

    def __str__(self) -> str:
        """Return video and employee."""
        return f"{self.video_id} {self.employee_id}"
