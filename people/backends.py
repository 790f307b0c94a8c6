"""Sign-in that ends with the person's time here.

The session asks ``get_user`` at every request, so somebody deactivated or gone
is refused at the next one, wherever a session or token still lives.
"""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from people.access import may_sign_in
from people.models import User
from people.selectors.company import today


class CurrentStaffBackend(AuthenticationBackend):
    """Let in active sign-ins whose employee has not left."""

    def user_can_authenticate(self, user: User) -> bool:
        """Say whether the sign-in is active and its person still employed today.

        The company's calendar day is read only for somebody who has a last day.
        """
        if user.is_active and (user.employee is None or user.employee.left_on is None):
            return True
        return may_sign_in(user, day=today(now=timezone.now()))

    def get_user(self, user_id: int) -> User | None:
        """Return the session's user with the employee, or None when refused."""
        user = User.objects.select_related("employee").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
