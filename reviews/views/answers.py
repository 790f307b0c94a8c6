"""What pages about cards answer with: fragments for htmx, refusals in words, the next card."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from common.errors import Refusal
from people.access import Viewer
from performance.models import Scorecard
from reviews.selectors.queue import review_queue

FORM_ERRORS = {
    "reason_short", "reason_missing", "no_number", "out_of_bounds", "title_short", "future_day",
    "whole_number", "gap_missing", "nothing_changes", "no_such_fact", "told_other_way",
}  # fmt: skip
"""Refusals that the sender mends in the form."""


def page(
    request: HttpRequest,
    full: str,
    fragment: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the fragment for htmx and the whole page, which includes it, for everybody else."""
    htmx = getattr(request, "htmx", None)
    template = fragment if htmx and not htmx.boosted else full
    response = render(request, template, {**context, "fragment": fragment}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def submitted(
    request: HttpRequest,
    form: Form,
    call: Callable[[], str],
    *,
    back: str,
    words: Mapping[str, object],
    fragment: str = "reviews/_form.html",
    label: str = "",
) -> HttpResponse:
    """Show a form, or do what it asks for and go to the address that ``call`` returns.

    What the sender can mend is 422 with the same form; any other refusal is its own page.
    """
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, words, fragment)
    try:
        return redirect(call())
    except Refusal as refusal:
        if refusal.code not in FORM_ERRORS:
            return refused(request, refusal, back=back, label=label)
        form.add_error(None, str(refusal))
    return _form_page(request, form, words, fragment)


def _form_page(request: HttpRequest, form: Form, words: Mapping[str, object], fragment: str) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, **words}
    return page(request, "reviews/form.html", fragment, context, status=status)


def refused(request: HttpRequest, refusal: Refusal, *, back: str, label: str = "") -> HttpResponse:
    """Say what was refused and why, with the refusal's own status; nothing was changed."""
    context = {"refusal": refusal, "back": back, "label": label}
    return page(request, "reviews/refused.html", "reviews/_refused.html", context, status=refusal.status)


def after_decision(viewer: Viewer, card: Scorecard, origin: str, *, done: str = "") -> str:
    """Return where to go on after a decision: the next open card of the queue, or the card itself."""
    told = {"done": done} if done else {}
    if origin not in ("page", "split"):
        return _with(card_url(card), told)
    queue = review_queue(viewer, card.cycle)
    following = queue.after(card.employee.number)
    if following is None:
        return _with(reverse("reviews:queue"), told)
    if origin == "split":
        return _with(reverse("reviews:queue"), {"at": following.number, **told})
    return _with(queue.url(following), told)


def card_url(card: Scorecard) -> str:
    """Return the card's address."""
    return reverse("reviews:card", args=[card.cycle.label, card.employee.number])


def _with(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
