"""Rows of the plain CSV of videos → columns of plain values. Pure.

A batch whose column holds only values of the simplest shape is read as a whole;
any row with another cell goes through the same reader as an upload, so both
doors give the same records.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Protocol

from metrics.importing import plain, values
from metrics.importing.days import is_day
from metrics.importing.messages import ImportRefused, Note
from metrics.importing.plain import Column
from metrics.importing.profiles import Match
from metrics.importing.profiles.plain_csv import VIDEOS
from metrics.importing.records import NOT_SUPPLIED, RejectedRow, VideoRecord
from metrics.importing.rows import Limits, read_rows
from metrics.importing.sheet import Line, Sheet, lay_out, read_dates, settle_units
from metrics.importing.tables import Table
from metrics.importing.values import Cell


class Readable(Protocol):
    """What a batch must know of its file."""

    name: str
    limits: Limits
    match: Match
    headers: tuple[str, ...]
    delimiter: str


@dataclass(slots=True)
class VideoBatch:
    """Rows of one piece of the file, column by column; every list has one entry per accepted row.

    ``values`` is field → figures (None where the file gives none); the other
    columns are the attributes of ``VideoRecord``.
    """

    rows: list[int] = field(default_factory=list)
    account: list[str | None] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    platform_id: list[str | None] = field(default_factory=list)
    url: list[str | None] = field(default_factory=list)
    published_at: list[datetime | None] = field(default_factory=list)
    published_on: list[date | None] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    status: list[str | None] = field(default_factory=list)
    duration_seconds: list[Decimal | None] = field(default_factory=list)
    captured_on: list[date | None] = field(default_factory=list)
    values: dict[str, list[int | Decimal | None]] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of accepted rows."""
        return len(self.rows)

    def records(self) -> Iterator[VideoRecord]:
        """Yield the rows as records."""
        columns: tuple[Column, ...] = (
            self.rows, self.account, self.title, self.platform_id, self.url, self.published_at,
            self.published_on, self.media, self.status, self.duration_seconds, self.captured_on,
        )  # fmt: skip
        for place, row in enumerate(zip(*columns, strict=True)):
            figures = {name: column[place] for name, column in self.values.items()}
            gaps = {name: NOT_SUPPLIED for name, value in figures.items() if value is None}
            yield VideoRecord(*row, values=figures, gaps=gaps)  # type: ignore[misc]


_COLUMNS = (
    "account", "title", "platform_id", "url", "published_at", "published_on", "media", "status",
    "duration_seconds", "captured_on",
)  # fmt: skip


class BatchReader:
    """One piece of the file: whole columns where they are plain, single rows where they are not."""

    def __init__(self, stream: Readable, piece: list[list[str]], first: int) -> None:
        self.stream, self.piece, self.first = stream, piece, first
        self.kinds = {
            column.field: (place, column.kind)
            for place, column in reversed(list(enumerate(stream.match.columns)))
            if column is not None
        }
        self.measured = [
            name
            for name in ordered(stream.match)
            if name != "duration_seconds" and plain.reader(self.kinds[name][1])
        ]
        self.blank = 0
        self.warnings: list[Note] = []
        self.totals: list[Line] = []
        self.unknown: set[int] = set()

    def read(self) -> VideoBatch:
        """Return the batch: plain rows at once, the odd ones one by one, in the file's order."""
        width = len(self.stream.headers)
        try:
            if set(map(len, self.piece)) != {width}:
                raise plain.Odd
            return self._at_once(
                list(zip(*self.piece, strict=True)), list(range(self.first, self.first + len(self.piece)))
            )
        except plain.Odd:
            return self._sorted_out()

    def _at_once(self, columns: list[tuple[str, ...]], rows: list[int]) -> VideoBatch:
        size = len(rows)
        batch = VideoBatch(rows=rows)
        batch.account = self._of(columns, "account", plain.texts, size)
        batch.title = [title or "" for title in self._of(columns, "title", plain.texts, size)]
        batch.platform_id = self._of(columns, "platform_id", plain.ids, size)
        batch.url = self._of(columns, "url", plain.texts, size)
        batch.status = self._of(columns, "status", plain.texts, size)
        moments = self._days(columns, "published", size)
        captured = self._days(columns, "captured_on", size)
        batch.published_on, batch.published_at = moments
        self._check_days(batch, captured[0])
        batch.media = self._media(columns, batch.url, size)
        batch.duration_seconds = self._of(columns, "duration_seconds", plain.seconds, size)
        for name in self.measured:
            batch.values[name] = self._of(columns, name, plain.reader(self.kinds[name][1]), size)
        named = zip(batch.platform_id, batch.published_on, batch.url, strict=True)
        if not all(number or on or url for number, on, url in named):
            raise plain.Odd  # perhaps a total, perhaps nothing at all
        return batch

    def _of(self, columns: list[tuple[str, ...]], name: str, read: Any, size: int) -> Column:
        if name not in self.kinds:
            return [None] * size
        found: Column = read(columns[self.kinds[name][0]])
        return found

    def _days(self, columns: list[tuple[str, ...]], name: str, size: int) -> tuple[Column, Column]:
        if name not in self.kinds:
            return [None] * size, [None] * size
        return plain.moments(columns[self.kinds[name][0]])

    def _check_days(self, batch: VideoBatch, captured: Column) -> None:
        limits = self.stream.limits
        days = [limits.as_of if day is None else day for day in captured]
        published = [on for on in batch.published_on if on is not None]
        latest = max(chain((day for day in days if day), published), default=limits.today)
        if latest > limits.today:
            raise plain.Odd
        lasts: Column = [limits.span.last] * len(days) if limits.span else days
        pairs = zip(batch.published_on, lasts, strict=True)
        if None in lasts or any(on is not None and on > last for on, last in pairs):
            raise plain.Odd
        batch.captured_on = [None] * len(days) if limits.span else days

    def _media(self, columns: list[tuple[str, ...]], urls: list[str | None], size: int) -> list[str]:
        if "media" in self.kinds:
            known: dict[str, str] = {}
            cells = columns[self.kinds["media"][0]]
            for cell in set(cells):
                known[cell] = values.media(cell)
            return [known[cell] for cell in cells]
        return ["image" if url and "/photo/" in url else VIDEOS.default_media for url in urls]

    # Row by row ----------------------------------------------------------

    def _sorted_out(self) -> VideoBatch:
        """Halve the piece until what is odd stands alone, and read that as an upload is read."""
        width = len(self.stream.headers)
        batch = VideoBatch(values={name: [] for name in self.measured})
        todo = [(0, len(self.piece))]
        while todo:
            start, end = todo.pop()
            rows = self.piece[start:end]
            try:
                if any(len(row) != width for row in rows):
                    raise plain.Odd
                numbers = list(range(self.first + start, self.first + end))
                _extend(batch, self._at_once(list(zip(*rows, strict=True)), numbers))
            except plain.Odd:
                if end - start <= 8:
                    _extend(batch, self._exactly(rows, self.first + start))
                else:
                    middle = (start + end) // 2
                    todo += [(middle, end), (start, middle)]
        return batch

    def _exactly(self, rows: list[list[str]], first: int) -> VideoBatch:
        sheet = self._sheet(rows, first)
        if sheet is None:
            self.blank += len(rows)
            return VideoBatch()
        self.blank += len(rows) - len(sheet.lines) - len(sheet.rejected)
        found = read_rows(sheet, self.stream.limits, settle=False)
        self.totals.extend(sheet.totals)
        records = [one for one in found if isinstance(one, VideoRecord)]
        batch = VideoBatch(rows=[one.row for one in records], rejected=sheet.rejected)
        for name in _COLUMNS:
            setattr(batch, name, [getattr(one, name) for one in records])
        batch.values = {name: [one.values[name] for one in records] for name in self.measured}
        for one, day in zip(records, batch.captured_on, strict=True):
            if day is None and self.stream.limits.span is None:
                raise ImportRefused("stream_no_day", file=self.stream.name, row=one.row)
        return batch

    def _sheet(self, rows: list[list[str]], first: int) -> Sheet | None:
        stream = self.stream
        cells = as_cells([stream.headers, *rows])
        table = Table("", cells, ragged=True, delimiter=stream.delimiter, first_row=first - 2)
        match = Match(stream.match.profile, 0, stream.match.columns)
        try:
            sheet = lay_out(table, match, file=stream.name)
        except ImportRefused as refusal:
            if refusal.code == "no_rows":
                return None
            raise
        told = len(sheet.warnings)
        read_dates(sheet, as_of=stream.limits.as_of, day_first=None, today=stream.limits.today)
        _refuse_open_dates(sheet)
        settle_units(sheet)
        if sheet.held:
            raise ImportRefused("stream_rates", file=stream.name, column=", ".join(sorted(sheet.held)))
        sheet.over_period = stream.limits.span is not None
        self.unknown.update(sheet.unknown)
        self.warnings.extend(sheet.warnings[told:])
        return sheet


def _refuse_open_dates(sheet: Sheet) -> None:
    told = {warning.code for warning in sheet.warnings} & {"day_order_found", "year_assumed"}
    if sheet.questions or told or _has_yearless(sheet):
        line: Line = sheet.lines[0]
        raise ImportRefused("stream_dates", file=sheet.file, row=line.row)


def _has_yearless(sheet: Sheet) -> bool:
    cells = [line.cells[sheet.fields[name]] for name in sheet.dates for line in sheet.lines]
    texts = [cell for cell in cells if isinstance(cell, str) and not values.is_null(cell)]
    return any(re.search("[0-9]{4}", text) is None for text in texts if is_day(text))


def _extend(batch: VideoBatch, more: VideoBatch) -> None:
    batch.rows.extend(more.rows)
    batch.rejected.extend(more.rejected)
    for name in _COLUMNS:
        getattr(batch, name).extend(getattr(more, name))
    for name, column in more.values.items():
        batch.values[name].extend(column)


def ordered(match: Match) -> list[str]:
    """Return the fields that the file has, each once, in the order of its columns."""
    return list(dict.fromkeys(column.field for column in match.columns if column is not None))


def as_cells(rows: Sequence[Sequence[str]]) -> list[list[Cell]]:
    """Return rows of text as rows of cells."""
    return [list(row) for row in rows]
