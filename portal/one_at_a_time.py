"""A lock that a dead process cannot keep.

PostgreSQL gives a session lock back when the connection ends, the operating
system a file lock when the process does; so a killed night is taken over at
once, while one that is still running keeps everybody else out.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.errors import Conflict


@contextmanager
def only_one(name: str, *, busy: object) -> Iterator[None]:
    """Hold the lock ``name`` for the block. Raises ``Conflict`` with ``busy`` when it is taken."""
    take = _session_lock if connection.vendor == "postgresql" else _file_lock
    with take(name) as taken:
        if not taken:
            raise Conflict("busy", busy)
        yield


@contextmanager
def _session_lock(name: str) -> Iterator[bool]:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    taken = _ask("SELECT pg_try_advisory_lock(%s)", number)
    try:
        yield taken
    finally:
        if taken:
            _ask("SELECT pg_advisory_unlock(%s)", number)


def _ask(statement: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [number])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file_lock(name: str) -> Iterator[bool]:
    database = hashlib.sha256(str(connection.settings_dict["NAME"]).encode()).hexdigest()[:12]
    path = Path(settings.VAR_DIR) / f"{name}-{database}.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
