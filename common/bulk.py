"""Writing many rows at once; the one module whose code differs by database."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial
from types import NoneType
from typing import IO, Any, TypeAlias

from django.db import connection, models, transaction

BATCH = 500
UPDATE_BATCH = 200
WORK_MEMORY = "128MB"

Field: TypeAlias = "models.Field[Any, Any]"


def upsert(
    model: type[models.Model],
    rows: Iterable[models.Model],
    *,
    unique_fields: Sequence[str],
    update_fields: Sequence[str],
) -> int:
    """Insert the rows or, where ``unique_fields`` match, update ``update_fields``.

    All in one transaction; returns how many rows were given. Two rows with the
    same key in one call are an error of the caller (``IntegrityError`` or
    ``ProgrammingError``). Generated keys are not set on the instances. With no
    ``update_fields`` the rows that exist are left alone.
    """
    given = list(rows)
    if not given:
        return 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _copy(model, given, unique_fields, update_fields)
        else:
            _insert(model, given, unique_fields, update_fields)
    return len(given)


def is_set_based() -> bool:
    """Say whether the database takes whole tables at once (COPY, and statements over what was copied)."""
    return bool(connection.vendor == "postgresql")


def make_room() -> None:
    """Let this transaction sort and join whole tables in memory. PostgreSQL only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [WORK_MEMORY]
        )


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert the rows; their generated keys are set on the instances."""
    if not is_set_based():
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        return
    keys = _new_keys(model, len(rows))
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
    if rows:
        fields = list(model._meta.concrete_fields)
        copy_in(model._meta.db_table, [str(field.column) for field in fields], _as_csv(rows, fields))


def _new_keys(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        key = str(model._meta.pk.column) if model._meta.pk else "id"
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, key, count],
        )
        return [row[0] for row in cursor.fetchall()]


def update(model: type[models.Model], rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write ``fields`` of rows that exist."""
    if not rows or not is_set_based():
        model._default_manager.bulk_update(rows, list(fields), batch_size=UPDATE_BATCH)
        return
    columns = [model._meta.pk, *(model._meta.get_field(name) for name in fields)]
    names = ", ".join(_column(field) for field in columns)  # type: ignore[arg-type]
    table, staging = _quoted(model._meta.db_table), _quoted(f"changed_{model._meta.db_table}"[:60])
    changes = ", ".join(f"{_column(one)} = new.{_column(one)}" for one in columns[1:])  # type: ignore[arg-type]
    key = _column(columns[0])  # type: ignore[arg-type]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"
        )
        cursor.copy_expert(f"COPY {staging} ({names}) FROM STDIN WITH (FORMAT csv)", _as_csv(rows, columns))  # type: ignore[arg-type]
        cursor.execute(f"UPDATE {table} old SET {changes} FROM {staging} new WHERE old.{key} = new.{key}")
        cursor.execute(f"DROP TABLE {staging}")


def copy_in(
    table: str, columns: Sequence[str], text: "IO[Any] | io.RawIOBase", *, delimiter: str = ","
) -> None:
    """Read CSV text into a table; an unquoted empty cell is NULL. PostgreSQL only."""
    names = ", ".join(map(_quoted, columns))
    mark = delimiter.replace("\t", "\\t")
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {_quoted(table)} ({names}) FROM STDIN WITH (FORMAT csv, DELIMITER E'{mark}')",
            text,
            1 << 20,
        )


def store_bytes(model: type[models.Model], key: int, field: str, content: bytes) -> None:
    """Write a large value of bytes into one row, without a second copy of it in memory."""
    if not is_set_based():
        model._default_manager.filter(pk=key).update(**{field: content})
        return
    column, table = _quoted(str(model._meta.get_field(field).column)), _quoted(model._meta.db_table)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE given_bytes (content bytea) ON COMMIT DROP")
        copy_in("given_bytes", ["content"], _Hexadecimal(content))
        cursor.execute(
            f"UPDATE {table} SET {column} = (SELECT content FROM given_bytes) WHERE id = %s", [key]
        )
        cursor.execute("DROP TABLE given_bytes")


class _Hexadecimal(io.RawIOBase):
    """Bytes as one cell of text, made while they are read."""

    def __init__(self, content: bytes) -> None:
        self._content, self._place = memoryview(content), -1

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return about ``size`` more characters."""
        if self._place < 0:
            self._place = 0
            return b'"\\x'
        if self._place > len(self._content):
            return b""
        piece = self._content[self._place : self._place + max(size // 2, 1)]
        self._place += len(piece) or 1
        return piece.hex().encode() if piece else b'"\n'


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _insert(
    model: type[models.Model], rows: list[models.Model], unique: Sequence[str], update: Sequence[str]
) -> None:
    if not update:
        model._default_manager.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        return
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=list(unique), update_fields=list(update)
    )


def _copy(
    model: type[models.Model], rows: list[models.Model], unique: Sequence[str], update: Sequence[str]
) -> None:
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    quote = connection.ops.quote_name
    table, staging = quote(model._meta.db_table), quote(f"staged_{model._meta.db_table}"[:60])
    columns = ", ".join(_column(field) for field in fields)
    with connection.cursor() as cursor:
        select = f"SELECT {columns} FROM"
        cursor.execute(f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS {select} {table} WITH NO DATA")
        cursor.copy_expert(f"COPY {staging} ({columns}) FROM STDIN WITH (FORMAT csv)", _as_csv(rows, fields))
        cursor.execute(
            f"INSERT INTO {table} ({columns}) {select} {staging} {_conflict(model, unique, update)}"
        )
        cursor.execute(f"DROP TABLE {staging}")


def _column(field: Field) -> str:
    return connection.ops.quote_name(str(field.column))


def _conflict(model: type[models.Model], unique: Sequence[str], update: Sequence[str]) -> str:
    column = {field.name: _column(field) for field in model._meta.concrete_fields}
    target = ", ".join(column[name] for name in unique)
    if not update:
        return f"ON CONFLICT ({target}) DO NOTHING"
    changes = ", ".join(f"{column[name]} = EXCLUDED.{column[name]}" for name in update)
    return f"ON CONFLICT ({target}) DO UPDATE SET {changes}"


def _as_csv(rows: Sequence[models.Model], fields: Sequence[Field]) -> io.StringIO:
    cells = [_reader(field) for field in fields]
    lines = (",".join([cell(row) for cell in cells]) for row in rows)
    return io.StringIO("\n".join(lines) + "\n")


def _reader(field: Field) -> Callable[[models.Model], str]:
    """Return what reads a field's cell; most values are written as they are."""
    name, plain = field.attname, (int, str, bool, date, datetime, NoneType)
    if (
        isinstance(field, models.JSONField)
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
    ):
        return partial(_cell, field)

    def read(row: models.Model) -> str:
        value = getattr(row, name)
        return _quoted_cell(value) if type(value) in plain else _cell(field, row)

    return read


def _cell(field: Field, row: models.Model) -> str:
    value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
    if hasattr(value, "dumps"):
        value = value.dumps(value.adapted)
    elif isinstance(value, (bytes, memoryview)):
        value = "\\x" + bytes(value).hex()
    return _quoted_cell(value)


def _quoted_cell(value: object) -> str:
    """Return one cell; only a missing value is unquoted, so it alone reads as NULL."""
    return "" if value is None else '"' + str(value).replace('"', '""') + '"'
