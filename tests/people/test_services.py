"""Postings, accounts and sign-ins: what is stored and what is refused, with the sentence."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from common.audit import Actor, verify_chain
from common.errors import NotVisible, Refusal
from common.models import AuditEvent
from common.periods import Month
from people.choices import Platform, Role
from people.models import AccountPeriod, AccountShare, Posting, RoleGrant
from people.selectors.staff import manager_on
from people.services import accounts, organisation, signins, staff
from people.services.staff import PostingTerms
from people.shares import share_problem
from tests.factories.people import (
    PASSWORD,
    AccountFactory,
    AccountPeriodFactory,
    EmployeeFactory,
    LegalEntityFactory,
    PositionFactory,
    PostingFactory,
    TeamFactory,
    UserFactory,
    grant,
)

AT = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
WHO = {"actor": Actor.system("test", 1), "at": AT}
pytestmark = pytest.mark.django_db


def terms(team=None, manager=None):
    return PostingTerms(team=team or TeamFactory(), position=PositionFactory(), manager=manager)


def refused(code):
    return _Refused(code)


class _Refused:
    """``with refused("code") as r`` — the code must match; ``r.sentence`` is kept."""

    def __init__(self, code):
        self.code = code

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        assert isinstance(error, Refusal), f"expected the refusal {self.code}"
        assert error.code == self.code
        self.sentence = str(error)
        return True


# Postings


def test_a_new_posting_ends_the_open_one_the_day_before():
    person = EmployeeFactory()
    first = staff.post_employee(employee=person, terms=terms(), starts_on=date(2026, 1, 1), **WHO)
    second = staff.post_employee(employee=person, terms=terms(), starts_on=date(2026, 8, 15), **WHO)
    first.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (date(2026, 8, 14), None)


def test_the_same_posting_again_changes_nothing():
    person, same = EmployeeFactory(), terms()
    one = staff.post_employee(employee=person, terms=same, starts_on=date(2026, 1, 1), **WHO)
    two = staff.post_employee(employee=person, terms=same, starts_on=date(2026, 1, 1), **WHO)
    assert one.pk == two.pk
    assert AuditEvent.objects.filter(action="posting.start").count() == 1


def test_an_overlap_is_refused_by_name_team_and_days():
    person = EmployeeFactory(name="Alice")
    PostingFactory(
        employee=person, team=TeamFactory(name="Food"), starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 30)
    )
    with refused("posting_overlap") as refusal:
        staff.post_employee(employee=person, terms=terms(), starts_on=date(2026, 6, 30), **WHO)
    for part in ("Alice", "Food", "2026-03-01", "2026-06-30"):
        assert part in refusal.sentence
    assert Posting.objects.count() == 1
    staff.post_employee(employee=person, terms=terms(), starts_on=date(2026, 7, 1), **WHO)
    assert Posting.objects.count() == 2


def test_nobody_is_their_own_manager():
    person = EmployeeFactory()
    with refused("own_manager"):
        staff.post_employee(employee=person, terms=terms(manager=person), starts_on=date(2026, 1, 1), **WHO)


def test_a_reporting_loop_is_refused_at_any_length():
    line = [EmployeeFactory() for _ in range(4)]
    PostingFactory(employee=line[0])
    for above, below in itertools.pairwise(line):
        staff.post_employee(employee=below, terms=terms(manager=above), starts_on=date(2026, 1, 1), **WHO)
    with refused("reporting_loop"):
        staff.post_employee(employee=line[0], terms=terms(manager=line[3]), starts_on=date(2026, 5, 1), **WHO)
    stranger = EmployeeFactory()
    staff.post_employee(employee=line[0], terms=terms(manager=stranger), starts_on=date(2026, 5, 1), **WHO)


def test_a_loop_that_would_close_only_later_is_refused_too():
    one, two = EmployeeFactory(), EmployeeFactory()
    staff.post_employee(employee=two, terms=terms(manager=one), starts_on=date(2026, 9, 1), **WHO)
    with refused("reporting_loop"):
        staff.post_employee(employee=one, terms=terms(manager=two), starts_on=date(2026, 8, 1), **WHO)
    staff.post_employee(
        employee=one, terms=terms(manager=two), starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 31), **WHO
    )


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 6, 11)])
def test_a_posting_lies_within_the_employment(day):
    person = EmployeeFactory(hired_on=date(2026, 1, 1), left_on=date(2026, 6, 10))
    with refused("outside_employment"):
        staff.post_employee(employee=person, terms=terms(), starts_on=day, **WHO)
    posting = staff.post_employee(employee=person, terms=terms(), starts_on=date(2026, 1, 1), **WHO)
    assert posting.ends_on == date(2026, 6, 10)


def test_a_leaver_is_end_dated_and_keeps_history():
    boss, person = EmployeeFactory(), EmployeeFactory()
    PostingFactory(employee=person, manager=boss)
    staff.end_employment(employee=person, left_on=date(2026, 8, 10), **WHO)
    assert Posting.objects.get(employee=person).ends_on == date(2026, 8, 10)
    assert manager_on(person, day=date(2026, 8, 20)) == boss
    staff.end_employment(employee=person, left_on=date(2026, 8, 12), **WHO)
    assert Posting.objects.get(employee=person).ends_on == date(2026, 8, 12)


def test_a_leaver_hands_over_first():
    person, heir = EmployeeFactory(name="Alice"), EmployeeFactory()
    account = AccountFactory(handle="soup")
    AccountPeriodFactory(account=account, shares={person: 100})
    with refused("still_holds_accounts") as refusal:
        staff.end_employment(employee=person, left_on=date(2026, 8, 10), **WHO)
    assert "douyin:soup" in refusal.sentence
    accounts.hand_over_account(
        account=account, shares={heir: Decimal(100)}, starts_on=date(2026, 8, 11), **WHO
    )
    staff.end_employment(employee=person, left_on=date(2026, 8, 10), **WHO)


def test_joined_and_left_on_one_day():
    person = EmployeeFactory(hired_on=date(2026, 8, 3))
    staff.post_employee(employee=person, terms=terms(), starts_on=date(2026, 8, 3), **WHO)
    staff.end_employment(employee=person, left_on=date(2026, 8, 3), **WHO)
    assert Posting.objects.get(employee=person).ends_on == date(2026, 8, 3)


def test_a_number_is_given_once_whatever_its_width_and_case():
    make = {"name": "Alice", "legal_entity": LegalEntityFactory(), "hired_on": date(2026, 1, 1), **WHO}
    assert staff.create_employee(number="Ｅ００１", **make).number == "E001"
    for again in ("E001", "e001", " E001\u200b"):
        with refused("number_taken"):
            staff.create_employee(number=again, **make)


def test_a_team_never_hangs_below_itself():
    top = TeamFactory()
    middle = TeamFactory(parent=top)
    low = TeamFactory(parent=middle)
    for parent in (top, middle, low):
        with refused("team_loop"):
            organisation.change_team(team=top, name="Top", parent=parent, **WHO)
    assert organisation.change_team(team=low, name="Low", parent=top, **WHO).parent_id == top.pk


# Accounts


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        (["100"], ""),
        (["60", "40"], ""),
        (["33.3333", "33.3333", "33.3334"], ""),
        ([], "none"),
        (["99"], "sum"),
        (["60", "41"], "sum"),
        (["0", "100"], "part"),
        (["-1", "101"], "part"),
        (["NaN"], "part"),
        (["Infinity"], "part"),
        (["33.33333", "66.66667"], "part"),
    ],
)
def test_shares_make_one_hundred(parts, problem):
    assert share_problem({index: Decimal(part) for index, part in enumerate(parts)}) == problem


@pytest.mark.parametrize(("second", "total"), [("39", "99"), ("41", "101")])
def test_another_sum_is_refused_by_name_and_nothing_stored(second, total):
    one, two, account = EmployeeFactory(), EmployeeFactory(), AccountFactory(handle="soup")
    with refused("shares_not_whole") as refusal:
        accounts.hold_account(
            account=account,
            shares={one: Decimal(60), two: Decimal(second)},
            starts_on=date(2026, 1, 1),
            **WHO,
        )
    assert f"{total} %" in refusal.sentence
    assert "douyin:soup" in refusal.sentence
    assert not AccountPeriod.objects.exists()
    assert not AccountShare.objects.exists()
    accounts.hold_account(
        account=account, shares={one: Decimal(60), two: Decimal(40)}, starts_on=date(2026, 1, 1), **WHO
    )
    assert AccountShare.objects.count() == 2


def test_overlapping_periods_are_refused():
    person, account = EmployeeFactory(), AccountFactory()
    whole = {person: Decimal(100)}
    accounts.hold_account(
        account=account, shares=whole, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31), **WHO
    )
    with refused("period_overlap"):
        accounts.hold_account(account=account, shares=whole, starts_on=date(2026, 1, 31), **WHO)
    accounts.hold_account(account=account, shares=whole, starts_on=date(2026, 2, 1), **WHO)


@pytest.mark.parametrize("month", ["2026-02", "2028-02", "2026-04", "2026-12"])
def test_a_hand_over_loses_and_doubles_no_day(month):
    one, two, account = EmployeeFactory(), EmployeeFactory(), AccountFactory()
    span = Month.parse(month).span
    accounts.hold_account(
        account=account, shares={one: Decimal(100)}, starts_on=span.first, ends_on=span.last, **WHO
    )
    cut = span.first + timedelta(days=9)
    accounts.hand_over_account(account=account, shares={two: Decimal(100)}, starts_on=cut, **WHO)
    days = {
        share.employee_id: span.intersect(share.period.starts_on, share.period.ends_on).days
        for share in AccountShare.objects.select_related("period")
    }
    assert days == {one.pk: 9, two.pk: span.days - 9}


def test_a_holder_must_be_employed_throughout():
    person, account = EmployeeFactory(hired_on=date(2026, 5, 1)), AccountFactory()
    with refused("holder_not_employed"):
        accounts.hold_account(
            account=account, shares={person: Decimal(100)}, starts_on=date(2026, 4, 30), **WHO
        )
    accounts.hold_account(account=account, shares={person: Decimal(100)}, starts_on=date(2026, 5, 1), **WHO)


def test_an_account_is_created_once():
    accounts.create_account(platform=Platform.TIKTOK, handle="soup", **WHO)
    accounts.create_account(platform=Platform.DOUYIN, handle="soup", **WHO)
    with refused("account_exists"):
        accounts.create_account(platform=Platform.TIKTOK, handle="soup", **WHO)


@pytest.mark.services
@pytest.mark.skipif(connection.vendor != "postgresql", reason="exclusion constraints are PostgreSQL's")
def test_the_database_itself_refuses_overlaps():
    posting, period = (
        PostingFactory(starts_on=date(2026, 1, 1)),
        AccountPeriodFactory(starts_on=date(2026, 1, 1)),
    )
    for make in (
        lambda day: PostingFactory(employee=posting.employee, starts_on=day),
        lambda day: AccountPeriodFactory(account=period.account, starts_on=day),
    ):
        with pytest.raises(IntegrityError, match="no_overlap"), transaction.atomic():
            make(date(2026, 5, 1))
    PostingFactory(starts_on=date(2026, 5, 1))


# Sign-ins


def test_an_invitation_works_once_and_for_seven_days():
    user = signins.create_user(username="alice", **WHO)
    assert not user.has_usable_password()
    invitation, token = signins.invite(user=user, **WHO)
    assert token not in invitation.token_hash
    assert len(invitation.token_hash) == 64
    late = AT + timedelta(days=7)
    with refused("invitation_closed"):
        signins.find_invitation(token=token, at=late)
    just = late - timedelta(seconds=1)
    with refused("weak_password"):
        signins.accept_invitation(token=token, password="12345678", at=just)
    assert signins.accept_invitation(token=token, password=PASSWORD, at=just).check_password(PASSWORD)
    with refused("invitation_closed"):
        signins.accept_invitation(token=token, password="other-Stone-77", at=just)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_new_invitation_ends_the_earlier_one():
    user = UserFactory()
    _one, first = signins.invite(user=user, **WHO)
    _two, second = signins.invite(user=user, **WHO)
    with pytest.raises(NotVisible):
        signins.find_invitation(token=first, at=AT)
    assert signins.find_invitation(token=second, at=AT).user == user


def test_the_last_administrator_stays():
    adam = grant(UserFactory(), Role.ADMIN)
    with refused("last_administrator"):
        signins.revoke_role(user=adam, role=Role.ADMIN, **WHO)
    with refused("last_administrator"):
        signins.set_user_active(user=adam, active=False, **WHO)
    grant(UserFactory(), Role.ADMIN)
    signins.revoke_role(user=adam, role=Role.ADMIN, **WHO)
    assert not RoleGrant.objects.filter(user=adam).exists()


def test_every_change_of_roles_is_in_the_log_in_order():
    adam = grant(UserFactory(), Role.ADMIN)
    user = UserFactory()
    signins.set_roles(user=user, roles={Role.AUDITOR, Role.FINANCE}, actor=Actor.user(adam), at=AT)
    signins.set_roles(user=user, roles={Role.FINANCE}, actor=Actor.user(adam), at=AT)
    subject = f"people.user:{user.pk}"
    events = AuditEvent.objects.filter(subject=subject).order_by("sequence")
    assert [one.action for one in events] == ["role.grant", "role.grant", "role.revoke"]
    assert events[0].actor == f"user:{adam.pk}"
    assert verify_chain(subject) == []
