"""From a request to what somebody does here; read once per request."""

from django.http import HttpRequest

from people.requests import viewer_for
from portal.navigation import parts_of


def parts_for(request: HttpRequest) -> frozenset[str]:
    """Return the words for what the signed-in person does here."""
    parts: frozenset[str] | None = getattr(request, "_parts", None)
    if parts is None:
        parts = parts_of(viewer_for(request))
        request._parts = parts  # type: ignore[attr-defined]
    return parts
