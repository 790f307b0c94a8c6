"""The operator's page: where do I stand, why, what next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from people.access import not_visible
from people.requests import viewer_for
from performance.models import Cycle
from portal.selectors import dashboard
from reviews.policies import can_question
from reviews.selectors.sheet import Sheet


@require_safe
def me(request: HttpRequest, month: str = "") -> HttpResponse:
    """Show the signed-in person's card of a month, the newest unless one is named."""
    viewer = viewer_for(request)
    months = dashboard.own_months(viewer)
    cycle = next((one for one in months if not month or one.label == month), None)
    if cycle is None and month:
        raise not_visible()
    card = dashboard.own_card(viewer, cycle) if cycle else None
    if card is None:
        return render(request, "portal/me_empty.html", dashboard.waiting_for_card(viewer))
    sheet = Sheet(viewer, card)
    in_scheme_order = request.GET.get("order") == "scheme"
    context = {
        "sheet": sheet,
        "board": dashboard.dashboard(viewer, sheet, months=months),
        "rows": sheet.rows if in_scheme_order else dashboard.by_loss(sheet.rows),
        "in_scheme_order": in_scheme_order,
        "may_question": can_question(viewer, card),
        "picker": _picker(months, card.cycle),
    }
    return render(request, "portal/me.html", context)


def _picker(months: list[Cycle], current: Cycle) -> dict[str, object]:
    """Return what the cycle picker needs; ``months`` run from new to old."""
    urls = [reverse("portal:me_month", args=[one.label]) for one in months]
    at = next(index for index, one in enumerate(months) if one.pk == current.pk)
    return {
        "current": current.label,
        "next": urls[at - 1] if at > 0 else "",
        "previous": urls[at + 1] if at + 1 < len(urls) else "",
        "options": [
            {"label": one.label, "url": url, "current": one.pk == current.pk, "note": one.get_state_display()}
            for one, url in zip(months, urls, strict=True)
        ],
    }
