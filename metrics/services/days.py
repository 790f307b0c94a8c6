"""Storing days: of creator accounts, of advertisers and of shops."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.bulk import upsert
from common.periods import ONE_DAY
from metrics.choices import Grain, Source
from metrics.importing.records import Record
from metrics.models import AccountDay, AdsDay, CommerceDay
from metrics.services.accounts import AccountBook
from metrics.services.derived import derive_followers
from metrics.services.results import Rejection
from metrics.services.sentences import said
from metrics.services.shifted import hold_shifted
from metrics.services.store import Delivery, Subject, fit, merge

MODELS: dict[Grain, Any] = {
    Grain.ACCOUNT_DAY: AccountDay,
    Grain.ADS_DAY: AdsDay,
    Grain.COMMERCE_DAY: CommerceDay,
}
Key = tuple[int, date, str, int]


@dataclass(frozen=True, slots=True)
class DayRow:
    """A row of the file with the account it is about."""

    account_id: int
    about_id: int
    record: Any
    values: dict[str, Any]

    @property
    def day(self) -> date:
        """Return the day."""
        return self.record.day

    @property
    def key(self) -> Key:
        """Return the stored row's key."""
        return (self.account_id, self.record.day, Source.FILE.value, self.about_id)


def store_days(
    grain: Grain, records: Sequence[tuple[int, Record]], *, book: AccountBook, delivery: Delivery
) -> list[Record]:
    """Merge days into the stored ones and return the records that were taken.

    Two statements read, whatever the number of rows; only changed rows are written.
    Rows whose labels look moved by one day are taken and wait (see ``shifted``).
    """
    model = MODELS[grain]
    rows = _fitting(model, records, book, delivery)
    if not rows:
        return []
    stored = stored_days(model, rows)
    if grain is not Grain.ACCOUNT_DAY:
        rows = _one_way_a_day(rows, stored, delivery)
    delivery.know_fetches(fetch for row in stored.values() for fetch in row.fetches.values())
    merge_days(grain, hold_shifted(grain, rows, stored, delivery), stored, delivery)
    return [row.record for row in rows]


def merge_days(grain: Grain, rows: Sequence[DayRow], stored: dict[Key, Any], delivery: Delivery) -> None:
    """Merge rows into the ``stored`` ones and write what changed, with what follows from it."""
    model = MODELS[grain]
    changed = [row for row in (_merged(grain, one, stored, delivery) for one in rows) if row is not None]
    unique = ["account", "date", "source"] + ([] if grain is Grain.ACCOUNT_DAY else ["about_id"])
    upsert(model, changed, unique_fields=unique, update_fields=[*model.VALUES, "fetches", "gaps"])
    if grain is Grain.ACCOUNT_DAY:
        derive_followers({(row.account_id, row.day) for row in rows}, stored, delivery)


def _fitting(
    model: Any, records: Sequence[tuple[int, Record]], book: AccountBook, delivery: Delivery
) -> list[DayRow]:
    rows = []
    for account_id, record in records:
        try:
            about = book.about_of(record)
            values = fit(model, record.values)
        except LookupError as unknown:
            _reject(delivery, record, "about", said("unknown_about", account=str(unknown.args[0])))
        except OverflowError as fault:
            _reject(delivery, record, None, said("too_big_to_keep", value=str(fault)))
        else:
            rows.append(DayRow(account_id, about.pk if about else 0, record, values))
    return rows


def _reject(delivery: Delivery, record: Any, column: str | None, reason: Any) -> None:
    delivery.tally.rejected.append(Rejection(record.row, column, reason))


def stored_days(model: Any, rows: Sequence[DayRow]) -> dict[Key, Any]:
    """Return what is stored of the rows' accounts, from a day before the first to a day after the last."""
    days = [row.day for row in rows]
    found = model.objects.filter(
        account_id__in={row.account_id for row in rows},
        date__range=(min(days) - ONE_DAY, max(days) + ONE_DAY),
    )
    return {(row.account_id, row.date, row.source, getattr(row, "about_id", 0)): row for row in found}


def _one_way_a_day(rows: Sequence[DayRow], stored: dict[Key, Any], delivery: Delivery) -> list[DayRow]:
    """Refuse rows by which a day would be told for the whole account and for single creators."""
    ways: dict[tuple[int, date], set[bool]] = defaultdict(set)
    given: dict[tuple[int, date], set[bool]] = defaultdict(set)
    for account, day, _source, about in stored:
        ways[account, day].add(about != 0)
    for row in rows:
        given[row.account_id, row.day].add(row.about_id != 0)
    kept = []
    for row in rows:
        single, key = row.about_id != 0, (row.account_id, row.day)
        if len(given[key]) > 1:
            _reject(delivery, row.record, "about", said("both_whole_and_single", day=row.day))
        elif ways[key] - {single}:
            way = "for single creators" if not single else "for the whole account"
            _reject(delivery, row.record, "about", said("stored_other_way", day=row.day, way=way))
        else:
            kept.append(row)
    return kept


def _merged(grain: Grain, row: DayRow, stored: dict[Key, Any], delivery: Delivery) -> Any | None:
    """Return the stored row with the file's values in it, or None when nothing is to be written."""
    account_id, record = row.account_id, row.record
    if row.key not in stored and all(value is None for value in row.values.values()):
        delivery.tally.count(is_new=False, changed=False)
        return None
    target = stored.get(row.key)
    is_new = target is None
    if target is None:
        target = _blank(grain, row)
        stored[row.key] = target
    subject = Subject(grain, account_id, f"{account_id}|{Source.FILE.value}|{row.about_id}", record.day)
    changed, written = merge(
        target, row.values, record.gaps, subject=subject, delivery=delivery, origin=target.fetches
    )
    fetch = delivery.fetch_id(account_id)
    target.fetches = {**target.fetches, **dict.fromkeys(written, fetch)}
    delivery.tally.count(is_new=is_new, changed=bool(written))
    return target if changed or is_new else None


def _blank(grain: Grain, row: DayRow) -> Any:
    about = {} if grain is Grain.ACCOUNT_DAY else {"about_id": row.about_id}
    return MODELS[grain](
        account_id=row.account_id, date=row.day, source=Source.FILE.value, fetches={}, gaps={}, **about
    )
