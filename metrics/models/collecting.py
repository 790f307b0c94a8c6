"""Collecting files: what waits, what was refused, what is not needed, what was chosen, who was reminded."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from metrics.models.deliveries import Payload
from people.models import Account, Employee, User


class PendingUpload(models.Model):
    """Bytes that somebody previews and has not confirmed yet."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    payload = models.ForeignKey(Payload, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file in preview")
        constraints = [models.UniqueConstraint(fields=["user", "payload"], name="pending_upload_once")]
        indexes = [models.Index(fields=["kept_at"], name="pending_upload_kept_idx")]

    def __str__(self) -> str:
        """Return whose and which."""
        return f"{self.user_id}: {self.payload_id}"


class RefusedFile(models.Model):
    """A table that was not taken, with the sentence that says why. It holds no facts."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    grain = models.CharField(max_length=16, blank=True, default="")
    file_name = models.CharField(max_length=255)
    table = models.CharField(max_length=120, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    reason = models.JSONField(default=dict)
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("refused file")
        constraints = [
            models.UniqueConstraint(fields=["account", "sha256", "table"], name="refused_file_once")
        ]
        indexes = [models.Index(fields=["at"], name="refused_file_at_idx")]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.file_name


class FileWaiver(models.Model):
    """Somebody's word that an account needs no such file for these days, until it is taken back."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    need = models.CharField(max_length=80)
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(_("reason"), max_length=200)
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("file that is not needed")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "need", "first_day", "last_day"],
                condition=Q(ended_at__isnull=True),
                name="file_waiver_once",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="file_waiver_forward"),
        ]

    def __str__(self) -> str:
        """Return account, need and first day."""
        return f"{self.account_id} {self.need} {self.first_day}"


class UploadChoice(models.Model):
    """What somebody answered about a kind of file with such a name the last time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    profile = models.CharField(max_length=64)
    stem = models.CharField(max_length=120)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    covers = models.CharField(max_length=8, blank=True, default="")
    day_order = models.CharField(max_length=8, blank=True, default="")
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered answer")
        ordering = ["-used_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "profile", "stem", "account"], name="upload_choice_once")
        ]

    def __str__(self) -> str:
        """Return kind and name."""
        return f"{self.profile} {self.stem}"


class Reminder(models.Model):
    """Somebody was asked for the files they owe; at most once a day."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    period = models.CharField(max_length=8)
    files = models.PositiveIntegerField()
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        constraints = [models.UniqueConstraint(fields=["employee", "day"], name="reminder_once_a_day")]

    def __str__(self) -> str:
        """Return who and when."""
        return f"{self.employee_id} {self.day}"
