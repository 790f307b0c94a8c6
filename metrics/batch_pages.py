"""What the page of a preview shows of many files, and what it hands on to the next request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from metrics.choices import Grain
from metrics.forms import CHOICE_LIMIT, AnswersForm, FileForm, UploadForm, account_choices
from metrics.importing.profiles import ALL, Coverage
from metrics.importing.records import Lifetime
from metrics.services.batch_parts import Part
from metrics.services.batches import DAY_ORDER, Answers, Previewed
from metrics.services.guessing import Voice
from metrics.services.results import FileResult
from metrics.services.sentences import Telling, said
from people.models import Account

LISTED_ACCOUNTS = 12
"""So many accounts are offered in a list beside each file; more are typed, with suggestions."""
WHOLE_FORMS, WHOLE_TABLES = 10, 8
"""Up to so many files every file shows its answers and details; more show those that matter."""
OVER_A_LIFE = {profile.key for profile in ALL if profile.coverage is Coverage.LIFETIME}
"""Lists of works that cover each work's whole life, whatever anybody says."""
LISTS = {Grain.VIDEO_SNAPSHOT.value, Grain.PERIOD_SUM.value}


@dataclass(frozen=True)
class Row:
    """One file of the preview: what it would do, its form, and what of the form is worth showing."""

    number: int
    one: Previewed
    form: FileForm
    shown: tuple[str, ...]

    @property
    def hidden(self) -> list[Any]:
        """Return the fields that are carried along unseen."""
        return [field for field in self.form if field.name not in self.shown and field.value()]

    @property
    def visible(self) -> list[Any]:
        """Return the fields to show."""
        return [self.form[name] for name in self.shown]


def file_forms(data: Mapping[str, Any], count: int, accounts: Sequence[Account]) -> list[FileForm]:
    """Return the answers posted for each of ``count`` files."""
    choices = _choices(accounts)
    return [FileForm(data, prefix=f"f{n}", accounts=accounts, choices=choices) for n in range(count)]


def answers_of(form: UploadForm, forms: Sequence[FileForm], profiles: Sequence[str]) -> list[Answers]:
    """Return each file's answers: its own, then those given for its kind, then those for all files."""
    for_all = form.answers
    for_kind = {
        profile: one.answers
        for one, profile in zip(forms, profiles, strict=True)
        if one.is_valid() and one.cleaned_data["same_kind"]
    }
    found = []
    for one, profile in zip(forms, profiles, strict=True):
        shared = for_kind.get(profile, Answers())
        found.append(_first(_first(one.answers, replace(shared, account=None)), for_all))
    return found


def _first(mine: Answers, other: Answers) -> Answers:
    return Answers(
        mine.account or other.account,
        mine.as_of or other.as_of,
        mine.period or other.period,
        other.day_first if mine.day_first is None else mine.day_first,
    )


def rows_of(
    previewed: Sequence[Previewed], bound: Sequence[FileForm], accounts: Sequence[Account], *, today: date
) -> list[Row]:
    """Return the rows with forms filled in as the files were looked at; forms with mistakes stay as sent."""
    choices = _choices(accounts)
    profiles = [profile_of(one) for one in previewed]
    rows = []
    for number, one in enumerate(previewed):
        form = bound[number] if number < len(bound) and bound[number].errors else None
        if form is None:
            values = values_of(one.answers)
            if _asks(one, "as_of") and not values["as_of"]:
                values["as_of"] = today.isoformat()
            initial = {f"f{number}-{name}": value for name, value in values.items()}
            form = FileForm(initial, prefix=f"f{number}", accounts=accounts, choices=choices)
        many = profiles.count(profiles[number]) > 1
        rows.append(Row(number, one, form, _shown(one, form, many, few=len(previewed) <= WHOLE_FORMS)))
    return rows


def values_of(answers: Answers) -> dict[str, str]:
    """Return answers as a form holds them."""
    span = None if answers.period is None or isinstance(answers.period, Lifetime) else answers.period
    return {
        "account": str(answers.account or ""),
        "as_of": answers.as_of.isoformat() if answers.as_of else "",
        "covers": "period" if span else "lifetime" if answers.period else "",
        "first": span.first.isoformat() if span else "",
        "last": span.last.isoformat() if span else "",
        "day_order": {True: "day", False: "month", None: ""}[answers.day_first],
    }


def profile_of(one: Previewed) -> str:
    """Return the kind of the file's first table that is known."""
    return next((table.profile for table in one.result.files if table.profile), "") or ""


def _choices(accounts: Sequence[Account]) -> list[tuple[str, Any]]:
    return account_choices(accounts, "–") if len(accounts) <= LISTED_ACCOUNTS else []


def account_names(accounts: Iterable[Account]) -> dict[str, str]:
    """Return what to call accounts that a report writes as ``platform:handle``."""
    return {str(one): f"{one.get_platform_display()} · {one.shown_name}" for one in accounts}


def suggested_accounts(accounts: Sequence[Account]) -> Sequence[Account]:
    """Return the accounts to suggest while one is typed; none where a list is offered instead."""
    return [] if len(accounts) <= LISTED_ACCOUNTS else accounts[:CHOICE_LIMIT]


def _asks(one: Previewed, code: str) -> bool:
    return any(question.code == code for question in one.result.questions)


def _shown(one: Previewed, form: AnswersForm, many: bool, *, few: bool) -> tuple[str, ...]:
    """Return the fields worth showing: asked for, with mistakes, or all where the page is short."""
    open_ones = bool(one.result.questions) or one.asks_account or bool(form.errors)
    uncertain = one.guess.voice in (Voice.LAST_TIME, Voice.ONLY_ONE)
    if not (few or open_ones or uncertain):
        return ()
    if not profile_of(one) and not form.errors:
        return ()
    names = [] if one.guess.voice is Voice.ROWS else ["account"]
    if any(table.grain in LISTS for table in one.result.files):
        names += ["as_of"] if profile_of(one) in OVER_A_LIFE else ["as_of", "covers", "first", "last"]
    elif _asks(one, "as_of") or one.answers.as_of or form.errors.get("as_of"):
        names += ["as_of"]
    if _asks(one, DAY_ORDER) or one.answers.day_first is not None:
        names += ["day_order"]
    asks_more = len(names) > 1
    return (*names, "same_kind") if many and asks_more else tuple(names)


def pending_files(previewed: Sequence[Previewed], hashes: Sequence[str]) -> list[dict[str, str]]:
    """Return what is signed of the files in preview."""
    return [
        {
            "name": one.part.name,
            "path": one.part.path,
            "upload": one.part.upload,
            "sha256": sha256,
            "profile": profile_of(one),
        }
        for one, sha256 in zip(previewed, hashes, strict=True)
    ]


def as_part(file: Mapping[str, Any], content: bytes) -> Part:
    """Return a file in preview with its bytes."""
    return Part(file["name"], file["path"], content, file["upload"])


def why_left_out(table: FileResult) -> Telling:
    """Say why a table of a preview was not stored: its refusal, or that its question stayed open."""
    if table.refused is not None:
        return table.refused
    if table.rejected and not table.accepted and not table.questions:
        return said("nothing_accepted", file=table.file)
    return said("left_unanswered", file=table.file)
