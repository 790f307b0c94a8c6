"""What a file says, as plain values: the records the importer hands to the services. Pure.

Every record names the ``row`` it was read from (counted from 1 as in the
sheet) and, when the file has such a column, the ``account`` it is about
(``platform:handle`` or a handle). ``values`` holds every field the file has a
column for; a field without a value is None there and has its reason in ``gaps``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from common.periods import Span
from metrics.importing.messages import Note

Values = Mapping[str, int | Decimal | None]
Gaps = Mapping[str, str]

NOT_SUPPLIED = "not_supplied"
HELD_FOR_CHECK = "held_for_check"


class Grain(StrEnum):
    """What one row of a file is about."""

    ACCOUNT_DAY = "account_day"
    VIDEO_SNAPSHOT = "video_snapshot"
    VIDEO_DAY = "video_day"
    ADS_DAY = "ads_day"
    COMMERCE_DAY = "commerce_day"
    PERIOD_SUM = "period_sum"
    """Sums of one video over a period the user named."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The user says: these figures run from each video's publication to the as-of date."""


LIFETIME = Lifetime()


@dataclass(frozen=True, slots=True)
class AccountDayRecord:
    """One day of a creator account."""

    row: int
    account: str | None
    day: date
    values: Values
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """One video as of ``captured_on`` (lifetime counters), or summed over the file's ``span``.

    ``published_at`` is local and naive, None when the file gives only a day
    (``published_on``) or nothing. Rates are fractions from 0 to 1.
    """

    row: int
    account: str | None
    title: str
    platform_id: str | None
    url: str | None
    published_at: datetime | None
    published_on: date | None
    media: str
    status: str | None
    duration_seconds: Decimal | None
    captured_on: date | None
    values: Values
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class VideoDayRecord:
    """One day of one video; publish times as in ``VideoRecord``."""

    row: int
    account: str | None
    platform_id: str | None
    title: str
    published_at: datetime | None
    published_on: date | None
    day: date
    values: Values
    gaps: Gaps
    media: str = "unknown"
    duration_seconds: Decimal | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class AdsDayRecord:
    """One day of an advertiser account, ``about`` one creator when the file says so. Money has two places."""

    row: int
    account: str | None
    about: str | None
    day: date
    values: Values
    gaps: Gaps


@dataclass(frozen=True, slots=True)
class CommerceDayRecord:
    """One day of a shop account, ``about`` one creator when the file says so. Money has two places."""

    row: int
    account: str | None
    about: str | None
    day: date
    values: Values
    gaps: Gaps


Record = AccountDayRecord | VideoRecord | VideoDayRecord | AdsDayRecord | CommerceDayRecord


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not taken: where and why, and the cells as the file gave them."""

    row: int
    column: str | None
    reason: Note
    cells: tuple[str, ...] = ()
    days: tuple[tuple[int, str], ...] = ()
    """Position and ISO form of the cells that were read as days: alone, a row may not tell its year."""


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What became of one column: ``taken`` as ``field``, ``known`` (not stored), ``held``, ``unknown``."""

    header: str
    position: int
    outcome: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """One table of one uploaded file, read.

    ``rows`` counts the data rows seen (totals and blank rows are none);
    ``period`` is the first and last day of the accepted records (publish days
    for videos); ``totals`` adds the accepted rows under our field names, rates
    and stocks left out. Exactly one of these holds: ``refused`` says why
    nothing is taken, ``questions`` must be answered first (then ``records`` is
    empty), or ``records`` may be stored.
    """

    file: str
    table: str
    sha256: str
    profile: str | None = None
    title: str | None = None
    platform: str | None = None
    grain: Grain | None = None
    header_row: int | None = None
    headers: tuple[str, ...] = ()
    rows: int = 0
    records: tuple[Record, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    warnings: tuple[Note, ...] = ()
    questions: tuple[Note, ...] = ()
    columns: tuple[ColumnReport, ...] = ()
    period: tuple[date, date] | None = None
    span: Span | None = None
    as_of: date | None = None
    totals: Values = field(default_factory=dict)
    refused: Note | None = None

    @property
    def accepted(self) -> int:
        """Return the number of accepted rows."""
        return len(self.records)

    @property
    def usable(self) -> bool:
        """Say whether the records may be stored as they are."""
        return self.refused is None and not self.questions
