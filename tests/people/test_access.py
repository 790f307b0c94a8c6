"""Who sees whom: named people, each refusal beside the same request allowed."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import NotAllowed, NotVisible
from people import access
from people.access import viewer_of
from people.backends import CurrentStaffBackend
from people.choices import Role
from people.models import Posting, RoleGrant
from tests.factories.people import (
    AccountFactory,
    EmployeeFactory,
    PostingFactory,
    TeamFactory,
    UserFactory,
    grant,
    hold,
    make_manager,
    make_officer,
    make_operator,
)

TODAY = date(2026, 8, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Head dora over bob and eve; bob over alice, eve over frank; carol of HR and others."""
    dora = make_manager("Dora")
    bob, eve = make_manager("Bob", manager=dora), make_manager("Eve", manager=dora)
    return {
        "dora": dora,
        "bob": bob,
        "eve": eve,
        "alice": make_operator("Alice", manager=bob, team=TeamFactory(code="A")),
        "frank": make_operator("Frank", manager=eve, team=TeamFactory(code="B")),
        "carol": make_officer("Carol", Role.HR_PEOPLE),
        "paula": make_officer("Paula", Role.HR_PAY),
        "finn": make_officer("Finn", Role.FINANCE),
        "audrey": make_officer("Audrey", Role.AUDITOR),
        "xena": make_officer("Xena", Role.EXECUTIVE),
        "dan": make_officer("Dan", Role.DATA_ADMIN),
        "adam": make_officer("Adam", Role.ADMIN),
    }


def seen_by(people, name, day=TODAY):
    pks = {person.employee_id: key for key, person in people.items()}
    return {pks[one.pk] for one in access.visible_employees(viewer_of(people[name], day=day))}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("alice", {"alice"}),
        ("bob", {"bob", "alice"}),
        ("eve", {"eve", "frank"}),
        ("dora", {"dora", "bob", "eve", "alice", "frank"}),
        ("dan", {"dan"}),
    ],
)
def test_a_person_sees_the_line_below(people, who, sees):
    assert seen_by(people, who) == sees


@pytest.mark.parametrize("who", ["carol", "paula", "finn", "audrey", "xena", "adam"])
def test_an_office_sees_everybody(people, who):
    assert seen_by(people, who) == set(people)


@pytest.mark.parametrize(
    ("who", "whom", "manages"),
    [
        ("bob", "alice", True),
        ("bob", "frank", False),
        ("eve", "frank", True),
        ("dora", "bob", True),
        ("dora", "alice", False),
        ("carol", "alice", False),
        ("alice", "alice", False),
    ],
)
def test_only_the_named_manager_manages(people, who, whom, manages):
    viewer = viewer_of(people[who], day=TODAY)
    assert access.can_manage(viewer, people[whom].employee) is manages
    managed = access.managed_employees(viewer).values_list("pk", flat=True)
    assert (people[whom].employee_id in managed) is manages


@pytest.mark.parametrize(
    "who", ["alice", "bob", "dora", "carol", "paula", "finn", "audrey", "xena", "dan", "adam"]
)
def test_pay_is_for_oneself_hr_for_pay_and_finance(people, who):
    viewer = viewer_of(people[who], day=TODAY)
    assert access.can_see_pay(viewer, people["alice"].employee) is (who in {"alice", "paula", "finn"})
    assert access.can_see_all_pay(viewer) is (who in {"paula", "finn"})


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "paula", "finn", "audrey", "xena", "dan", "adam"])
def test_rights_to_edit(people, who):
    viewer = viewer_of(people[who], day=TODAY)
    assert access.can_edit_people(viewer) is (who in {"carol", "adam"})
    assert access.can_edit_accounts(viewer) is (who in {"carol", "adam", "dan"})
    assert access.can_grant_roles(viewer) is (who == "adam")
    assert access.can_edit_pay(viewer) is (who == "paula")


def test_a_stranger_and_a_number_nobody_has_are_refused_alike(people):
    viewer = viewer_of(people["bob"], day=TODAY)
    assert access.get_employee_for(viewer, people["alice"].employee_id).name == "Alice"
    answers = []
    for pk in (people["frank"].employee_id, 10**9):
        with pytest.raises(NotVisible) as refusal:
            access.get_employee_for(viewer, pk)
        answers.append((refusal.value.code, str(refusal.value), refusal.value.status))
    assert answers[0] == answers[1]


def test_seen_but_not_managed_is_not_allowed(people):
    viewer = viewer_of(people["dora"], day=TODAY)
    assert access.get_managed_employee_for(viewer, people["bob"].employee_id).name == "Bob"
    with pytest.raises(NotAllowed):
        access.get_managed_employee_for(viewer, people["alice"].employee_id)


def test_a_manager_change_moves_the_right_on_its_day(people):
    alice = people["alice"].employee
    posting = Posting.objects.get(employee=alice)
    posting.ends_on = date(2026, 8, 14)
    posting.save()
    PostingFactory(employee=alice, manager=people["eve"].employee, starts_on=date(2026, 8, 15))
    before, after = date(2026, 8, 14), date(2026, 8, 15)
    assert "alice" in seen_by(people, "bob", before)
    assert "alice" not in seen_by(people, "bob", after)
    assert "alice" not in seen_by(people, "eve", before)
    assert "alice" in seen_by(people, "eve", after)
    bob, eve = viewer_of(people["bob"], day=after), viewer_of(people["eve"], day=after)
    assert (access.can_manage(bob, alice), access.can_manage(eve, alice)) == (False, True)
    assert (access.can_manage(bob, alice, before), access.can_manage(eve, alice, before)) == (True, False)


def test_a_leaver_stays_with_the_last_manager(people):
    gone = make_operator("Gail", manager=people["bob"], left_on=date(2026, 8, 10)).employee
    assert access.can_manage(viewer_of(people["bob"], day=TODAY), gone)
    assert not access.can_manage(viewer_of(people["eve"], day=TODAY), gone)


def test_a_role_taken_is_gone_with_the_next_question(people):
    carol = people["carol"]
    assert access.can_edit_people(viewer_of(carol, day=TODAY))
    RoleGrant.objects.filter(user=carol).delete()
    assert not access.can_edit_people(viewer_of(carol, day=TODAY))


def test_somebody_deactivated_or_gone_holds_nothing():
    last_day = TODAY
    leaver = grant(make_operator("Lena", left_on=last_day), Role.ADMIN)
    assert access.can_edit_people(viewer_of(leaver, day=last_day))
    assert not access.can_edit_people(viewer_of(leaver, day=last_day + timedelta(days=1)))
    off = grant(UserFactory(is_active=False), Role.ADMIN)
    assert not access.can_edit_people(viewer_of(off, day=TODAY))


@pytest.mark.parametrize(
    ("active", "gone", "let_in"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_a_session_ends_with_the_person(active, gone, let_in):
    user = make_operator("Sam", left_on=date(2020, 1, 2) if gone else None, hired_on=date(2020, 1, 1))
    user.is_active = active
    user.save()
    assert (CurrentStaffBackend().get_user(user.pk) is not None) is let_in


def test_accounts_are_seen_through_their_holders_and_by_their_supplier(people):
    mine, other = (
        AccountFactory(handle="mine"),
        AccountFactory(handle="other", supplier=people["eve"].employee),
    )
    hold(mine, people["alice"])
    hold(other, people["frank"], ends_on=TODAY - timedelta(days=1))

    def seen(who, day=TODAY):
        return {one.handle for one in access.visible_accounts(viewer_of(people[who], day=day))}

    assert seen("alice") == {"mine"}
    assert seen("bob") == {"mine"}
    assert seen("frank") == set()
    assert seen("frank", TODAY - timedelta(days=1)) == {"other"}
    assert seen("eve") == {"other"}
    assert seen("dan") == {"mine", "other"}
    with pytest.raises(NotVisible):
        access.get_account_for(viewer_of(people["bob"], day=TODAY), other.pk)
    assert access.get_account_for(viewer_of(people["bob"], day=TODAY), mine.pk) == mine


def test_teams_are_seen_through_their_people(people):
    def seen(who):
        return {team.code for team in access.visible_teams(viewer_of(people[who], day=TODAY))}

    assert seen("alice") == {"A"}
    assert seen("bob") == {"A", "T-home"}
    assert "T-office" in seen("carol")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(min_value=-1, max_value=11), min_size=2, max_size=12))
def test_the_line_below_is_what_walking_up_says(db, parents):
    """On any reporting tree, A sees B exactly when walking up from B meets A; only the next one manages."""
    Posting.objects.all().delete()
    above = {index: parent for index, parent in enumerate(parents) if 0 <= parent < index}
    staff = [EmployeeFactory() for _ in parents]
    for index, person in enumerate(staff):
        PostingFactory(employee=person, manager=staff[above[index]] if index in above else None)
    for index, person in enumerate(staff):
        viewer = access.Viewer(user_id=1, employee_id=person.pk, roles=frozenset(), day=TODAY)
        expected = {staff[other].pk for other in range(len(staff)) if index in _chain(above, other)}
        assert set(access.visible_employees(viewer).values_list("pk", flat=True)) == expected
        direct = {staff[other].pk for other, parent in above.items() if parent == index}
        assert set(access.managed_employees(viewer).values_list("pk", flat=True)) == direct


def _chain(above, index):
    chain = {index}
    while index in above:
        index = above[index]
        chain.add(index)
    return chain
