"""The manager's queue: exceptions first, many clean cards at once, one card after another."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.security import with_inline_styles
from people.access import Viewer
from people.requests import viewer_for
from performance.models import Cycle
from reviews.selectors.cards import cycle_under_review, get_card_for, open_month
from reviews.selectors.queue import Queue, QueueRow, due_in_days, groups_of, review_queue
from reviews.selectors.sheet import Sheet
from reviews.services.bulk import MOST_ROWS, Outcome, Seen, bulk_approve
from reviews.views.answers import page
from reviews.views.cards import approval_told, card_context
from reviews.words import MARKS

ROWS = 50
LONGEST_NUMBER = 18


@require_safe
@with_inline_styles
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue of the month under review; ``at`` is the open card, ``done`` the last decided."""
    viewer = viewer_for(request)
    cycle = cycle_under_review()
    if cycle is None:
        return render(request, "reviews/queue_empty.html", {"running": open_month()})
    found = review_queue(viewer, cycle)
    rows = Paginator(found.rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "queue": found,
        "cycle": cycle,
        "page": rows,
        "groups": list(groups_of(list(rows.object_list))),
        "current": _current(found, request.GET.get("at", "")),
        "due_in": due_in_days(cycle, viewer.day),
        "marks": MARKS.values(),
        "told": approval_told(viewer, cycle.label, request.GET.get("done", "")),
    }
    return render(request, "reviews/queue.html", context)


def _current(found: Queue, number: str) -> dict[str, object] | None:
    """Return number, group and address of the card asked for, else of the first that is still open."""
    at = found.place(number)
    place = found.first_open() if at is None else found.places[at]
    return place and {"number": place.number, "group": place.group, "url": found.url(place)}


@require_safe
@with_inline_styles  # type: ignore[arg-type]
def review_card(request: HttpRequest, cycle: str, number: str) -> HttpResponse:
    """Show one card in the review's layout: alone with its neighbours, or inside the split view."""
    viewer = viewer_for(request)
    card = get_card_for(viewer, cycle=cycle, number=number)
    found = review_queue(viewer, card.cycle)
    place = found.place(number)
    previous, row, following = _around(found, place)
    context = {
        **card_context(Sheet(viewer, card, found.tiers), row.standing if row else None),
        "queue": found,
        "place": place,
        "row": row,
        "previous": previous,
        "following": following,
        "origin": "split" if request.htmx else "page",  # type: ignore[attr-defined]
        "told": approval_told(viewer, cycle, request.GET.get("done", "")),
    }
    return page(request, "reviews/review_card.html", "reviews/_review_card.html", context)


def _around(found: Queue, place: int | None) -> tuple[QueueRow | None, QueueRow | None, QueueRow | None]:
    """Return the row before, the row itself and the row after, read at once."""
    if place is None:
        return None, None, None
    first = max(place - 1, 0)
    near = dict(enumerate(found.rows[first : place + 2], start=first))
    return near.get(place - 1), near.get(place), near.get(place + 1)


def approve_many(request: HttpRequest) -> HttpResponse:
    """Ask before approving many cards, by name; then say what became of each."""
    viewer = viewer_for(request)
    cycle = cycle_under_review()
    if cycle is None:
        return render(request, "reviews/queue_empty.html", {"running": open_month()})
    if request.method == "POST":
        outcomes = bulk_approve(viewer=viewer, rows=_seen(request), at=timezone.now())
        return render(request, "reviews/approved_many.html", {"outcomes": _named(viewer, cycle, outcomes)})
    found = review_queue(viewer, cycle)
    wanted = set(request.GET.getlist("card"))
    able = [place for place in found.places if place.can_approve and str(place.card) in wanted]
    rows = found.load((able if wanted else found.approvable)[:MOST_ROWS])
    context = {"rows": rows, "cycle": cycle, "left_out": len(wanted) - len(able) if wanted else 0}
    context |= {
        "more": len(found.approvable) - len(rows) if not wanted else 0,
        "back": reverse("reviews:queue"),
    }
    return render(request, "reviews/approve_many.html", {**context, **_summary(rows)})


def _seen(request: HttpRequest) -> list[Seen]:
    """Read the rows as they were on the screen; what cannot be read names no card and is refused."""
    rows = []
    for text in request.POST.getlist("row"):
        card, _, rest = text.partition(":")
        digest, _, version = rest.partition(":")
        known = all(part.isdecimal() and len(part) <= LONGEST_NUMBER for part in (card, version))
        rows.append(Seen(int(card), digest, int(version)) if known else Seen(0, "", 0))
    return rows


def _summary(rows: Sequence[QueueRow]) -> dict[str, object]:
    """Return people per tier and the biggest change among the rows."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.tier] = counts.get(row.tier, 0) + 1
    moved = [(abs(row.delta), row.number, row) for row in rows if row.delta is not None]
    biggest = max(moved, default=(None, "", None))[2]
    return {"tiers": sorted(counts.items()), "biggest": biggest}


def _named(
    viewer: Viewer, cycle: Cycle, outcomes: Sequence[Outcome]
) -> list[tuple[Outcome, QueueRow | None]]:
    """Put names beside outcomes; a card outside the viewer's scope stays nameless."""
    found, cards = review_queue(viewer, cycle), {outcome.card_id for outcome in outcomes}
    rows = found.load([place for place in found.places if place.card in cards])
    names = {row.card.pk: row for row in rows}
    return [(outcome, names.get(outcome.card_id)) for outcome in outcomes]
