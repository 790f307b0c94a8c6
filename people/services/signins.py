"""Sign-ins, their roles, and invitations by link."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import NotVisible, Refusal
from people.choices import Role
from people.models import Employee, Invitation, RoleGrant, User
from people.services.locks import lock, lock_all, subject_of
from people.texts import clean_code, clean_name, required

INVITATION_DAYS = 7
TOKEN_BYTES = 32


@transaction.atomic
def create_user(
    *,
    username: str,
    employee: Employee | None = None,
    display_name: str = "",
    email: str = "",
    language: str = "",
    actor: Actor,
    at: datetime,
) -> User:
    """Create a sign-in without a password; an invitation lets its owner set one.

    Raises ``Refusal`` when the name is taken or the person has a sign-in already.
    """
    username = required(clean_code(username), _("the sign-in name"))
    if User.objects.filter(username__iexact=username).exists():
        raise Refusal("username_taken", _("The sign-in name %(name)s is taken.") % {"name": username})
    if employee and User.objects.filter(employee=employee).exists():
        raise Refusal("has_user", _("%(name)s can sign in already.") % {"name": employee.name})
    user = User(
        username=username, employee=employee, display_name=clean_name(display_name), email=email.strip(),
        language=language,
    )  # fmt: skip
    user.set_unusable_password()
    _check_fields(user)
    user.save()
    record(
        subject=subject_of(user), actor=actor, action="user.create", at=at,
        username=username, employee=employee.number if employee else None,
    )  # fmt: skip
    return user


@transaction.atomic
def set_user_active(*, user: User, active: bool, actor: Actor, at: datetime) -> User:
    """Let a sign-in work or not; the next request of an open session is refused.

    Raises ``Refusal`` for the last administrator.
    """
    if not active:
        _keep_an_administrator(user)
    row = lock(User, user.pk)
    if row.is_active == active:
        return row
    row.is_active = active
    row.save(update_fields=["is_active"])
    if not active:
        Invitation.objects.filter(user=row, used_at__isnull=True).update(expires_at=at)
    record(
        subject=subject_of(row), actor=actor, action="user.activate" if active else "user.deactivate", at=at
    )
    return row


@transaction.atomic
def grant_role(*, user: User, role: Role, actor: Actor, at: datetime) -> None:
    """Give a role; giving it again changes nothing.

    An open invitation that somebody else made ends: whoever kept its link could
    become the person together with the new role.
    """
    row = lock(User, user.pk)
    _grant, created = RoleGrant.objects.get_or_create(user=row, role=role.value)
    if created:
        _open_invitations(row, at).exclude(created_by=actor.text).update(expires_at=at)
        record(subject=subject_of(row), actor=actor, action="role.grant", at=at, role=role.value)


@transaction.atomic
def revoke_role(*, user: User, role: Role, actor: Actor, at: datetime) -> None:
    """Take a role; it is gone with the next request. Raises ``Refusal`` for the last administrator."""
    if role is Role.ADMIN:
        _keep_an_administrator(user)
    row = lock(User, user.pk)
    gone, _details = RoleGrant.objects.filter(user=row, role=role.value).delete()
    if gone:
        record(subject=subject_of(row), actor=actor, action="role.revoke", at=at, role=role.value)


@transaction.atomic
def set_roles(*, user: User, roles: set[Role], actor: Actor, at: datetime) -> None:
    """Make the roles of a sign-in exactly ``roles``."""
    current = {Role(role) for role in RoleGrant.objects.filter(user=user).values_list("role", flat=True)}
    for role in sorted(roles - current):
        grant_role(user=user, role=role, actor=actor, at=at)
    for role in sorted(current - roles):
        revoke_role(user=user, role=role, actor=actor, at=at)


@transaction.atomic
def invite(*, user: User, actor: Actor, at: datetime) -> tuple[Invitation, str]:
    """Make a link's secret with which the person sets a password, and return it once.

    Valid for seven days and one use; only its hash is stored, and an earlier open
    invitation ends. Raises ``Refusal`` for a deactivated sign-in.
    """
    row = lock(User, user.pk)
    if not row.is_active:
        raise Refusal("inactive", _("This sign-in is deactivated. Activate it before inviting."))
    _open_invitations(row, at).update(expires_at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token), user=row, created_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS), created_by=actor.text,
    )  # fmt: skip
    record(
        subject=subject_of(row), actor=actor, action="user.invite", at=at, expires_at=invitation.expires_at
    )
    return invitation, token


def find_invitation(*, token: str, at: datetime) -> Invitation:
    """Return the invitation that the secret opens. Raises ``NotVisible`` when used, late or unknown."""
    open_ones = Invitation.objects.filter(used_at__isnull=True, expires_at__gt=at, user__is_active=True)
    found = open_ones.select_related("user__employee").filter(token_hash=hash_of(token)).first()
    if found is None:
        raise NotVisible(
            "invitation_closed",
            _("This invitation was used, has expired or never existed. Ask for a new one."),
        )
    return found


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime) -> User:
    """Set the password the person chose and spend the invitation, once.

    Raises ``NotVisible`` like ``find_invitation`` and ``Refusal`` for a weak password.
    """
    invitation = find_invitation(token=token, at=at)
    user = lock(User, invitation.user_id)
    check_password_rules(password, user=user)
    spent = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=at)
    if spent != 1:
        raise NotVisible("invitation_closed", _("This invitation was used a moment ago. Sign in instead."))
    user.set_password(password)
    user.save(update_fields=["password"])
    record(subject=subject_of(user), actor=Actor.user(user), action="user.accept_invitation", at=at)
    return user


def check_password_rules(password: str, *, user: User) -> None:
    """Raise ``Refusal`` with all sentences of the rules that the password breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("weak_password", " ".join(error.messages)) from error


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a long random secret, as it is stored."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _open_invitations(user: User, at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at)


def _keep_an_administrator(user: User) -> None:
    lock_all(RoleGrant)
    others = RoleGrant.objects.filter(role=Role.ADMIN.value, user__is_active=True).exclude(user=user)
    is_one = RoleGrant.objects.filter(role=Role.ADMIN.value, user=user).exists()
    if is_one and not others.exists():
        raise Refusal(
            "last_administrator",
            _("%(name)s is the last administrator. Make somebody else one first.")
            % {"name": user.shown_name},
        )


def _check_fields(user: User) -> None:
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise Refusal("bad_user", " ".join(error.messages)) from error
