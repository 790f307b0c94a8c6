"""The company, its calendar day, and what it still lacks before going live."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.periods import business_day
from people.choices import Role
from people.models import Account, AccountPeriod, Company, Employee, Posting, RoleGrant


@dataclass(frozen=True)
class Step:
    """One line of the go-live check list; ``address`` is a URL name."""

    key: str
    title: str | Promise
    done: bool
    detail: str | Promise
    figures: dict[str, int]
    address: str


def company() -> Company | None:
    """Return the company, or None before it was set up."""
    return Company.objects.first()


def zone() -> str:
    """Return the company's time zone, or the installation's before it was set up."""
    found = company()
    return found.time_zone if found else settings.TIME_ZONE


def today(*, now: datetime) -> date:
    """Return the company's calendar day of the aware instant ``now``."""
    return business_day(now, zone())


def has_administrator() -> bool:
    """Say whether somebody can administer: an active sign-in with the role."""
    return RoleGrant.objects.filter(role=Role.ADMIN.value, user__is_active=True).exists()


def go_live_steps(*, day: date) -> list[Step]:
    """Return the people layer's lines of the check list as of ``day``: people, then accounts."""
    return [_people_step(day), _accounts_step(day)]


def _people_step(day: date) -> Step:
    current = Employee.objects.filter(hired_on__lte=day).filter(Q(left_on__isnull=True) | Q(left_on__gte=day))
    posted = Posting.objects.filter(employee=OuterRef("pk"), starts_on__lte=day).filter(_open(day))
    without = current.exclude(Exists(posted)).count()
    people = current.count()
    return Step(
        key="people",
        title=_("People, teams and managers"),
        done=people > 0 and without == 0,
        detail=_("Import the people of the company; everybody needs a team, a position and a manager."),
        figures={"people": people, "without_posting": without},
        address="people:employees",
    )


def _accounts_step(day: date) -> Step:
    live = Account.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day))
    held = AccountPeriod.objects.filter(account=OuterRef("pk"), starts_on__lte=day).filter(_open(day))
    without_holder = live.exclude(Exists(held)).count()
    without_supplier = live.filter(supplier__isnull=True).count()
    accounts = live.count()
    return Step(
        key="accounts",
        title=_("Accounts, who holds them and who supplies their files"),
        done=accounts > 0 and without_holder == 0 and without_supplier == 0,
        detail=_("Each account needs its holders with shares of 100 % and a person who supplies its data."),
        figures={
            "accounts": accounts,
            "without_holder": without_holder,
            "without_supplier": without_supplier,
        },
        address="people:accounts",
    )


def _open(day: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gte=day)
