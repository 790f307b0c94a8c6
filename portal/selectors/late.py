"""Which accounts' data is late."""

from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from metrics.choices import Source
from metrics.models import AccountDay, AdsDay, CommerceDay
from metrics.selectors.coverage import days_through
from people.access import Viewer, visible_accounts
from people.models import Account, AccountPeriod

LATE_AFTER = timedelta(days=3)
"""Days behind a complete day from which an account counts as late."""
LOOK_BACK = timedelta(days=35)
"""How far back the last day of facts is looked for."""


def late_accounts(accounts: QuerySet[Account], *, day: date) -> QuerySet[Account]:
    """Return those of ``accounts`` that are held on ``day`` and have no facts of its last three days."""
    periods = AccountPeriod.objects.filter(account=OuterRef("pk"), starts_on__lte=day)
    late = accounts.filter(Exists(periods.exclude(ends_on__lt=day))).exclude(closed_on__lt=day)
    for model in (AccountDay, AdsDay, CommerceDay):
        recent = model._default_manager.filter(account=OuterRef("pk"), date__gte=day - LATE_AFTER)
        late = late.exclude(Exists(recent.exclude(source=Source.CORRECTED)))
    return late


def with_last_day(accounts: QuerySet[Account], *, day: date) -> dict[Account, date | None]:
    """Return each account's last day of facts; None without any in the five weeks before ``day``."""
    found = list(accounts.order_by("pk"))
    reached = days_through(accounts=[one.pk for one in found], first=day - LOOK_BACK, last=day)
    return {account: reached.get(account.pk) for account in found}


def late_platforms(viewer: Viewer, *, day: date) -> dict[str, int]:
    """Return how many accounts of each platform are late, among those the viewer sees."""
    late = late_accounts(visible_accounts(viewer), day=day)
    rows = late.order_by("platform").values("platform").annotate(count=Count("pk"))
    return {row["platform"]: row["count"] for row in rows}
