"""What happens around every request: sessions that end, nothing stored, plain text, refusals as pages."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from common.errors import Refusal

Respond = Callable[[HttpRequest], HttpResponse]
BEGAN, SEEN = "session_began", "session_seen"
NOTED_EVERY = timedelta(minutes=1)
RETRY_SECONDS = 300
ZERO = "\x00"


class SessionLimits:
    """End sessions that were left alone or have lasted too long.

    An ordinary session ends after 30 minutes without a request and 12 hours
    after sign-in at the latest; one "on this device" after its own, longer time.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out a session past its time; note in every other that it was seen."""
        now = timezone.now()
        if request.user.is_authenticated and _is_over(request, now):
            logout(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            _note(request, now)
        return response


class NeverStored:
    """Tell browsers and proxies to keep nothing of what a signed-in person sees."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the response of a signed-in request."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response


class PageMethods:
    """Answer 405 to methods that no page knows, so that none is taken for reading."""

    KNOWN = ("GET", "HEAD", "OPTIONS", "POST")

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on if pages know its method; the API, too, only reads."""
        if request.method not in self.KNOWN:
            return HttpResponseNotAllowed(self.KNOWN)
        return self.get_response(request)


class Refusals:
    """Show a refused command as a page with its sentence and status."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; who asked too often is told when to come back."""
        response = self.get_response(request)
        if response.status_code == 429:
            response.headers.setdefault("Retry-After", str(RETRY_SECONDS))
        return response

    def process_view(
        self, request: HttpRequest, view: Respond, args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> HttpResponse | None:
        """Refuse zero bytes, which PostgreSQL cannot store or compare, before any view reads them."""
        if ZERO not in request.path_info and not _has_zero(request.GET) and not _has_zero(request.POST):
            return None
        refusal = Refusal("zero_byte", _("The request holds characters that are no text."))
        if hasattr(view, "cls"):  # a view of the API
            return JsonResponse({"code": refusal.code, "sentence": str(refusal)}, status=refusal.status)
        return _refusal_page(request, refusal)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Translate a refusal; leave every other error alone."""
        if not isinstance(error, Refusal):
            return None
        return _refusal_page(request, error)


def _refusal_page(request: HttpRequest, error: Refusal) -> HttpResponse:
    context = {"refusal": error, "sentence": str(error), "details": error.details}
    return render(request, f"{error.status}.html", context, status=error.status)


def _has_zero(query: QueryDict) -> bool:
    return any(ZERO in key or any(ZERO in value for value in values) for key, values in query.lists())


def _is_over(request: HttpRequest, now: datetime) -> bool:
    began, seen = _instant(request, BEGAN), _instant(request, SEEN)
    if began is None or seen is None:
        return False
    if not request.session.get_expire_at_browser_close():
        return now - began > settings.SESSION_REMEMBERED
    return now - seen > settings.SESSION_IDLE or now - began > settings.SESSION_LONGEST


def _note(request: HttpRequest, now: datetime) -> None:
    """Write the instants into the session, at most once a minute."""
    if BEGAN not in request.session:
        request.session[BEGAN] = now.isoformat()
    seen = _instant(request, SEEN)
    if seen is None or now - seen >= NOTED_EVERY:
        request.session[SEEN] = now.isoformat()


def _instant(request: HttpRequest, name: str) -> datetime | None:
    text = request.session.get(name)
    return datetime.fromisoformat(text) if text else None
