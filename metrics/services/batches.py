"""Many files looked at together and stored one by one.

A preview says of every file what it is taken for, which account it is from and why,
and stores nothing. Storing does each file in a transaction of its own: one that
fails leaves the others alone.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from common.audit import Actor
from common.errors import Refusal
from common.periods import Span
from metrics.choices import Grain
from metrics.importing.archive import MAX_CELLS, MAX_ROWS
from metrics.importing.parse import parse_upload
from metrics.importing.records import LIFETIME, Lifetime
from metrics.models import UploadChoice
from metrics.services.batch_parts import Part
from metrics.services.collecting import note_refusal
from metrics.services.guessing import Guess, Voice, choices_like, guess_account, stem_of
from metrics.services.results import FileResult, UploadResult
from metrics.services.sentences import Telling, said
from metrics.services.uploads import company_zone, preview_upload, store_upload
from people.models import Account

log = logging.getLogger(__name__)

DAY_ORDER, COVERS, NO_ACCOUNT = "day_first", "lifetime_or_period", "no_account"
TOO_LONG = frozenset({"too_many_cells", "too_much_text", "too_many_rows", "too_many_bad_rows"})
UNTRACED = frozenset({NO_ACCOUNT, "not_your_account", "unknown_account"})
"""Refusals that say nothing about an account's file."""


@dataclass(frozen=True)
class Answers:
    """What was said about one file; None where nothing was."""

    account: Account | None = None
    as_of: date | None = None
    period: Lifetime | Span | None = None
    day_first: bool | None = None


@dataclass(frozen=True)
class Supplier:
    """Who delivers, and the accounts they may deliver for (``allowed`` None: all)."""

    user_id: int
    actor: Actor
    employee_id: int | None
    offered: Sequence[Account]
    allowed: set[int] | None


@dataclass(frozen=True)
class Previewed:
    """What one file would do; ``remembered`` names the answers taken from the last time."""

    part: Part
    sha256: str
    guess: Guess
    answers: Answers
    result: UploadResult
    remembered: frozenset[str] = frozenset()

    @property
    def asks_account(self) -> bool:
        """Say whether nobody knows which account it is from, and it would be taken otherwise."""
        readable = (table.refused is None or table.refused.code == NO_ACCOUNT for table in self.result.files)
        return self.guess.account is None and self.guess.voice is Voice.NONE and any(readable)

    @property
    def may_be_stored(self) -> bool:
        """Say whether storing it brings rows."""
        brings = any(table.accepted for table in self.result.files if table.is_stored)
        return brings and self.result.may_be_stored and not self.asks_account


@dataclass
class _Budget:
    """What the files of one archive may still hold together."""

    cells: int = field(default_factory=lambda: MAX_CELLS)
    rows: int = field(default_factory=lambda: MAX_ROWS)

    def take(self, result: UploadResult) -> None:
        for table in result.files:
            self.cells -= table.rows * max(1, len(table.columns))
            self.rows -= table.rows
            if table.refused is not None and table.refused.code in TOO_LONG:
                self.cells = 0

    @property
    def is_spent(self) -> bool:
        return self.cells <= 0 or self.rows <= 0


@dataclass
class _Look:
    supplier: Supplier
    at: datetime
    today: date
    budgets: dict[str, _Budget] = field(default_factory=lambda: defaultdict(_Budget))


def preview_batch(
    parts: Sequence[tuple[Part, Answers]], *, supplier: Supplier, at: datetime
) -> list[Previewed]:
    """Say what storing the files would do now. A refused table is remembered for the board; nothing else."""
    look = _Look(supplier, at, at.astimezone(company_zone()).date())
    found = [_preview(part, answers, look) for part, answers in parts]
    found = _ask_about_twins(found, look)
    found = _refuse_copies(found)
    for one in found:
        trace_refusals(one.result, one.guess.account, supplier=supplier, at=at)
    return found


def _preview(part: Part, answers: Answers, look: _Look) -> Previewed:
    budget = look.budgets[part.upload]
    if budget.is_spent:
        refused = FileResult(part.name, "", refused=said("archive_too_long", file=part.name))
        return Previewed(
            part, "", Guess(answers.account, Voice.NONE), answers, UploadResult(part.name, "", (refused,))
        )
    guess, unread = _guess(part, answers, look)
    answers = replace(answers, account=guess.account)
    result = unread or _look_at(part, answers, look)
    answers, result, remembered = _as_last_time(part, answers, result, look)
    budget.take(result)
    return Previewed(part, result.sha256, guess, answers, result, remembered)


def _guess(part: Part, answers: Answers, look: _Look) -> tuple[Guess, UploadResult | None]:
    """Return the account, and what is said of a file that cannot be read whosever it is."""
    if answers.account is not None:
        return Guess(answers.account, Voice.GIVEN), None
    parsed = parse_upload(
        name=part.name, content=part.content, as_of=answers.as_of or look.today, day_first=answers.day_first,
        period=answers.period or LIFETIME, platform=None, today=look.today,
    )  # fmt: skip
    offered = look.supplier.offered
    guess = guess_account(parsed, path=part.path, user_id=look.supplier.user_id, offered=offered)
    if any(table.profile is not None for table in parsed):
        return guess, None
    files = tuple(FileResult(table.file, table.table, refused=table.refused) for table in parsed)
    return guess, UploadResult(part.name, hashlib.sha256(part.content).hexdigest(), files)


def _look_at(part: Part, answers: Answers, look: _Look) -> UploadResult:
    return preview_upload(
        content=part.content, name=part.name, account=answers.account, actor=look.supplier.actor,
        actor_employee=look.supplier.employee_id, at=look.at, as_of=answers.as_of, period=answers.period,
        day_first=answers.day_first, allowed=look.supplier.allowed,
    )  # fmt: skip


def _as_last_time(
    part: Part, answers: Answers, result: UploadResult, look: _Look
) -> tuple[Answers, UploadResult, frozenset[str]]:
    """Answer what the file leaves open as the person did the last time, where that was one way only."""
    asked = {question.code for question in result.questions}
    if asked.isdisjoint({DAY_ORDER, COVERS}):
        return answers, result, frozenset()
    known = choices_like(user_id=look.supplier.user_id, profile=_profile(result), path=part.path)
    if len({(one.covers, one.day_order) for one in known}) != 1:
        return answers, result, frozenset()
    filled: set[str] = set()
    if COVERS in asked and known[0].covers == "lifetime":
        answers, filled = replace(answers, period=LIFETIME), filled | {"covers"}
    if DAY_ORDER in asked and known[0].day_order:
        answers = replace(answers, day_first=known[0].day_order == "day")
        filled |= {"day_order"}
    return answers, _look_at(part, answers, look) if filled else result, frozenset(filled)


def _profile(result: UploadResult) -> str:
    return next((table.profile for table in result.files if table.profile), "") or ""


def _ask_about_twins(found: Sequence[Previewed], look: _Look) -> list[Previewed]:
    """Ask where two files that cannot both be one account's fell to it by habit alone.

    Those are two lists of works, and two files of the same days.
    """
    alike: dict[tuple[int, str], list[Previewed]] = defaultdict(list)
    for one in found:
        if one.guess.account is not None:
            alike[one.guess.account.pk, _profile(one.result)].append(one)
    doubtful = {
        id(one)
        for mine in alike.values()
        for one in mine
        if any(other.sha256 != one.sha256 and _in_doubt(one, other) for other in mine)
    }
    return [_asked(one, look) if id(one) in doubtful else one for one in found]


def _in_doubt(one: Previewed, other: Previewed) -> bool:
    """Say whether habit alone gave ``one`` the account of ``other``, of which it is no second file."""
    if all(
        Grain.VIDEO_SNAPSHOT.value in {table.grain for table in file.result.files} for file in (one, other)
    ):
        return one.guess.voice in (Voice.LAST_TIME, Voice.ONLY_ONE)
    return one.guess.voice is Voice.LAST_TIME and any(
        mine.period[0] <= theirs.period[1] and theirs.period[0] <= mine.period[1]
        for mine in one.result.files
        for theirs in other.result.files
        if mine.period and theirs.period
    )


def _asked(one: Previewed, look: _Look) -> Previewed:
    answers = replace(one.answers, account=None)
    return replace(
        one,
        guess=Guess(None, Voice.NONE),
        answers=answers,
        result=_look_at(one.part, answers, look),
        remembered=frozenset(),
    )


def _refuse_copies(found: Sequence[Previewed]) -> list[Previewed]:
    """Refuse the same bytes for two accounts, and take bytes that are there twice once."""
    same: dict[str, list[Previewed]] = defaultdict(list)
    for one in found:
        if one.sha256:
            same[one.sha256].append(one)
    checked = []
    for one in found:
        others = [other for other in same.get(one.sha256, ()) if other is not one]
        accounts = {other.guess.account.pk for other in (one, *others) if other.guess.account}
        if others and len(accounts) > 1:
            refused = said("same_file_two_accounts", file=one.part.name, other=others[0].part.name)
            one = replace(one, result=_refused(one.result, refused))
        elif others and same[one.sha256][0] is not one:
            refused = said("same_file_twice", file=one.part.name, other=same[one.sha256][0].part.name)
            one = replace(one, result=_refused(one.result, refused))
        checked.append(one)
    return checked


def _refused(result: UploadResult, reason: Telling) -> UploadResult:
    files = tuple(
        replace(table, refused=reason, questions=(), accepted=0, fetches=()) for table in result.files
    )
    return replace(result, files=files)


def trace_refusals(
    result: UploadResult, account: Account | None, *, supplier: Supplier, at: datetime
) -> None:
    """Remember the tables that were not taken for the account, where the person may supply it."""
    if account is None or (supplier.allowed is not None and account.pk not in supplier.allowed):
        return
    for table in result.files:
        if table.refused is not None and table.refused.code not in UNTRACED | {"same_file_twice"}:
            note_refusal(account=account, table=table, sha256=result.sha256, actor=supplier.actor, at=at)


@dataclass(frozen=True)
class Stored:
    """What became of one file."""

    part: Part
    account: Account | None
    result: UploadResult


def store_one(part: Part, answers: Answers, *, supplier: Supplier, at: datetime) -> Stored:
    """Store one file in a transaction of its own and remember the answers; a fault is told, not raised."""
    try:
        with transaction.atomic():
            result = store_upload(
                content=part.content, name=part.name, account=answers.account, actor=supplier.actor,
                actor_employee=supplier.employee_id, at=at, as_of=answers.as_of, period=answers.period,
                day_first=answers.day_first, allowed=supplier.allowed,
            )  # fmt: skip
            if result.is_stored and answers.account is not None:
                _remember(part, answers, result, supplier=supplier, at=at)
    except Refusal:
        raise
    except Exception:
        log.exception("an uploaded file could not be stored")
        refused = FileResult(part.name, "", refused=said("not_stored", file=part.name))
        return Stored(part, answers.account, UploadResult(part.name, "", (refused,)))
    trace_refusals(result, answers.account, supplier=supplier, at=at)
    return Stored(part, answers.account, result)


def _remember(
    part: Part, answers: Answers, result: UploadResult, *, supplier: Supplier, at: datetime
) -> None:
    """Keep what was answered for the next file of this kind and name; days are never kept."""
    order = {True: "day", False: "month", None: ""}[answers.day_first]
    UploadChoice.objects.update_or_create(
        user_id=supplier.user_id,
        profile=_profile(result),
        stem=stem_of(part.path),
        account=answers.account,
        defaults={
            "covers": "lifetime" if isinstance(answers.period, Lifetime) else "",
            "day_order": order,
            "used_at": at,
        },
    )


def forget_choice(*, choice_id: int, user_id: int) -> bool:
    """Forget one remembered answer of the person; say whether there was one."""
    gone, _details = UploadChoice.objects.filter(pk=choice_id, user=user_id).delete()
    return bool(gone)
