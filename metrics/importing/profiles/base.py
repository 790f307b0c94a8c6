"""The shape of a profile: which headers make a file known, and what each column is. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from metrics.importing.records import Grain
from metrics.importing.values import plain


class Kind(StrEnum):
    """How the cells of a column are read."""

    DAY = "day"
    MOMENT = "moment"
    TEXT = "text"
    ID = "id"
    MEDIA = "media"
    HANDLE = "handle"
    """Name of the account, of use only where the file holds several."""
    LIFE = "life"
    """A word such as "Lifetime"; a day in its place means another kind of file."""
    COUNT = "count"
    SIGNED = "signed"
    """A count that the platform may correct below zero."""
    FLOW = "flow"
    """A count that may be below zero over a period, and never over a whole life."""
    RATE = "rate"
    PERCENT_TEXT = "percent_text"
    PERCENT_NUMBER = "percent_number"
    RATE_WITH_SIGN = "rate_with_sign"
    """A rate whose unit nobody has seen: taken where every value carries its per cent sign."""
    SECONDS = "seconds"
    MONEY = "money"
    IGNORED = "ignored"
    """Known, and no fact of ours."""


MEASURED = frozenset(
    {
        Kind.COUNT,
        Kind.SIGNED,
        Kind.FLOW,
        Kind.RATE,
        Kind.RATE_WITH_SIGN,
        Kind.PERCENT_TEXT,
        Kind.PERCENT_NUMBER,
        Kind.SECONDS,
        Kind.MONEY,
    }
)


class Coverage(StrEnum):
    """What the figures of a list of videos cover."""

    LIFETIME = "lifetime"
    """Known to run from publication to the day of export."""
    LIFETIME_UNLESS_SAID = "lifetime_unless_said"
    """Lifetime by definition of the file, unless the user names a period."""
    ASK = "ask"
    """The file does not say."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our field, how it is read, and every header it goes by (folded when compared)."""

    field: str
    kind: Kind
    aliases: tuple[str, ...]
    required: bool = False
    expected: bool = False
    """Its absence is worth a warning, because the platform's file has it."""
    remark: str | None = None
    """Code of a sentence to say where the file has the column."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of file. ``platform`` is None for our own CSV, which fits every account."""

    key: str
    title: str
    platform: str | None
    grain: Grain
    columns: tuple[Column, ...]
    needs_measure: bool = True
    coverage: Coverage = Coverage.ASK
    default_media: str = "unknown"
    """Medium of a video when the file has no column for it."""
    id_in_url: str | None = None
    """Pattern whose first group is the platform's id inside the link."""
    id_pattern: str | None = None
    """What an id of the platform looks like; rows with another are no videos."""
    daily: bool = False
    """The platform can also give weeks and months in this file; those are refused."""
    yearless: bool = False
    """The platform writes the days of this file without a year; one that is there was added."""
    container: str | None = None
    """``csv`` or ``xlsx``: how the platform writes the file. None when it does both."""
    family: str | None = None
    """Tables of this name only: those of a file that stacks several."""
    forbidden: tuple[str, ...] = ()
    """Headers whose presence means that the file is another kind."""
    declined: str | None = None
    """Code of the sentence that says why the file is not taken."""
    declined_params: Mapping[str, object] = field(default_factory=dict)

    def index(self) -> dict[str, Column]:
        """Return folded header → column, worked out once a profile."""
        known = _INDEXES.get(self.key)
        if known is None or known[0] is not self.columns:
            names = {fold_header(alias): column for column in self.columns for alias in column.aliases}
            known = _INDEXES[self.key] = (self.columns, names)
        return known[1]


_INDEXES: dict[str, tuple[tuple[Column, ...], dict[str, Column]]] = {}


@lru_cache(maxsize=8192)
def fold_header(text: object) -> str:
    """Return a header for comparison: compatibility form, one case, no blanks, brackets or soft hyphens.

    Capital letters of Turkish lose their dots on the way back, so both kinds of i are one.
    """
    folded = plain(str(text)).casefold().replace("ı", "i").replace("\u0307", "")
    return re.sub(r"[\s()\[\]{}【】「」《》<>\"'*]", "", _UNIT.sub("", folded))


_UNIT = re.compile(r" ?\((?:次|个|条|秒|s|元)\)$")
"""A unit that says nothing new: plays are counted in times, money in yuan."""


def fold_headers(row: Sequence[object]) -> list[str]:
    """Return the headers of a row for comparison, cells that are no text as empty.

    A data frame numbers equal headers when it is saved ("Views", "Views.1"); the number is taken off.
    """
    folded = [fold_header(cell) if isinstance(cell, str) else "" for cell in row]
    stems = set(folded)
    return [
        numbered[1] if (numbered := _NUMBERED.fullmatch(header)) and numbered[1] in stems else header
        for header in folded
    ]


_NUMBERED = re.compile(r"(.+)\.[1-9]")


def known(*aliases: str, remark: str | None = None) -> Column:
    """Return a column that is recognised and not stored."""
    return Column("", Kind.IGNORED, aliases, remark=remark)
