"""Factories for the people layer, and named helpers that build one person whole."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from people.choices import AccountKind, Platform, PostingStatus, Role
from people.models import (
    Account,
    AccountPeriod,
    AccountShare,
    Company,
    Employee,
    LegalEntity,
    Position,
    Posting,
    RoleGrant,
    Team,
    User,
)

HIRED = date(2024, 1, 1)
PASSWORD = "quiet-River-58"


class CompanyFactory(DjangoModelFactory):
    """The one company."""

    class Meta:
        model = Company
        django_get_or_create = ("only",)

    only = 1
    name = "Morning Light Media"
    time_zone = "Asia/Shanghai"
    currency = "CNY"
    language = "zh-hans"


class LegalEntityFactory(DjangoModelFactory):
    """An employer of record; one is shared unless a code is given."""

    class Meta:
        model = LegalEntity
        django_get_or_create = ("code",)

    code = "ML"
    name = "Morning Light Media Ltd"


class PositionFactory(DjangoModelFactory):
    """A job; the scored operator unless told otherwise."""

    class Meta:
        model = Position
        django_get_or_create = ("code",)

    code = "operator"
    name = "Short-video operator"
    scored = True


class TeamFactory(DjangoModelFactory):
    """A team of its own."""

    class Meta:
        model = Team
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"T{n:04d}")
    name = factory.LazyAttribute(lambda o: f"Team {o.code}")
    parent = None


class EmployeeFactory(DjangoModelFactory):
    """A person without posting or sign-in."""

    class Meta:
        model = Employee

    number = factory.Sequence(lambda n: f"E{n:05d}")
    name = factory.LazyAttribute(lambda o: f"Person {o.number}")
    legal_entity = factory.SubFactory(LegalEntityFactory)
    hired_on = HIRED


class UserFactory(DjangoModelFactory):
    """A sign-in with the password ``PASSWORD``; give ``employee=`` to tie it to a person."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.LazyAttribute(lambda o: o.username.title())
    password = factory.django.Password(PASSWORD)
    language = "en"


class RoleGrantFactory(DjangoModelFactory):
    """A role of a sign-in."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.HR_PEOPLE.value


class PostingFactory(DjangoModelFactory):
    """A posting from the day of hiring, open-ended, without a manager."""

    class Meta:
        model = Posting

    employee = factory.SubFactory(EmployeeFactory)
    team = factory.SubFactory(TeamFactory)
    position = factory.SubFactory(PositionFactory)
    manager = None
    status = PostingStatus.REGULAR.value
    starts_on = factory.LazyAttribute(lambda o: o.employee.hired_on)
    ends_on = None


class AccountFactory(DjangoModelFactory):
    """A creator account on Douyin."""

    class Meta:
        model = Account

    platform = Platform.DOUYIN.value
    handle = factory.Sequence(lambda n: f"handle{n}")
    name = factory.LazyAttribute(lambda o: f"Account {o.handle}")
    kind = AccountKind.CREATOR.value
    opened_on = HIRED


class AccountPeriodFactory(DjangoModelFactory):
    """A span of an account; ``shares={employee: per cent}`` fills it (must make 100)."""

    class Meta:
        model = AccountPeriod
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    starts_on = HIRED
    ends_on = None

    @factory.post_generation
    def shares(
        self,
        create: bool,
        extracted: dict[Employee, int | str | Decimal] | None,
        **kwargs: object,
    ) -> None:
        """Store the shares; refuse a test that would start from an impossible account."""
        if not create or extracted is None:
            return
        assert sum(Decimal(share) for share in extracted.values()) == 100, "the shares must make 100 %"
        for employee, share in extracted.items():
            AccountShareFactory(period=self, employee=employee, share=Decimal(share))


class AccountShareFactory(DjangoModelFactory):
    """The whole of an account period for one person."""

    class Meta:
        model = AccountShare

    period = factory.SubFactory(AccountPeriodFactory)
    employee = factory.SubFactory(EmployeeFactory)
    share = Decimal(100)


def make_person(
    name: str,
    *roles: Role,
    team: Team | None = None,
    position: Position | None = None,
    manager: Employee | User | None = None,
    hired_on: date = HIRED,
    left_on: date | None = None,
    **employee_fields: object,
) -> User:
    """Return the sign-in of a new employee who is posted from the day of hiring.

    The sign-in name is the name in lower case; roles are granted as given.
    """
    employee = EmployeeFactory(name=name, hired_on=hired_on, left_on=left_on, **employee_fields)
    PostingFactory(
        employee=employee,
        team=team or TeamFactory(code="T-home", name="Home team"),
        position=position or PositionFactory(),
        manager=_employee(manager),
        starts_on=hired_on,
        ends_on=left_on,
    )
    user = UserFactory(username=name.lower().replace(" ", "."), display_name=name, employee=employee)
    for role in roles:
        grant(user, role)
    return user


def make_operator(name: str = "Alice", *, manager: Employee | User | None = None, **kwargs: object) -> User:
    """Return the sign-in of an operator (``user.employee`` is the person)."""
    return make_person(name, manager=manager, **kwargs)


def make_manager(name: str = "Bob", *, manager: Employee | User | None = None, **kwargs: object) -> User:
    """Return the sign-in of somebody in an unscored manager's position.

    A manager is who others' postings name: pass the result as their ``manager``.
    """
    kwargs.setdefault("position", PositionFactory(code="manager", name="Team manager", scored=False))
    return make_person(name, manager=manager, **kwargs)


def make_officer(name: str, *roles: Role) -> User:
    """Return the sign-in of an employee of no scored position with the roles (HR, finance, …)."""
    return make_person(
        name,
        *roles,
        team=TeamFactory(code="T-office", name="Office"),
        position=PositionFactory(code="office", name="Office", scored=False),
    )


def grant(user: User, *roles: Role) -> User:
    """Give roles to a sign-in and return it."""
    for role in roles:
        RoleGrant.objects.get_or_create(user=user, role=Role(role).value)
    return user


def hold(
    account: Account,
    *employees: Employee | User,
    starts_on: date = HIRED,
    ends_on: date | None = None,
) -> AccountPeriod:
    """Let the people hold the account in equal parts (1, 2, 4 or 5 people)."""
    people = [_employee(one) for one in employees]
    return AccountPeriodFactory(
        account=account,
        starts_on=starts_on,
        ends_on=ends_on,
        shares={person: Decimal(100) / len(people) for person in people},
    )


def _employee(person: Employee | User | None) -> Employee | None:
    return person.employee if isinstance(person, User) else person
