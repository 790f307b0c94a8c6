"""The one way a form becomes a page: translate in, one service call, translate out."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refusal
from people.requests import actor_for

BAD_REQUEST = 400


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: object,
    back: str,
    save: Callable[..., str],
    template: str = "people/form.html",
) -> HttpResponse:
    """Show the form, or hand its values to ``save(actor=, at=, **values)`` and go where it says.

    A wrong entry or a refusal answers 422 with the form and the reason.
    """
    if request.method == "POST" and form.is_valid():
        try:
            target = save(actor=actor_for(request), at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status != BAD_REQUEST:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(target)
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "title": title, "back": back}, status=status)


def bound(
    form_class: type[forms.Form], request: HttpRequest, initial: dict[str, Any] | None = None
) -> forms.Form:
    """Return the form with what was posted, else with ``initial``."""
    return form_class(request.POST if request.method == "POST" else None, initial=initial)
