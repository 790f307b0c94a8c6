"""The third of gained, lost and net followers, worked out where the other two are known."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from common.bulk import upsert
from metrics.choices import SOURCE_ORDER, Grain, Source
from metrics.models import AccountDay
from metrics.services.store import Delivery, Subject, keep_old

FIELDS = ("followers_gained", "followers_lost", "followers_net")
FIRST_HAND = tuple(source.value for source in SOURCE_ORDER if source is not Source.DERIVED)
Key = tuple[int, date, str, int]


def third_of_followers(known: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return the one of gained, lost and net that follows from the other two; all None otherwise.

    Gained and lost are never below zero: sources that contradict each other derive nothing.
    """
    gained, lost, net = (known.get(name) for name in FIELDS)
    derived: dict[str, int | None] = dict.fromkeys(FIELDS)
    if gained is not None and lost is not None and net is None:
        derived["followers_net"] = gained - lost
    elif gained is not None and net is not None and lost is None and gained >= net:
        derived["followers_lost"] = gained - net
    elif lost is not None and net is not None and gained is None and net + lost >= 0:
        derived["followers_gained"] = net + lost
    return derived


def derive_followers(days: Iterable[tuple[int, date]], stored: Mapping[Key, Any], delivery: Delivery) -> None:
    """Write, correct or take back the derived cells of the given account days.

    ``stored`` holds the rows of every source as they are now.
    """
    written, gone = [], []
    for account_id, day in sorted(days):
        row = stored.get((account_id, day, Source.DERIVED.value, 0))
        wanted = third_of_followers(_first_hand(stored, account_id, day))
        corrected = stored.get((account_id, day, Source.CORRECTED.value, 0))
        wanted = {name: None if _is_emptied(corrected, name) else value for name, value in wanted.items()}
        current = {name: getattr(row, name) if row else None for name in FIELDS}
        if wanted == current:
            continue
        if row is not None and all(value is None for value in wanted.values()):
            _remember(delivery, row, wanted)
            gone.append(row.pk)
            continue
        row = row or _blank(account_id, day)
        _remember(delivery, row, wanted)
        _fill(row, wanted, delivery.fetch_id(account_id))
        written.append(row)
    if gone:
        AccountDay.objects.filter(pk__in=gone).delete()
    upsert(
        AccountDay,
        written,
        unique_fields=("account", "date", "source"),
        update_fields=(*FIELDS, "fetches", "gaps"),
    )


def _first_hand(stored: Mapping[Key, Any], account_id: int, day: date) -> dict[str, int | None]:
    """Return each figure from the best source that has it; one declared empty by people is unknown."""
    rows = [stored.get((account_id, day, source, 0)) for source in FIRST_HAND]
    known: dict[str, int | None] = {}
    for name in FIELDS:
        values = [getattr(row, name) for row in rows if row is not None]
        known[name] = next((value for value in values if value is not None), None)
        if _is_emptied(rows[0], name):
            known[name] = None
    return known


def _is_emptied(corrected: Any | None, name: str) -> bool:
    return corrected is not None and name in corrected.gaps


def _blank(account_id: int, day: date) -> AccountDay:
    return AccountDay(account_id=account_id, date=day, source=Source.DERIVED.value, fetches={}, gaps={})


def _fill(row: AccountDay, wanted: Mapping[str, int | None], fetch_id: int) -> None:
    for name, value in wanted.items():
        setattr(row, name, value)
    row.fetches = {name: fetch_id for name, value in wanted.items() if value is not None}


def _remember(delivery: Delivery, row: AccountDay, wanted: Mapping[str, int | None]) -> None:
    key = f"{row.account_id}|{Source.DERIVED.value}|0"
    subject = Subject(Grain.ACCOUNT_DAY, row.account_id, key, row.date)
    for name, value in wanted.items():
        old = getattr(row, name)
        if old is not None and old != value:
            keep_old(delivery, subject, name, (old, value), row.fetches.get(name, 0))
