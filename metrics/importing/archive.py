"""Archives are looked at before they are opened: sizes, ratios, names, XML. Pure.

What is decided here is decided from the archive's directory and by unpacking
under a limit, so a hostile file costs no more memory than its limits allow.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from metrics.importing.messages import ImportRefused

MEGABYTE = 1024 * 1024
MAX_UPLOAD = 60 * MEGABYTE
MAX_UNPACKED = 96 * MEGABYTE
MAX_ENTRIES = 2000
MAX_RATIO = 100
RATIO_FROM = MEGABYTE
"""Entries that unpack to less than this may be packed tighter; blank sheets are."""
ALL_RATIO_FROM = 4 * MEGABYTE
"""All parts together are held to the ratio from here, so that many small ones are no way round it."""
MAX_CELLS = 1_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_SHEETS = 50
MAX_AREA_PER_CELL = 50
SPARSE_FROM = 200_000
MAX_TEXT = 24_000_000
"""Characters of all cells together, a shared string counted each time it is shown."""
_CHUNK = 64 * 1024


@dataclass(slots=True)
class Budget:
    """What all tables of one upload together may still hold."""

    cells: int = -1
    text: int = -1
    rows: int = -1

    def __post_init__(self) -> None:
        """Start from the limits."""
        self.cells, self.text, self.rows = MAX_CELLS, MAX_TEXT, MAX_ROWS

    def take(self, *, file: str, cells: int, text: int, rows: int) -> None:
        """Take from what is left. Raises ``ImportRefused``."""
        self.cells, self.text, self.rows = self.cells - cells, self.text - text, self.rows - rows
        if self.cells < 0:
            raise ImportRefused("too_many_cells", file=file, limit=MAX_CELLS)
        if self.text < 0:
            raise ImportRefused("too_much_text", file=file, limit=max(MAX_TEXT // 1_000_000, 1))
        if self.rows < 0:
            raise ImportRefused("too_many_rows", file=file, limit=MAX_ROWS)


def open_archive(content: bytes, *, file: str) -> zipfile.ZipFile:
    """Open a zip whose directory keeps the limits. Raises ``ImportRefused``."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    # What ``zipfile`` raises: NotImplementedError for a method of packing that it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ImportRefused("broken_archive", file=file) from error
    _check_directory(archive.infolist(), file)
    return archive


def _check_directory(entries: list[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise ImportRefused("too_many_entries", file=file, count=len(entries), limit=MAX_ENTRIES)
    seen: set[str] = set()
    for entry in entries:
        _check_entry(entry, file)
        if entry.filename.lower() in seen:
            raise ImportRefused("duplicate_part", file=file, part=shown_name(entry.filename))
        seen.add(entry.filename.lower())
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise ImportRefused("unpacks_too_large", file=file, limit=MAX_UNPACKED // MEGABYTE)
    if unpacked > ALL_RATIO_FROM and unpacked > MAX_RATIO * sum(entry.compress_size for entry in entries):
        raise ImportRefused("suspicious_ratio", file=file, limit=MAX_RATIO, part=f"{len(entries)} parts")


def _check_entry(entry: zipfile.ZipInfo, file: str) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
        raise ImportRefused("unsafe_name", file=file, part=shown_name(name))
    if entry.flag_bits & 1:
        raise ImportRefused("encrypted", file=file)
    if entry.file_size >= RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise ImportRefused("suspicious_ratio", file=file, limit=MAX_RATIO, part=shown_name(name))


def shown_name(name: str) -> str:
    """Return the last part of a path, shortened, for a sentence."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or name
    return last if len(last) <= 80 else last[:77] + "…"


def read_chunks(archive: zipfile.ZipFile, name: str, *, file: str) -> Iterator[bytes]:
    """Yield an entry's bytes, never more than its directory says. Raises ``ImportRefused``."""
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,  # a method of packing that ``zipfile`` does not know
        RuntimeError,
        OSError,
    ) as error:
        raise ImportRefused("broken_archive", file=file) from error


def read_entry(archive: zipfile.ZipFile, name: str, *, file: str) -> bytes:
    """Return an entry whole. Raises ``ImportRefused``."""
    return b"".join(read_chunks(archive, name, file=file))
