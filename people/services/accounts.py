"""Accounts, and who holds them from when to when in which shares."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from common.periods import ONE_DAY, overlaps
from people.choices import AccountKind, Platform
from people.models import Account, AccountPeriod, AccountShare, Employee
from people.services.locks import lock, subject_of
from people.shares import share_problem
from people.texts import clean_code, clean_name, required

Shares = Mapping[Employee, Decimal]


@transaction.atomic
def create_account(
    *,
    platform: Platform,
    handle: str,
    name: str = "",
    kind: AccountKind = AccountKind.CREATOR,
    opened_on: date | None = None,
    supplier: Employee | None = None,
    actor: Actor,
    at: datetime,
) -> Account:
    """Create an account. Raises ``Refusal`` when platform and handle are known already."""
    handle = required(clean_code(handle), _("the handle"))
    if Account.objects.filter(platform=platform.value, handle=handle).exists():
        raise Refusal(
            "account_exists",
            _("The account %(account)s exists already.") % {"account": f"{platform.value}:{handle}"},
        )
    account = Account.objects.create(
        platform=platform.value, handle=handle, name=clean_name(name), kind=kind.value,
        opened_on=opened_on, supplier=supplier,
    )  # fmt: skip
    record(
        subject=subject_of(account), actor=actor, action="account.create", at=at,
        account=str(account), name=account.name, kind=account.kind, opened_on=opened_on,
    )  # fmt: skip
    return account


@transaction.atomic
def change_account(
    *,
    account: Account,
    name: str,
    kind: AccountKind,
    opened_on: date | None,
    closed_on: date | None,
    supplier: Employee | None,
    actor: Actor,
    at: datetime,
) -> Account:
    """Change what is known of an account; platform and handle are its identity and stay."""
    if opened_on and closed_on and closed_on < opened_on:
        raise Refusal("closed_before_opened", _("The account closes before it opens. Check both days."))
    row = lock(Account, account.pk)
    fields = {
        "name": clean_name(name),
        "kind": kind.value,
        "opened_on": opened_on,
        "closed_on": closed_on,
        "supplier_id": supplier.pk if supplier else None,
    }
    changed = {key: [getattr(row, key), value] for key, value in fields.items() if getattr(row, key) != value}
    if not changed:
        return row
    for key, value in fields.items():
        setattr(row, key, value)
    row.save(update_fields=list(changed))
    record(subject=subject_of(row), actor=actor, action="account.change", at=at, **changed)
    return row


@transaction.atomic
def hold_account(
    *,
    account: Account,
    shares: Shares,
    starts_on: date,
    ends_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> AccountPeriod:
    """Say who holds an account over a span, in per cent that make exactly 100.

    Raises ``Refusal`` for another sum, an overlap with another period, and a
    holder who is not employed throughout. The same period again changes nothing.
    """
    row = lock(Account, account.pk)
    same = AccountPeriod.objects.filter(account=row, starts_on=starts_on, ends_on=ends_on).first()
    if same and _shares_of(same) == _by_key(shares):
        return same
    _check_shares(row, shares)
    _check_span(row, starts_on, ends_on)
    _check_holders(row, shares, starts_on, ends_on)
    _check_free(row, starts_on, ends_on)
    period = _store(row, shares, starts_on, ends_on)
    record(
        subject=subject_of(row), actor=actor, action="account.hold", at=at,
        starts_on=starts_on, ends_on=ends_on, shares=_described(shares),
    )  # fmt: skip
    return period


@transaction.atomic
def hand_over_account(
    *, account: Account, shares: Shares, starts_on: date, actor: Actor, at: datetime
) -> AccountPeriod:
    """Give an account to others from a whole day on.

    The period running that day ends the day before, and the new one takes over
    its end; no day is counted twice or lost. Before the first period it is a
    plain start. Raises ``Refusal`` like ``hold_account``, and when the period
    that would be cut starts on that very day (correct it instead).
    """
    row = lock(Account, account.pk)
    current = _running(row, starts_on)
    if current and _shares_of(current) == _by_key(shares):
        return current
    _check_shares(row, shares)
    ends_on = current.ends_on if current else _before_next(row, starts_on)
    _check_holders(row, shares, starts_on, ends_on)
    if current and current.starts_on == starts_on:
        raise Refusal(
            "hand_over_at_start",
            _("%(account)s was handed over on %(day)s already. Choose a later day or correct that period.")
            % {"account": row, "day": starts_on},
        )
    if current:
        current.ends_on = starts_on - ONE_DAY
        current.save(update_fields=["ends_on"])
    period = _store(row, shares, starts_on, ends_on)
    record(
        subject=subject_of(row), actor=actor, action="account.hand_over", at=at,
        starts_on=starts_on, ends_on=ends_on, shares=_described(shares),
    )  # fmt: skip
    return period


@transaction.atomic
def correct_shares(*, period: AccountPeriod, shares: Shares, actor: Actor, at: datetime) -> AccountPeriod:
    """Mend the shares of a period that were entered wrongly; its days stay."""
    account = lock(Account, period.account_id)
    row = lock(AccountPeriod, period.pk)
    before = _shares_of(row)
    if before == _by_key(shares):
        return row
    _check_shares(account, shares)
    _check_holders(account, shares, row.starts_on, row.ends_on)
    AccountShare.objects.filter(period=row).delete()
    _store_shares(row, shares)
    record(
        subject=subject_of(account), actor=actor, action="account.correct_shares", at=at,
        starts_on=row.starts_on, shares=_described(shares), before=_as_text(before),
    )  # fmt: skip
    return row


@transaction.atomic
def end_holding(*, period: AccountPeriod, ends_on: date, actor: Actor, at: datetime) -> AccountPeriod:
    """End a period; from the next day nobody holds the account until somebody is named."""
    account = lock(Account, period.account_id)
    row = lock(AccountPeriod, period.pk)
    if row.ends_on == ends_on:
        return row
    _check_span(account, row.starts_on, ends_on)
    before, row.ends_on = row.ends_on, ends_on
    _check_free(account, row.starts_on, ends_on, besides=row)
    row.save(update_fields=["ends_on"])
    record(
        subject=subject_of(account), actor=actor, action="account.end_holding", at=at,
        starts_on=row.starts_on, ends_on=ends_on, before=before,
    )  # fmt: skip
    return row


def _store(account: Account, shares: Shares, starts_on: date, ends_on: date | None) -> AccountPeriod:
    period = AccountPeriod.objects.create(account=account, starts_on=starts_on, ends_on=ends_on)
    _store_shares(period, shares)
    return period


def _store_shares(period: AccountPeriod, shares: Shares) -> None:
    AccountShare.objects.bulk_create(
        [AccountShare(period=period, employee=person, share=share) for person, share in shares.items()]
    )


def _running(account: Account, day: date) -> AccountPeriod | None:
    periods = AccountPeriod.objects.filter(account=account, starts_on__lte=day).exclude(ends_on__lt=day)
    return periods.first()


def _before_next(account: Account, day: date) -> date | None:
    later = AccountPeriod.objects.filter(account=account, starts_on__gt=day).order_by("starts_on").first()
    return later.starts_on - ONE_DAY if later else None


def _shares_of(period: AccountPeriod) -> dict[int, Decimal]:
    return dict(period.shares.values_list("employee", "share"))


def _by_key(shares: Shares) -> dict[int, Decimal]:
    return {person.pk: share for person, share in shares.items()}


def _as_text(shares: Mapping[int, Decimal]) -> dict[str, Decimal]:
    return {str(key): share for key, share in shares.items()}


def _described(shares: Shares) -> dict[str, Decimal]:
    return {person.number: share for person, share in shares.items()}


def _check_shares(account: Account, shares: Shares) -> None:
    problem = share_problem(_by_key(shares))
    if problem == "none":
        raise Refusal("no_holder", _("Name at least one holder of %(account)s.") % {"account": account})
    if problem == "part":
        raise Refusal(
            "share_out_of_range",
            _(
                "Each share of %(account)s must be more than 0 %% and at most 100 %%, "
                "with four decimals at most."
            )
            % {"account": account},
        )
    if problem == "sum":
        raise Refusal(
            "shares_not_whole",
            _("The shares of %(account)s make %(sum)s %%. Correct them so that they make exactly 100 %%.")
            % {"account": account, "sum": f"{sum(shares.values(), Decimal(0)).normalize():f}"},
        )


def _check_span(account: Account, starts_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise Refusal(
            "ends_before_start",
            _("The period of %(account)s ends before it starts. Check both days.") % {"account": account},
        )


def _check_holders(account: Account, shares: Shares, starts_on: date, ends_on: date | None) -> None:
    for person in shares:
        gone = person.left_on and (ends_on is None or person.left_on < ends_on)
        if person.hired_on > starts_on or gone:
            raise Refusal(
                "holder_not_employed",
                _(
                    "%(name)s is employed from %(first)s to %(last)s "
                    "and cannot hold %(account)s throughout that time."
                )
                % {
                    "name": person.name, "account": account,
                    "first": person.hired_on, "last": person.left_on or _("further notice"),
                },
            )  # fmt: skip


def _check_free(
    account: Account, starts_on: date, ends_on: date | None, besides: AccountPeriod | None = None
) -> None:
    for other in AccountPeriod.objects.filter(account=account):
        if besides and other.pk == besides.pk:
            continue
        if overlaps(starts_on, ends_on, other.starts_on, other.ends_on):
            raise Refusal(
                "period_overlap",
                _("%(account)s is held from %(first)s to %(last)s already. Hand it over from a date instead.")
                % {
                    "account": account,
                    "first": other.starts_on, "last": other.ends_on or _("further notice"),
                },
            )  # fmt: skip
