"""What the bonus pages send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.choices import SheetState
from incentives.policies import MOVES
from incentives.services.exports import FileFormat
from incentives.services.sheet_moves import REASON_LENGTH

HASH_LENGTH = 64


class MoveForm(forms.Form):
    """A step of a sheet, with the hash of the figures that were on the screen."""

    to = forms.ChoiceField(choices=[(state.value, state.value) for state in MOVES])
    hash = forms.CharField(max_length=HASH_LENGTH, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_to(self) -> SheetState:
        """Return the state as what it is."""
        return SheetState(self.cleaned_data["to"])


class ExportForm(forms.Form):
    """A file of a sheet, with the hash of the figures that were on the screen."""

    format = forms.ChoiceField(choices=[(form.value, form.value) for form in FileFormat])
    hash = forms.CharField(max_length=HASH_LENGTH)

    def clean_format(self) -> FileFormat:
        """Return the form as what it is."""
        return FileFormat(self.cleaned_data["format"])


class FilterForm(forms.Form):
    """Which of a sheet's lines are shown; amounts are no filter."""

    team = forms.IntegerField(required=False, min_value=1)
    q = forms.CharField(required=False, max_length=80)
