"""The company's zone and the person's language around every request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from people.requests import zone_for

Respond = Callable[[HttpRequest], HttpResponse]


class ZoneAndLanguage:
    """Times are shown in the company's zone, words in the language the person chose.

    Stands after the middleware that knows the session's user; who is not signed in
    reads the language of the browser.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside zone and language."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        language = request.user.language
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(ZoneInfo(zone_for(request))):
            return self.get_response(request)
