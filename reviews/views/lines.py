"""One line of a card: its formula, its source rows, its figures entered by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from common.figures import trend_figure
from common.security import with_inline_styles
from people.requests import viewer_for
from performance.choices import Unit
from reviews.forms import EntryDecisionForm, EntryForm, FigureForm
from reviews.policies import can_decide, can_edit_figures, can_question
from reviews.selectors.cards import get_card_for
from reviews.selectors.sheet import Sheet
from reviews.selectors.sources import with_deliveries
from reviews.selectors.standing import card_standing
from reviews.selectors.trace import LineTrace, running, sums_of
from reviews.services import entries
from reviews.services.figures import set_figure
from reviews.views.answers import refused, submitted
from reviews.words import reading_of

ROWS = 50
Point = tuple[date, Decimal, Decimal | None]


def _trace(request: HttpRequest, cycle: str, number: str, leaf: str) -> LineTrace:
    viewer = viewer_for(request)
    return LineTrace(Sheet(viewer, get_card_for(viewer, cycle=cycle, number=number)), leaf)


@require_safe
@with_inline_styles  # type: ignore[arg-type]
def leaf(request: HttpRequest, cycle: str, number: str, leaf: str) -> HttpResponse:
    """Show how a line's points come about, with the numbers in the formula."""
    trace = _trace(request, cycle, number, leaf)
    standing = card_standing(trace.sheet.viewer, trace.sheet.card)
    points = _as_read(trace, running(trace, trace.rows))
    context = {
        **_context(trace),
        "points": points,
        "figure": _drawing(trace, points),
        "entries": trace.entries if trace.is_manual else [],
        "can_edit": can_edit_figures(trace.sheet.card, standing),
        "can_claim": trace.is_manual and (trace.sheet.is_own or can_decide(standing)),
        "can_decide": can_decide(standing),
        "reading": reading_of(trace.definition),
    }
    context |= {"days": [], "values": [], "pace": []}
    if points:
        context |= dict(zip(("days", "values", "pace"), zip(*points, strict=True), strict=True))
    return render(request, "reviews/leaf.html", context)


def _context(trace: LineTrace) -> dict[str, Any]:
    sheet = trace.sheet
    crumbs = [
        {"label": f"{sheet.person.name} · {sheet.cycle.label}", "url": sheet.url},
        {"label": trace.row.name, "url": trace.row.url},
    ]
    context = {"trace": trace, "row": trace.row, "sheet": sheet, "person": sheet.person, "crumbs": crumbs}
    return {**context, "may_question": can_question(sheet.viewer, sheet.card)}


def _as_read(trace: LineTrace, points: list[Point]) -> list[Point]:
    """Return the points in the unit of the page: shares in per cent."""
    if trace.leaf.unit is not Unit.SHARE:
        return points
    return [(day, value * 100, None if pace is None else pace * 100) for day, value, pace in points]


def _drawing(trace: LineTrace, points: list[Point]) -> dict[str, object] | None:
    if len(points) < 2:
        return None
    days, values, pace = zip(*points, strict=True)
    return trend_figure(
        days,
        actual=values,
        actual_label=trace.row.name,
        expected=pace if all(value is not None for value in pace) else (),
        expected_label=_("expected"),
        unit="%" if trace.leaf.unit is Unit.SHARE else "",
    )


@require_safe
def rows(request: HttpRequest, cycle: str, number: str, leaf: str) -> HttpResponse:
    """Show the source rows, those counted or (``excluded=1``) those left out and why."""
    trace = _trace(request, cycle, number, leaf)
    found = trace.rows
    excluded = request.GET.get("excluded") == "1"
    wanted = [row for row in found if row.counts is not excluded]
    page = Paginator(wanted, ROWS).get_page(request.GET.get("page"))
    page.object_list = with_deliveries(trace.definition, list(page.object_list))
    context = {**_context(trace), "page": page, "excluded": excluded, "sums": sums_of(trace, found)}
    context["crumbs"] = [*context["crumbs"], {"label": _("Source rows"), "url": ""}]
    return render(request, "reviews/rows.html", context)


def figure(request: HttpRequest, cycle: str, number: str, leaf: str) -> HttpResponse:
    """Put a figure in place of an automatic one."""
    trace = _trace(request, cycle, number, leaf)
    card = trace.sheet.card
    sent = request.POST if request.method == "POST" else None
    form = FigureForm(sent, unit=trace.leaf.unit, initial={"row_version": card.row_version})

    def call() -> str:
        given = {name: form.cleaned_data[name] for name in ("reason", "row_version")}
        viewer, at = trace.sheet.viewer, timezone.now()
        set_figure(card_id=card.pk, viewer=viewer, leaf=leaf, value=form.figure(), at=at, **given)
        return trace.row.url

    lead = _("Counts now: %(figure)s") % {"figure": trace.row.value_text}
    words = {**_words(trace), "button": _("Enter the figure"), "lead": lead}
    return submitted(request, form, call, back=trace.row.url, words=words)


def entry_new(request: HttpRequest, cycle: str, number: str, leaf: str) -> HttpResponse:
    """Enter what was done, for somebody else to confirm."""
    trace = _trace(request, cycle, number, leaf)
    sheet = trace.sheet
    sent = request.POST if request.method == "POST" else None
    form = EntryForm(sent, initial={"day": sheet.viewer.day})

    def call() -> str:
        person, measure = sheet.person, trace.leaf.measure
        entries.claim(
            viewer=sheet.viewer, employee=person, measure=measure, at=timezone.now(), **form.cleaned_data
        )
        return trace.row.url

    words = {**_words(trace), "button": _("Enter")}
    return submitted(request, form, call, back=trace.row.url, words=words)


def _words(trace: LineTrace) -> dict[str, object]:
    return {"title": trace.row.name, "person": trace.sheet.person, "back": trace.row.url}


@require_POST
def entry_decide(request: HttpRequest, cycle: str, number: str, leaf: str, entry: int) -> HttpResponse:
    """Confirm or refuse an entry."""
    trace = _trace(request, cycle, number, leaf)
    form = EntryDecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal("unclear", _("The answer could not be read. Nothing was changed."))
        entries.decide(
            viewer=trace.sheet.viewer,
            entry_id=entry,
            confirm=form.cleaned_data["confirm"] == "1",
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
    except Refusal as refusal:
        return refused(request, refusal, back=trace.row.url)
    return redirect(trace.row.url)
