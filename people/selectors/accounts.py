"""Reads about accounts and who holds them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from people.access import Viewer, visible_accounts, visible_employees
from people.models import Account, AccountPeriod, AccountShare, Employee
from people.selectors.staff import PAGE_SIZE, Page


@dataclass(frozen=True)
class Holding:
    """A person's part of an account over a span of days."""

    account: Account
    employee_id: int
    share: Decimal
    starts_on: date
    ends_on: date | None


def account_by_key(*, platform: str, handle: str) -> Account | None:
    """Return the account ``platform:handle``, or None."""
    return Account.objects.filter(platform=platform, handle=handle).first()


def list_accounts(viewer: Viewer, *, search: str = "", after: int = 0, limit: int = PAGE_SIZE) -> Page:
    """Return visible accounts in order of entry, each with ``holders`` of the viewer's day.

    ``search`` matches a part of handle or name; ``after`` is the key that the
    page before ended with.
    """
    accounts = visible_accounts(viewer)
    if search:
        accounts = accounts.filter(Q(handle__icontains=search) | Q(name__icontains=search))
    total = accounts.count()
    limit = max(1, min(limit, 200))
    rows = list(_with_holders(accounts.filter(pk__gt=after), day=viewer.day).order_by("pk")[: limit + 1])
    shown = rows[:limit]
    for account in shown:
        account.holders = [share for period in account.periods_today for share in period.shares.all()]  # type: ignore[attr-defined]
    return Page(rows=list(shown), next_cursor=str(shown[-1].pk) if len(rows) > limit else "", total=total)


def account_periods(viewer: Viewer, *, account: Account) -> QuerySet[AccountPeriod]:
    """Return the account's periods, latest first, with shares and people."""
    return (
        AccountPeriod.objects.filter(account__in=visible_accounts(viewer).filter(pk=account.pk))
        .prefetch_related(Prefetch("shares", queryset=AccountShare.objects.select_related("employee")))
        .order_by("-starts_on")
    )


def employee_holdings(viewer: Viewer, *, employee: Employee) -> QuerySet[AccountShare]:
    """Return a visible person's shares in accounts, latest first, with period and account."""
    return (
        AccountShare.objects.filter(employee__in=visible_employees(viewer).filter(pk=employee.pk))
        .select_related("period__account")
        .order_by("-period__starts_on", "period__account__handle")
    )


def holdings_between(*, first: date, last: date, employees: list[int] | None = None) -> list[Holding]:
    """Return who held which account, when and to what part, for spans touching ``first … last``."""
    shares = AccountShare.objects.filter(
        Q(period__ends_on__isnull=True) | Q(period__ends_on__gte=first), period__starts_on__lte=last
    ).select_related("period__account")
    if employees is not None:
        shares = shares.filter(employee__in=employees)
    return [
        Holding(one.period.account, one.employee_id, one.share, one.period.starts_on, one.period.ends_on)
        for one in shares.order_by("employee", "period__account", "period__starts_on")
    ]


def _with_holders(accounts: QuerySet[Account], *, day: date) -> QuerySet[Account]:
    periods = AccountPeriod.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day
    ).prefetch_related(Prefetch("shares", queryset=AccountShare.objects.select_related("employee")))
    return accounts.select_related("supplier").prefetch_related(
        Prefetch("periods", queryset=periods, to_attr="periods_today")
    )
