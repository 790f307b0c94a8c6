"""Work that another thread does while the database is busy."""

import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")
FAST, AT_ONCE = 1, 1 << 20


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items, the next being made while the caller works on this one."""
    with ThreadPoolExecutor(max_workers=1) as maker:
        coming: Future[Item | None] = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item


def packed(path: Path) -> bytes:
    """Return a file's bytes as payloads keep them: compressed, here quickly rather than tightly."""
    packer, parts = zlib.compressobj(FAST), []
    with path.open("rb") as file:
        while piece := file.read(AT_ONCE):
            parts.append(packer.compress(piece))
    return b"".join([*parts, packer.flush()])
