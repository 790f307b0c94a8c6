"""A card's page and the decisions about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from common.errors import NotVisible
from common.figures import waterfall_figure
from common.security import with_inline_styles
from people.access import Viewer
from people.models import Employee
from people.requests import viewer_for
from performance.choices import CycleState
from performance.models import Cycle, Scorecard
from reviews.choices import Action
from reviews.forms import AnswerForm, ApproveForm, ReasonForm, SeenForm
from reviews.policies import can_edit_figures, can_question, can_refresh, has_edited, possible_moves
from reviews.selectors.cards import get_card_for
from reviews.selectors.sheet import Sheet
from reviews.selectors.standing import Standing, can_undo, card_standing, last_event
from reviews.services import decisions
from reviews.services.figures import refresh_figures
from reviews.views.answers import after_decision, card_url, submitted


@dataclass(frozen=True)
class Deed:
    """What a button does: the form it sends, the service, and the words of its page."""

    form: type[SeenForm]
    call: Callable[..., object]
    title: str | Promise
    button: str | Promise
    danger: bool = False


DEEDS = {
    "approve": Deed(ApproveForm, decisions.approve_card, _("Approve the card"), _("Approve")),
    "return": Deed(ReasonForm, decisions.return_card, _("Return the card"), _("Return"), danger=True),
    "hold": Deed(ReasonForm, decisions.hold_card, _("Put the card aside"), _("Put aside")),
    "submit": Deed(AnswerForm, decisions.submit_card, _("Hand the card back"), _("Hand back")),
    "recall": Deed(AnswerForm, decisions.recall_card, _("Take the card back"), _("Take back")),
    "undo": Deed(SeenForm, decisions.undo_approval, _("Take the approval back"), _("Undo")),
    "reopen": Deed(ReasonForm, decisions.reopen_card, _("Reopen the card"), _("Reopen"), danger=True),
    "acknowledge": Deed(
        SeenForm, decisions.acknowledge_card, _("I have read my result"), _("I have read my result")
    ),
    "refresh": Deed(ReasonForm, refresh_figures, _("Read the figures once more"), _("Read once more")),
}


@require_safe
@with_inline_styles  # type: ignore[arg-type]
def card(request: HttpRequest, cycle: str, number: str) -> HttpResponse:
    """Show a card with everything that explains its total."""
    viewer = viewer_for(request)
    found = get_card_for(viewer, cycle=cycle, number=number)
    context = card_context(Sheet(viewer, found))
    context["told"] = approval_told(viewer, cycle, request.GET.get("done", ""))
    return render(request, "reviews/card.html", context)


def card_context(sheet: Sheet, standing: Standing | None = None) -> dict[str, Any]:
    """Return what every page that shows a whole card needs."""
    viewer, found = sheet.viewer, sheet.card
    standing = standing or card_standing(viewer, found)
    approval = next((event for event in sheet.events if event.action == Action.APPROVE), None)
    moves = possible_moves(viewer, found, standing, approval=approval, at=timezone.now())
    steps = sheet.steps
    return {
        "sheet": sheet,
        "card": found,
        "person": found.employee,
        "version": found.current,
        "steps": steps,
        "figure": _drawing(sheet, steps),
        "standing": standing,
        "moves": {action.value: move for action, move in moves.items()},
        "edited_by_me": has_edited(viewer, standing) and Action.RETURN in moves,
        "can_edit": can_edit_figures(found, standing),
        "can_refresh": can_refresh(viewer, found),
        "may_question": can_question(viewer, found),
        "is_open": found.cycle.state == CycleState.OPEN,
        "origin": "card",
    }


def _drawing(sheet: Sheet, steps: list[Any]) -> dict[str, object] | None:
    if sheet.total is None or not steps:
        return None
    return waterfall_figure(steps, total=sheet.total, total_label=str(_("Total")), lines=sheet.tiers.edges)


@dataclass(frozen=True)
class Told:
    """The card that was just decided, and whether the decision can still be taken back."""

    card: Scorecard
    can_undo: bool

    @property
    def person(self) -> Employee:
        """Return whose card it is."""
        return self.card.employee

    @property
    def cycle(self) -> Cycle:
        """Return the card's cycle."""
        return self.card.cycle


def approval_told(viewer: Viewer, cycle: str, number: str) -> Told | None:
    """Return the card that was just decided, for the line that says so; None for anything else."""
    if not number:
        return None
    try:
        found = get_card_for(viewer, cycle=cycle, number=number)
    except NotVisible:
        return None
    return Told(found, can_undo(last_event(found, Action.APPROVE), viewer, at=timezone.now()))


def act(request: HttpRequest, cycle: str, number: str, action: str) -> HttpResponse:
    """Decide about a card, or show the form of the decision; the answer to a refusal is its sentence."""
    deed = DEEDS.get(action)
    if deed is None:
        raise Http404
    viewer = viewer_for(request)
    found = get_card_for(viewer, cycle=cycle, number=number)
    seen = {
        "row_version": found.row_version,
        "seen_hash": found.current.figures_hash if found.current else "",
    }
    sent = request.POST if request.method == "POST" else None
    form = deed.form(sent, initial={**seen, "origin": request.GET.get("origin", "card")})

    def call() -> str:
        deed.call(card_id=found.pk, viewer=viewer, at=timezone.now(), **_arguments(action, form))
        return after_decision(viewer, found, form.cleaned_data["origin"], done=number)

    words = {"title": deed.title, "button": deed.button, "danger": deed.danger, "person": found.employee}
    back = _back(found, form)
    return submitted(request, form, call, back=back, words={**words, "back": back})


def _arguments(action: str, form: SeenForm) -> dict[str, Any]:
    values = dict(form.cleaned_data)
    values.pop("origin")
    if action != "approve":
        values.pop("seen_hash")
    return values


def _back(found: Scorecard, form: SeenForm) -> str:
    """Return the page of the card that the decision was asked from."""
    if form["origin"].value() in ("page", "split"):
        return reverse("reviews:review_card", args=[found.cycle.label, found.employee.number])
    return card_url(found)
