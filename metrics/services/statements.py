"""Statements over whole tables, and their answers."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

FETCHED = 5_000


def execute(statement: str, params: Sequence[object] | None = None) -> int:
    """Run a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)  # type: ignore[arg-type]
        return int(cursor.rowcount)


def rows_of(query: str) -> list[tuple[Any, ...]]:
    """Return every row of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def row_of(query: str) -> tuple[Any, ...]:
    """Return the one row of an answer."""
    return rows_of(query)[0]


def pieces_of(query: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the answer piece by piece; it stays with the database until then."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(FETCHED):
            yield rows
