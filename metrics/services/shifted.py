"""Setting days aside whose labels look moved by one day, until somebody says which are right.

A row's label is right or wrong for all of its figures, so everything that the
table says of that account waits; what it says of other accounts is stored. Nothing
of it is lost: the finding holds the rows.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from metrics.choices import FindingKind, Grain, Source
from metrics.models import Finding
from metrics.services.sentences import said
from metrics.services.store import Delivery
from metrics.services.videos import finding
from metrics.shifts import MIN_RUN, Shift, Shifted, shifted_field

STORED_RIGHT, NEW_RIGHT = "stored_right", "new_right"
SHOWN_DAYS = 31
CODES = {Shift.LATER: "days_shifted_later", Shift.EARLIER: "days_shifted_earlier"}


class Row(Protocol):
    """A day of the file with the account it is about (zero: the whole account)."""

    @property
    def account_id(self) -> int:
        """Return the account."""

    @property
    def about_id(self) -> int:
        """Return the creator account, zero for the whole account."""

    @property
    def values(self) -> dict[str, Any]:
        """Return the figures."""

    @property
    def day(self) -> date:
        """Return the day."""


AnyRow = TypeVar("AnyRow", bound=Row)
Owner = tuple[int, int]
Series = dict[str, dict[date, Any]]


def hold_shifted(
    grain: Grain, rows: Sequence[AnyRow], stored: Mapping[Any, Any], delivery: Delivery
) -> list[AnyRow]:
    """Return the rows to be stored; those that look moved become a finding each account.

    ``stored`` holds the days of the file and of the day before and after, by key. The
    same rows that somebody has called wrong before are dropped without a new question.
    """
    by_owner: dict[Owner, list[AnyRow]] = defaultdict(list)
    for row in rows:
        by_owner[row.account_id, row.about_id].append(row)
    before = _stored_series(stored)
    found = {}
    for owner, mine in by_owner.items():
        if len(mine) >= MIN_RUN and (shifted := shifted_field(before.get(owner, {}), _series(mine))):
            found[owner] = _asked(grain, owner, mine, shifted, before[owner], delivery)
    if not found:
        return list(rows)
    return _settle(rows, by_owner, found, delivery)


def _settle(
    rows: Sequence[AnyRow],
    by_owner: Mapping[Owner, Sequence[AnyRow]],
    found: dict[Owner, Finding],
    delivery: Delivery,
) -> list[AnyRow]:
    keys = [one.key for one in found.values()]
    known = Finding.objects.filter(kind=FindingKind.SHIFTED_DAYS, key__in=keys)
    answers = {(one.account_id, one.key): one.answer for one in known}
    held, asked = set(), []
    for owner, one in found.items():
        answer = answers.get((one.account_id, one.key))
        if answer == NEW_RIGHT:
            continue
        held.add(owner)
        account, count = str(delivery.accounts[owner[0]]), len(by_owner[owner])
        if answer == STORED_RIGHT:
            delivery.tally.warnings.append(said("shifted_dropped", account=account, count=count))
            continue
        code = CODES[Shift(one.details["shift"])]
        days = one.details["agreeing"]
        delivery.tally.warnings.append(said(code, account=account, count=count, days=days))
        asked.append(one)
    Finding.objects.bulk_create(asked, ignore_conflicts=True)
    return [row for row in rows if (row.account_id, row.about_id) not in held]


def _series(rows: Sequence[Row]) -> Series:
    series: Series = defaultdict(dict)
    for row in rows:
        for name, value in row.values.items():
            series[name][row.day] = value
    return series


def _stored_series(stored: Mapping[Any, Any]) -> dict[Owner, Series]:
    series: dict[Owner, Series] = defaultdict(lambda: defaultdict(dict))
    for row in stored.values():
        if row.source == Source.FILE.value:
            for name in row.VALUES:
                series[row.account_id, getattr(row, "about_id", 0)][name][row.date] = getattr(row, name)
    return series


def _asked(
    grain: Grain, owner: Owner, rows: Sequence[Row], shifted: Shifted, before: Series, delivery: Delivery
) -> Finding:
    plain = [[row.day.isoformat(), _as_text(row.values)] for row in sorted(rows, key=lambda one: one.day)]
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    account_id, about_id = owner
    details = {
        "grain": grain.value, "about": about_id, "shift": int(shifted.shift), "field": shifted.field,
        "agreeing": len(shifted.days), "rows": plain, "series": _side_by_side(rows, shifted, before),
    }  # fmt: skip
    one = finding(
        FindingKind.SHIFTED_DAYS, account_id, f"{grain.value}|{about_id}|{digest}", details, delivery
    )
    one.date = max(row.day for row in rows)
    return one


def _as_text(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in sorted(values.items()) if value is not None}


def _side_by_side(rows: Sequence[Row], shifted: Shifted, before: Series) -> list[list[str | None]]:
    """Return day, stored value and new value of the field, the newest days."""
    new = _series(rows)[shifted.field]
    old = before[shifted.field]
    days = sorted({*new, *(day for day in old if min(new) <= day <= max(new))})[-SHOWN_DAYS:]
    return [[day.isoformat(), _text(old.get(day)), _text(new.get(day))] for day in days]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
