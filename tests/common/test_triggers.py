"""Guards on tables: the same refusals on every database, and only for what they name."""

import pytest
from django.db import DatabaseError, connection, transaction

from common.triggers import guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def table():
    """A table whose rows are protected once they are sealed."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE guarded (id integer PRIMARY KEY, note text, sealed_at text)")
        cursor.execute("INSERT INTO guarded VALUES (1, 'open', NULL), (2, 'shut', '2026-09-01')")
    operations = [
        guard("guarded", when="OLD.sealed_at IS NOT NULL"),
        guard("guarded", when="NEW.id > 100", events=["INSERT"]),
    ]
    for operation in operations:
        operation.code(None, _Editor())
    return operations


class _Editor:
    """As much of a schema editor as a guard uses, inside the test's transaction."""

    connection = connection

    def execute(self, statement, params=()):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def notes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, note FROM guarded ORDER BY id")
        return cursor.fetchall()


REFUSED = [
    "UPDATE guarded SET note = 'x' WHERE id = 2",
    "DELETE FROM guarded WHERE id = 2",
    "INSERT INTO guarded VALUES (101, 'x', NULL)",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_protected_rows_are_refused(table, statement):
    with pytest.raises(DatabaseError, match="guarded is protected"):
        run(statement)
    assert notes() == [(1, "open"), (2, "shut")]


def test_other_rows_change_as_before(table):
    run("UPDATE guarded SET note = 'changed' WHERE id = 1")
    run("INSERT INTO guarded VALUES (3, 'new', NULL)")
    assert notes() == [(1, "changed"), (2, "shut"), (3, "new")]
    run("DELETE FROM guarded WHERE id = 1")
    assert notes() == [(2, "shut"), (3, "new")]


def test_taking_the_guards_off_allows_everything(table):
    for operation in table:
        operation.reverse_code(None, _Editor())
    for statement in REFUSED:
        run(statement)
    assert notes() == [(1, "open"), (101, "x")]
