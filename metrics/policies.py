"""Who may supply, confirm and answer for which accounts."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed
from metrics.models import Fetch
from metrics.selectors.collection import Cell
from people.access import Viewer, managed_employees, not_visible, require, visible_accounts
from people.choices import Role
from people.models import Account, AccountShare

SUPPLY_EVERYTHING = frozenset({Role.DATA_ADMIN, Role.ADMIN})


def suppliable_accounts(viewer: Viewer) -> QuerySet[Account]:
    """Return the accounts for which the viewer may deliver data.

    Data administrators and administrators: all. Others: those they or the people
    they manage hold or have held, and those they are entered to supply.
    """
    if viewer.has(SUPPLY_EVERYTHING):
        return Account.objects.all()
    if viewer.employee_id is None:
        return Account.objects.none()
    people = managed_employees(viewer).order_by().values("pk")
    held = AccountShare.objects.filter(Q(employee_id=viewer.employee_id) | Q(employee_id__in=people))
    return Account.objects.filter(
        Q(pk__in=held.order_by().values("period__account")) | Q(supplier_id=viewer.employee_id)
    )


def allowed_account_ids(viewer: Viewer) -> set[int] | None:
    """Return the ids of those accounts, or None when all are allowed."""
    if viewer.has(SUPPLY_EVERYTHING):
        return None
    return set(suppliable_accounts(viewer).values_list("pk", flat=True))


def may_supply(viewer: Viewer) -> bool:
    """Say whether there is any account the viewer may deliver data for."""
    return viewer.has(SUPPLY_EVERYTHING) or suppliable_accounts(viewer).exists()


def vouchable_accounts(viewer: Viewer) -> QuerySet[Account]:
    """Return the accounts whose data the viewer may confirm: never those that feed their own score."""
    if viewer.employee_id is None:
        return suppliable_accounts(viewer)
    own = AccountShare.objects.filter(employee_id=viewer.employee_id, period__account=OuterRef("pk"))
    return suppliable_accounts(viewer).exclude(Exists(own))


def require_vouching(viewer: Viewer, account_id: int | None) -> None:
    """Raise ``NotAllowed`` unless the viewer may vouch for the account's data."""
    if account_id is None or not vouchable_accounts(viewer).filter(pk=account_id).exists():
        raise NotAllowed(
            "may_not_vouch",
            _(
                "Only a manager of the account's holder or a data administrator may do this, and never "
                "somebody who holds or has held the account."
            ),
        )


def require_vouching_all(viewer: Viewer, accounts: Collection[int]) -> None:
    """Raise ``NotAllowed`` unless the viewer may vouch for the data of every one of the accounts."""
    if vouchable_accounts(viewer).filter(pk__in=accounts).count() < len(set(accounts)):
        require_vouching(viewer, None)


def may_see_rows(viewer: Viewer, fetch: Fetch) -> bool:
    """Say whether the viewer may see all cells of a file, which may name other people's accounts."""
    return viewer.has(SUPPLY_EVERYTHING) or fetch.actor == f"user:{viewer.user_id}"


def seen_accounts(viewer: Viewer) -> QuerySet[Account]:
    """Return the accounts whose deliveries and data state the viewer may see."""
    supplied = suppliable_accounts(viewer).order_by().values("pk")
    return Account.objects.filter(
        Q(pk__in=visible_accounts(viewer).order_by().values("pk")) | Q(pk__in=supplied)
    )


RUNS_COLLECTION = frozenset({Role.DATA_ADMIN, Role.HR_PEOPLE, Role.HR_PAY, Role.ADMIN})


@dataclass(frozen=True)
class Scope:
    """Whose files a viewer sees: everybody's (``people`` None), their people's, what they owe themselves."""

    accounts: QuerySet[Account]
    people: frozenset[int] | None
    own: int | None

    def sees(self, cell: Cell) -> bool:
        """Say whether the cell is on the viewer's board."""
        debtor = cell.debtor.pk if cell.debtor else None
        if self.people is None or (self.own is not None and debtor == self.own):
            return True
        return not self.people.isdisjoint({*cell.holders, debtor})

    def may_remind(self, employee: int) -> bool:
        """Say whether the viewer may ask that person for files: everybody, or those they manage."""
        return employee != self.own and (self.people is None or employee in self.people)

    @property
    def may_act(self) -> bool:
        """Say whether the viewer looks after other people's files."""
        return self.people is None or bool(self.people)


def collection_scope(viewer: Viewer) -> Scope:
    """Return whose files the viewer sees: all for the offices that collect, else their people's and own."""
    if viewer.has(RUNS_COLLECTION):
        return Scope(Account.objects.all(), None, viewer.employee_id)
    people = frozenset(managed_employees(viewer).values_list("pk", flat=True))
    concerned = people | ({viewer.employee_id} if viewer.employee_id else set())
    return Scope(accounts_of(concerned), people, viewer.employee_id)


def accounts_of(people: Collection[int]) -> QuerySet[Account]:
    """Return the accounts that one of the people holds, has held or supplies."""
    held = AccountShare.objects.filter(employee__in=people, period__account=OuterRef("pk"))
    return Account.objects.filter(Exists(held) | Q(supplier__in=people))


def waivable_accounts(viewer: Viewer, scope: Scope) -> QuerySet[Account]:
    """Return the accounts for which the viewer may say that a file is not needed: never their own."""
    if scope.people is None:
        allowed = Account.objects.all()
    else:
        held = AccountShare.objects.filter(employee__in=scope.people, period__account=OuterRef("pk"))
        allowed = Account.objects.filter(Exists(held))
    if viewer.employee_id is None:
        return allowed
    own = AccountShare.objects.filter(employee=viewer.employee_id, period__account=OuterRef("pk"))
    return allowed.exclude(Exists(own))


def deeds_on(viewer: Viewer, scope: Scope, account_id: int) -> tuple[bool, bool, bool]:
    """Say whether the viewer may deliver for the account, say what it needs, and vouch; in one statement."""
    allowed = suppliable_accounts(viewer), waivable_accounts(viewer, scope), vouchable_accounts(viewer)
    deeds = [Exists(rows.order_by().filter(pk=OuterRef("pk"))) for rows in allowed]
    return Account.objects.values_list(*deeds).get(pk=account_id)


def get_collected_account(scope: Scope, pk: int) -> Account:
    """Return an account of the viewer's board. Raises ``NotVisible``."""
    found = scope.accounts.filter(pk=pk).first()
    if found is None:
        raise not_visible()
    return found


def require_waiving(viewer: Viewer, scope: Scope, account_id: int) -> None:
    """Raise ``NotAllowed`` unless the viewer may say what the account needs."""
    require(waivable_accounts(viewer, scope).filter(pk=account_id).exists())


def may_set_due_days(viewer: Viewer) -> bool:
    """Say whether the viewer may set on which working day files are due."""
    return viewer.has(RUNS_COLLECTION)
