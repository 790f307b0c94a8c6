"""The way from an empty installation to the first cycle."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.jobs import enqueue
from metrics.policies import may_supply
from people.access import Viewer, require
from people.requests import actor_for, viewer_for
from performance.selectors.schemes import latest_scheme
from portal.policies import can_set_up
from portal.selectors import setup as selectors
from portal.services.scheme_choice import use_builtin_scheme


@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """Show what is done and what comes next."""
    viewer = _require(request)
    steps = selectors.checklist(day=viewer.day)
    context = {
        "steps": steps,
        "next": next((step for step in steps if not step.done), None),
        "months": selectors.months_to_open(day=viewer.day),
        "may_supply": may_supply(viewer),
    }
    return render(request, "portal/checklist.html", context)


@require_safe
def setup_scheme(request: HttpRequest) -> HttpResponse:
    """Show the built-in scheme beside what the last three months had."""
    _require(request)
    run = selectors.last_comparison()
    context = {
        "document": selectors.built_in(),
        "rows": selectors.scheme_rows(run.result if run else None),
        "compared": run,
        "running": selectors.comparison_is_running(),
        "positions": selectors.scored_positions(),
        "used": latest_scheme(),
    }
    return render(request, "portal/setup_scheme.html", context)


@require_POST
def setup_scheme_compare(request: HttpRequest) -> HttpResponse:
    """Measure the scheme's leaves in the last three months, outside this request."""
    viewer = _require(request)
    if not selectors.comparison_is_running():
        enqueue(selectors.COMPARE_JOB, actor=actor_for(request), day=viewer.day.isoformat())
    return redirect("portal:setup_scheme")


@require_POST
def setup_scheme_use(request: HttpRequest) -> HttpResponse:
    """Publish the built-in measures, scheme and rules."""
    _require(request)
    use_builtin_scheme(actor=actor_for(request), at=timezone.now())
    messages.success(request, _("The scheme is in use for all scored positions."))
    return redirect("portal:checklist")


def _require(request: HttpRequest) -> Viewer:
    viewer = viewer_for(request)
    require(can_set_up(viewer))
    return viewer
