"""Steps of an import: accounts and who holds them in which shares."""

from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from people.choices import AccountKind
from people.importing.ledger import Ledger
from people.importing.records import Row
from people.importing.steps_people import find_employee
from people.models import Account, AccountPeriod, Employee
from people.services import accounts
from people.texts import clean_code


def store_accounts(rows: list[Row], ledger: Ledger) -> None:
    """Create accounts and fill in what is known; an empty cell leaves a field alone."""
    for row in rows:
        with ledger.taking(row, "handle"):
            _store_account(row, ledger)


def _store_account(row: Row, ledger: Ledger) -> None:
    supplier = find_employee(row["supplier"]) if row["supplier"] else None
    if row["supplier"] and supplier is None:
        ledger.refuse(row, "supplier", _nobody(row["supplier"]))
        return
    account = find_account(row)
    if account is None:
        created = accounts.create_account(
            platform=row["platform"], handle=row["handle"], name=row["name"] or "",
            kind=row["kind"] or AccountKind.CREATOR, opened_on=row["opened_on"], supplier=supplier,
            **ledger.by,
        )  # fmt: skip
        ledger.note(row, "created", created)
        return
    wanted: dict[str, Any] = {
        "name": row["name"] or account.name,
        "kind": row["kind"] or AccountKind(account.kind),
        "opened_on": row["opened_on"] or account.opened_on,
        "supplier": supplier or account.supplier,
    }
    if all(getattr(account, key) == value for key, value in wanted.items()):
        ledger.same()
        return
    accounts.change_account(account=account, closed_on=account.closed_on, **wanted, **ledger.by)
    ledger.note(row, "changed", account)


def store_holdings(rows: list[Row], ledger: Ledger) -> None:
    """Take the rows of one account and one first day together: their shares make the whole."""
    ordered = sorted(rows, key=_group)
    for _key, group in groupby(ordered, key=_group):
        lines = list(group)
        with ledger.taking(lines[0], "share"):
            _store_period(lines, ledger)


def _group(row: Row) -> tuple[str, str, date]:
    return row["platform"].value, clean_code(row["handle"]), row["starts_on"]


def _store_period(lines: list[Row], ledger: Ledger) -> None:
    first, account = lines[0], find_account(lines[0])
    if account is None:
        ledger.refuse(first, "handle", _("This account is neither in the system nor in the accounts sheet."))
        return
    if len({line["ends_on"] for line in lines}) > 1:
        ledger.refuse(first, "ends_on", _("Rows of one account and one first day must end on the same day."))
        return
    shares = _shares(lines, ledger)
    if shares is not None:
        _change_period(account, shares, first, ledger)


def _shares(lines: list[Row], ledger: Ledger) -> dict[Employee, Decimal] | None:
    shares: dict[Employee, Decimal] = {}
    for line in lines:
        person = find_employee(line["number"])
        if person is None:
            ledger.refuse(line, "number", _nobody(line["number"]))
            return None
        if person in shares:
            ledger.refuse(line, "number", _("This person stands twice in the same period of the account."))
            return None
        shares[person] = line["share"]
    return shares


def _change_period(account: Account, shares: dict[Employee, Decimal], row: Row, ledger: Ledger) -> None:
    starts_on, ends_on = row["starts_on"], row["ends_on"]
    periods = AccountPeriod.objects.filter(account=account, starts_on__lte=starts_on).exclude(
        ends_on__lt=starts_on
    )
    current = periods.first()
    if current is None:
        accounts.hold_account(
            account=account, shares=shares, starts_on=starts_on, ends_on=ends_on, **ledger.by
        )
        ledger.note(row, "created", _held(account, shares, starts_on))
        return
    same = dict(current.shares.values_list("employee", "share")) == {
        one.pk: part for one, part in shares.items()
    }
    if same and ends_on in (None, current.ends_on):
        ledger.same()
        return
    if not same and current.starts_on == starts_on:
        current = accounts.correct_shares(period=current, shares=shares, **ledger.by)
    elif not same:
        current = accounts.hand_over_account(account=account, shares=shares, starts_on=starts_on, **ledger.by)
    if ends_on and current.ends_on != ends_on:
        accounts.end_holding(period=current, ends_on=ends_on, **ledger.by)
    ledger.note(row, "ended" if same else "changed", _held(account, shares, starts_on))


def find_account(row: Row) -> Account | None:
    """Return the account that platform and handle of the row name."""
    wanted = {"platform": row["platform"].value, "handle": clean_code(row["handle"])}
    return Account.objects.select_related("supplier").filter(**wanted).first()


def _held(account: Account, shares: dict[Employee, Decimal], starts_on: date) -> str:
    holders = ", ".join(f"{person.name} {share.normalize():f} %" for person, share in shares.items())
    return f"{account}: {holders} ({starts_on})"


def _nobody(number: str) -> str:
    return _("There is nobody with the number %(number)s in the system or in this import.") % {
        "number": number
    }
