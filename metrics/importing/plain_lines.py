"""Lines of the simplest shape, told apart by one pattern a line; the odd ones are handed out as cells. Pure.

A line that fits means to a database's CSV reader exactly what it means to the
reader of single cells: no refusal, no other spelling, no day out of bounds. So
such lines need not be read here at all. Every other line is split into its
cells and left to the reader that decides exactly.
"""

import codecs
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from metrics.importing.delimited import LONGEST_LINE, broken
from metrics.importing.messages import ImportRefused
from metrics.importing.profiles import Kind, Match
from metrics.importing.rows import Limits
from metrics.importing.values import REASON_MARK

MEDIA_WORDS = ("video", "image", "live", "视频", "图文", "直播")
"""Words for the medium that a plain line may hold."""

SAMPLE = 200
"""Rows at the start of a file that are looked at before it is read."""

_DAYS_AHEAD = 62
"""Days of reading that one file may span and still be plain."""
PATTERNS_HOLD = sys.version_info >= (3, 11, 5)
"""Earlier Pythons match possessive quantifiers wrongly; there every line is read cell by cell."""
_COUNT = "[0-9]{0,14}+"
_SIGNED = "(?:-?[0-9]{1,14}+)?+"
_RATE = r"(?:0(?:\.[0-9]{1,15}+)?+|1(?:\.0{1,15}+)?+)?+"
_SECONDS = r"(?:[0-9]{1,6}+(?:\.[0-9]{1,15}+)?+)?+"
_SHORT, _LONG = "(?:0[1-9]|1[0-9]|2[0-8])", (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
_LONGEST = (1, 3, 5, 7, 8, 10, 12)
_CLOCK = "(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?+)?+"
_LETTERS = (
    r"!#-+\-./0-9:;<->?@A-Z\[\]^_`a-z{|}~,"
    r"\u00c0-\u024f\u0400-\u04ff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3"
)
"""What handles, links and states are written in: nothing that vanishes or turns into something else."""
_FIGURES = {Kind.COUNT: _COUNT, Kind.SIGNED: _SIGNED, Kind.RATE: _RATE, Kind.SECONDS: _SECONDS}


@dataclass(slots=True)
class Piece:
    """Some lines of the file: the plain ones as text, the others as cells, each with its row.

    ``rows`` is None when every line is plain and the rows follow each other from
    ``first``.
    """

    first: int
    plain: str = ""
    rows: list[int] | None = None
    odd: list[tuple[int, list[str]]] = field(default_factory=list)
    size: int = 0
    length: int = 0
    """Characters that the piece took from the file."""

    def numbered(self, delimiter: str) -> str:
        """Return the plain lines with their row in front."""
        # Cells may hold other signs that end a line elsewhere; the pattern ends a line at "\n" alone.
        lines = self.plain.split("\n")[:-1] if self.rows else []
        return "".join(f"{row}{delimiter}{line}\n" for row, line in zip(self.rows or (), lines, strict=True))


def plain_line(
    match: Match, headers: Sequence[str], *, delimiter: str, limits: Limits, earliest: date
) -> re.Pattern[str] | None:
    """Return the pattern of a plain line, line end included; None where no line of the file can be one.

    ``earliest`` is the first day of reading that may be plain: nothing plain was
    published later. A plain line always has an id.
    """
    fields = [column.field if column is not None else "" for column in match.columns]
    given = [name for name in fields if name]
    if "platform_id" not in given or len(set(given)) < len(given) or headers[0].startswith(REASON_MARK):
        return None
    anything = rf'[^{delimiter}"\r\n\x00]'
    cells = []
    for name, column, header in zip(fields, match.columns, headers, strict=True):
        if column is None or column.kind is Kind.IGNORED:
            cells.append(f"{anything}*+" if header else "")
        else:
            cells.append(_cell(name, column.kind, anything, delimiter, limits, earliest))
    return re.compile(delimiter.join(cells) + r"(?:\r?\n)")


def _cell(name: str, kind: Kind, anything: str, delimiter: str, limits: Limits, earliest: date) -> str:
    end = rf"(?=[{delimiter}\r\n])"
    if kind in _FIGURES:
        return _FIGURES[kind]
    if name == "platform_id":
        named = "(?=[A-Za-z_-]*[0-9])(?=[0-9Ee-]*[A-DF-Za-df-z_])[A-Za-z0-9_-]{1,80}+"
        return f"(?:[0-9]{{1,40}}+{end}|{named}{end})"
    if name == "title":
        inside = anything.replace('"', "") if delimiter == "\t" else r'[^"\r\n\x00]'
        quoted = rf'"(?=[^\s"]){inside}{{1,2000}}+(?<=\S)"'
        return rf"(?:(?=\S){anything}{{1,2000}}+(?<=\S)|{quoted})"
    if name == "published":
        return f"(?:(?:{until(min(earliest, limits.today))}){_CLOCK})?+"
    if name == "captured_on":
        last = min(limits.today, earliest + timedelta(_DAYS_AHEAD))
        days = [earliest + timedelta(step) for step in range((last - earliest).days + 1)]
        given = "|".join(day.isoformat() for day in days)
        return f"(?:{given}){'?+' if limits.as_of is not None and limits.as_of >= earliest else ''}"
    if name == "media":
        return f"(?:{'|'.join(MEDIA_WORDS)})"
    # Texts that may also say "no value": only those that surely do not.
    letters = _LETTERS.replace(delimiter, "")
    return f"(?:(?!(?i:undefined){end})(?! )[ {letters}]{{5,400}}+(?<! ))?+"


def until(last: date) -> str:
    """Return a pattern of every day from 1970 to ``last`` as 2026-03-05; the 29th of February is left out."""
    if last.year < 2001:
        return "(?!)"
    year, month = last.year, last.month
    options = [f"(?:{_years(year - 1)})-{_months(12)}"]
    if month > 1:
        options.append(f"{year}-{_months(month - 1)}")
    days = "|".join(f"{day:02d}" for day in range(1, last.day + 1) if (month, day) != (2, 29))
    options.append(f"{year}-{month:02d}-(?:{days})")
    return "|".join(options)


def _years(last: int) -> str:
    tens = "".join(f"|20{ten}[0-9]" for ten in range(last % 100 // 10)) if last >= 2000 else ""
    return f"19[7-9][0-9]{tens}|{last // 10}[0-{last % 10}]" if last >= 2000 else "(?!)"


def _months(last: int) -> str:
    """Return a pattern of the days of the year's first months."""
    every, long, longest = (_named(_upto(months, last)) for months in (range(1, 13), _LONG, _LONGEST))
    return f"(?:{every}-{_SHORT}|{long}-(?:29|30)|{longest}-31)"


def _upto(months: Sequence[int], last: int) -> list[int]:
    return [month for month in months if month <= last]


def _named(numbers: Sequence[int]) -> str:
    low = "".join(str(number) for number in numbers if number < 10)
    high = "".join(str(number - 10) for number in numbers if number >= 10)
    return f"(?:0[{low}]{f'|1[{high}]' if high else ''})"


def split_pieces(
    texts: Iterator[str], *, file: str, first: int, pattern: re.Pattern[str] | None, delimiter: str
) -> Iterator[Piece]:
    """Yield the pieces of the text below the header, whose rows are counted from ``first``.

    Raises ``ImportRefused`` where the text is not readable as CSV.
    """
    run = re.compile(f"(?:{pattern.pattern})++") if pattern is not None else None
    row, rest, ended = first, "", False
    while not ended:
        more = next(texts, None)
        ended = more is None
        text = rest + (more or "")
        if ended and text and not text.endswith(("\n", "\r")):
            text += "\n"
        piece, used = _piece(text, row, run, file=file, delimiter=delimiter, is_last=ended)
        rest = text[used:]
        if len(rest) > 4 * LONGEST_LINE:
            raise ImportRefused("broken_csv", file=file, row=row, why="unexpected end of data")
        row += piece.size
        if piece.size:
            yield piece


def _piece(
    text: str, first: int, run: re.Pattern[str] | None, *, file: str, delimiter: str, is_last: bool
) -> tuple[Piece, int]:
    piece, place, row, runs = Piece(first), 0, first, []
    end = len(text) if is_last else text.rfind("\n") + 1
    while place < end:
        found = run.match(text, place, end) if run is not None else None
        if found is not None:
            count = text.count("\n", place, found.end())
            runs.append((row, count, found.group()))
            row, place = row + count, found.end()
            continue
        taken = one_record(text, place, end, file=file, row=row, delimiter=delimiter, is_last=is_last)
        if taken is None:
            break
        cells, place = taken
        piece.odd.append((row, cells))
        row += 1
    piece.size, piece.length = row - first, place
    piece.plain = runs[0][2] if len(runs) == 1 else "".join(one for _row, _count, one in runs)
    if "\r" in piece.plain:
        # A database's reader of CSV takes one kind of line end only, and a plain line holds none inside.
        piece.plain = piece.plain.replace("\r\n", "\n")
    if piece.odd:
        piece.rows = [number for start, count, _one in runs for number in range(start, start + count)]
    return piece, place


def one_record(
    text: str, place: int, end: int, *, file: str, row: int, delimiter: str, is_last: bool
) -> tuple[list[str], int] | None:
    """Return one record's cells and where the next begins; None when the text ends inside it.

    Raises ``ImportRefused`` for what is no CSV.
    """
    taken = place

    def lines() -> Iterator[str]:
        nonlocal taken
        while taken < end:
            cut = _line_end(text, taken, end)
            line, taken = text[taken:cut], cut
            if len(line) >= LONGEST_LINE:
                raise ImportRefused("too_many_columns", file=file, limit=1000)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    try:
        cells = next(islice(reader, 1), None)
    except csv.Error as error:
        if not is_last and taken >= end and "unexpected end" in str(error):
            return None
        raise broken(file, row - 1, error) from error
    return (cells or [], taken) if cells is not None else None


def first_rows(head: str, *, name: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first rows of the text and where each of them ends. Raises ``ImportRefused``."""
    rows: list[list[str]] = []
    ends: list[int] = []
    place = 0
    while place < len(head) and len(rows) < SAMPLE:
        found = one_record(
            head, place, len(head), file=name, row=len(rows) + 1, delimiter=delimiter, is_last=False
        )
        if found is None:
            break
        cells, place = found
        rows.append(cells)
        ends.append(place)
    return rows, ends


def _line_end(text: str, start: int, end: int) -> int:
    newline = text.find("\n", start, end)
    stop = newline + 1 if newline >= 0 else end
    carriage = text.find("\r", start, stop)
    if carriage >= 0 and carriage + 1 < stop and text[carriage + 1] != "\n":
        return carriage + 1
    return stop


def decoded(pieces: Iterator[bytes], *, file: str) -> Iterator[str]:
    """Decode UTF-8 piece by piece, a byte-order mark left out. Raises ``ImportRefused``."""
    reader = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for piece in pieces:
            text = reader.decode(piece)
            if "\x00" in text:
                raise ImportRefused("nul_bytes", file=file)
            yield text
        reader.decode(b"", True)
    except UnicodeDecodeError as error:
        raise ImportRefused("stream_encoding", file=file) from error
