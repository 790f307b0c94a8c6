"""What people type, turned into plain values; the rules are the services'."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.choices import AccountKind, Platform, PostingStatus, Role
from people.models import KIND_LABELS, PLATFORM_LABELS, ROLE_LABELS, STATUS_LABELS, Employee
from people.selectors import staff

HOLDERS = 5


class DayField(forms.DateField):
    """A day, typed as 2026-08-01 or picked."""

    def __init__(self, **options: Any) -> None:
        """Use the browser's own picker."""
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class EmployeeField(forms.CharField):
    """A person given by employee number; only for forms of those who may see everybody."""

    def __init__(self, **options: Any) -> None:
        """Ask for a number."""
        super().__init__(max_length=32, help_text=_("Employee number"), **options)

    def clean(self, value: Any) -> Employee | None:
        """Return the person, None when empty. Raises ``ValidationError`` for an unknown number."""
        number = super().clean(value)
        if not number:
            return None
        found = staff.employee_by_number(number)
        if found is None:
            raise ValidationError(
                _("There is nobody with the employee number %(number)s."), params={"number": number}
            )
        return found


class EmployeeForm(forms.Form):
    """A person's own fields."""

    name = forms.CharField(label=_("name"), max_length=80)
    legal_entity: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label=_("legal entity")
    )
    cost_centre = forms.CharField(label=_("cost centre"), max_length=32, required=False)
    hired_on = DayField(label=_("hired on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the employers of today."""
        super().__init__(*args, **kwargs)
        self.fields["legal_entity"].queryset = staff.all_legal_entities()  # type: ignore[attr-defined]


class NewEmployeeForm(EmployeeForm):
    """A new person, who also gets a number."""

    number = forms.CharField(label=_("employee number"), max_length=32)
    field_order = ["number"]


class PostingForm(forms.Form):
    """A posting from a day on."""

    team: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(queryset=None, label=_("team"))
    position: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(queryset=None, label=_("position"))
    manager = EmployeeField(label=_("manager"), required=False)
    status = forms.ChoiceField(
        label=_("status"), choices=[(one.value, STATUS_LABELS[one]) for one in PostingStatus]
    )
    starts_on = DayField(label=_("from"))
    ends_on = DayField(label=_("until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the teams and positions of today."""
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = staff.all_teams()  # type: ignore[attr-defined]
        self.fields["position"].queryset = staff.all_positions()  # type: ignore[attr-defined]

    def clean_status(self) -> PostingStatus:
        """Return the member."""
        return PostingStatus(self.cleaned_data["status"])


class LeaveForm(forms.Form):
    """The last day of an employment."""

    left_on = DayField(label=_("last day"))


class CodedForm(forms.Form):
    """A code and a name."""

    code = forms.CharField(label=_("code"), max_length=32)
    name = forms.CharField(label=_("name"), max_length=80)


class NameForm(forms.Form):
    """A name."""

    name = forms.CharField(label=_("name"), max_length=80)


class PositionForm(NameForm):
    """A job."""

    scored = forms.BooleanField(label=_("scored"), required=False, initial=True)


class NewPositionForm(CodedForm, PositionForm):
    """A new job, which also gets a code."""


class TeamForm(NameForm):
    """A team and the one above it."""

    parent: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label=_("parent team"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the teams of today."""
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = staff.all_teams()  # type: ignore[attr-defined]


class NewTeamForm(CodedForm, TeamForm):
    """A new team, which also gets a code."""


class AccountForm(forms.Form):
    """What is known of an account."""

    name = forms.CharField(label=_("name"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("kind"), choices=[(one.value, KIND_LABELS[one]) for one in AccountKind])
    supplier = EmployeeField(label=_("who supplies its files"), required=False)
    opened_on = DayField(label=_("opened on"), required=False)
    closed_on = DayField(label=_("closed on"), required=False)

    def clean_kind(self) -> AccountKind:
        """Return the member."""
        return AccountKind(self.cleaned_data["kind"])


class NewAccountForm(AccountForm):
    """A new account: platform and handle are its identity."""

    platform = forms.ChoiceField(
        label=_("platform"), choices=[(one.value, PLATFORM_LABELS[one]) for one in Platform]
    )
    handle = forms.CharField(label=_("handle"), max_length=80)
    closed_on = None  # type: ignore[assignment]
    field_order = ["platform", "handle"]

    def clean_platform(self) -> Platform:
        """Return the member."""
        return Platform(self.cleaned_data["platform"])


class SharesForm(forms.Form):
    """Up to five holders and their shares in per cent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add a pair of fields for each holder; the first pair must be filled."""
        super().__init__(*args, **kwargs)
        for line in range(1, HOLDERS + 1):
            first = line == 1
            self.fields[f"holder_{line}"] = EmployeeField(
                label=_("Holder %(line)s") % {"line": line}, required=first
            )
            self.fields[f"share_{line}"] = forms.DecimalField(
                label=_("Share of holder %(line)s in per cent") % {"line": line},
                max_digits=7, decimal_places=4, required=first, initial=Decimal(100) if first else None,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Collect ``shares`` as {person: per cent}; a person twice or half a pair is refused."""
        data = super().clean() or {}
        shares: dict[Employee, Decimal] = {}
        for line in range(1, HOLDERS + 1):
            person, share = data.get(f"holder_{line}"), data.get(f"share_{line}")
            if person is None and (share is None or (line == 1 and self.errors)):
                continue
            if person is None or share is None or person in shares:
                self.add_error(f"holder_{line}", _("Give each holder once, with a share."))
                continue
            shares[person] = share
        data["shares"] = shares
        return data


class HandOverForm(SharesForm):
    """Who takes an account over, and from which whole day."""

    starts_on = DayField(label=_("from"))
    field_order = ["starts_on"]


class HoldForm(HandOverForm):
    """Who holds an account over a span."""

    ends_on = DayField(label=_("until"), required=False)
    field_order = ["starts_on", "ends_on"]


class EndForm(forms.Form):
    """The last day of a period."""

    ends_on = DayField(label=_("until"))


class SignInForm(forms.Form):
    """A sign-in for a person."""

    username = forms.CharField(label=_("sign-in name"), max_length=150)
    email = forms.EmailField(label=_("e-mail"), required=False)


class RolesForm(forms.Form):
    """The roles of a sign-in."""

    roles = forms.MultipleChoiceField(
        label=_("roles"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, ROLE_LABELS[role]) for role in Role],
    )  # fmt: skip

    def clean_roles(self) -> set[Role]:
        """Return the members."""
        return {Role(role) for role in self.cleaned_data["roles"]}


class PasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two different passwords."""
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ."))
        return data


class SetupForm(PasswordForm):
    """The first run."""

    code = forms.CharField(
        label=_("one-time code"), max_length=40,
        help_text=_("It stands on the server's console; manage.py setup_code prints a new one."),
    )  # fmt: skip
    company = forms.CharField(label=_("company"), max_length=120)
    time_zone = forms.CharField(label=_("time zone"), max_length=64, initial="Asia/Shanghai")
    currency = forms.CharField(label=_("currency"), min_length=3, max_length=3, initial="CNY")
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    username = forms.CharField(label=_("sign-in name"), max_length=150)
    name = forms.CharField(label=_("your name"), max_length=80)
    looks_after_people = forms.BooleanField(
        label=_("I also look after people and pay, until others can"), required=False, initial=True
    )
    field_order = [
        "code",
        "company",
        "time_zone",
        "currency",
        "language",
        "username",
        "name",
        "password",
        "again",
    ]
