"""The state of the data: which account has which day, how far everything reaches."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from metrics.choices import Source
from metrics.models import AccountDay, AdsDay, CommerceDay
from people.choices import AccountKind
from people.models import Account, AccountShare

WINDOW = 31
LATE_DAYS = 2
"""A day that is missing no longer than this is late; after that it is missing."""

MODELS: dict[str, Any] = {
    AccountKind.CREATOR.value: AccountDay,
    AccountKind.ADVERTISER.value: AdsDay,
    AccountKind.SHOP.value: CommerceDay,
}


class DayState(StrEnum):
    """What there is of one account on one day. The values name the grid's colours."""

    COMPLETE = "settled"
    PARTIAL = "partial"
    LATE = "late"
    MISSING = "failed"
    NONE_EXPECTED = "none"


GLYPHS = {
    DayState.COMPLETE: "●",
    DayState.PARTIAL: "◐",
    DayState.LATE: "◔",
    DayState.MISSING: "✕",
    DayState.NONE_EXPECTED: "–",
}


@dataclass(frozen=True)
class Run:
    """Days in a row with the same state."""

    state: DayState
    first: date
    last: date

    @property
    def length(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def glyphs(self) -> str:
        """Return one sign per day, apart, so that they spread over the run's days."""
        return " ".join(GLYPHS[self.state] * self.length)


@dataclass(frozen=True)
class AccountHealth:
    """One account's last days, with the days that lack something."""

    account: Account
    states: tuple[DayState, ...]
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Overall:
    """How far the data of all accounts with a holder reaches.

    ``through`` is the day that all accounts with data have reached; ``behind``
    counts those short of ``yesterday``; ``silent`` those without any day.
    """

    accounts: int
    yesterday: date
    through: date | None
    behind: int
    silent: int


def window(today: date) -> tuple[date, ...]:
    """Return the last days up to yesterday, oldest first."""
    return tuple(today - timedelta(days=back) for back in range(WINDOW, 0, -1))


def account_health(accounts: Sequence[Account], *, today: date) -> list[AccountHealth]:
    """Return the last 31 days of each account; the number of statements does not depend on how many."""
    days = window(today)
    filled = _filled(accounts, days)
    held = _held(accounts, days)
    return [_health(account, days, filled[account.pk], held[account.pk]) for account in accounts]


def _filled(accounts: Sequence[Account], days: Sequence[date]) -> dict[int, dict[date, set[str]]]:
    """Return the fields that have a value, per account and day, over all sources."""
    filled: dict[int, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    ids = [account.pk for account in accounts]
    for model in {MODELS[account.kind] for account in accounts}:
        rows = model.objects.filter(account_id__in=ids, date__range=(days[0], days[-1]))
        for account_id, day, *values in rows.values_list("account_id", "date", *model.VALUES):
            given = (name for name, value in zip(model.VALUES, values, strict=True) if value is not None)
            filled[account_id][day].update(given)
    return filled


def _held(accounts: Sequence[Account], days: Sequence[date]) -> dict[int, list[tuple[date, date | None]]]:
    shares = AccountShare.objects.filter(
        period__account_id__in=[account.pk for account in accounts], period__starts_on__lte=days[-1]
    ).exclude(period__ends_on__lt=days[0])
    held: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    spans = shares.values_list("period__account_id", "period__starts_on", "period__ends_on").distinct()
    for account_id, first, last in spans:
        held[account_id].append((first, last))
    return held


def _health(
    account: Account,
    days: Sequence[date],
    filled: dict[date, set[str]],
    held: Sequence[tuple[date, date | None]],
) -> AccountHealth:
    usual = set().union(*filled.values()) if filled else set()
    states = tuple(_state(account, day, filled.get(day, set()), usual, held, days[-1]) for day in days)
    runs = []
    for state, group in groupby(zip(days, states, strict=True), key=lambda pair: pair[1]):
        same = [day for day, _state_of_day in group]
        runs.append(Run(state, same[0], same[-1]))
    return AccountHealth(account, states, tuple(runs))


def _state(
    account: Account,
    day: date,
    given: set[str],
    usual: set[str],
    held: Sequence[tuple[date, date | None]],
    yesterday: date,
) -> DayState:
    if given:
        return DayState.COMPLETE if given == usual else DayState.PARTIAL
    if (account.opened_on and day < account.opened_on) or (account.closed_on and day > account.closed_on):
        return DayState.NONE_EXPECTED
    if not any(first <= day and (last is None or day <= last) for first, last in held):
        return DayState.NONE_EXPECTED
    return DayState.LATE if (yesterday - day).days < LATE_DAYS else DayState.MISSING


def overall(accounts: QuerySet[Account], *, today: date) -> Overall:
    """Say in numbers how far the data of the accounts held yesterday reaches."""
    yesterday = today - timedelta(days=1)
    shares = AccountShare.objects.filter(
        Q(period__ends_on__isnull=True) | Q(period__ends_on__gte=yesterday),
        period__account=OuterRef("pk"),
        period__starts_on__lte=yesterday,
    )
    held = set(accounts.filter(Exists(shares), closed_on__isnull=True).values_list("pk", flat=True))
    first, *others = (_reached(model, today - timedelta(days=WINDOW), yesterday) for model in MODELS.values())
    latest = {account: day for account, day in first.union(*others) if account in held}
    return Overall(
        accounts=len(held),
        yesterday=yesterday,
        through=min(latest.values(), default=None),
        behind=sum(day < yesterday for day in latest.values()),
        silent=len(held) - len(latest),
    )


def _reached(model: Any, first: date, last: date) -> QuerySet[Any, tuple[int, date]]:
    """Return account and last day of delivered facts."""
    delivered = model.objects.filter(date__range=(first, last)).exclude(source=Source.CORRECTED)
    rows = delivered.order_by().values("account_id")
    reached: QuerySet[Any, tuple[int, date]] = rows.annotate(day=Max("date")).values_list("account_id", "day")
    return reached


@dataclass(frozen=True)
class DayRow:
    """What is stored of one account on one day, by source."""

    day: date
    source: str
    values: tuple[Any, ...]
    gaps: dict[str, str]


def account_days(account: Account, *, today: date) -> tuple[tuple[str, ...], list[DayRow]]:
    """Return the field names and the stored rows of the last 31 days of one account, newest first."""
    model = MODELS[account.kind]
    days = window(today)
    rows = model.objects.filter(account=account, date__range=(days[0], days[-1])).order_by("-date", "source")
    return model.VALUES, [
        DayRow(row.date, row.source, tuple(getattr(row, name) for name in model.VALUES), row.gaps)
        for row in rows
    ]
