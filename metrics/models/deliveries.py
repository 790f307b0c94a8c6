"""What came, from whom, and what it replaced or left in doubt."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.enums import values
from metrics.choices import FetchKind, FetchState, FindingKind, Grain
from people.models import Account


class Payload(models.Model):
    """The bytes of a file or an answer, stored once, compressed."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    content = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("payload")

    def __str__(self) -> str:
        """Return the start of the hash."""
        return self.sha256[:12]


class Fetch(models.Model):
    """One upload or request: who, when, for which account, and how it ended.

    ``fields`` are those with a value, parted by blanks; empty where nobody noted them.
    """

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("account")
    )
    kind = models.CharField(max_length=12, choices=[(v, v) for v in values(FetchKind)])
    state = models.CharField(max_length=8, choices=[(v, v) for v in values(FetchState)])
    at = models.DateTimeField(_("at"))
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    file_name = models.CharField(max_length=255, blank=True, default="")
    profile = models.CharField(max_length=64, blank=True, default="")
    grain = models.CharField(max_length=16, blank=True, default="")
    fields = models.CharField(max_length=400, blank=True, default="")
    as_of = models.DateField(null=True, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    payload = models.ForeignKey(Payload, null=True, on_delete=models.PROTECT, related_name="+")
    self_supplied = models.BooleanField(default=False)
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    result = models.TextField(blank=True, default="{}")

    class Meta:
        verbose_name = _("data delivery")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["account", "grain", "as_of"], name="fetch_coverage_idx"),
            models.Index(fields=["at"], name="fetch_at_idx"),
            # Few files wait to be vouched for; queues and pages ask for them among all there ever were.
            models.Index(
                fields=["account"],
                condition=Q(self_supplied=True, confirmed_at__isnull=True),
                name="fetch_unconfirmed_idx",
            ),
        ]

    def __str__(self) -> str:
        """Return the file's name or the kind."""
        return self.file_name or self.kind


class Restatement(models.Model):
    """An old value that a newer delivery replaced. ``key`` is the fact's natural key."""

    grain = models.CharField(max_length=16, choices=[(v, v) for v in values(Grain)])
    account_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    date = models.DateField()
    field = models.CharField(max_length=32)
    old = models.CharField(max_length=40)
    new = models.CharField(max_length=40)
    old_fetch_id = models.BigIntegerField(default=0)
    fetch_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("restatement")
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "key", "date", "field", "fetch_id"], name="restatement_key"
            )
        ]
        indexes = [models.Index(fields=["account_id", "date"], name="restatement_account_idx")]

    def __str__(self) -> str:
        """Return what moved."""
        return f"{self.key} {self.date} {self.field}: {self.old} → {self.new}"


class Finding(models.Model):
    """Something about the data that waits for a person's look."""

    kind = models.CharField(max_length=24, choices=[(v, v) for v in values(FindingKind)])
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    date = models.DateField(null=True, blank=True)
    key = models.CharField(max_length=160)
    details = models.JSONField(default=dict)
    fetch_id = models.BigIntegerField(default=0)
    found_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answer = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("finding")
        constraints = [models.UniqueConstraint(fields=["kind", "account", "key"], name="finding_once")]
        indexes = [models.Index(fields=["kind", "answered_at"], name="finding_open_idx")]

    def __str__(self) -> str:
        """Return kind and key."""
        return f"{self.kind} {self.key}"


class FindingVideo(models.Model):
    """A video that a finding asks about together with others.

    ``belongs`` is the answer: it is the same as the other ones that belong; NULL
    while nobody has answered.
    """

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="subjects")
    video_id = models.BigIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    belongs = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("video of a finding")
        constraints = [
            models.UniqueConstraint(fields=["finding", "video_id"], name="finding_video_once"),
        ]
        indexes = [models.Index(fields=["video_id"], name="finding_video_idx")]

    def __str__(self) -> str:
        """Return finding and video."""
        return f"{self.finding_id} {self.video_id}"
