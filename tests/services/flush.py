"""Emptying the test database although triggers protect its tables.

Tests that commit end with a flush, which the append-only triggers rightly
refuse. For that moment, and only in a test database, they are taken off.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase


def let_tests_flush() -> None:
    """Make the flush at the end of a committing test pass the triggers."""
    ending = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with _without_triggers():
            ending(self)

    TransactionTestCase._fixture_teardown = teardown


@contextmanager
def _without_triggers() -> Iterator[None]:
    postgresql = connection.vendor == "postgresql"
    off, on = _postgresql_statements() if postgresql else _sqlite_statements()
    _execute(off)
    yield
    _execute(on)


def _postgresql_statements() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        tables = [row[0] for row in cursor.fetchall()]
    return (
        [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables],
    )


def _sqlite_statements() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
