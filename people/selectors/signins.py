"""Reads about sign-ins: roles and open invitations."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from people.access import Viewer, visible_users
from people.choices import Role
from people.models import Employee, Invitation, RoleGrant, User
from people.selectors.staff import PAGE_SIZE, Page


def list_users(viewer: Viewer) -> QuerySet[User]:
    """Return the sign-ins the viewer may look after, with employee and grants."""
    grants = Prefetch("grants", queryset=RoleGrant.objects.order_by("role"))
    return visible_users(viewer).select_related("employee").prefetch_related(grants).order_by("username")


def list_page(viewer: Viewer, *, after: str = "") -> Page:
    """Return a page of sign-ins by name that goes on after ``after``."""
    users = list_users(viewer)
    rows = list(users.filter(username__gt=after)[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    cursor = shown[-1].username if len(rows) > PAGE_SIZE else ""
    return Page(rows=list(shown), next_cursor=cursor, total=users.count())


def user_of(viewer: Viewer, *, employee: Employee) -> User | None:
    """Return the person's sign-in with grants for those who look after sign-ins, else None."""
    return list_users(viewer).filter(employee=employee).first()


def roles_of(user: User) -> list[Role]:
    """Return the granted roles in the order of their declaration."""
    granted = {Role(grant.role) for grant in user.grants.all()}
    return [role for role in Role if role in granted]


def open_invitation(user: User, *, now: datetime) -> Invitation | None:
    """Return the invitation that can still be used, or None."""
    return user.invitations.filter(used_at__isnull=True, expires_at__gt=now).order_by("-pk").first()
