"""Database triggers that refuse changes, as operations for migrations.

``guard("common_auditevent")`` makes a table append-only. With ``when``, a
condition over ``OLD`` in plain SQL that both databases read, only the rows that
meet it are protected (sealed ones).
"""

from collections.abc import Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROW_EVENTS = ("UPDATE", "DELETE")


def guard(table: str, *, when: str = "", events: Sequence[str] = ROW_EVENTS) -> migrations.RunPython:
    """Return the operation that refuses ``events`` on ``table``'s rows.

    Without ``when`` PostgreSQL also refuses TRUNCATE. An INSERT guard writes
    its condition over ``NEW`` and needs a call of its own.
    """

    def protect(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(editor.connection.vendor, table, when, events):
            editor.execute(statement, params=None)

    def release(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _release(editor.connection.vendor, table, events):
            editor.execute(statement, params=None)

    return migrations.RunPython(protect, release)


def _name(table: str, events: Sequence[str]) -> str:
    return f"{table}_guard_{'_'.join(event.lower() for event in events)}"


def _statements(vendor: str, table: str, when: str, events: Sequence[str]) -> list[str]:
    if vendor == "postgresql":
        return _postgresql(table, when, events)
    condition = f"WHEN {when} " if when else ""
    return [
        f"CREATE TRIGGER {_name(table, [event])} BEFORE {event} ON {table} FOR EACH ROW {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is protected against {event}'); END"
        for event in events
    ]


def _postgresql(table: str, when: str, events: Sequence[str]) -> list[str]:
    name = _name(table, events)
    error = "USING ERRCODE = 'integrity_constraint_violation'"
    body = f"RAISE EXCEPTION '{table} is protected against %', TG_OP {error};"
    if when:
        body = f"IF {when} THEN {body} END IF;"
    passed = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    call = f"EXECUTE FUNCTION {name}()"
    statements = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} {passed} END $$",
        f"CREATE TRIGGER {name} BEFORE {' OR '.join(events)} ON {table} FOR EACH ROW {call}",
    ]
    if not when:
        statements.append(f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")
    return statements


def _release(vendor: str, table: str, events: Sequence[str]) -> list[str]:
    if vendor == "postgresql":
        return [f"DROP FUNCTION IF EXISTS {_name(table, events)}() CASCADE"]
    return [f"DROP TRIGGER IF EXISTS {_name(table, [event])}" for event in events]
