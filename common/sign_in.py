"""How signing in differs from what allauth does by itself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):
    """Nobody registers themselves: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False
