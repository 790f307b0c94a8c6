"""Bytes → tables: CSV, XLSX and zips of them, told apart by content, never by name. Pure.

Nothing here knows a platform. Whatever cannot be read safely and exactly is an
``ImportRefused`` that names the file.
"""

import re
import zipfile

from metrics.importing import archive as guard
from metrics.importing.delimited import read_csv
from metrics.importing.messages import ImportRefused, Note, note
from metrics.importing.tables import Part, Table
from metrics.importing.workbook import read_workbook

__all__ = ["Part", "Table", "read_tables", "split_upload"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF", "a PDF"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "a database"), (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
)  # fmt: skip
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def split_upload(*, name: str, content: bytes) -> tuple[list[Part], list[Note]]:
    """Return the table files of an upload (itself, or those inside a zip) and what was skipped.

    Raises ``ImportRefused`` for an unsafe or empty archive.
    """
    _check_size(name, content)
    if not _is_zip(content) or _is_office(opened := guard.open_archive(content, file=name)):
        return [Part(name, content)], []
    parts, skipped = [], []
    for entry in opened.infolist():
        if entry.is_dir() or any(mark in entry.filename for mark in _JUNK):
            continue
        full = _readable_name(entry)
        inner = guard.shown_name(full)
        body = guard.read_entry(opened, entry.filename, file=name)
        _refuse_nested(inner, body, name)
        if full.lower().endswith((".csv", ".xlsx", ".tsv", ".txt")) or _is_zip(body):
            parts.append(Part(f"{name}/{inner}", body))
        else:
            skipped.append(note("part_skipped", part=inner))
    if not parts:
        raise ImportRefused("nothing_inside", file=name)
    return parts, skipped


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """Return the name of a part; archives of older programs write Chinese names without saying so."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _refuse_nested(inner: str, body: bytes, name: str) -> None:
    nested = body.startswith((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"))
    if nested or (_is_zip(body) and not _is_office(guard.open_archive(body, file=inner))):
        raise ImportRefused("nested_archive", file=name, part=inner)


def read_tables(*, name: str, content: bytes, budget: guard.Budget | None = None) -> list[Table]:
    """Read one CSV or XLSX file within ``budget``. Raises ``ImportRefused``."""
    _check_size(name, content)
    budget = budget or guard.Budget()
    if _is_zip(content):
        return read_workbook(name, content, budget)
    _refuse_other_kinds(name, content)
    return [read_csv(name, content, budget)]


def _check_size(name: str, content: bytes) -> None:
    if not content:
        raise ImportRefused("empty_file", file=name)
    if len(content) > guard.MAX_UPLOAD:
        size, limit = len(content) // guard.MEGABYTE, guard.MAX_UPLOAD // guard.MEGABYTE
        raise ImportRefused("too_large", file=name, size=size, limit=limit)


def _is_zip(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_office(opened: zipfile.ZipFile) -> bool:
    names = {entry.filename for entry in opened.infolist()}
    return "[Content_Types].xml" in names or "mimetype" in names


def _refuse_other_kinds(name: str, content: bytes) -> None:
    if content.startswith(_OLE):
        raise ImportRefused("old_excel", file=name)
    for magic, found in _MAGIC:
        if content.startswith(magic):
            raise ImportRefused("not_a_table", file=name, found=found)
    start = content[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if re.match(rb"<(!doctype|html|\?xml|table|svg|script|head|body|meta|div|!--)", start):
        raise ImportRefused("not_a_table", file=name, found="a web page or XML")
