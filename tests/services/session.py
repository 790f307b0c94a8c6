"""The services of this test run: searched once, shared with xdist's workers."""

import atexit
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import redis

from tests.services import browser, postgresql, redis_server

MARK = "JIYING_TEST_SERVICES"
Server = TypeVar("Server")


@dataclass(frozen=True)
class Found:
    """What the tests run on: words for the summary, values for the settings."""

    run: str
    database: str
    broker: str
    browser: str
    test_database: str
    redis_prefix: str

    @property
    def has_services(self) -> bool:
        """Say whether PostgreSQL and Redis are both there."""
        return self.database.startswith("PostgreSQL") and self.broker.startswith("Redis")


def prepare() -> Found:
    """Find (or start) PostgreSQL and Redis and point the environment at them.

    ``SERVICES`` chooses: ``auto`` (given addresses, default local ports,
    Debian's binaries, embedded wheels), ``embedded`` (the wheels only) or
    ``none`` (SQLite, no broker).
    """
    known = os.environ.get(MARK)
    if known:
        return Found(**json.loads(known))
    found = _search(os.environ.get("SERVICES", "auto"))
    os.environ[MARK] = json.dumps(asdict(found))
    return found


def _search(mode: str) -> Found:
    if mode not in {"auto", "embedded", "none"}:
        raise ValueError(f"SERVICES is auto, embedded or none, not {mode!r}")
    run = secrets.token_hex(4)
    database = _first(
        mode, postgresql.from_environment, postgresql.local, postgresql.debian, postgresql.embedded
    )
    broker = _first(
        mode, redis_server.from_environment, redis_server.local, redis_server.debian, redis_server.embedded
    )
    prefix = f"jiying_test_{run}:"
    scratch = _scratch(run)
    test_database = f"jiying_test_{run}" if database else str(scratch / "test.sqlite3")
    os.environ |= {
        "DATABASE_URL": database.url if database else f"sqlite:///{scratch / 'unused.sqlite3'}",
        "REDIS_URL": broker.url if broker else "",
        "REDIS_PREFIX": prefix,
        "VAR_DIR": str(scratch),
        "STATIC_ROOT": str(scratch / "static"),
        "SECRET_KEY": f"only-for-tests-{secrets.token_hex(24)}",
        "HTTPS": "0",
        "DEBUG": "0",
    }
    if database:
        atexit.register(postgresql.drop_leftovers, database.url, test_database)
    if broker:
        atexit.register(_forget_keys, broker.url, prefix)
    return Found(
        run=run,
        database=database.words if database else "SQLite",
        broker=broker.words if broker else "none, jobs run in the process",
        browser=browser.words(),
        test_database=test_database,
        redis_prefix=prefix,
    )


def _first(mode: str, *ways: Callable[[], Server | None]) -> Server | None:
    """Return the first server found; the last way is the embedded one."""
    chosen = {"auto": ways, "embedded": ways[-1:], "none": ()}[mode]
    return next((server for way in chosen if (server := way())), None)


def _scratch(run: str) -> Path:
    path = Path(tempfile.mkdtemp(prefix=f"jiying_test_{run}_"))
    (path / "static").mkdir()
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _forget_keys(url: str, prefix: str) -> None:
    """Delete the run's own keys, found by walking, never by emptying the server."""
    client = redis.Redis.from_url(url)
    try:
        for key in client.scan_iter(match=f"{prefix}*", count=500):
            client.delete(key)
    except redis.RedisError:
        pass
    finally:
        client.close()
