"""What people send about cards: decisions, reasons, figures and entries."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from metrics.choices import CELL_GAPS
from metrics.texts import GAPS
from performance.choices import Unit
from reviews.models import KIND_LABELS
from reviews.questioning import MIN_TEXT, MOST_TEXT
from reviews.workflow import MIN_REASON

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Choices = list[tuple[str, str]]
Label: TypeAlias = "str | _StrPromise"


class SeenForm(forms.Form):
    """What was on the screen: the hash of the figures and the row version."""

    seen_hash = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    row_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    origin = forms.ChoiceField(
        choices=[("page", "page"), ("split", "split"), ("card", "card")],
        required=False,
        widget=forms.HiddenInput,
    )


class ApproveForm(SeenForm):
    """An approval with an optional comment for the person."""

    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("The person and HR read it once results are published."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(SeenForm):
    """A decision that needs a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("At least 10 characters. The person, the manager and HR can read it."),
        min_length=MIN_REASON,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "c"}),
    )


class AnswerForm(SeenForm):
    """Handing a card back, with an optional answer."""

    reason = forms.CharField(
        label=_("Answer"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FigureForm(ReasonForm):
    """A figure in place of an automatic one, in the unit the page shows; empty takes it back."""

    value = forms.DecimalField(
        label=_("Figure"),
        required=False,
        max_digits=24,
        decimal_places=8,
        help_text=_("Leave it empty to count the figure from the data again."),
    )
    field_order = ["value", "reason"]

    def __init__(self, *args: Any, unit: Unit = Unit.COUNT, **kwargs: Any) -> None:
        """Name the unit; shares are entered in per cent."""
        super().__init__(*args, **kwargs)
        self.unit = unit
        if unit is Unit.SHARE:
            self.fields["value"].label = _("Figure, in per cent")

    def figure(self) -> Decimal | None:
        """Return the figure in the measure's unit."""
        value: Decimal | None = self.cleaned_data["value"]
        return value / 100 if value is not None and self.unit is Unit.SHARE else value


class EntryForm(forms.Form):
    """Something that was done, such as a campaign, for somebody else to confirm."""

    title = forms.CharField(label=_("What was it?"), min_length=4, max_length=200)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    value = forms.DecimalField(label=_("Number"), min_value=1, max_value=1000, decimal_places=0, initial=1)
    evidence = forms.CharField(
        label=_("Evidence"),
        help_text=_("Plan, links of the works, the note on the result."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EntryDecisionForm(forms.Form):
    """Confirming or refusing an entry; refusing needs a reason."""

    confirm = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


def _day_field(label: Label, *, required: bool, help_text: Label = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def _text_field(label: Label, *, required: bool, help_text: Label = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        min_length=MIN_TEXT if required else None,
        max_length=MOST_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AskForm(forms.Form):
    """A question about a line; ``account`` and ``day`` are asked only where no source row names them."""

    kind = forms.ChoiceField(
        label=_("What is wrong?"), choices=[(k.value, v) for k, v in KIND_LABELS.items()]
    )
    field = forms.ChoiceField(label=_("Which figure?"), required=False)
    account = forms.ChoiceField(label=_("Which account?"), required=False)
    day = _day_field(_("Which day?"), required=False, help_text=_("Leave it empty for the whole month."))
    expected = forms.CharField(
        label=_("What should it be?"),
        required=False,
        max_length=40,
        help_text=_("The figure as the platform shows it, if you know it."),
    )
    text = _text_field(
        _("What do you see, and where?"),
        required=True,
        help_text=_("For example: the app shows 12,400 plays for this video since Tuesday."),
    )

    def __init__(self, *args: Any, figures: Choices, accounts: Choices | None = None, **kwargs: Any) -> None:
        """Offer the figures that the line reads and, without a source row, the person's accounts."""
        super().__init__(*args, **kwargs)
        anything = ("", _("I do not know"))
        self.fields["field"].choices = [anything, *figures]  # type: ignore[attr-defined]
        if not figures:
            del self.fields["field"]
        if accounts:
            self.fields["account"].choices = [("", _("All of them")), *accounts]  # type: ignore[attr-defined]
        else:
            del self.fields["account"]
        if accounts is None:
            del self.fields["day"]


class QuestionForm(forms.Form):
    """A move of a question with a text; which moves need one says the table."""

    row_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = _text_field(_("Text"), required=False, help_text=_("Who may see the card can read it."))

    def __init__(self, *args: Any, needs_text: bool = True, label: Label = "", **kwargs: Any) -> None:
        """Ask for the text where the move needs one."""
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or _("Text")
        if needs_text:
            self.fields["text"] = _text_field(
                label or _("Text"),
                required=True,
                help_text=_("At least 10 characters. Who may see the card can read it."),
            )


class CellForm(forms.Form):
    """Which figure of which day a correction is about."""

    field = forms.ChoiceField(label=_("Which figure?"))
    account = forms.ChoiceField(label=_("Account"))
    video = forms.ChoiceField(label=_("Video"), required=False)
    day = _day_field(_("Day"), required=True)

    def __init__(
        self, *args: Any, figures: Choices, accounts: Choices, videos: Choices | None, **kwargs: Any
    ) -> None:
        """Offer what the line reads; ``videos`` None for figures of accounts."""
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = figures  # type: ignore[attr-defined]
        self.fields["account"].choices = accounts  # type: ignore[attr-defined]
        if videos is None:
            del self.fields["video"]
        else:
            self.fields["video"].choices = videos  # type: ignore[attr-defined]
            self.fields["video"].required = True
            self.fields["day"].label = _("Day of the reading")


class ProposeForm(forms.Form):
    """What a fact should say: a value, or none with the reason why there is none."""

    row_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    value = forms.DecimalField(
        label=_("New value"),
        required=False,
        max_digits=24,
        decimal_places=8,
        help_text=_("As the platform shows it. Leave it empty when there is no value."),
    )
    gap = forms.ChoiceField(
        label=_("If there is no value: why?"),
        required=False,
        choices=[("", "–"), *((gap.value, GAPS[gap.value]) for gap in CELL_GAPS)],
    )
    reason = _text_field(
        _("Reason"),
        required=True,
        help_text=_("At least 10 characters. The second person, the asker and the person read it."),
        rows=3,
    )
    evidence = _text_field(
        _("Evidence"),
        required=False,
        help_text=_("Where this can be looked up: a link, a screenshot's name."),
        rows=2,
    )

    def __init__(self, *args: Any, is_share: bool = False, **kwargs: Any) -> None:
        """Take shares in per cent, as pages show them."""
        super().__init__(*args, **kwargs)
        self.is_share = is_share
        if is_share:
            self.fields["value"].label = _("New value, in per cent")

    def clean(self) -> dict[str, Any]:
        """Ask for either a value or the reason why there is none."""
        data = super().clean() or {}
        if "value" in data and data["value"] is None and not data.get("gap"):
            self.add_error("value", _("Enter a value, or say why there is none."))
        if data.get("value") is not None and data.get("gap"):
            self.add_error("gap", _("Choose a reason only when there is no value."))
        return data

    def figure(self) -> Decimal | None:
        """Return the value as facts keep it."""
        value: Decimal | None = self.cleaned_data["value"]
        return value / 100 if value is not None and self.is_share else value
