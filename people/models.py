"""Company, users, employees, teams, postings, accounts and who held them when.

Every dated row covers the days ``starts_on … ends_on``, both included; an empty
``ends_on`` goes on. Overlaps are refused by exclusion constraints on PostgreSQL
and by the services under the write lock on SQLite.
"""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.choices import AccountKind, Platform, PostingStatus, Role, Theme

ROLE_LABELS = {
    Role.HR_PEOPLE: _("HR, people"),
    Role.HR_PAY: _("HR, pay"),
    Role.FINANCE: _("Finance"),
    Role.AUDITOR: _("Auditor"),
    Role.EXECUTIVE: _("Executive"),
    Role.DATA_ADMIN: _("Data administrator"),
    Role.ADMIN: _("Administrator"),
}
PLATFORM_LABELS = {
    Platform.DOUYIN: _("Douyin"),
    Platform.KUAISHOU: _("Kuaishou"),
    Platform.WECHAT_CHANNELS: _("WeChat Channels"),
    Platform.XIAOHONGSHU: _("Xiaohongshu"),
    Platform.BILIBILI: _("Bilibili"),
    Platform.TIKTOK: _("TikTok"),
    Platform.YOUTUBE: _("YouTube"),
    Platform.INSTAGRAM: _("Instagram"),
}
KIND_LABELS = {
    AccountKind.CREATOR: _("Creator account"),
    AccountKind.ADVERTISER: _("Advertiser account"),
    AccountKind.SHOP: _("Shop"),
}
STATUS_LABELS = {PostingStatus.REGULAR: _("Regular"), PostingStatus.PROBATION: _("Probation")}
THEME_LABELS = {Theme.SYSTEM: _("As the system"), Theme.LIGHT: _("Light"), Theme.DARK: _("Dark")}


def _spans_forward(name: str) -> models.CheckConstraint:
    condition = Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
    return models.CheckConstraint(condition=condition, name=name)


class Company(models.Model):
    """The one company of this installation."""

    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Shanghai")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    language = models.CharField(_("language"), max_length=16, default="zh-hans")
    data_due_days = models.PositiveSmallIntegerField(_("working days until files are due"), default=3)
    is_demo = models.BooleanField(default=False)
    only = models.PositiveSmallIntegerField(default=1, unique=True, editable=False)

    class Meta:
        verbose_name = _("company")
        constraints = [models.CheckConstraint(condition=Q(only=1), name="company_only_one")]

    def __str__(self) -> str:
        """Return the company's name."""
        return self.name


class LegalEntity(models.Model):
    """An employer of record; bonus sheets are made per legal entity."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("legal entity")
        ordering = ["code"]

    def __str__(self) -> str:
        """Return the entity's name."""
        return self.name


class Position(models.Model):
    """A job that people are posted to; ``scored`` ones get a scorecard."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    scored = models.BooleanField(_("scored"), default=True)

    class Meta:
        verbose_name = _("position")
        ordering = ["code"]

    def __str__(self) -> str:
        """Return the position's name."""
        return self.name


class Team(models.Model):
    """A node of the team tree."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent team"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="children",
    )  # fmt: skip

    class Meta:
        verbose_name = _("team")
        ordering = ["code"]

    def __str__(self) -> str:
        """Return the team's name."""
        return self.name


class Employee(models.Model):
    """A person with an employee number. Never deleted, only end-dated."""

    number = models.CharField(_("employee number"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=80)
    legal_entity = models.ForeignKey(
        LegalEntity, verbose_name=_("legal entity"), on_delete=models.PROTECT, related_name="employees"
    )
    cost_centre = models.CharField(_("cost centre"), max_length=32, blank=True, default="")
    hired_on = models.DateField(_("hired on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("employee")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on")),
                name="employee_leaves_after_hire",
            )
        ]

    def __str__(self) -> str:
        """Return the person's name."""
        return self.name


class User(AbstractUser):
    """A sign-in. It may belong to one employee; roles are grants of their own."""

    employee = models.OneToOneField(
        Employee,
        verbose_name=_("employee"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="user",
    )
    display_name = models.CharField(_("display name"), max_length=80, blank=True, default="")
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    theme = models.CharField(
        _("theme"),
        max_length=8,
        choices=[(t.value, THEME_LABELS[t]) for t in Theme],
        default=Theme.SYSTEM.value,
    )
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]  # the stubs know plain text only

    def __str__(self) -> str:
        """Return the name to show."""
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """Return the employee's name, else the display name, else the sign-in name."""
        return (
            self.employee.name if self.employee_id and self.employee else self.display_name or self.username
        )


class RoleGrant(models.Model):
    """A role given to a sign-in."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=16, choices=[(r.value, ROLE_LABELS[r]) for r in Role])

    class Meta:
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="role_granted_once"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="role_known"),
        ]

    def __str__(self) -> str:
        """Return user and role."""
        return f"{self.user_id}: {self.role}"


class Posting(models.Model):
    """Who works where, as what, under whom, from when to when."""

    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="postings")
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="postings")
    position = models.ForeignKey(
        Position, verbose_name=_("position"), on_delete=models.PROTECT, related_name="postings"
    )
    manager = models.ForeignKey(
        Employee, verbose_name=_("manager"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="managed_postings",
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=16, choices=[(s.value, STATUS_LABELS[s]) for s in PostingStatus],
        default=PostingStatus.REGULAR.value,
    )  # fmt: skip
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("posting")
        ordering = ["employee", "starts_on"]
        constraints = [
            _spans_forward("posting_forward"),
            models.UniqueConstraint(fields=["employee", "starts_on"], name="posting_one_per_start"),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("employee")), name="posting_not_own_manager"
            ),
        ]
        indexes = [models.Index(fields=["manager", "starts_on"], name="posting_manager_idx")]

    def __str__(self) -> str:
        """Return employee, team and start."""
        return f"{self.employee_id} → {self.team_id} {self.starts_on}"


class Account(models.Model):
    """An account on a platform: of a creator, an advertiser or a shop."""

    platform = models.CharField(
        _("platform"), max_length=20, choices=[(p.value, PLATFORM_LABELS[p]) for p in Platform]
    )
    handle = models.CharField(_("handle"), max_length=80)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    kind = models.CharField(
        _("kind"), max_length=12, choices=[(k.value, KIND_LABELS[k]) for k in AccountKind],
        default=AccountKind.CREATOR.value,
    )  # fmt: skip
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    supplier = models.ForeignKey(
        Employee, verbose_name=_("who supplies its files"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="supplied_accounts",
    )  # fmt: skip

    class Meta:
        verbose_name = _("account")
        ordering = ["platform", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "handle"], name="account_handle_once"),
            models.CheckConstraint(
                condition=Q(platform__in=[p.value for p in Platform]), name="account_platform_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[k.value for k in AccountKind]), name="account_kind_known"
            ),
        ]

    def __str__(self) -> str:
        """Return ``platform:handle``."""
        return f"{self.platform}:{self.handle}"

    @property
    def shown_name(self) -> str:
        """Return the name people call it by."""
        return self.name or self.handle


class AccountPeriod(models.Model):
    """A span in which the same people held an account in the same shares."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="periods")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("account period")
        ordering = ["account", "starts_on"]
        constraints = [
            _spans_forward("account_period_forward"),
            models.UniqueConstraint(fields=["account", "starts_on"], name="account_period_one_per_start"),
        ]

    def __str__(self) -> str:
        """Return account and start."""
        return f"{self.account_id} {self.starts_on}"


class AccountShare(models.Model):
    """One holder's part of an account period, in per cent; a period's parts make 100."""

    period = models.ForeignKey(AccountPeriod, on_delete=models.PROTECT, related_name="shares")
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="account_shares")
    share = models.DecimalField(_("share in per cent"), max_digits=7, decimal_places=4)

    class Meta:
        verbose_name = _("account share")
        ordering = ["period", "employee"]
        constraints = [
            models.UniqueConstraint(fields=["period", "employee"], name="account_share_once"),
            models.CheckConstraint(condition=Q(share__range=("0.0001", "100")), name="account_share_bounds"),
        ]

    def __str__(self) -> str:
        """Return employee and share."""
        return f"{self.employee_id}: {self.share} %"


class Invitation(models.Model):
    """A link with which a person sets a password for the first time. Used once."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("invitation")

    def __str__(self) -> str:
        """Return whose invitation it is."""
        return f"invitation of {self.user_id}"


class SetupCode(models.Model):
    """The one-time code, printed on the server, that opens the first-run pages."""

    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("set-up code")

    def __str__(self) -> str:
        """Say when it was made."""
        return f"set-up code of {self.created_at:%Y-%m-%d %H:%M}"
