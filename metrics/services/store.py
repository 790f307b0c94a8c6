"""Merging what a file says into what is stored, cell by cell.

A value that is missing in the file never replaces one that is stored; a value
of an older export never replaces one of a newer. Everything is compared in
memory, so a file costs a handful of statements however long it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from common.bulk import upsert
from common.money import round_half_up
from metrics.choices import Gap, Grain
from metrics.models import COUNT_LIMIT, MONEY_LIMIT, Fetch, Restatement
from metrics.services.results import Restated, Tally
from people.models import Account

SECONDS_LIMIT = Decimal(1_000_000)
FETCH_BATCH = 500


@dataclass(slots=True)
class Delivery:
    """One table being stored: its accounts with their fetches, and when."""

    accounts: dict[int, Account]
    fetches: dict[int, Fetch]
    at: datetime
    tally: Tally = field(default_factory=Tally)
    as_of_by_fetch: dict[int, date | None] = field(default_factory=dict)
    restatements: list[Restatement] = field(default_factory=list)

    def fetch_id(self, account_id: int) -> int:
        """Return the fetch of this table for an account."""
        return self.fetches[account_id].pk

    def as_of(self, account_id: int) -> date | None:
        """Return the day of the export, if known."""
        return self.fetches[account_id].as_of

    def know_fetches(self, ids: Iterable[int]) -> None:
        """Read the as-of dates of earlier fetches, once each."""
        wanted = sorted({one for one in ids if one} - set(self.as_of_by_fetch))
        for start in range(0, len(wanted), FETCH_BATCH):
            rows = Fetch.objects.filter(pk__in=wanted[start : start + FETCH_BATCH])
            self.as_of_by_fetch.update(rows.values_list("pk", "as_of"))

    def is_older_than(self, account_id: int, fetch_id: int) -> bool:
        """Say whether the earlier fetch read a later day than this one does; unknown days do not."""
        mine, other = self.as_of(account_id), self.as_of_by_fetch.get(fetch_id)
        return mine is not None and other is not None and mine < other

    def keep_newer(self, fetch_id: int) -> None:
        """Count a value that stays because a newer export gave it."""
        self.tally.kept_newer += 1
        newest = self.as_of_by_fetch.get(fetch_id)
        if newest and (self.tally.newest_as_of is None or newest > self.tally.newest_as_of):
            self.tally.newest_as_of = newest


@dataclass(frozen=True, slots=True)
class Subject:
    """What a cell belongs to: natural key, account, day, and how it is named to people."""

    grain: Grain
    account_id: int
    key: str
    day: date
    name: str = ""


def fit(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the columns keep them. Raises ``OverflowError(value)`` for what cannot be kept."""
    return {name: _fitted(model._meta.get_field(name), value) for name, value in values.items()}


def _fitted(column: Any, value: Any) -> int | Decimal | None:
    if value is None:
        return None
    if not isinstance(column, models.DecimalField):
        if abs(value) > COUNT_LIMIT:
            raise OverflowError(str(value))
        return int(value)
    limit = SECONDS_LIMIT if column.name == "average_play_seconds" else Decimal(MONEY_LIMIT)
    fitted = round_half_up(value, column.decimal_places)
    if abs(fitted) > limit:
        raise OverflowError(str(value))
    return fitted


def merge(
    row: Any,
    values: Mapping[str, Any],
    gaps: Mapping[str, str],
    *,
    subject: Subject,
    delivery: Delivery,
    origin: Mapping[str, int],
) -> tuple[bool, list[str]]:
    """Put the values into the row; return whether it must be written, and the fields with a new value.

    ``origin`` names, per field, the fetch that gave the stored value.
    """
    gap_map, written = dict(row.gaps or {}), []
    for name, value in values.items():
        old = getattr(row, name)
        if value is None:
            if old is None:
                gap_map[name] = gaps.get(name, Gap.NOT_SUPPLIED.value)
            continue
        if old == value:
            continue
        if old is not None and delivery.is_older_than(subject.account_id, origin.get(name, 0)):
            delivery.keep_newer(origin[name])
            continue
        if old is not None:
            _restate(delivery, subject, name, (old, value), origin.get(name, 0))
        setattr(row, name, value)
        gap_map.pop(name, None)
        written.append(name)
    changed = bool(written) or gap_map != (row.gaps or {})
    row.gaps = gap_map
    return changed, written


def _restate(delivery: Delivery, subject: Subject, name: str, change: tuple[Any, Any], origin: int) -> None:
    keep_old(delivery, subject, name, change, origin)
    account = str(delivery.accounts[subject.account_id])
    old, new = (_shown(value) for value in change)
    delivery.tally.restated.append(Restated(account, subject.name or account, subject.day, name, old, new))


def keep_old(delivery: Delivery, subject: Subject, name: str, change: tuple[Any, Any], origin: int) -> None:
    """Remember the value that another one replaces."""
    old, new = (_shown(value) for value in change)
    delivery.restatements.append(
        Restatement(
            grain=subject.grain.value,
            account_id=subject.account_id,
            key=subject.key,
            date=subject.day,
            field=name,
            old=old,
            new=new,
            old_fetch_id=origin,
            fetch_id=delivery.fetch_id(subject.account_id),
            at=delivery.at,
        )
    )


def _shown(value: int | Decimal | None) -> str:
    # As digits: Decimal's own text of a rate of nothing is 0E-8.
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def write_restatements(delivery: Delivery) -> None:
    """Store the old values that this delivery replaced."""
    upsert(
        Restatement,
        delivery.restatements,
        unique_fields=("grain", "key", "date", "field", "fetch_id"),
        update_fields=(),
    )
