"""Questions about the data behind a card. The card itself belongs to ``performance``."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from metrics.models import Correction
from people.models import Account
from performance.models import Scorecard
from reviews.choices import QuestionKind, QuestionState
from reviews.questioning import OPEN_STATES

STATE_LABELS = {
    QuestionState.ASKED: _("Asked"),
    QuestionState.LOOKED_AT: _("Being looked at"),
    QuestionState.PROPOSED: _("Correction proposed"),
    QuestionState.CORRECTED: _("Corrected"),
    QuestionState.EXPLAINED: _("Explained"),
    QuestionState.NOT_OURS: _("Not ours"),
    QuestionState.TAKEN_BACK: _("Taken back"),
}
KIND_LABELS = {
    QuestionKind.VALUE: _("The value is wrong"),
    QuestionKind.MISSING: _("The value is missing"),
    QuestionKind.DOUBLE: _("It is counted twice"),
    QuestionKind.LEFT_OUT: _("It should count and does not"),
    QuestionKind.NOT_MINE: _("It is not this person's work"),
    QuestionKind.OTHER: _("Something else"),
}


class DataQuestion(models.Model):
    """A question about one line of a card, if need be about one video and day.

    ``place`` is what one asker may have one open question about. The thread is the
    question's audit log. ``row_version`` rises with every move.
    """

    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    leaf = models.CharField(max_length=40)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    video_id = models.BigIntegerField(default=0)
    video_title = models.CharField(max_length=200, blank=True, default="")
    day = models.DateField(null=True)
    read_on = models.DateField(null=True)
    field = models.CharField(max_length=32, blank=True, default="")
    place = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[(k.value, KIND_LABELS[k]) for k in QuestionKind])
    text = models.TextField()
    value_shown = models.CharField(max_length=80, blank=True, default="")
    expected = models.CharField(max_length=40, blank=True, default="")
    asked_by = models.CharField(max_length=64)
    asked_by_name = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[(s.value, STATE_LABELS[s]) for s in QuestionState],
        default=QuestionState.ASKED.value,
    )
    row_version = models.PositiveIntegerField(default=1)
    correction = models.ForeignKey(Correction, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True, default="")
    moved_at = models.DateTimeField()
    moved_by_name = models.CharField(max_length=160)

    class Meta:
        verbose_name = _("data question")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "leaf", "place", "asked_by"],
                condition=Q(state__in=sorted(state.value for state in OPEN_STATES)),
                name="data_question_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["state", "asked_at"], name="data_question_desk_idx"),
            models.Index(fields=["card", "state"], name="data_question_card_idx"),
            models.Index(fields=["asked_by", "asked_at"], name="data_question_asker_idx"),
        ]

    def __str__(self) -> str:
        """Return what is asked about."""
        return f"{self.leaf} {self.day or ''}".strip()

    @property
    def is_open(self) -> bool:
        """Say whether somebody still has to answer."""
        return self.state in OPEN_STATES
