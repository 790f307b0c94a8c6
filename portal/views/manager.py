"""The manager's start: what waits, and how the team stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import require
from people.requests import viewer_for
from portal.navigation import MANAGER
from portal.requests import parts_for
from portal.selectors.cycles import live_team, team_tasks


@require_safe
def manager(request: HttpRequest) -> HttpResponse:
    """Show reviews with their due dates and the running month of the team."""
    require(MANAGER in parts_for(request))
    viewer = viewer_for(request)
    cycle, members = live_team(viewer)
    context = {"tasks": team_tasks(viewer), "cycle": cycle, "members": members}
    return render(request, "portal/manager.html", context)
