"""Who sees whom, and who may do what with people, accounts and pay. The one place.

Every page, command and answer asks here. Being a manager is no role: it follows
from the dated posting that names this very person as manager. Nothing is kept
between requests; a role taken away is gone with the next one.

Two relations are told apart:

* *manages* — the posting of that day names the viewer. It gives the right to act.
* *sees* — the reporting line of that day, however long, leads up to the viewer.

A person who has left stays with the manager of the last posting, so that the last
card is not orphaned. Nobody manages themselves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed, NotVisible
from people.choices import Role
from people.models import Account, AccountShare, Employee, Posting, RoleGrant, Team, User

SEES_EVERYBODY = frozenset(
    {Role.HR_PEOPLE, Role.HR_PAY, Role.FINANCE, Role.AUDITOR, Role.EXECUTIVE, Role.ADMIN}
)
SEES_EVERY_ACCOUNT = SEES_EVERYBODY | {Role.DATA_ADMIN}
SEES_EVERY_PAY = frozenset({Role.HR_PAY, Role.FINANCE})
EDITS_PEOPLE = frozenset({Role.HR_PEOPLE, Role.ADMIN})
EDITS_ACCOUNTS = frozenset({Role.HR_PEOPLE, Role.DATA_ADMIN, Role.ADMIN})

# The viewer and everybody below on a day. UNION drops repeated rows, so even a loop
# that slipped into the data ends. One set, and not "the viewer or those below", so that
# a database can start from these few people.
LINE_BELOW = """
WITH RECURSIVE line_below(id) AS (
    SELECT CAST(%s AS bigint)
    UNION
    SELECT p.employee_id FROM people_posting p JOIN people_employee e ON e.id = p.employee_id
      JOIN line_below ON p.manager_id = line_below.id
     WHERE p.starts_on <= %s
       AND (p.ends_on IS NULL OR p.ends_on >= %s OR p.ends_on = e.left_on)
)
SELECT id FROM line_below
"""


@dataclass(frozen=True)
class Viewer:
    """A signed-in person on a day: who they are and which roles they hold just now."""

    user_id: int
    employee_id: int | None
    roles: frozenset[Role]
    day: date

    def has(self, roles: Collection[Role]) -> bool:
        """Say whether the viewer holds at least one of ``roles``."""
        return not self.roles.isdisjoint(roles)

    def is_self(self, employee: Employee | int) -> bool:
        """Say whether the viewer is that person."""
        return self.employee_id is not None and self.employee_id == _pk(employee)

    def manages(self, employee: Employee | int, day: date | None = None) -> bool:
        """Say whether the posting of ``day`` (default: the viewer's day) names the viewer as manager."""
        if self.employee_id is None or self.is_self(employee):
            return False
        postings = Posting.objects.filter(employee=_pk(employee), manager=self.employee_id)
        return postings.filter(_holds_on(day or self.day)).exists()


def viewer_of(user: User, *, day: date) -> Viewer:
    """Read the person's roles from the database and return them as a viewer on ``day``.

    A deactivated sign-in, or one whose employee has left before ``day``, holds
    nothing: no roles and no person.
    """
    if not user.is_authenticated or not may_sign_in(user, day=day):
        return Viewer(user_id=user.pk or 0, employee_id=None, roles=frozenset(), day=day)
    granted = RoleGrant.objects.filter(user=user.pk).values_list("role", flat=True)
    return Viewer(
        user_id=user.pk,
        employee_id=user.employee_id,
        roles=frozenset(Role(role) for role in granted),
        day=day,
    )


def may_sign_in(user: User, *, day: date) -> bool:
    """Say whether the sign-in is active and its person, if any, has not left before ``day``."""
    employee = user.employee
    return user.is_active and not (employee and employee.left_on and employee.left_on < day)


# Lists


def visible_employees(viewer: Viewer, day: date | None = None) -> QuerySet[Employee]:
    """Return the people whose existence, posting and card the viewer may see on ``day``."""
    if viewer.has(SEES_EVERYBODY):
        return Employee.objects.all()
    if viewer.employee_id is None:
        return Employee.objects.none()
    return Employee.objects.filter(pk__in=_with_line_below(viewer.employee_id, day or viewer.day))


def managed_employees(viewer: Viewer, day: date | None = None) -> QuerySet[Employee]:
    """Return the people whose posting of ``day`` names the viewer as manager."""
    if viewer.employee_id is None:
        return Employee.objects.none()
    postings = Posting.objects.filter(
        _holds_on(day or viewer.day), employee=OuterRef("pk"), manager=viewer.employee_id
    )
    return Employee.objects.filter(Exists(postings)).exclude(pk=viewer.employee_id)


def visible_accounts(viewer: Viewer, day: date | None = None) -> QuerySet[Account]:
    """Return the accounts that visible people hold on ``day``, and those the viewer supplies."""
    if viewer.has(SEES_EVERY_ACCOUNT):
        return Account.objects.all()
    if viewer.employee_id is None:
        return Account.objects.none()
    on = day or viewer.day
    people = visible_employees(viewer, on).order_by().values("pk")
    held = AccountShare.objects.filter(_spans(on, "period__"), employee__in=people)
    # Asked for once and not account by account: this stands in the frame of every page.
    return Account.objects.filter(
        Q(pk__in=held.order_by().values("period__account")) | Q(supplier=viewer.employee_id)
    )


def visible_teams(viewer: Viewer, day: date | None = None) -> QuerySet[Team]:
    """Return the teams the viewer's visible people work in on ``day``; for the offices, all."""
    if viewer.has(SEES_EVERYBODY):
        return Team.objects.all()
    on = day or viewer.day
    people = visible_employees(viewer, on).order_by().values("pk")
    postings = Posting.objects.filter(_spans(on), team=OuterRef("pk"), employee__in=people)
    return Team.objects.filter(Exists(postings))


def visible_users(viewer: Viewer) -> QuerySet[User]:
    """Return the sign-ins the viewer may look after: all for HR and administrators, else none."""
    return User.objects.all() if can_edit_people(viewer) else User.objects.none()


# Decisions about one record


def can_see_employee(viewer: Viewer, employee: Employee | int, day: date | None = None) -> bool:
    """Say whether the viewer may see that person on ``day``."""
    if viewer.has(SEES_EVERYBODY) or viewer.is_self(employee):
        return True
    return visible_employees(viewer, day).filter(pk=_pk(employee)).exists()


def can_manage(viewer: Viewer, employee: Employee | int, day: date | None = None) -> bool:
    """Say whether the viewer is that person's manager on ``day`` (and may act as such)."""
    return viewer.manages(employee, day)


def can_see_account(viewer: Viewer, account: Account | int, day: date | None = None) -> bool:
    """Say whether the viewer may see that account on ``day``."""
    return visible_accounts(viewer, day).filter(pk=_pk(account)).exists()


def can_see_pay(viewer: Viewer, employee: Employee | int) -> bool:
    """Say whether the viewer may see that person's salary and awards: HR for pay, finance, oneself."""
    return viewer.has(SEES_EVERY_PAY) or viewer.is_self(employee)


def can_see_all_pay(viewer: Viewer) -> bool:
    """Say whether the viewer may see everybody's salary and awards."""
    return viewer.has(SEES_EVERY_PAY)


def can_edit_pay(viewer: Viewer) -> bool:
    """Say whether the viewer may enter salaries."""
    return Role.HR_PAY in viewer.roles


def can_edit_people(viewer: Viewer) -> bool:
    """Say whether the viewer may change people, teams, postings and sign-ins."""
    return viewer.has(EDITS_PEOPLE)


def can_edit_accounts(viewer: Viewer) -> bool:
    """Say whether the viewer may change accounts and who holds them."""
    return viewer.has(EDITS_ACCOUNTS)


def can_grant_roles(viewer: Viewer) -> bool:
    """Say whether the viewer may give and take roles."""
    return Role.ADMIN in viewer.roles


def may_look_after(viewer: Viewer, user: User) -> bool:
    """Say whether the viewer may invite or switch off that sign-in.

    An invitation sets a new password, so only an administrator may do this to
    somebody who holds roles; otherwise HR could become anybody.
    """
    if can_grant_roles(viewer):
        return True
    return can_edit_people(viewer) and not RoleGrant.objects.filter(user=user.pk).exists()


def require(allowed: bool) -> None:
    """Raise ``NotAllowed`` unless ``allowed``."""
    if not allowed:
        raise NotAllowed(
            "not_allowed",
            _("Your roles do not include this. Ask an administrator to do it or to give you the role."),
        )


# Fetching and authorising in one step


def get_employee_for(viewer: Viewer, pk: int, day: date | None = None) -> Employee:
    """Return the person, or raise ``NotVisible`` alike for strangers and for numbers nobody has."""
    return _one_of(visible_employees(viewer, day).select_related("legal_entity"), pk)


def get_managed_employee_for(viewer: Viewer, pk: int, day: date | None = None) -> Employee:
    """Return one of the viewer's own reports of ``day``.

    Raises ``NotVisible``, or ``NotAllowed`` for somebody the viewer sees and does not manage.
    """
    employee = get_employee_for(viewer, pk, day)
    require(can_manage(viewer, employee, day))
    return employee


def get_account_for(viewer: Viewer, pk: int, day: date | None = None) -> Account:
    """Return the account or raise ``NotVisible``."""
    return _one_of(visible_accounts(viewer, day).select_related("supplier"), pk)


def get_team_for(viewer: Viewer, pk: int, day: date | None = None) -> Team:
    """Return the team or raise ``NotVisible``."""
    return _one_of(visible_teams(viewer, day).select_related("parent"), pk)


def get_user_for(viewer: Viewer, pk: int) -> User:
    """Return the sign-in or raise ``NotVisible``."""
    return _one_of(visible_users(viewer).select_related("employee"), pk)


def not_visible() -> NotVisible:
    """Return the refusal for a record that does not exist for this person."""
    return NotVisible(
        "not_found", _("There is nothing at this address for you. Check the address or go home.")
    )


def _one_of(records: QuerySet[Any], pk: int) -> Any:
    found = records.filter(pk=pk).first()
    if found is None:
        raise not_visible()
    return found


def _pk(record: Employee | Account | int) -> int:
    return record if isinstance(record, int) else record.pk


def _with_line_below(employee_id: int, day: date) -> RawSQL:
    on = day.isoformat()
    return RawSQL(LINE_BELOW, (employee_id, on, on))  # noqa: S611 (constant text, bound values)


def _spans(day: date, prefix: str = "") -> Q:
    ends = Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    return Q(**{f"{prefix}starts_on__lte": day}) & ends


def _holds_on(day: date) -> Q:
    left_from_it = Q(starts_on__lte=day, ends_on=F("employee__left_on"))
    return _spans(day) | left_from_it
