"""Salaries, rule sets, the award ledger and the bonus sheets.

Awards are append-only signed lines: a correction is a new line that points at
the one it reverses. Only HR for pay and finance read salaries and amounts; a
person reads their own.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.documents import DocumentVersion
from common.enums import values
from incentives.choices import AwardStatus, IncomeKind, RewardKind, SalaryComponent, SheetState
from metrics.models import MONEY_LIMIT
from people.models import Employee, LegalEntity, Team
from performance.models import Cycle, Scorecard, ScorecardVersion

COMPONENT_LABELS = {
    SalaryComponent.BASE: _("Base salary"),
    SalaryComponent.POST: _("Post salary"),
    SalaryComponent.PERFORMANCE: _("Performance pay, standard"),
    SalaryComponent.ALLOWANCE: _("Allowance"),
}
SHEET_LABELS = {
    SheetState.DRAFT: _("Draft"),
    SheetState.PREPARED: _("Prepared"),
    SheetState.REVIEWED: _("Reviewed"),
    SheetState.RECHECKED: _("Rechecked"),
    SheetState.EXPORTED: _("Exported"),
    SheetState.ACCEPTED: _("Accepted"),
    SheetState.PAID: _("Paid"),
    SheetState.RETURNED: _("Returned"),
    SheetState.VOID: _("Void"),
}


class SalaryRecord(models.Model):
    """One component of a person's monthly salary over a span of days."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    component = models.CharField(
        max_length=12, choices=[(c.value, COMPONENT_LABELS[c]) for c in SalaryComponent]
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    entered_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("salary record")
        ordering = ["employee", "component", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "component", "starts_on"], name="salary_one_per_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="salary_forward"
            ),
            models.CheckConstraint(condition=Q(amount__range=("0", MONEY_LIMIT)), name="salary_bounds"),
        ]

    def __str__(self) -> str:
        """Return employee and component, never the amount."""
        return f"{self.employee_id} {self.component}"


class RuleSet(models.Model):
    """A named set of incentive rules; its versions carry the content."""

    code = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("rule set")

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class RuleSetVersion(DocumentVersion):
    """One version of a rule set as canonical text; immutable once published."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = _("rule set version")
        ordering = ["rule_set", "-number"]
        constraints = [models.UniqueConstraint(fields=["rule_set", "number"], name="rule_set_version_once")]

    def __str__(self) -> str:
        """Return code and number."""
        return f"{self.rule_set.code} v{self.number}"


class CycleRuleSet(models.Model):
    """The rule set version a cycle pays by."""

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="+")
    rule_set_version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("rule set of a cycle")

    def __str__(self) -> str:
        """Return cycle and version."""
        return f"{self.cycle_id} {self.rule_set_version_id}"


class Award(models.Model):
    """A signed line of the ledger. Append-only but for its status."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="+")
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    cost_centre = models.CharField(max_length=32, blank=True, default="")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+")
    card_version = models.ForeignKey(ScorecardVersion, on_delete=models.PROTECT, related_name="+")
    rule_set_version = models.ForeignKey(RuleSetVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(v, v) for v in values(RewardKind)])
    income_kind = models.CharField(max_length=16, choices=[(v, v) for v in values(IncomeKind)])
    tier = models.CharField(max_length=20, blank=True, default="")
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    units = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    held_reason = models.CharField(max_length=40, blank=True, default="")
    inputs = models.TextField()
    status = models.CharField(max_length=12, choices=[(v, v) for v in values(AwardStatus)])
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("award")
        ordering = ["cycle", "employee", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["card_version", "kind"],
                condition=Q(reverses__isnull=True),
                name="award_once_per_version",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="award_reversed_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__range=("-" + MONEY_LIMIT, MONEY_LIMIT)),
                name="award_amount_bounds",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "legal_entity"], name="award_cycle_entity_idx")]

    def __str__(self) -> str:
        """Return employee, cycle and kind, never the amount."""
        return f"{self.employee_id} {self.cycle_id} {self.kind}"


class BonusSheet(models.Model):
    """The month's payable lines of one legal entity, and who signed them."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, SHEET_LABELS[s]) for s in SheetState],
        default=SheetState.DRAFT.value,
    )
    row_version = models.PositiveIntegerField(default=1)
    currency = models.CharField(max_length=3)
    figures_hash = models.CharField(max_length=64)
    control_sum = models.DecimalField(max_digits=16, decimal_places=2)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("bonus sheet")
        ordering = ["-cycle__starts_on", "legal_entity"]
        constraints = [
            models.UniqueConstraint(
                fields=["legal_entity", "cycle"], condition=~Q(state="void"), name="sheet_one_alive"
            ),
            models.CheckConstraint(condition=Q(state__in=values(SheetState)), name="sheet_state_known"),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return self.number


class BonusSheetLine(models.Model):
    """One award as it stands in a sheet, with the texts frozen at that moment."""

    sheet = models.ForeignKey(BonusSheet, on_delete=models.PROTECT, related_name="lines")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    employee_number = models.CharField(max_length=32)
    employee_name = models.CharField(max_length=80)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    team_name = models.CharField(max_length=80)
    position_name = models.CharField(max_length=80)
    score = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    tier = models.CharField(max_length=20, blank=True, default="")
    base = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    factor = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    previous_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("bonus sheet line")
        ordering = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "award"], name="sheet_line_once"),
            models.UniqueConstraint(fields=["sheet", "position"], name="sheet_line_position"),
        ]

    def __str__(self) -> str:
        """Return sheet and employee number."""
        return f"{self.sheet_id} {self.employee_number}"


class SheetStep(models.Model):
    """Who moved a sheet, when, and the hash of the figures they saw."""

    sheet = models.ForeignKey(BonusSheet, on_delete=models.PROTECT, related_name="steps")
    to_state = models.CharField(max_length=10, choices=[(v, v) for v in values(SheetState)])
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    employee_id = models.BigIntegerField(null=True)
    figures_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sheet step")
        ordering = ["sheet", "id"]

    def __str__(self) -> str:
        """Return sheet and state."""
        return f"{self.sheet_id} → {self.to_state}"


class SheetExport(models.Model):
    """A file made from a sheet: who, when, in which form, with which hash."""

    sheet = models.ForeignKey(BonusSheet, on_delete=models.PROTECT, related_name="exports")
    file_format = models.CharField(max_length=8)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    figures_hash = models.CharField(max_length=64)
    file_hash = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        verbose_name = _("sheet export")
        ordering = ["-at"]

    def __str__(self) -> str:
        """Return sheet and form."""
        return f"{self.sheet_id} {self.file_format}"
