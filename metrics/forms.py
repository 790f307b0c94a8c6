"""Forms of uploads: which files, which accounts, and what files do not say themselves."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from common.periods import Span
from metrics.importing.records import LIFETIME, Lifetime
from metrics.services.accounts import AccountName
from metrics.services.batches import Answers
from metrics.services.findings import CHOSEN, SAME, Answer
from people.models import Account

CHOICE_LIMIT = 100
"""More accounts than this are typed, not chosen from a list."""

SALT, PENDING_SALT, MAX_AGE = "metrics.upload", "metrics.upload.pending", 3600
MEGABYTE = 1024 * 1024


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several uploaded files, each within the limit."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the list of files. Raises ``ValidationError``."""
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        files = [super(FilesField, self).clean(one, initial) for one in given]
        if sum(one.size for one in files) > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // MEGABYTE
            raise forms.ValidationError(
                _("The files have more than %(limit)s MB together. Upload fewer at a time."),
                code="too_large",
                params={"limit": limit},
            )
        return files


class AnswersForm(forms.Form):
    """What files do not say themselves: the account, the day, what they cover, how days are written."""

    account = forms.CharField(
        label=_("Account"),
        required=False,
        max_length=120,
        help_text=_("Leave it open when the file has an account column."),
    )
    as_of = forms.DateField(
        label=_("Day of the export"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Needed for lists of videos: their figures are as of that day."),
    )
    covers = forms.ChoiceField(
        label=_("What a list of videos covers"),
        required=False,
        choices=[
            ("", _("As the file says")),
            ("lifetime", _("Each video since it was published")),
            ("period", _("Only the days below")),
        ],
    )
    first = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    day_order = forms.ChoiceField(
        label=_("Dates like 09/10/24"),
        required=False,
        choices=[("", _("As the file shows")), ("day", _("Day first")), ("month", _("Month first"))],
    )

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        """Offer ``accounts`` as a list while they are few; the page may hold one list for all its forms."""
        super().__init__(*args, **kwargs)
        self.accounts = accounts

    def clean_account(self) -> Account | None:
        """Return the account. Raises ``ValidationError`` for one the person may not supply."""
        text = self.cleaned_data["account"]
        if not text:
            return None
        name = AccountName.parse(text)
        for one in self.accounts:
            if (one.platform, one.handle) == (name.platform or "", name.handle):
                return one
        raise forms.ValidationError(
            _("There is no account %(account)s for which you may deliver data."),
            code="unknown",
            params={"account": text},
        )

    def clean(self) -> dict[str, Any]:
        """Check what only fits together."""
        data = super().clean() or {}
        if data.get("covers") == "period":
            first, last = data.get("first"), data.get("last")
            if not first or not last:
                self.add_error("first", _("Give the first and the last day of the period."))
            elif last < first:
                self.add_error("last", _("The last day lies before the first."))
        return data

    @property
    def answers(self) -> Answers:
        """Return the answers as the services take them; a form with a mistake says nothing."""
        if self.errors:
            return Answers()
        data = self.cleaned_data
        order: bool | None = {"day": True, "month": False}.get(data["day_order"])
        return Answers(data["account"], data["as_of"], self._period(), order)

    def _period(self) -> Lifetime | Span | None:
        data = self.cleaned_data
        if data["covers"] == "period":
            first: date = data["first"]
            return Span(first, data["last"])
        return LIFETIME if data["covers"] == "lifetime" else None


class AnswerForm(forms.Form):
    """An answer to a finding, with what belongs to it."""

    answer = forms.CharField(max_length=20, required=False)
    same_as = forms.IntegerField(required=False)
    choosing = forms.BooleanField(required=False)
    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)
    published = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

    def __init__(self, *args: Any, videos: Collection[int] = (), **kwargs: Any) -> None:
        """Take ticks for ``videos`` only."""
        super().__init__(*args, **kwargs)
        ticks = self.fields["chosen"]
        ticks.choices = [(pk, pk) for pk in videos]  # type: ignore[attr-defined]  # a choice field

    def given(self, zone: str) -> Answer:
        """Return the answer; publish times are local to ``zone``."""
        data = self.cleaned_data
        word, chosen = data["answer"], None
        if data["same_as"] is not None:
            word = SAME
        elif data["choosing"] and word == SAME:
            word, chosen = CHOSEN, frozenset(data["chosen"])
        published = data["published"]
        return Answer(
            word,
            other=data["same_as"],
            chosen=chosen,
            published=published.replace(tzinfo=None) if published else None,
            zone=ZoneInfo(zone),
        )


def account_choices(accounts: Sequence[Account], empty: Any) -> list[tuple[str, Any]]:
    """Return the accounts as a list to choose from."""
    offered = [(str(one), f"{one.get_platform_display()} · {one.shown_name}") for one in accounts]
    return [("", empty), *offered]


class UploadForm(AnswersForm):
    """Files with answers that hold for all of them; ``pending`` stands for files previewed before."""

    exports = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("CSV, XLSX or a ZIP of them, as the platform exported them. Several at once are fine."),
    )
    pending = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("exports", "account", "as_of", "covers", "first", "last", "day_order", "pending")

    def __init__(self, *args: Any, accounts: Sequence[Account], user_id: int = 0, **kwargs: Any) -> None:
        """Offer ``accounts`` as a list while they are few; ``user_id`` is whose previews are taken up."""
        super().__init__(*args, accounts=accounts, **kwargs)
        self.user_id = user_id
        self.fields["exports"].required = not self.data.get("pending")
        if len(accounts) <= CHOICE_LIMIT:
            self.fields["account"].widget = forms.Select(
                choices=account_choices(accounts, _("As the files say"))
            )
            self.fields["account"].help_text = _("Leave it open when the files are from several accounts.")
        else:
            self.fields["account"].help_text = _("Write platform:handle, such as douyin:morninglight.")

    def clean_pending(self) -> list[dict[str, str]]:
        """Return the files previewed before (see ``pending_token``). Raises ``ValidationError``."""
        text = self.cleaned_data["pending"]
        if not text:
            return []
        try:
            found = signing.loads(text, salt=PENDING_SALT, max_age=MAX_AGE)
        except signing.BadSignature as error:
            raise stale() from error
        if not isinstance(found, dict) or found["user"] != self.user_id:
            raise stale()
        return list(found["files"])

    def clean(self) -> dict[str, Any]:
        """Check that there is something to look at."""
        data = super().clean()
        if not self.errors and not data.get("exports") and not data.get("pending"):
            self.add_error("exports", _("Choose at least one file."))
        return data


class FileForm(AnswersForm):
    """The answers about one file of several."""

    same_kind = forms.BooleanField(label=_("The same for all files of this kind"), required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        """Offer ``choices`` of accounts, or a text with suggestions where there are none."""
        super().__init__(*args, **kwargs)
        suggestions = forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"})
        self.fields["account"].widget = forms.Select(choices=choices) if choices else suggestions
        self.fields["account"].help_text = self.fields["as_of"].help_text = ""


def stale() -> forms.ValidationError:
    """Return the refusal of a preview that is too old or somebody else's."""
    return forms.ValidationError(_("The preview is too old. Choose the files again."), code="stale")


def pending_token(files: Sequence[dict[str, str]], *, user_id: int) -> str:
    """Return the signed list of files in preview: name, path, upload, sha256 and profile of each."""
    return signing.dumps({"files": list(files), "user": user_id}, salt=PENDING_SALT, compress=True)


def confirm_token(files: Sequence[dict[str, Any]], *, user_id: int) -> str:
    """Return the signed order to store: each file with the answers it was previewed with."""
    return signing.dumps({"files": list(files), "user": user_id}, salt=SALT, compress=True)


class ConfirmForm(forms.Form):
    """Everything a preview was made with, signed."""

    token = forms.CharField(widget=forms.HiddenInput)

    def clean_token(self) -> dict[str, Any]:
        """Return what was signed. Raises ``ValidationError``."""
        try:
            return dict(signing.loads(self.cleaned_data["token"], salt=SALT, max_age=MAX_AGE))
        except signing.BadSignature as error:
            raise stale() from error
