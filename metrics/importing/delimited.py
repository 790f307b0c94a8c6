"""CSV bytes → a table: encoding, separator, rows, all within limits. Pure.

The text is decoded piece by piece and never held whole: what is kept is the cells.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from metrics.importing import archive as guard
from metrics.importing.messages import ImportRefused
from metrics.importing.tables import Table

_PIECE = 1024 * 1024
_HEAD = 200_000
_AT_ONCE = 1000
_CHINESE_HEADERS = ("日期", "播放", "标题", "发布", "视频", "作品", "笔记", "账号", "点赞")
LONGEST_LINE = 1_000_000
"""Characters of one line; a cell may have 131,072."""


def read_csv(name: str, content: bytes, budget: guard.Budget) -> Table:
    """Read one CSV. Raises ``ImportRefused``."""
    encoding = find_encoding(name, content)
    delimiter = find_delimiter(_head(content, encoding))
    rows: list[list[str]] = []
    cells = text = 0
    for row in csv_rows(name, io.BytesIO(content), encoding=encoding, delimiter=delimiter):
        rows.append(row)
        cells += len(row)
        text += sum(map(len, row))
        if cells > _AT_ONCE or text > _PIECE or len(rows) % _AT_ONCE == 0:
            budget.take(file=name, cells=cells, text=text, rows=0)
            cells = text = 0
            if len(rows) > budget.rows:
                break
    budget.take(file=name, cells=cells, text=text, rows=len(rows))
    if not any(cell.strip() for row in rows for cell in row):
        raise ImportRefused("empty_file", file=name)
    # A list of text cells is a list of cells; the readers only ever read it.
    return Table("", rows, ragged=True, delimiter=delimiter)  # type: ignore[arg-type]


def csv_rows(name: str, stream: BinaryIO, *, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV. Raises ``ImportRefused`` where it is broken."""
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    reader = csv.reader(_lines(name, text), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            yield row
    except (csv.Error, UnicodeDecodeError) as error:
        raise broken(name, number, error) from error
    finally:
        text.detach()


def broken(name: str, row: int, error: Exception) -> ImportRefused:
    """Return the refusal of a CSV that cannot be read on after ``row`` rows."""
    if isinstance(error, UnicodeDecodeError):
        return ImportRefused("unknown_encoding", file=name)
    return ImportRefused("broken_csv", file=name, row=row + 1, why=str(error))


def _lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    # A line is refused while it is read: split into cells, it would take many times its size.
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ImportRefused("too_many_columns", file=name, limit=guard.MAX_COLUMNS)
        yield line


def find_encoding(name: str, content: bytes) -> str:
    """Return the encoding of the bytes. Raises ``ImportRefused`` for unknown ones and for NUL characters."""
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise ImportRefused("unknown_encoding", file=name)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        if not _decodes(content, "utf-16", name):
            raise ImportRefused("unknown_encoding", file=name)
        return "utf-16"
    if b"\x00" in content:
        return _unmarked_utf16(name, content)
    if content.isascii() or _decodes(content, "utf-8", name):
        return "utf-8-sig"
    if _looks_chinese(content) and _decodes(content, "gb18030", name):
        return "gb18030"
    raise ImportRefused("unknown_encoding", file=name)


def _decodes(content: bytes, encoding: str, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(content)
    try:
        for start in range(0, len(view), _PIECE):
            if "\x00" in decoder.decode(view[start : start + _PIECE]):
                raise ImportRefused("nul_bytes", file=name)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(name: str, content: bytes) -> str:
    """Return UTF-16 of the byte order in which separators and digits have their zero byte."""
    head = content[:_PIECE]
    for encoding, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        # 退 and some others have a zero byte on the other side.
        marked = zeros.count(0) * 4 > len(zeros) and others.count(0) * 8 < len(others)
        if marked and len(content) % 2 == 0 and _decodes(content, encoding, name):
            return encoding
    raise ImportRefused("nul_bytes", file=name)


def _looks_chinese(content: bytes) -> bool:
    """Say whether the bytes are Chinese text and not some other encoding that GB18030 happens to accept.

    Chinese text is pairs of two high bytes; "é" in Latin-1 is one high byte
    before a low one. The first megabyte with such bytes decides.
    """
    first = re.search(rb"[\x80-\xff]", content)
    start = first.start() if first else 0
    sample = content[start : start + _PIECE]
    pairs = re.findall(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe][\x30-\xfe]", sample)
    low = sum(len(pair) == 2 and pair[1] < 0xA1 for pair in pairs)
    return bool(pairs) and low * 4 <= len(pairs) and not _looks_like_neighbours(pairs)


def _looks_like_neighbours(pairs: Sequence[bytes]) -> bool:
    """Say whether the pairs are rather Greek, Japanese or Korean, whose bytes read as rare Chinese.

    Chinese keeps its seldom characters from D8 on, where Greek has its small letters; kana stand at A4
    and A5; Hangul ends at C8, where half of Chinese is still to come.
    """
    leads = [pair[0] for pair in pairs if len(pair) == 2]
    words = [lead for lead in leads if lead >= 0xB0]
    kana = sum(lead in (0xA4, 0xA5) for lead in leads)
    if kana * 4 > len(leads) or sum(lead >= 0xD8 for lead in words) * 2 > max(len(words), 1):
        return True
    text = b"".join(pairs)
    is_hangul = len(words) >= 8 and max(words) <= 0xC8
    return is_hangul and not any(word.encode("gb18030") in text for word in _CHINESE_HEADERS)


def _head(content: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)().decode(content[: 2 * _HEAD])[:_HEAD]


def find_delimiter(head: str) -> str:
    """Return the separator: as declared, or the one that makes the rows alike."""
    declared = re.match(r"sep=([,;\t])\r?\n", head, re.IGNORECASE)
    if declared:
        return declared[1]
    return max(",;\t", key=lambda mark: _regularity(head, mark))


def _regularity(head: str, mark: str) -> tuple[float, int]:
    """Return (share of rows as wide as most, that width), (0, 0) when the mark separates nothing."""
    lines = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
    widths: list[int] = []
    try:
        for row in lines:
            if row:
                widths.append(len(row))
            if len(widths) == 30:
                break
    except csv.Error:
        pass
    usual = max(set(widths), key=widths.count, default=0)
    if usual < 2:
        return 0, 0
    share = widths.count(usual) / len(widths)
    return (1.0 if share >= 0.8 else share), usual
