"""From a request to what the domain takes: the viewer, the actor, the address of this site."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from common.audit import Actor
from common.periods import business_day
from people.access import Viewer, viewer_of
from people.models import Company
from people.selectors.company import company

_UNREAD = object()


def company_for(request: HttpRequest) -> Company | None:
    """Return the company, read once per request."""
    found = getattr(request, "_company", _UNREAD)
    if found is _UNREAD:
        found = request._company = company()  # type: ignore[attr-defined]
    return cast(Company | None, found)


def zone_for(request: HttpRequest) -> str:
    """Return the company's time zone, or the installation's before it was set up."""
    found = company_for(request)
    return found.time_zone if found else settings.TIME_ZONE


def viewer_for(request: HttpRequest) -> Viewer:
    """Return who is asking, with the roles of this very moment; read once per request."""
    viewer: Viewer | None = getattr(request, "_viewer", None)
    if viewer is None:
        day = business_day(timezone.now(), zone_for(request))
        viewer = viewer_of(request.user, day=day)  # type: ignore[arg-type]
        request._viewer = viewer  # type: ignore[attr-defined]
    return viewer


def actor_for(request: HttpRequest) -> Actor:
    """Return the signed-in person as an actor of the audit log."""
    return Actor.user(request.user)  # type: ignore[arg-type]


def site_address(request: HttpRequest) -> str:
    """Return this site's address without the last slash, for links that people pass on.

    The setting ``SITE_ADDRESS`` decides; without it the request's host counts only
    when the settings name the hosts allowed. Otherwise "" (a link without host).
    """
    configured = str(getattr(settings, "SITE_ADDRESS", "")).rstrip("/")
    if configured or "*" in settings.ALLOWED_HOSTS:
        return configured
    return request.build_absolute_uri("/").rstrip("/")
