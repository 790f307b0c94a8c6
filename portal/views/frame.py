"""The way in, colours and language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from portal.navigation import home_of
from portal.requests import parts_for
from portal.services import preferences


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the page on which the person's work waits."""
    return redirect(home_of(parts_for(request)))


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store the colours and go back."""
    preferences.choose_theme(user=request.user, theme=request.POST.get("theme", ""))  # type: ignore[arg-type]
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else "/")


@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for a signed-in person on every device."""
    chosen = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        preferences.choose_language(user=request.user, language=chosen)
    return set_language(request)
