"""The plain CSV of videos, streamed in bounded memory: plain lines as they are, the others read. Pure.

For files of hundreds of thousands of rows. What needs the whole column at once
(days without a year, 09/10/24) is refused here.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import BinaryIO

from common.periods import Span
from metrics.importing.batches import BatchReader, VideoBatch, as_cells
from metrics.importing.delimited import find_delimiter
from metrics.importing.messages import ImportRefused, Note
from metrics.importing.plain import Odd, moments
from metrics.importing.plain_lines import PATTERNS_HOLD, Piece, decoded, first_rows, plain_line, split_pieces
from metrics.importing.profiles import HEADER_ROWS, Match, choose
from metrics.importing.profiles.plain_csv import VIDEOS
from metrics.importing.rows import Limits
from metrics.importing.sheet import MAX_REJECTED, Line, Sheet, lay_out
from metrics.importing.tables import Table

BATCH = 2_000
"""Rows read at once: small enough to stay in the processor's cache."""

PIECE = 2 * 1024 * 1024
"""Bytes taken from the file at once."""

_HEAD = 200_000


@dataclass(slots=True)
class VideoStream:
    """An open plain CSV of videos; iterate over it or over its pieces, once.

    ``rows``, ``accepted``, ``rejected``, ``warnings``, ``totals`` (lines of sums) and
    ``sha256`` are complete after the last piece. ``overview`` is the header laid out.
    """

    name: str
    limits: Limits
    match: Match
    headers: tuple[str, ...]
    header_row: int
    delimiter: str
    digest: "hashlib._Hash"
    overview: Sheet
    texts: Iterator[str]
    earliest: date | None
    batch: int = BATCH
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    warnings: list[Note] = field(default_factory=list)
    totals: list[Line] = field(default_factory=list)
    unknown: set[int] = field(default_factory=set)

    @property
    def sha256(self) -> str:
        """Return the digest of the bytes read so far: of the file after the last piece."""
        return self.digest.hexdigest()

    def __iter__(self) -> Iterator[VideoBatch]:
        """Yield every row in batches. Raises ``ImportRefused`` when the file is not readable this way."""
        for piece in self.pieces(plain=False):
            yield from self.read(piece)
        self.finish()

    def pieces(self, *, plain: bool) -> Iterator[Piece]:
        """Yield the file piece by piece; without ``plain`` every line counts as odd.

        Each piece is to be given to ``read``. Raises ``ImportRefused``.
        """
        return split_pieces(
            self.texts, file=self.name, first=self.header_row + 1,
            pattern=self._pattern() if plain else None, delimiter=self.delimiter,
        )  # fmt: skip

    def read(self, piece: Piece) -> Iterator[VideoBatch]:
        """Yield the odd lines of a piece, read; its plain lines are counted."""
        self.rows += piece.size - len(piece.odd)
        self.accepted += piece.size - len(piece.odd)
        for first, rows in _runs(piece.odd, self.batch):
            yield self._read(rows, first)

    def finish(self) -> None:
        """Say that all was read. Raises ``ImportRefused`` for a file without rows."""
        if self.rows == 0:
            raise ImportRefused("no_rows", file=self.name)

    def _pattern(self) -> re.Pattern[str] | None:
        if self.earliest is None or not PATTERNS_HOLD:
            return None
        return plain_line(
            self.match, self.headers, delimiter=self.delimiter, limits=self.limits, earliest=self.earliest
        )

    def _read(self, rows: list[list[str]], first: int) -> VideoBatch:
        reader = BatchReader(self, rows, first)
        batch = reader.read()
        self.rows += len(rows) - reader.blank
        self.accepted += len(batch)
        self.rejected += len(batch.rejected)
        self.totals.extend(reader.totals)
        self.unknown |= reader.unknown
        self._tell(reader.warnings)
        if self.rejected > MAX_REJECTED:
            worst = batch.rejected[0]
            raise ImportRefused(
                "too_many_bad_rows", file=self.name, limit=MAX_REJECTED, row=worst.row, why=worst.reason
            )
        return batch

    def _tell(self, more: Sequence[Note]) -> None:
        """Keep the first warning of a kind for a column."""
        known = {(one.code, one.params.get("column")) for one in self.warnings}
        for one in more:
            if (one.code, one.params.get("column")) not in known:
                known.add((one.code, one.params.get("column")))
                self.warnings.append(one)


def _runs(odd: Sequence[tuple[int, list[str]]], limit: int) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield rows that follow each other, at most ``limit`` at once, with the number of the first."""
    rows: list[list[str]] = []
    first = 0
    for number, cells in odd:
        if rows and (number != first + len(rows) or len(rows) >= limit):
            yield first, rows
            rows = []
        if not rows:
            first = number
        rows.append(cells)
    if rows:
        yield first, rows


def stream_videos(
    source: BinaryIO,
    *,
    name: str,
    as_of: date | None,
    period: Span | None,
    today: date,
    batch: int = BATCH,
    size: int = PIECE,
) -> VideoStream:
    """Open a plain CSV of videos (UTF-8) for reading piece by piece.

    Figures run from publication to ``captured_on`` (or ``as_of``), or cover
    ``period``. Raises ``ImportRefused`` when the header is another, or when
    nothing says of which day the figures are.
    """
    digest = hashlib.sha256()
    texts = decoded(_read_bytes(source, digest, size), file=name)
    head = next(texts, "")
    delimiter = find_delimiter(head[:_HEAD])
    first, ends = first_rows(head, name=name, delimiter=delimiter)
    match = choose(as_cells(first[:HEADER_ROWS]), platform=None, profiles=[VIDEOS])
    if match is None:
        headers = ", ".join(first[0][:30]) if first else "–"
        raise ImportRefused("unknown_header", file=name, headers=headers)
    limits = Limits(as_of, period, today)
    _check_limits(match, limits, name)
    header = tuple(cell.strip() for cell in first[match.header_index])
    return VideoStream(
        name=name, limits=limits, match=match, headers=header, header_row=match.header_index + 1,
        delimiter=delimiter, digest=digest, overview=_overview(match, header, delimiter, name),
        texts=chain([head[ends[match.header_index] :]], texts), batch=batch,
        earliest=_earliest(match, first[match.header_index + 1 :], limits),
    )  # fmt: skip


def _read_bytes(source: BinaryIO, digest: "hashlib._Hash", size: int) -> Iterator[bytes]:
    while piece := source.read(size):
        digest.update(piece)
        yield piece


def _check_limits(match: Match, limits: Limits, name: str) -> None:
    dated = any(column is not None and column.field == "captured_on" for column in match.columns)
    if limits.as_of is None and limits.span is None and not dated:
        raise ImportRefused("stream_as_of", file=name)
    if limits.as_of is not None and limits.as_of > limits.today:
        raise ImportRefused("as_of_in_future", as_of=limits.as_of, today=limits.today)


def _overview(match: Match, headers: tuple[str, ...], delimiter: str, name: str) -> Sheet:
    """Lay the header out above one row that says nothing."""
    row = ["x" if header else "" for header in headers]
    table = Table("", as_cells([headers, row]), ragged=True, delimiter=delimiter)
    return lay_out(table, Match(match.profile, 0, match.columns), file=name)


def _earliest(match: Match, rows: Sequence[Sequence[str]], limits: Limits) -> date | None:
    """Return the first day of reading among the first rows: what comes before it is read cell by cell."""
    if limits.span is not None:
        return min(limits.span.last, limits.today)
    days = [limits.as_of] if limits.as_of is not None else []
    for place, column in enumerate(match.columns):
        if column is not None and column.field == "captured_on":
            try:
                days += moments([row[place] for row in rows if len(row) > place and row[place]])[0]
            except Odd:
                return None
    known = [day for day in days if day is not None and day <= limits.today]
    return min(known, default=None)
