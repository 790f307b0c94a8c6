"""Which account a file without an account column is from: what speaks for one, and what against.

The file's own works speak loudest, then its name and folders, then what the same
person answered about such a file before. Voices that contradict each other, or a
single weak one that the works contradict, leave the question to the person.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from django.db.models import Count

from metrics.importing.records import ParsedFile, VideoRecord
from metrics.matching import title_hash
from metrics.models import UploadChoice, Video
from metrics.services.accounts import KIND_OF, names_accounts
from people.choices import AccountKind
from people.models import Account

WORKS_ASKED, ENOUGH_WORKS = 200, 5
STEM_LIMIT = 120


class Voice(StrEnum):
    """Why a file is taken for an account's."""

    GIVEN = "given"
    ROWS = "rows"
    WORKS = "works"
    NAME = "name"
    LAST_TIME = "last_time"
    ONLY_ONE = "only_one"
    NONE = "none"


@dataclass(frozen=True)
class Guess:
    """An account and what spoke for it; none with ``ROWS`` (each row names its own) or ``NONE``."""

    account: Account | None
    voice: Voice


def stem_of(path: str) -> str:
    """Return a file's name without folders, ending, dates and numbers of copies."""
    name = PurePosixPath(path.replace("\\", "/")).name
    stem = unicodedata.normalize("NFKC", name.rsplit(".", 1)[0] if "." in name else name).lower()
    stem = re.sub(r"\(\d+\)|副本|copy", " ", stem)
    stem = re.sub(r"\d{4}[-_./年]?\d{1,2}([-_./月]?\d{1,2}日?)?|\d{6,}", " ", stem)
    return " ".join(re.sub(r"[\s_\-–—.,~]+", " ", stem).split())[:STEM_LIMIT]


def guess_account(
    parsed: Sequence[ParsedFile], *, path: str, user_id: int, offered: Sequence[Account]
) -> Guess:
    """Return the account that speaks for itself among ``offered``, those the person may supply."""
    table = next((one for one in parsed if one.records), None) or next(iter(parsed), None)
    if table is None:
        return Guess(None, Voice.NONE)
    if names_accounts(table.records):
        return Guess(None, Voice.ROWS)
    fitting = [one for one in offered if _fits(one, table)]
    by_works = _by_works(table, fitting)
    by_name = named_in(path, fitting)
    if by_works and by_name and by_works.isdisjoint(by_name):
        return Guess(None, Voice.NONE)
    for voice, found in ((Voice.WORKS, by_works & by_name or by_works), (Voice.NAME, by_name)):
        if len(found) == 1:
            return _guess(fitting, found, voice)
    return _weaker(table, path, user_id, fitting)


def _weaker(table: ParsedFile, path: str, user_id: int, fitting: Sequence[Account]) -> Guess:
    remembered = {
        one.account_id for one in choices_like(user_id=user_id, profile=table.profile or "", path=path)
    } & {one.pk for one in fitting}
    if len(remembered) == 1 and not _strange(table, remembered):
        return _guess(fitting, remembered, Voice.LAST_TIME)
    if len(fitting) == 1 and not _strange(table, {fitting[0].pk}):
        return Guess(fitting[0], Voice.ONLY_ONE)
    return Guess(None, Voice.NONE)


def choices_like(*, user_id: int, profile: str, path: str) -> list[UploadChoice]:
    """Return what the person answered before about this kind of file with this name, newest first.

    A name of days and numbers alone names nothing that another file could be like.
    """
    stem = stem_of(path)
    return list(UploadChoice.objects.filter(user=user_id, profile=profile, stem=stem)[:2]) if stem else []


def _guess(fitting: Sequence[Account], found: Collection[int], voice: Voice) -> Guess:
    return Guess(next(one for one in fitting if one.pk in found), voice)


def _fits(account: Account, table: ParsedFile) -> bool:
    kind = KIND_OF.get(table.grain, AccountKind.CREATOR) if table.grain else AccountKind.CREATOR
    return account.kind == kind and table.platform in (None, account.platform)


def _hashes(table: ParsedFile) -> set[str]:
    videos = [one for one in table.records[:WORKS_ASKED] if isinstance(one, VideoRecord)]
    return {
        title_hash(one.title, None if one.published_at else one.published_on) for one in videos if one.title
    }


def _by_works(table: ParsedFile, fitting: Sequence[Account]) -> set[int]:
    """Return the accounts that most works of the file are stored for, a third of them at least."""
    hashes = _hashes(table)
    if not hashes or not fitting:
        return set()
    rows = Video.objects.filter(account__in=[one.pk for one in fitting], title_hash__in=hashes)
    counts = dict(rows.order_by().values_list("account_id").annotate(count=Count("pk")))
    most = max(counts.values(), default=0)
    return {account for account, count in counts.items() if count == most and 3 * most >= len(hashes)}


def _strange(table: ParsedFile, accounts: Collection[int]) -> bool:
    """Say whether the account has works of the file's days and the file has none of them."""
    hashes = _hashes(table)
    if len(hashes) < ENOUGH_WORKS or table.period is None:
        return False
    stored = Video.objects.filter(account__in=accounts, published_on__range=table.period)
    return stored.count() >= ENOUGH_WORKS and not stored.filter(title_hash__in=hashes).exists()


def named_in(path: str, accounts: Sequence[Account]) -> set[int]:
    """Return the accounts whose handle or name stands in the path; a longer name beats one inside it."""
    text = _folded(path)
    found: dict[int, int] = {}
    for account in accounts:
        for name in (account.handle, account.name):
            folded = _folded(name)
            if _long_enough(folded) and folded in text:
                found[account.pk] = max(found.get(account.pk, 0), len(folded))
    longest = max(found.values(), default=0)
    return {account for account, length in found.items() if length == longest}


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def _long_enough(name: str) -> bool:
    return len(name) >= (4 if name.isascii() else 2)
