"""What is measured and what people bring themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.enums import values
from metrics.choices import EntryState
from people.models import Employee


class MeasureVersion(models.Model):
    """One immutable version of a measure's definition, as canonical text."""

    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("measure")
        ordering = ["key", "-number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="measure_version_once")]

    def __str__(self) -> str:
        """Return key and version."""
        return f"{self.key} v{self.number}"


class ManualEntry(models.Model):
    """A value that people bring: a campaign, a rating, a review count."""

    measure = models.CharField(max_length=40)
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=4)
    title = models.CharField(max_length=200)
    evidence = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=[(v, v) for v in values(EntryState)])
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("manual entry")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "employee", "date", "title"], name="manual_entry_once"
            ),
            models.CheckConstraint(condition=Q(value__range=("0", "9999999999")), name="manual_entry_value"),
        ]
        indexes = [models.Index(fields=["measure", "date"], name="manual_entry_idx")]

    def __str__(self) -> str:
        """Return measure and title."""
        return f"{self.measure}: {self.title}"
