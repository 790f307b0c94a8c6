"""Look at an uploaded workbook before opening it. Pure."""

import io
import zipfile

from common.errors import Refusal

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_UNPACKED = 80 * MEGABYTE
MAX_ENTRIES = 500
MAX_RATIO = 100
SMALL_PART = MEGABYTE
MACROS = "vbaproject.bin"


def check_zip_limits(content: bytes, *, sentence: object) -> None:
    """Refuse, from the archive's directory alone, what would unpack to too much.

    Raises ``Refusal`` with ``sentence`` for something that is no zip, too large,
    packed too tightly, of too many parts, encrypted, nested or with macros.
    """
    if len(content) > MAX_BYTES:
        raise Refusal("file_too_large", sentence, limit=MAX_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    # What ``zipfile`` raises: NotImplementedError for a method of packing that it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Refusal("broken_file", sentence) from error
    if len(parts) > MAX_ENTRIES or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refusal("unpacks_too_large", sentence, limit=MAX_UNPACKED)
    if any(_is_suspicious(part) for part in parts):
        raise Refusal("suspicious_file", sentence)


def _is_suspicious(part: zipfile.ZipInfo) -> bool:
    name = part.filename.lower()
    encrypted = part.flag_bits & 1
    too_tight = part.file_size > SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1)
    return bool(encrypted or too_tight or name.endswith((".zip", MACROS)) or ".." in name)
