"""What a person should hear of."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.notices import mark_read
from people.requests import viewer_for
from portal.notices import show
from portal.selectors.notices import notices_for

PER_PAGE = 25


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List the person's notices, newest first."""
    found = notices_for(viewer_for(request))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = [show(one) for one in page]
    context = {"page": page, "notices": shown, "has_new": any(one.is_new for one in shown)}
    return render(request, "portal/notices.html", context)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of the person's notices as read."""
    mark_read(recipient=viewer_for(request).user_id, at=timezone.now())
    return redirect("portal:notices")
