"""Many files and zips → the table files inside, each with the folders it lay in."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import ZipInfo

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from metrics.importing import archive as guard
from metrics.importing.messages import ImportRefused, Note
from metrics.importing.reader import split_upload

MOST_FILES = 100
"""Table files in one preview."""
JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True)
class Part:
    """One table file: its name for people, the path it came by, its bytes and the upload it was in."""

    name: str
    path: str
    content: bytes
    upload: str


def parts_of(uploads: Sequence[tuple[str, bytes]]) -> tuple[list[Part], list[Note]]:
    """Return the table files of all uploads and notes on what was skipped inside zips.

    An archive that is not opened stays one part; reading it says why. Raises
    ``Refusal`` for more files than one preview shows.
    """
    parts: list[Part] = []
    skipped: list[Note] = []
    for name, content in uploads:
        found, left_out = _split(name, content)
        parts += found
        skipped += left_out
        if len(parts) > MOST_FILES:
            raise Refusal(
                "too_many_files",
                _("At most %(limit)s files are looked at together. Upload them in several goes.")
                % {"limit": MOST_FILES},
            )
    return parts, skipped


def _split(name: str, content: bytes) -> tuple[list[Part], list[Note]]:
    try:
        inside, skipped = split_upload(name=name, content=content)
    except ImportRefused:
        return [Part(name, name, content, name)], []
    if len(inside) == 1 and inside[0].content is content:
        return [Part(name, name, content, name)], skipped
    paths = _paths(name, content, [part.content for part in inside])
    pairs = zip(inside, paths, strict=True)
    return [Part(part.name, f"{name}/{path}", part.content, name) for part, path in pairs], skipped


def _paths(name: str, content: bytes, bodies: Sequence[bytes]) -> list[str]:
    """Return each part's path inside the zip; parts stand in the order of its directory."""
    entries = [
        entry
        for entry in guard.open_archive(content, file=name).infolist()
        if not entry.is_dir() and not any(mark in entry.filename for mark in JUNK)
    ]
    paths: list[str] = []
    for entry in entries:
        if len(paths) < len(bodies) and _is_of(entry, bodies[len(paths)]):
            paths.append(_readable(entry))
    return paths + [""] * (len(bodies) - len(paths))


def _is_of(entry: ZipInfo, body: bytes) -> bool:
    return entry.file_size == len(body) and zlib.crc32(body) == entry.CRC


def _readable(entry: ZipInfo) -> str:
    """Return the path; archives of older programs write Chinese names without saying so."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename
