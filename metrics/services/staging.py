"""The rows of a large file, laid down in a table that lives as long as the transaction.

One row per accepted row of the file, its figures exact, NULL where it gives none. On
PostgreSQL plain lines are copied in as they are; everywhere, rows that were read
cell by cell are added as records.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from common.bulk import copy_in, is_set_based
from metrics.importing.batches import ordered
from metrics.importing.plain_lines import MEDIA_WORDS, Piece
from metrics.importing.profiles import Kind, Match
from metrics.importing.profiles.base import MEASURED
from metrics.importing.profiles.plain_csv import VIDEOS
from metrics.importing.records import NOT_SUPPLIED, VideoRecord
from metrics.importing.report import is_summable
from metrics.importing.rows import Limits, set_twins_aside
from metrics.importing.values import media as read_media

TABLE = "staged_videos"
DESCRIBING = ("account", "title", "platform_id", "url", "published", "captured_on", "media", "status",
              "duration_seconds")  # fmt: skip
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class AccountRows:
    """What the file says of one account: its name as written, its first row, how many rows, and their days."""

    text: str
    first_row: int
    rows: int
    without_id: int
    without_time: int
    first_published: date | None
    last_published: date | None
    last_captured: date | None
    sums: tuple[Any, ...]


class Staging:
    """The table, made anew for one file."""

    def __init__(self, match: Match, limits: Limits, delimiter: str) -> None:
        """Make the table for the columns of the file."""
        self.limits, self.delimiter = limits, delimiter
        kinds = {column.field: column.kind for column in match.columns if column is not None}
        self.figures = [
            name for name in ordered(match) if kinds.get(name) in MEASURED and name != "duration_seconds"
        ]
        columns = {column.field: column for column in match.columns if column is not None}
        self.summable = [name for name in self.figures if is_summable(columns[name])]
        self.has_media = "media" in kinds
        self._whole = {name for name in self.figures if kinds[name] in (Kind.COUNT, Kind.SIGNED)}
        self._layout = _layout(match)
        self._make()

    def _make(self) -> None:
        columns = [f"{name} text" for name in DESCRIBING if name not in ("captured_on", "duration_seconds")]
        columns += [
            f"{name} {self._type(name)}" for name in ("captured_on", "duration_seconds", *self.figures)
        ]
        columns += [f"{name} text" for name in self._layout if name.startswith("unused_")]
        number = "integer"
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
            if is_set_based():
                cursor.execute("CREATE TEMP SEQUENCE IF NOT EXISTS staged_row CACHE 1000")
                number = "integer NOT NULL DEFAULT nextval('staged_row')"
            cursor.execute(f"CREATE TEMP TABLE {TABLE} (row_number {number}, {', '.join(columns)})")

    def _type(self, name: str) -> str:
        if name == "captured_on":
            return "date" if is_set_based() else "text"
        if name in self._whole:
            return "bigint"
        return "numeric" if is_set_based() else "text"

    # Filling --------------------------------------------------------------

    def add_plain(self, piece: Piece) -> None:
        """Copy the plain lines of a piece. PostgreSQL only."""
        if not piece.plain:
            return
        if piece.rows is None:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER SEQUENCE staged_row RESTART WITH {int(piece.first)}")
            copy_in(TABLE, self._layout, io.StringIO(piece.plain), delimiter=self.delimiter)
        else:
            text = io.StringIO(piece.numbered(self.delimiter))
            copy_in(TABLE, ["row_number", *self._layout], text, delimiter=self.delimiter)

    def add_records(self, records: Iterable[VideoRecord]) -> None:
        """Add rows that were read cell by cell."""
        names = ["row_number", *DESCRIBING, *self.figures]
        rows = [self._cells(one) for one in records]
        if not rows:
            return
        marks = ", ".join(["%s"] * len(names))
        with connection.cursor() as cursor:
            if is_set_based():
                copy_in(TABLE, names, io.StringIO("\n".join(map(_csv_line, rows)) + "\n"))
            else:
                cursor.executemany(f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({marks})", rows)

    def _cells(self, one: VideoRecord) -> list[Any]:
        published = one.published_at.isoformat(" ") if one.published_at else one.published_on
        cells: list[Any] = [
            one.row, one.account, one.title, one.platform_id, one.url, _text(published), _text(one.captured_on),
            one.media, one.status, _text(one.duration_seconds),
        ]  # fmt: skip
        for name in self.figures:
            value = one.values[name]
            cells.append(value if name in self._whole else _text(value))
        return cells

    def drop(self) -> None:
        """Take the table away; after an error of the database it goes with the transaction."""
        if connection.in_atomic_block and connection.needs_rollback:
            return
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")

    # Looking --------------------------------------------------------------

    @property
    def day(self) -> str:
        """Return the expression of a row's day of reading, NULL for sums over a period."""
        if self.limits.span is not None:
            return "NULL"
        given = f"'{self.limits.as_of.isoformat()}'" if self.limits.as_of else "NULL"
        return f"coalesce(s.captured_on, {given})"

    @property
    def media(self) -> str:
        """Return the expression of a row's medium."""
        if not self.has_media:
            # Rows read cell by cell carry theirs; a plain line of such a file has none.
            linked = "CASE WHEN s.url LIKE '%%/photo/%%' THEN 'image' ELSE '" + VIDEOS.default_media + "' END"
            return f"coalesce(s.media, {linked})"
        words = " ".join(f"WHEN '{word}' THEN '{read_media(word)}'" for word in MEDIA_WORDS)
        return f"CASE coalesce(s.media, '') {words} ELSE coalesce(s.media, 'unknown') END"

    def accounts(self) -> list[AccountRows]:
        """Return what the file says of each account it names ("" where it names none), by first row."""
        published, sums = f"s.published{_c()}", "".join(f", sum({name})" for name in self.summable)
        query = (
            "SELECT coalesce(s.account, ''), min(s.row_number), count(*), count(*) - count(s.platform_id), "
            f"count(*) - count(s.published), min({published}), max({published}), max({self.day}){sums} "
            f"FROM {TABLE} s GROUP BY 1 ORDER BY 2"
        )
        with connection.cursor() as cursor:
            cursor.execute(query)
            rows = cursor.fetchall()
        return [
            AccountRows(
                text, first, count, no_id, no_time, _day(lowest), _day(highest), _day(last), tuple(found)
            )
            for text, first, count, no_id, no_time, lowest, highest, last, *found in rows
        ]

    def totals(self, accounts: Iterable[AccountRows]) -> dict[str, int | Decimal | None]:
        """Return the sums of what can be added up; None where no row gives a value."""
        totals: dict[str, int | Decimal | None] = dict.fromkeys(self.summable)
        for one in accounts:
            for name, value in zip(self.summable, one.sums, strict=True):
                if value is not None:
                    totals[name] = int(value) + (totals[name] or 0)
        return totals

    def records(self, accounts: Sequence[str]) -> list[VideoRecord]:
        """Return the rows of accounts as records, in the order of the file."""
        marks = ", ".join(["%s"] * len(accounts))
        return list(self._read(f"coalesce(s.account, '') IN ({marks})", list(accounts)))

    def _read(self, where: str, params: list[str]) -> Iterator[VideoRecord]:
        figures = "".join(f", s.{name}" for name in self.figures)
        query = (
            f"SELECT s.row_number, s.account, s.title, s.platform_id, s.url, s.published, {self.media}, s.status, "
            f"s.duration_seconds, {self.day}{figures} FROM {TABLE} s WHERE {where} ORDER BY s.row_number"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            while rows := cursor.fetchmany(AT_ONCE):
                yield from map(self._record, rows)

    def _record(self, cells: Sequence[Any]) -> VideoRecord:
        row, account, title, number, url, published, media, status, duration, day, *figures = cells
        values = {name: self._figure(name, one) for name, one in zip(self.figures, figures, strict=True)}
        at = datetime.fromisoformat(published) if published and len(published) > 10 else None
        return VideoRecord(
            row=row, account=account, title=title or "", platform_id=number, url=url, published_at=at,
            published_on=at.date() if at else _day(published), media=media, status=status,
            duration_seconds=None if duration is None else Decimal(duration), captured_on=_day(day),
            values=values, gaps={name: NOT_SUPPLIED for name, one in values.items() if one is None},
        )  # fmt: skip

    def _figure(self, name: str, value: Any) -> int | Decimal | None:
        return None if value is None else int(value) if name in self._whole else Decimal(value)

    # Rows that stand for the same -------------------------------------------

    def set_twins_aside(self) -> tuple[list[tuple[VideoRecord, Any]], list[Any]]:
        """Take out what an upload sets aside as told twice; return the rows with their reasons, and the notes."""
        day, minute = self.day, "substr(replace(s.published, 'T', ' '), 1, 16)"
        same_id = self._doubled(
            f"coalesce(s.account, ''), coalesce({day}, {_never()}), s.platform_id",
            "s.platform_id IS NOT NULL",
        )
        same_title = self._doubled(
            f"coalesce(s.account, ''), coalesce({day}, {_never()}), coalesce({minute}, ''), coalesce(s.title, '')",
            "1 = 1",
        )
        suspects = list(self._read(f"s.row_number IN ({same_id}) OR s.row_number IN ({same_title})", []))
        twins = set_twins_aside(suspects)
        kept = {one.row for one in twins.kept}
        self.remove(one.row for one in suspects if one.row not in kept)
        return twins.rejected, twins.notes

    def _doubled(self, key: str, where: str) -> str:
        counted = (
            f"SELECT s.row_number, count(*) OVER (PARTITION BY {key}) AS times FROM {TABLE} s WHERE {where}"
        )
        return f"SELECT row_number FROM ({counted}) counted WHERE times > 1"

    def remove(self, rows: Iterable[int]) -> None:
        """Take rows out."""
        gone = sorted(rows)
        with connection.cursor() as cursor:
            for start in range(0, len(gone), 500):
                some = ", ".join(str(int(row)) for row in gone[start : start + 500])
                cursor.execute(f"DELETE FROM {TABLE} WHERE row_number IN ({some})")


def _layout(match: Match) -> list[str]:
    """Return the table's column for each column of the file."""
    return [
        column.field if column is not None and column.kind is not Kind.IGNORED else f"unused_{place}"
        for place, column in enumerate(match.columns)
    ]


def _c() -> str:
    return ' COLLATE "C"' if is_set_based() else ""


def _never() -> str:
    return "'0001-01-01'::date" if is_set_based() else "''"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _csv_line(cells: Sequence[Any]) -> str:
    return ",".join("" if cell is None else '"' + str(cell).replace('"', '""') + '"' for cell in cells)
