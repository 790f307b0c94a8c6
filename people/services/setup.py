"""The first run: a one-time code, the company and its first administrator."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from people.access import not_visible
from people.choices import Role
from people.models import Company, SetupCode, User
from people.selectors.company import has_administrator
from people.services import signins
from people.services.locks import subject_of
from people.texts import clean_name, required

CODE_HOURS = 24
CODE_GROUPS, CODE_GROUP = 4, 5
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LOOKS_AFTER_PEOPLE = (Role.HR_PEOPLE, Role.HR_PAY)


@dataclass(frozen=True)
class CompanyTerms:
    """What the first run asks about the company."""

    name: str
    time_zone: str
    currency: str
    language: str


@dataclass(frozen=True)
class FirstAdministrator:
    """Who may administer first; ``looks_after_people`` adds HR for people and for pay."""

    username: str
    name: str
    password: str
    looks_after_people: bool = True


@transaction.atomic
def make_setup_code(*, at: datetime) -> str:
    """Return a new code for the first-run pages; earlier ones end. Only its hash is stored.

    Raises ``NotVisible`` once there is an administrator.
    """
    _still_open()
    SetupCode.objects.filter(used_at__isnull=True).update(used_at=at)
    code = "-".join(_group() for _n in range(CODE_GROUPS))
    SetupCode.objects.create(code_hash=signins.hash_of(code), created_at=at)
    return code


@transaction.atomic
def set_up_with_code(
    *, code: str, company: CompanyTerms, administrator: FirstAdministrator, at: datetime
) -> User:
    """Set the company up from the first-run page, spending the code, once.

    Raises ``Refusal`` for a wrong, spent or late code and like ``set_up``.
    """
    _still_open()
    usable = SetupCode.objects.filter(used_at__isnull=True, created_at__gt=at - timedelta(hours=CODE_HOURS))
    if usable.filter(code_hash=signins.hash_of(code.strip().lower())).update(used_at=at) != 1:
        raise Refusal(
            "wrong_setup_code",
            _(
                "This is not the code on the server's console, or it is older than a day. "
                "Print a new one there."
            ),
        )
    return set_up(company=company, administrator=administrator, actor=Actor.system("setup", 1), at=at)


@transaction.atomic
def set_up(*, company: CompanyTerms, administrator: FirstAdministrator, actor: Actor, at: datetime) -> User:
    """Store the company and its first administrator.

    Raises ``NotVisible`` once there is an administrator, ``Refusal`` for a zone,
    currency or language that is unknown and for a weak password.
    """
    _still_open()
    row = _store_company(company)
    record(
        subject=subject_of(row), actor=actor, action="company.set_up", at=at,
        name=row.name, time_zone=row.time_zone, currency=row.currency, language=row.language,
    )  # fmt: skip
    user = signins.create_user(
        username=administrator.username,
        display_name=administrator.name,
        language=row.language,
        actor=actor,
        at=at,
    )
    signins.check_password_rules(administrator.password, user=user)
    user.set_password(administrator.password)
    user.save(update_fields=["password"])
    extra = LOOKS_AFTER_PEOPLE if administrator.looks_after_people else ()
    for role in (Role.ADMIN, *extra):
        signins.grant_role(user=user, role=role, actor=actor, at=at)
    return user


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _n in range(CODE_GROUP))


def _store_company(terms: CompanyTerms) -> Company:
    fields = {
        "name": required(clean_name(terms.name), _("the company's name")),
        "time_zone": _zone(terms.time_zone),
        "currency": _currency(terms.currency),
        "language": _language(terms.language),
    }
    company, _created = Company.objects.update_or_create(only=1, defaults=fields)
    return company


def _still_open() -> None:
    if has_administrator():
        raise not_visible()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refusal(
            "unknown_zone",
            _("There is no time zone %(name)s. Write it like Asia/Shanghai.") % {"name": name},
        ) from error
    return name


def _currency(code: str) -> str:
    code = code.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Refusal("unknown_currency", _("Write the currency as three letters, like CNY."))
    return code


def _language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise Refusal("unknown_language", _("The language must be zh-hans or en."))
    return code
