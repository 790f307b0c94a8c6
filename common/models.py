"""The audit log, the runs of jobs and the outbox of notices.

None of them points at another app: a subject is the text ``app.model:id``, an
actor the text ``user:<id>`` or ``system:<job>#<run>`` with the name it had.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.choices import RunState, UnitState
from common.enums import values

RUN_LABELS = {
    RunState.PENDING: _("Waiting"),
    RunState.RUNNING: _("Running"),
    RunState.DONE: _("Done"),
    RunState.PARTIAL: _("Partly done"),
    RunState.FAILED: _("Failed"),
    RunState.INTERRUPTED: _("Interrupted"),
    RunState.SKIPPED: _("Skipped"),
}
UNIT_LABELS = {
    UnitState.PENDING: _("Waiting"),
    UnitState.RUNNING: _("Running"),
    UnitState.DONE: _("Done"),
    UnitState.FAILED: _("Failed"),
}


class AuditEvent(models.Model):
    """One command and what it changed; rows are added, never altered.

    ``payload`` is canonical text. ``hash`` covers the row and ``previous_hash``,
    the hash of the same subject's event before it ("" for the first).
    """

    subject = models.CharField(_("subject"), max_length=120)
    sequence = models.PositiveIntegerField()
    actor = models.CharField(_("actor"), max_length=160)
    actor_name = models.CharField(_("name of the actor"), max_length=160, blank=True, default="")
    action = models.CharField(_("action"), max_length=80)
    at = models.DateTimeField(_("at"))
    payload = models.TextField()
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit event")
        ordering = ["subject", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "sequence"], name="audit_event_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="audit_event_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_event_at"),
            models.Index(fields=["action", "at"], name="audit_event_by_action"),
        ]

    def __str__(self) -> str:
        """Return subject, number and action."""
        return f"{self.subject} #{self.sequence} {self.action}"


class AuditHead(models.Model):
    """The day's hash over every subject's last hash, chained to the head before."""

    day = models.DateField(_("day"), unique=True)
    subjects = models.PositiveIntegerField()
    last_event = models.BigIntegerField()
    previous_hash = models.CharField(max_length=64, blank=True, default="")
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit head")
        ordering = ["day"]

    def __str__(self) -> str:
        """Return the day and the beginning of its hash."""
        return f"{self.day} {self.hash[:12]}"


class JobRun(models.Model):
    """One run of a job: what was asked, how far it got, what came out.

    The row is the truth; the broker only carries ``task_id`` to a worker. A
    message whose ``task_id`` is not the row's any more is ignored.
    """

    job = models.CharField(_("job"), max_length=80)
    business_date = models.DateField(_("business date"), null=True, blank=True)
    key = models.CharField(_("key"), max_length=200, unique=True)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=[(s.value, RUN_LABELS[s]) for s in RunState],
        default=RunState.PENDING,
    )
    params = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    task_id = models.CharField(max_length=64, blank=True, default="")
    requested_by = models.CharField(_("asked for by"), max_length=160, blank=True, default="")
    requested_at = models.DateTimeField(_("asked for at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="")
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("run of a job")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=values(RunState)), name="job_run_state_known"),
            models.CheckConstraint(
                condition=Q(total=0) | Q(total__gte=F("done") + F("failed")), name="job_run_counts_fit"
            ),
        ]
        indexes = [
            models.Index(fields=["job", "-business_date"], name="job_run_by_date"),
            models.Index(fields=["state", "lease_until"], name="job_run_by_state"),
        ]

    def __str__(self) -> str:
        """Return the key and the state."""
        return f"{self.key} {self.state}"


class JobUnit(models.Model):
    """One unit of a run's work (one account, one team), claimed before it is done."""

    run = models.ForeignKey(JobRun, on_delete=models.CASCADE, related_name="units")
    key = models.CharField(_("key"), max_length=120)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=[(s.value, UNIT_LABELS[s]) for s in UnitState],
        default=UnitState.PENDING,
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        verbose_name = _("unit of work")
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="job_unit_once"),
            models.CheckConstraint(condition=Q(state__in=values(UnitState)), name="job_unit_state_known"),
        ]

    def __str__(self) -> str:
        """Return the key and the state."""
        return f"{self.key} {self.state}"


class Notice(models.Model):
    """Something a person should hear of; ``params`` are plain and hold no figures."""

    kind = models.CharField(_("kind"), max_length=80)
    recipient = models.BigIntegerField(_("recipient's user number"))
    subject = models.CharField(_("subject"), max_length=120)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "read_at", "-created_at"], name="notice_by_recipient")]

    def __str__(self) -> str:
        """Return kind and subject."""
        return f"{self.kind} {self.subject}"
