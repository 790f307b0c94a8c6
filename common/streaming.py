"""Writing rows of plain values, taken one by one while the database stores them.

Where ``bulk.upsert`` takes model instances, these take tuples in the order of
``fields`` (names of model attributes, foreign keys as ``…_id``). PostgreSQL stores the rows
with COPY and works on them while the next ones are made, so whatever makes them must not
use the database itself; rows can also be written out ahead, in a thread without a connection.
SQLite inserts them in batches.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection, models, transaction

BATCH = 500
CHUNK = 1 << 18
"""Characters handed to PostgreSQL at once; for each piece COPY waits for its turn in Python."""
Row = tuple[object, ...]


class Written:
    """Rows as the text that PostgreSQL copies."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.pieces = deque(pieces)

    def read(self, size: int = -1) -> str:
        """Return the next piece, nothing at the end; each piece is let go of as it is read."""
        return self.pieces.popleft() if self.pieces else ""


def written_ahead(rows: Iterable[Row], *, size: int = CHUNK) -> Written:
    """Write rows out as text for PostgreSQL, in pieces of about ``size`` characters; uses no connection."""
    stream = _Stream(rows)
    return Written(iter(lambda: stream.read(size), ""))


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Return ``count`` primary keys that no other row will get, inside a transaction that writes."""
    if count == 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            column = model._meta.pk.column if model._meta.pk else "id"
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # The last key that was ever given, also to a row deleted since.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row] | Written) -> None:
    """Insert rows that are new, in one transaction. Rows written ahead are for PostgreSQL alone."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _copy(connection.ops.quote_name(model._meta.db_table), _columns(model, fields), rows)
            return
        if isinstance(rows, Written):
            raise TypeError("rows written ahead can only be copied, and this database does not copy")
        for batch in _instances(model, fields, rows):
            model._default_manager.bulk_create(batch)


def upsert_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Row],
    *,
    unique_fields: Sequence[str],
    update_fields: Sequence[str],
) -> None:
    """Insert the rows or, where ``unique_fields`` match, update ``update_fields``, in one transaction."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _copy_and_merge(model, fields, rows, unique_fields, update_fields)
            return
        named = {field.attname: field.name for field in model._meta.concrete_fields}
        for batch in _instances(model, fields, rows):
            model._default_manager.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=[named[name] for name in unique_fields],
                update_fields=[named[name] for name in update_fields],
            )


def _instances(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]
) -> Iterator[list[models.Model]]:
    left = iter(rows)
    while batch := [model(**dict(zip(fields, row, strict=True))) for row in islice(left, BATCH)]:
        yield batch


def _columns(model: type[models.Model], fields: Sequence[str]) -> str:
    columns = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    return ", ".join(connection.ops.quote_name(columns[name]) for name in fields)


def _copy_and_merge(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Row],
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    quote = connection.ops.quote_name
    table, staging = quote(model._meta.db_table), quote(f"streamed_{model._meta.db_table}"[:60])
    columns = _columns(model, fields)
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in _columns(model, update).split(", "))
    select = f"SELECT {columns} FROM"
    conflict = f"ON CONFLICT ({_columns(model, unique)}) DO UPDATE SET {changes}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS {select} {table} WITH NO DATA")
        _copy(staging, columns, rows)
        cursor.execute(f"INSERT INTO {table} ({columns}) {select} {staging} {conflict}")
        cursor.execute(f"DROP TABLE {staging}")


def _copy(table: str, columns: str, rows: Iterable[Row] | Written) -> None:
    stream = rows if isinstance(rows, Written) else _Stream(rows)
    # Django turns the driver's errors into its own for `execute` only.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        try:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", stream, size=CHUNK)
        except Exception as refusal:
            # What went wrong while a row was made reaches the database only as a text.
            if isinstance(stream, _Stream) and stream.error is not None:
                raise stream.error from refusal
            raise


class _Stream:
    """A file to read from whose lines are made when they are wanted."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self.error: Exception | None = None

    def read(self, size: int = CHUNK) -> str:
        """Return about ``size`` characters of whole lines, nothing at the end."""
        lines: list[str] = []
        length = 0
        try:
            for row in self._rows:
                line = "\t".join(map(_cell, row))
                lines.append(line)
                length += len(line)
                if length >= size:
                    break
        except Exception as error:
            self.error = error
            raise
        return "\n".join(lines) + "\n" if lines else ""


def _cell(value: object) -> str:
    """Return one cell of PostgreSQL's text format; text in which something has to be escaped is rare."""
    if value is None:
        return "\\N"
    text = value if type(value) is str else str(value)
    if "\\" in text or "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text
