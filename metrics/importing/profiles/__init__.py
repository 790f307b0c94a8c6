"""All profiles, and the choice among them by the headers of a file. Pure.

To add a platform's file: write its columns as data in a module here and list
the profile in ``ALL``. Its order breaks ties.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from metrics.importing.archive import MAX_COLUMNS
from metrics.importing.profiles import (
    bilibili,
    declined,
    douyin,
    kuaishou,
    meta,
    plain_csv,
    shops,
    tiktok,
    wechat_channels,
    xiaohongshu,
    youtube,
)
from metrics.importing.profiles.base import (
    MEASURED,
    Column,
    Coverage,
    Kind,
    Profile,
    fold_header,
    fold_headers,
    known,
)
from metrics.importing.values import REASON_MARK, Cell, is_null

ALL: tuple[Profile, ...] = (
    *douyin.PROFILES,
    *tiktok.PROFILES,
    *xiaohongshu.PROFILES,
    *wechat_channels.PROFILES,
    *kuaishou.PROFILES,
    *bilibili.PROFILES,
    *youtube.PROFILES,
    *meta.PROFILES,
    *shops.PROFILES,
    *plain_csv.PROFILES,
    *declined.PROFILES,
)
_CURRENCIES = frozenset(
    re.findall(
        r"\w+",
        "aed ars aud brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr jpy krw mxn "
        "myr ngn nok nzd pen php pkr pln ron rub sar sek sgd thb try twd uah vnd zar ",
    )
)
HEADER_ROWS = 5
"""The header is looked for in this many first rows that are not blank."""
_FARTHEST_HEADER = 60


def _fold(profile: Profile) -> tuple[dict[str, Column], frozenset[str]]:
    return profile.index(), frozenset(map(fold_header, profile.forbidden)) - {""}


_REASON = known("")
_FOLDED = {id(profile): _fold(profile) for profile in ALL}

__all__ = [
    "ALL",
    "Column",
    "Coverage",
    "Kind",
    "Match",
    "Profile",
    "candidate_headers",
    "choose",
    "first_rows",
    "fold_header",
    "fold_headers",
]


@dataclass(frozen=True, slots=True)
class Match:
    """A profile found: the header's row (from 0) and the column at each position, None where unknown."""

    profile: Profile
    header_index: int
    columns: tuple[Column | None, ...]


def first_rows(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows in which the header is looked for, with their index: blank ones do not count."""
    filled = (
        (index, row)
        for index, row in enumerate(rows[:_FARTHEST_HEADER])
        if any(cell is not None and cell != "" for cell in row)
    )
    return islice(filled, HEADER_ROWS)


def choose(
    rows: Sequence[Sequence[Cell]],
    *,
    platform: str | None,
    profiles: Sequence[Profile] = ALL,
    family: str | None = None,
) -> Match | None:
    """Return the profile that knows most of the headers in the first rows.

    Among equals the one of ``platform`` wins, then the one whose headers are written
    just so ("Date" and "date" are two files), then the order of ``profiles``.
    Only profiles of ``family`` are asked.
    """
    best: tuple[tuple[int, bool, int, int], Match] | None = None
    for index, row in first_rows(rows):
        if len(row) > MAX_COLUMNS:
            continue
        folded = fold_headers(row)
        for profile in profiles:
            # A sheet of set-aside rows holds one table, whatever file that was cut out of.
            if profile.family != family and not (profile.declined is None and _gives_reasons(folded)):
                continue
            match = _match(profile, index, folded)
            if match is None:
                continue
            fits = platform is None or profile.platform in (None, platform)
            known = sum(column is not None for column in match.columns)
            rank = (known, fits, _as_written(match, row), -index)
            if best is None or rank > best[0]:
                best = (rank, match)
    return best[1] if best else None


def _as_written(match: Match, row: Sequence[Cell]) -> int:
    pairs = zip(match.columns, row, strict=True)
    return sum(column is not None and str(cell).strip() in column.aliases for column, cell in pairs)


def _match(profile: Profile, index: int, folded: Sequence[str]) -> Match | None:
    names, forbidden = _FOLDED.get(id(profile)) or _fold(profile)
    if not forbidden.isdisjoint(folded):
        return None
    columns = tuple(_column(names, header) if header else None for header in folded)
    if _gives_reasons(folded):
        columns = (_REASON, *columns[1:])
    found = {id(column) for column in columns if column is not None}
    if any(column.required and id(column) not in found for column in profile.columns):
        return None
    if profile.needs_measure and not any(
        column is not None and column.kind in MEASURED and column.field != "duration_seconds"
        for column in columns
    ):
        return None
    return Match(profile, index, columns)


def _gives_reasons(folded: Sequence[str]) -> bool:
    return bool(folded) and folded[0].startswith(REASON_MARK)


def _column(names: Mapping[str, Column], header: str) -> Column | None:
    """Return the column of a header; one that is not stored is known in every currency."""
    found = names.get(header)
    if found is None and header[-3:] in _CURRENCIES:
        found = names.get(f"{header[:-3]}usd")
        found = found if found and found.kind is Kind.IGNORED else None
    return found


def candidate_headers(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """Return the cells of the first rows' widest text row: what the user would call the header."""
    first = [
        [str(cell) for cell in row if isinstance(cell, str) and not is_null(cell)]
        for _index, row in first_rows(rows)
    ]
    return tuple(max(first, key=lambda row: len(set(row)), default=[]))
