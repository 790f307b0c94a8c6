"""What the frame of every page shows: navigation, company, colours, notices, late data."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.notices import unread
from common.periods import ONE_DAY
from people.choices import Platform
from people.models import PLATFORM_LABELS
from people.requests import company_for, viewer_for
from portal.navigation import entries
from portal.requests import parts_for
from portal.selectors.late import late_platforms


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the frame's context; whatever reads the database waits until a template asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"company": SimpleLazyObject(lambda: company_for(request)), "theme": "system"}
    return {
        "company": SimpleLazyObject(lambda: company_for(request)),
        "theme": user.theme,
        "shortcuts": "on" if user.shortcuts else "off",
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "hide_rail": SimpleLazyObject(lambda: len(_navigation(request)) < 4),
        "freshness": SimpleLazyObject(lambda: _freshness(request)),
        "user_menu": SimpleLazyObject(lambda: _user_menu(request)),
    }


def _navigation(request: HttpRequest) -> list[dict[str, object]]:
    found: list[dict[str, object]] | None = getattr(request, "_navigation", None)
    if found is None:
        found = entries(parts_for(request), path=request.path)
        request._navigation = found  # type: ignore[attr-defined]
    return found


def _freshness(request: HttpRequest) -> list[dict[str, str]]:
    viewer = viewer_for(request)
    late = late_platforms(viewer, day=viewer.day - ONE_DAY)
    url = reverse("metrics:health") if late else ""
    return [
        {
            "text": ngettext(
                "%(platform)s: the data of %(count)s account is more than three days old.",
                "%(platform)s: the data of %(count)s accounts is more than three days old.",
                count,
            )
            % {"platform": PLATFORM_LABELS[Platform(platform)], "count": count},
            "url": url,
        }
        for platform, count in late.items()
    ]


def _user_menu(request: HttpRequest) -> list[dict[str, object]]:
    count = unread(recipient=viewer_for(request).user_id).count()
    label = _("Notices (%(count)s)") % {"count": count} if count else _("Notices")
    return [{"url": reverse("portal:notices"), "label": label, "icon": "bell"}]
