"""What people put in place of a fact: proposed by one, confirmed by another."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.enums import values
from metrics.choices import CorrectionState, Gap, Grain
from people.models import Account

STATE_LABELS = {
    CorrectionState.PROPOSED: _("Proposed"),
    CorrectionState.CONFIRMED: _("Confirmed"),
    CorrectionState.REFUSED: _("Refused"),
    CorrectionState.WITHDRAWN: _("Withdrawn"),
}


class Correction(models.Model):
    """One cell, the value it has, the value it should have, and who says so.

    ``video_id`` and ``about_id`` are 0 where the grain has none. ``old`` and ``new``
    are texts; an empty one means that there is no value, and ``gap`` then says why.
    """

    grain = models.CharField(max_length=16, choices=[(v, v) for v in values(Grain)])
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    video_id = models.BigIntegerField(default=0)
    about_id = models.BigIntegerField(default=0)
    date = models.DateField()
    field = models.CharField(max_length=32)
    old = models.CharField(max_length=40, blank=True, default="")
    new = models.CharField(max_length=40, blank=True, default="")
    gap = models.CharField(max_length=16, blank=True, default="", choices=[(v, v) for v in values(Gap)])
    reason = models.TextField()
    evidence = models.TextField(blank=True, default="")
    state = models.CharField(
        max_length=10, choices=[(s.value, STATE_LABELS[s]) for s in CorrectionState]
    )  # fmt: skip
    proposed_by = models.CharField(max_length=64)
    proposed_by_name = models.CharField(max_length=160)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_by_name = models.CharField(max_length=160, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True, default="")
    fetch_id = models.BigIntegerField(default=0)

    CELL = ("grain", "account", "video_id", "about_id", "date", "field")

    class Meta:
        verbose_name = _("correction")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "account", "video_id", "about_id", "date", "field"],
                condition=Q(state=CorrectionState.PROPOSED.value),
                name="correction_one_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.CONFIRMED.value) | ~Q(decided_by=models.F("proposed_by")),
                name="correction_by_two",
            ),
        ]
        indexes = [models.Index(fields=["account", "state"], name="correction_account_idx")]

    def __str__(self) -> str:
        """Return the cell and what becomes of it."""
        return f"{self.field} {self.date}: {self.old or '–'} → {self.new or '–'}"
