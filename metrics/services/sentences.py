"""What storing a delivery says beside the importer's own notes: stable codes, sentences, parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from metrics.importing.messages import TEMPLATES, Note
from metrics.phrases import in_words

SENTENCES: dict[str, str] = {
    # The whole file.
    "no_account": _(
        "%(file)s does not say which account it is about. Choose the account (on the command line: "
        "--account PLATFORM:HANDLE)."
    ),
    "unknown_account": _(
        "%(file)s is about the account %(account)s, which nobody has entered (row %(row)s). Check the "
        "spelling, enter the account first, or let it be created (on the command line: --create-account)."
    ),
    "ambiguous_account": _(
        "%(file)s names the account %(account)s (row %(row)s), which exists on several platforms. Write "
        "it as platform:handle."
    ),
    "account_too_long": _("%(file)s names an account of more than 80 characters (row %(row)s)."),
    "wrong_kind": _(
        "%(file)s holds %(title)s, but %(account)s is entered as another kind of account. Choose the right "
        "account or correct its kind."
    ),
    "not_your_account": _(
        "%(file)s is about the account %(account)s, for which you may not supply data. Ask its holder, "
        "their manager or a data administrator."
    ),
    "other_account": _(
        "The same file was already taken for %(account)s on %(day)s. One export belongs to one account; "
        "download the file of the right account."
    ),
    "same_file_two_accounts": _(
        "%(file)s and %(other)s are the same file, given for two accounts. One export belongs to one "
        "account; download the file of the right account, or give both the same account."
    ),
    "same_file_twice": _("%(file)s is the same file as %(other)s and is taken once."),
    "archive_too_long": _(
        "The files before %(file)s already hold all the rows that one archive may have. Upload it by itself."
    ),
    "not_stored": _(
        "%(file)s could not be stored because of a fault of the program; nothing of it was kept. Upload it "
        "again, and tell your administrator if it happens again."
    ),
    "left_unanswered": _(
        "%(file)s was not stored, as its question was not answered. Upload it again and answer it."
    ),
    "nothing_accepted": _("No row of %(file)s could be taken; see the reason beside each row."),
    "option_as_of": _("Give the day of the export with --as-of YYYY-MM-DD."),
    "option_period": _("Answer with --period lifetime or --period FIRST..LAST."),
    "option_day_first": _("Answer with --day-first or --month-first."),
    # One row.
    "too_big_to_keep": _("%(value)s is larger than anything that can be kept for this figure."),
    "id_too_long": _("The video id has more than 80 characters."),
    "both_whole_and_single": _(
        "%(day)s is given for the whole account and for single creators as well. One day is kept one way: "
        "delete the rows of the other."
    ),
    "stored_other_way": _(
        "%(day)s is already stored %(way)s. One day is kept one way, so that nothing is counted twice."
    ),
    "unknown_about": _("Nobody has entered the account %(account)s. Enter it first or leave the cell empty."),
    "several_videos": _(
        "Several stored videos have this publish time and title; the row cannot be told apart."
    ),
    "same_as_row": _("The row is about the same video and day as row %(row)s."),
    # Warnings.
    "same_file_again": _("The same file was already taken on %(day)s; nothing was changed."),
    "older_export": _(
        "%(count)s values were left as they are because a newer export, as of %(as_of)s, gave them."
    ),
    "nobody_operates": _(
        "%(account)s is an account nobody operates in these days; its figures count for nobody until a "
        "holder is entered."
    ),
    "videos_in_doubt": _(
        "%(count)s videos may be ones that are stored already; they wait under data doubts for an answer."
    ),
    "days_shifted_later": _(
        "The %(count)s rows of %(account)s look like the stored days with labels one day later (%(days)s "
        "values agree). They are kept and not stored until somebody says under data doubts which labels are "
        "right."
    ),
    "days_shifted_earlier": _(
        "The %(count)s rows of %(account)s look like the stored days with labels one day earlier (%(days)s "
        "values agree). They are kept and not stored until somebody says under data doubts which labels are "
        "right."
    ),
    "shifted_dropped": _(
        "The %(count)s rows of %(account)s are the ones whose labels somebody called wrong before; they are "
        "dropped again."
    ),
    "days_still_wait": _(
        "Its days look moved by one day against the stored ones; they still wait under data doubts for an "
        "answer."
    ),
    "more_restated": _("%(count)s more stored values were replaced than are listed; all old ones are kept."),
    "plays_decreased": _("%(count)s videos have fewer plays than in the reading before; both are kept."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to tell, shaped like the importer's ``Note``."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Return the untranslated sentence."""
        return SENTENCES[self.code]

    @property
    def sentence(self) -> str:
        """Return the English sentence."""
        return self.template % self.params

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.sentence


Telling = Note | Said


def said(code: str, **params: object) -> Said:
    """Return a sentence. Raises ``KeyError`` for a code that has none."""
    SENTENCES[code]
    return Said(code, params)


def translated(telling: Telling) -> str:
    """Return the sentence in the reader's language."""
    return gettext(telling.template) % _in_words(telling.params)


def _in_words(params: Mapping[str, object]) -> dict[str, object]:
    return {
        name: translated(value) if isinstance(value, Note) else in_words(name, value)
        for name, value in params.items()
    }


def as_plain(telling: Telling) -> dict[str, object]:
    """Return what is kept of a sentence, to be said later in any language."""
    params = {name: str(value) for name, value in telling.params.items()}
    return {"code": telling.code, "params": params, "sentence": telling.sentence}


def said_again(plain: Mapping[str, object]) -> str:
    """Say a kept sentence in the reader's language; one whose code is gone is said as it was."""
    template = {**TEMPLATES, **SENTENCES}.get(str(plain["code"]))
    params = plain["params"]
    if template is None or not isinstance(params, Mapping):
        return str(plain["sentence"])
    try:
        return gettext(template) % _in_words(params)
    except KeyError:
        return str(plain["sentence"])


class FileRefused(Exception):
    """The table is not taken at all."""

    def __init__(self, code: str, **params: object) -> None:
        """Keep the sentence made of ``code`` and ``params``."""
        super().__init__(code)
        self.said = said(code, **params)
