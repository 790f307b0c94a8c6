"""Schemes, cycles, targets, scorecards and what they were computed from.

A scorecard carries only its state, its row version and which version is
current; the figures live in versions and lines. Sealed versions and their lines
are protected by database triggers.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.documents import DocumentVersion
from common.enums import values
from people.models import Employee, Position, Posting
from performance.choices import CardState, CycleState, LineStatus, PeriodKind, VersionKind

CYCLE_LABELS = {
    CycleState.PLANNED: _("Planned"),
    CycleState.OPEN: _("Open"),
    CycleState.CLOSING: _("Closing"),
    CycleState.REVIEW: _("In review"),
    CycleState.PUBLISHED: _("Published"),
    CycleState.FINAL: _("Final"),
}
CARD_LABELS = {
    CardState.LIVE: pgettext_lazy("card", "Live"),
    CardState.SELF_REVIEW: _("Self-review"),
    CardState.MANAGER_REVIEW: _("With the manager"),
    CardState.CONFIRMED: _("Confirmed"),
    CardState.PUBLISHED: _("Published"),
    CardState.ACKNOWLEDGED: _("Read"),
    CardState.APPEALED: _("Appealed"),
    CardState.FINAL: _("Final"),
}


class Scheme(models.Model):
    """A named way of scoring; its versions carry the content."""

    code = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("scheme")

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class SchemeVersion(DocumentVersion):
    """One version of a scheme as canonical text; immutable once published."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = _("scheme version")
        ordering = ["scheme", "-number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once")]

    def __str__(self) -> str:
        """Return code and number."""
        return f"{self.scheme.code} v{self.number}"


class Cycle(models.Model):
    """A month (quarter, year) of assessment."""

    kind = models.CharField(max_length=8, choices=[(v, v) for v in values(PeriodKind)])
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=[(s.value, CYCLE_LABELS[s]) for s in CycleState],
        default=CycleState.PLANNED.value,
    )
    review_due = models.DateField(null=True, blank=True)
    data_through = models.DateField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("cycle")
        ordering = ["-starts_on", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="cycle_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cycle_forward"),
            models.CheckConstraint(condition=Q(state__in=values(CycleState)), name="cycle_state_known"),
        ]

    def __str__(self) -> str:
        """Return ``2026-08`` for a month."""
        return self.label

    @property
    def label(self) -> str:
        """Return the short name used in addresses and headings."""
        if self.kind == PeriodKind.MONTH:
            return f"{self.starts_on:%Y-%m}"
        if self.kind == PeriodKind.QUARTER:
            return f"{self.starts_on.year}-Q{(self.starts_on.month + 2) // 3}"
        return str(self.starts_on.year)


class CycleScheme(models.Model):
    """The scheme version a position is scored under in a cycle."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="schemes")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    scheme_version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("scheme of a cycle")
        constraints = [models.UniqueConstraint(fields=["cycle", "position"], name="cycle_scheme_once")]

    def __str__(self) -> str:
        """Return cycle and position."""
        return f"{self.cycle_id} {self.position_id}"


class TargetSetting(models.Model):
    """A target that differs from the scheme's, for one person, account, team or position."""

    SCOPES = ("person", "account", "team", "position")

    scope = models.CharField(max_length=10, choices=[(s, s) for s in SCOPES])
    scope_id = models.BigIntegerField()
    leaf = models.CharField(max_length=40)
    rule = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("target setting")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "scope_id", "leaf", "starts_on"], name="target_setting_once"
            )
        ]

    def __str__(self) -> str:
        """Return scope and leaf."""
        return f"{self.scope} {self.scope_id} {self.leaf}"


class Target(models.Model):
    """The target of one leaf for one person in one cycle, fixed when the cycle opens.

    ``provenance`` is canonical text: where the target and its baseline come from.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="targets")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    leaf = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    baseline = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    reason = models.CharField(max_length=24, blank=True, default="")
    provenance = models.TextField()

    class Meta:
        verbose_name = _("target")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "employee", "leaf"], name="target_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__range=("0", "99999999999999")),
                name="target_bounds",
            ),
        ]

    def __str__(self) -> str:
        """Return leaf and value."""
        return f"{self.leaf}: {self.value}"


class Scorecard(models.Model):
    """One person's card of one cycle: state and pointers only."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="scorecards")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="scorecards")
    scheme_version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="+")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=16, choices=[(s.value, CARD_LABELS[s]) for s in CardState], default=CardState.LIVE.value
    )
    current = models.ForeignKey("ScorecardVersion", null=True, on_delete=models.PROTECT, related_name="+")
    row_version = models.PositiveIntegerField(default=1)
    comment = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("scorecard")
        ordering = ["cycle", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["employee", "cycle"], name="scorecard_once"),
            models.CheckConstraint(condition=Q(state__in=values(CardState)), name="scorecard_state_known"),
        ]
        indexes = [models.Index(fields=["cycle", "state"], name="scorecard_cycle_state_idx")]

    def __str__(self) -> str:
        """Return employee and cycle."""
        return f"{self.employee_id} {self.cycle_id}"


class ScorecardVersion(models.Model):
    """The figures of a card at one time. Immutable once sealed.

    ``inputs`` is the canonical text of everything the score was computed from;
    ``figures_hash`` covers inputs, lines and total, and is what an approval names.
    """

    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(v, v) for v in values(VersionKind)])
    inputs = models.TextField()
    figures_hash = models.CharField(max_length=64)
    total = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    exact_total = models.CharField(max_length=120, blank=True, default="")
    dimensions = models.TextField(default="{}")
    flags = models.TextField(default="{}")
    days_in_post = models.PositiveSmallIntegerField(default=0)
    observation = models.BooleanField(default=False)
    waiting = models.BooleanField(default=False)
    incomplete = models.BooleanField(default=False)
    data_through = models.DateField(null=True)
    computed_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    made_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("scorecard version")
        ordering = ["card", "number"]
        constraints = [
            models.UniqueConstraint(fields=["card", "number"], name="scorecard_version_once"),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__range=("0", "9999999.99")),
                name="scorecard_total_bounds",
            ),
        ]

    def __str__(self) -> str:
        """Return card and number."""
        return f"{self.card_id} v{self.number}"


class ScorecardLine(models.Model):
    """One leaf of a card version, with every number of its reason.

    ``structural`` and ``effective`` are exact fractions as ``n/d``; the percentages
    beside them are for reading. ``final = manual if set else auto``.
    """

    version = models.ForeignKey(ScorecardVersion, on_delete=models.PROTECT, related_name="lines")
    leaf = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=[(v, v) for v in values(LineStatus)])
    reason = models.CharField(max_length=24, blank=True, default="")
    auto = models.DecimalField(max_digits=24, decimal_places=10, null=True)
    manual = models.DecimalField(max_digits=24, decimal_places=10, null=True)
    manual_reason = models.CharField(max_length=300, blank=True, default="")
    manual_by = models.CharField(max_length=64, blank=True, default="")
    target = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    full_target = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    baseline = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    achievement = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    structural = models.CharField(max_length=80)
    effective = models.CharField(max_length=160)
    effective_percent = models.DecimalField(max_digits=9, decimal_places=4)
    contribution = models.DecimalField(max_digits=12, decimal_places=4)
    numerator = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    denominator = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    coverage = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    details = models.TextField(default="{}")

    class Meta:
        verbose_name = _("scorecard line")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "leaf"], name="scorecard_line_once"),
            models.CheckConstraint(
                condition=Q(achievement__isnull=True) | Q(achievement__range=("0", "99999.99")),
                name="scorecard_line_achievement",
            ),
            models.CheckConstraint(
                condition=Q(contribution__range=("-99999", "99999")), name="scorecard_line_contribution"
            ),
            models.CheckConstraint(condition=Q(status__in=values(LineStatus)), name="scorecard_line_status"),
        ]
        indexes = [
            # Few lines carry a figure put in by hand; a queue asks for all of them at once.
            models.Index(
                fields=["version"], condition=Q(manual__isnull=False), name="scorecard_line_manual_idx"
            ),
        ]

    def __str__(self) -> str:
        """Return leaf and achievement."""
        return f"{self.leaf}: {self.achievement}"

    @property
    def final(self) -> object:
        """Return the value that counts."""
        return self.auto if self.manual is None else self.manual


class ScorecardTrace(models.Model):
    """A night's total and contributions of a live card."""

    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="traces")
    date = models.DateField()
    total = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    contributions = models.TextField(default="{}")

    class Meta:
        verbose_name = _("daily trace")
        ordering = ["card", "date"]
        constraints = [models.UniqueConstraint(fields=["card", "date"], name="scorecard_trace_once")]

    def __str__(self) -> str:
        """Return card and day."""
        return f"{self.card_id} {self.date}"


class Exemption(models.Model):
    """Days (and leaves) of a person that do not count; or a held leaf decided as 0.

    Without a leaf the days are taken off; with one, the leaf of every cycle that
    starts inside the days is left out (``exempt``) or scored 0 (``zero``).
    """

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    leaf = models.CharField(max_length=40, blank=True, default="")
    treatment = models.CharField(
        max_length=8, choices=[("exempt", "exempt"), ("zero", "zero")], default="exempt"
    )
    reason = models.CharField(max_length=300)
    entered_by = models.CharField(max_length=64)
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("exemption")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="exemption_forward"),
            models.UniqueConstraint(
                fields=["employee", "first_day", "last_day", "leaf"], name="exemption_once"
            ),
        ]

    def __str__(self) -> str:
        """Return employee and days."""
        return f"{self.employee_id} {self.first_day}…{self.last_day}"


class Adjustment(models.Model):
    """Points given or taken for a dated event, or a veto that caps the total."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=10, choices=[("points", "points"), ("veto", "veto")])
    rule = models.CharField(max_length=40)
    event_key = models.CharField(max_length=80)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    date = models.DateField()
    reason = models.CharField(max_length=300)
    evidence = models.TextField(blank=True, default="")
    approved_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("adjustment")
        constraints = [
            models.UniqueConstraint(fields=["employee", "rule", "event_key"], name="adjustment_once"),
            models.CheckConstraint(condition=Q(points__range=("-1000", "1000")), name="adjustment_points"),
        ]

    def __str__(self) -> str:
        """Return rule and points."""
        return f"{self.rule}: {self.points}"
