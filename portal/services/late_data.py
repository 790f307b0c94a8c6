"""Telling the people who supply an account's data that it is late."""

from datetime import date, datetime

from common.models import Notice
from common.notices import notify
from people.models import Account, User
from portal.selectors.late import late_accounts, with_last_day

KIND = "data.late"


def tell_suppliers(*, platform: str, day: date, at: datetime) -> int:
    """Put a notice for each late account's supplier into the outbox, once per gap; return how many."""
    accounts = Account.objects.filter(platform=platform, supplier__isnull=False)
    late = with_last_day(late_accounts(accounts, day=day), day=day)
    suppliers = {account.supplier_id for account in late}
    users = dict(User.objects.filter(employee__in=suppliers).values_list("employee_id", "pk"))
    subjects = [_subject(account) for account in late]
    known = {
        (notice.recipient, notice.subject, notice.params.get("since"))
        for notice in Notice.objects.filter(kind=KIND, subject__in=subjects)
    }
    told = 0
    for account, last in late.items():
        since = last.isoformat() if last else ""
        recipient = users.get(account.supplier_id or 0)
        if recipient is None or (recipient, _subject(account), since) in known:
            continue
        params = {"account": account.shown_name, "since": since}
        notify(kind=KIND, recipient=recipient, subject=_subject(account), at=at, params=params)
        told += 1
    return told


def _subject(account: Account) -> str:
    return f"people.account:{account.pk}"
