"""The team board of the running month."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.requests import viewer_for
from reviews.selectors.cards import cycle_under_review, open_month
from reviews.selectors.team import board_cards, standings, tier_counts
from reviews.selectors.tiers import tiers_of

ROWS = 50


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Show where each of the viewer's people stands in the running month."""
    viewer = viewer_for(request)
    cycle = open_month()
    if cycle is None:
        return render(request, "reviews/team.html", {"under_review": cycle_under_review()})
    cards = board_cards(viewer, cycle)
    tiers = tiers_of(cycle)
    page = Paginator(cards, ROWS).get_page(request.GET.get("page"))
    context = {
        "cycle": cycle,
        "page": page,
        "people": standings(cycle, list(page.object_list), tiers),
        "tiers": tier_counts(cards, tiers),
        "shown": tiers.shown,
    }
    return render(request, "reviews/team.html", context)
