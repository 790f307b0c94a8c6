"""The company's months: how far they are, and the commands that move them on."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from common.periods import Month
from people.access import require
from people.requests import actor_for, viewer_for
from performance.services import cycles as services
from portal.policies import can_run_cycles, get_month_for, months_for
from portal.publishing import publish_month
from portal.selectors import cycles as selectors

GROUPS = 50
"""Managers on a page of a month."""


@require_safe
def cycles(request: HttpRequest) -> HttpResponse:
    """List the months; with one at all, lead the eye to the latest."""
    viewer = viewer_for(request)
    found = list(months_for(viewer))
    context = {
        "cycles": found,
        "can_run": can_run_cycles(viewer),
        "next_month": selectors.next_month_to_open(day=viewer.day),
    }
    return render(request, "portal/cycles.html", context)


@require_safe
def cycle(request: HttpRequest, month: str) -> HttpResponse:
    """Show one month: stages, counts, each manager's part, and the next command."""
    viewer = viewer_for(request)
    found = get_month_for(viewer, month)
    return _page(request, selectors.overview(found))


@require_POST
def cycle_open(request: HttpRequest) -> HttpResponse:
    """Open a month: pin its schemes and fix its targets."""
    require(can_run_cycles(viewer_for(request)))
    try:
        month = Month.parse(request.POST.get("month", ""))
    except ValueError as error:
        raise Refusal("unknown_month", _("Name the month as year and month, such as 2026-08.")) from error
    opened = services.open_cycle(month=month, actor=actor_for(request), at=timezone.now())
    messages.success(request, _("%(cycle)s is open.") % {"cycle": opened.label})
    return redirect("portal:cycle", opened.label)


@require_POST
def cycle_move(request: HttpRequest, month: str, command: str) -> HttpResponse:
    """Close, freeze, publish or finish a month; what is missing comes back as a list."""
    viewer = viewer_for(request)
    found = get_month_for(viewer, month)
    require(can_run_cycles(viewer))
    order = {"cycle_id": found.pk, "actor": actor_for(request), "at": timezone.now()}
    try:
        COMMANDS[command](order, viewer.day, request.POST.get("reason", ""))
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        found.refresh_from_db()
        return _page(request, selectors.overview(found), refusal=refusal)
    messages.success(request, _("Done."))
    return redirect("portal:cycle", month)


COMMANDS = {
    "close": lambda order, day, reason: services.close_cycle(day=day, **order),
    "freeze": lambda order, day, reason: services.freeze_cycle(day=day, reason=reason, **order),
    "publish": lambda order, day, reason: publish_month(reason=reason, **order),
    "finish": lambda order, day, reason: services.finish_cycle(**order),
}


def _page(
    request: HttpRequest, overview: selectors.Overview, *, refusal: Refusal | None = None
) -> HttpResponse:
    viewer = viewer_for(request)
    context = {
        "overview": overview,
        "groups": Paginator(overview.groups, GROUPS).get_page(request.GET.get("page")),
        "cycle": overview.cycle,
        "can_run": can_run_cycles(viewer),
        "refusal": refusal,
        "over": viewer.day > overview.cycle.ends_on,
        "next_month": selectors.next_month_to_open(day=viewer.day),
    }
    return render(request, "portal/cycle.html", context, status=422 if refusal else 200)
