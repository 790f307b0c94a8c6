"""Fetch a row under its lock, as the first step of every change.

On SQLite a writing transaction already holds the database; on PostgreSQL the
row lock makes two writers of one subject wait for each other.
"""

from typing import TypeVar

from django.db import models

from people.access import not_visible

Row = TypeVar("Row", bound=models.Model)


def lock(model: type[Row], pk: int) -> Row:
    """Return the row, locked until the transaction ends. Raises ``NotVisible`` when there is none."""
    row = model._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        raise not_visible()
    return row


def lock_all(model: type[Row]) -> None:
    """Lock every row of a small table, in order of the key, against changes of its whole shape."""
    list(model._default_manager.select_for_update().order_by("pk").values_list("pk", flat=True))


def subject_of(row: models.Model) -> str:
    """Return ``app.model:key``, the name of the row in the audit log."""
    return f"{row._meta.label_lower}:{row.pk}"
