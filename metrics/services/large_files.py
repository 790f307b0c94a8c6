"""The door for files: which of them are too large for an upload and are taken as a large plain CSV."""

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from common.audit import Actor
from common.jobs import enqueue
from common.models import JobRun
from common.periods import Span
from metrics.importing.archive import MAX_CELLS, MAX_ROWS, MAX_TEXT
from metrics.importing.delimited import find_delimiter
from metrics.importing.messages import ImportRefused
from metrics.importing.plain_lines import first_rows
from metrics.importing.profiles import ALL, HEADER_ROWS, choose
from metrics.importing.profiles.plain_csv import VIDEOS
from metrics.importing.records import Lifetime
from metrics.selectors.large_runs import LARGE_JOB
from metrics.services.accounts import AccountName
from metrics.services.bulk_videos import Progress, store_large
from metrics.services.orders import Order, company_zone
from metrics.services.results import UploadResult
from people.models import Account

_HEAD, _PIECE = 200_000, 1 << 20


def is_large(file: BinaryIO) -> bool:
    """Say whether the file is a plain CSV of videos with more in it than an upload may hold."""
    head = file.read(_HEAD)
    columns = _columns(head)
    if columns == 0:
        return False
    lines = head.count(b"\n")
    while piece := file.read(_PIECE):
        lines += piece.count(b"\n")
    return lines > MAX_ROWS or lines * columns > MAX_CELLS or file.tell() > MAX_TEXT


def _columns(head: bytes) -> int:
    """Return how many columns a plain CSV of videos has, 0 for any other file."""
    text = head.decode("utf-8-sig", errors="ignore")
    try:
        rows, _ends = first_rows(text, name="", delimiter=find_delimiter(text))
    except ImportRefused:
        return 0
    match = choose([list(row) for row in rows[:HEADER_ROWS]], platform=None, profiles=ALL)
    return len(match.columns) if match is not None and match.profile is VIDEOS else 0


def store_file(
    *,
    path: Path,
    name: str,
    account: Account | None,
    actor: Actor,
    actor_employee: int | None,
    at: datetime,
    as_of: date | None = None,
    period: Lifetime | Span | None = None,
    day_first: bool | None = None,
    named: AccountName | None = None,
    create_account: bool = False,
    allowed: Collection[int] | None = None,
    keep: bool = True,
    tell: Progress = lambda done, total: None,
) -> UploadResult:
    """Store a large plain CSV of videos with what ``store_upload`` is asked with; see ``store_large``."""
    order = Order(
        {},
        account,
        named,
        create_account,
        allowed,
        actor,
        actor_employee,
        at,
        company_zone(),
        period,
        day_first,
    )
    return store_large(path=path, name=name, order=order, as_of=as_of, keep=keep, tell=tell)


@transaction.atomic
def ask_for_run(
    *, sha256: str, name: str, answers: dict[str, str], keep: bool, actor: Actor, user_id: int, after: int = 0
) -> JobRun:
    """Ask for the job that looks a kept file through or, with ``keep``, stores it once after that look."""
    key = f"{LARGE_JOB}@{after}" if keep else None
    return enqueue(
        LARGE_JOB, key=key, actor=actor, sha256=sha256, file=name, answers=answers, keep=keep, user=user_id,
        actor_name=actor.name,
    )  # fmt: skip
