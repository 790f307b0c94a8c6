"""How far data reaches: lists of works, days, and what still waits for a look."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Max, Min, Q, QuerySet

from metrics.choices import FetchState, Grain, Source
from metrics.models import AccountDay, AdsDay, CommerceDay, Fetch
from metrics.selectors.precedence import best_values, emptied_gaps, source_rank

DAYS = {Grain.ACCOUNT_DAY: AccountDay, Grain.ADS_DAY: AdsDay, Grain.COMMERCE_DAY: CommerceDay}


IN_LIST = 500
"""Above this many accounts everybody's rows are read and the wanted ones kept."""


def works_listed_until(*, accounts: Collection[int] | None, until: date | None = None) -> dict[int, date]:
    """Return, per account, the as-of date of its latest list of works (taken not after ``until``).

    Without ``accounts`` that of every account that has one.
    """
    lists = Fetch.objects.filter(
        _among(accounts),
        account__isnull=False,
        state=FetchState.DONE,
        grain=Grain.VIDEO_SNAPSHOT,
        as_of__isnull=False,
    )
    if until is not None:
        lists = lists.filter(as_of__lte=until)
    rows = lists.values("account_id").annotate(last=Max("as_of")).values_list("account_id", "last")
    return _kept(rows, accounts)


def _among(accounts: Collection[int] | None) -> Q:
    return Q() if accounts is None or len(accounts) > IN_LIST else Q(account_id__in=accounts)


def _kept(rows: Iterable[tuple[int, date]], accounts: Collection[int] | None) -> dict[int, date]:
    if accounts is None:
        return dict(rows)
    wanted = frozenset(accounts)
    return {account: day for account, day in rows if account in wanted}


def days_through(*, accounts: Collection[int], first: date, last: date) -> dict[int, date]:
    """Return the last day of delivered facts inside ``first … last``, per account that has any.

    A single corrected cell delivers no day.
    """
    through: dict[int, date] = {}
    for model in DAYS.values():
        rows = (
            model._default_manager.filter(_among(accounts), date__range=(first, last))
            .exclude(source=Source.CORRECTED)
            .values("account_id")
            .annotate(day=Max("date"))
            .values_list("account_id", "day")
        )
        through.update(_kept(rows, accounts))
    return through


def unconfirmed_files(*, first: date, last: date) -> QuerySet[Fetch]:
    """Return the files of the span that nobody but their account's own earner has vouched for."""
    waiting = Fetch.objects.filter(
        self_supplied=True, confirmed_at__isnull=True, state=FetchState.DONE, account__isnull=False
    )
    return waiting.filter(first_day__lte=last, last_day__gte=first)


def unconfirmed_accounts(*, first: date, last: date) -> set[int]:
    """Return accounts with files of the span that nobody but their own earner has vouched for."""
    return set(unconfirmed_files(first=first, last=last).values_list("account_id", flat=True))


def history_start(*, accounts: Collection[int] | None) -> dict[int, date]:
    """Return the first day of delivered account facts, per account that has any (None: all accounts)."""
    rows = AccountDay.objects.filter(_among(accounts)).exclude(source=Source.CORRECTED).values("account_id")
    return _kept(rows.annotate(day=Min("date")).values_list("account_id", "day"), accounts)


def last_follower_totals(*, accounts: Collection[int], first: date, last: date) -> dict[int, int]:
    """Return each account's newest follower total on the days ``first … last``, where one is known."""
    rows = (
        AccountDay.objects.filter(account_id__in=accounts, date__range=(first, last))
        .filter(Q(followers_total__isnull=False) | Q(source=Source.CORRECTED))
        .order_by("account_id", "date", source_rank())
        .values_list("account_id", "date", "followers_total", emptied_gaps())
    )
    return {account: total for account, _day, total in best_values(rows, "followers_total")}
