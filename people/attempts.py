"""Counting wrong guesses per address, so that codes and links cannot be tried out."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

LIMIT = 10
WINDOW_SECONDS = 900


class TooManyAttempts(Refusal):
    """Too many wrong guesses (HTTP 429)."""

    status = 429


def check_attempts(request: HttpRequest, *, what: str) -> None:
    """Raise ``TooManyAttempts`` after ten wrong guesses in a quarter of an hour.

    Counted by the connection's own address, behind a proxy by the one the proxy added;
    anything else that was forwarded is anybody's claim.
    """
    if cache.get(_key(request, what), 0) >= LIMIT:
        raise TooManyAttempts("too_many_attempts", _("Too many attempts. Wait a quarter of an hour."))


def count_attempt(request: HttpRequest, *, what: str) -> None:
    """Note a wrong guess."""
    key = _key(request, what)
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        cache.set(key, 1, WINDOW_SECONDS)


def _key(request: HttpRequest, what: str) -> str:
    return f"attempts:{what}:{get_adapter().get_client_ip(request)}"
