"""Proposing a correction: which cell, what it says, what it should say, and what that would change."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translate

from common.errors import Refusal
from metrics.choices import Grain
from metrics.selectors.facts import FactKey, fact_of
from metrics.services.corrections import Wanted, possible_value
from people.access import Viewer
from people.requests import viewer_for
from reviews.choices import QuestionAction
from reviews.forms import CellForm, ProposeForm
from reviews.models import DataQuestion
from reviews.selectors.question_page import QuestionPage, videos_behind
from reviews.selectors.questions import get_question
from reviews.services.question_corrections import propose
from reviews.services.questions import require_possible
from reviews.views.answers import FORM_ERRORS, page, refused

RATES = ("completion_rate", "five_second_rate", "two_second_exit_rate", "cover_click_rate")


def question_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the cell, show what every source says of it, preview and propose a new value."""
    viewer = viewer_for(request)
    question = get_question(viewer, pk)
    shown, back = QuestionPage(viewer, question), reverse("reviews:question", args=[pk])
    try:
        require_possible(QuestionAction.PROPOSE, question, viewer)
        cell = _cell_form(shown, request)
        if not cell.is_valid():
            return _answer(request, {"shown": shown, "cell": cell, "back": back}, bound=cell.is_bound)
        key = _key(shown, cell)
        form = _propose_form(request, question, key)
        context = {"shown": shown, "cell": cell, "back": back, "form": form, "fact": fact_of(key)}
        if request.method == "POST" and form.is_valid():
            if "preview" not in request.POST:
                _propose(question, viewer, key, form)
                return redirect(back)
            context |= _preview(shown, key, form, viewer)
    except Refusal as refusal:
        if refusal.code not in FORM_ERRORS:
            label = translate("Look at the question as it is now")
            return refused(request, refusal, back=back, label=label)
        form.add_error(None, str(refusal))
    return _answer(request, context, bound=bool(form.errors))


def _answer(request: HttpRequest, context: dict[str, Any], *, bound: bool) -> HttpResponse:
    shown: QuestionPage = context["shown"]
    words = {"title": translate("Propose a correction"), "person": shown.card.employee}
    status = 422 if bound and request.method == "POST" else 200
    context |= {**words, "question": shown.question}
    return page(request, "reviews/form.html", "reviews/_correct.html", context, status=status)


def _cell_form(shown: QuestionPage, request: HttpRequest) -> CellForm:
    """Return the cell as the address names it, else as the question does, else an empty choice."""
    accounts = [(str(one.pk), f"{one.get_platform_display()} · {one.shown_name}") for one in shown.accounts]
    videos = _videos(shown)
    given = {**_told(shown), **{name: value for name, value in request.GET.items() if value}}
    needed = {"field", "account", "day"} | ({"video"} if videos is not None else set())
    data = given if needed.issubset(given) else None
    return CellForm(data, initial=given, figures=shown.fields, accounts=accounts, videos=videos)


def _told(shown: QuestionPage) -> dict[str, str]:
    """Return what the question itself says of the cell."""
    question, figures = shown.question, shown.fields
    told = {
        "field": question.field or (figures[0][0] if len(figures) == 1 else ""),
        "account": str(shown.accounts[0].pk) if len(shown.accounts) == 1 else "",
        "video": str(question.video_id or ""),
        "day": shown.suggested_day.isoformat() if shown.suggested_day else "",
    }
    return {name: value for name, value in told.items() if value}


def _videos(shown: QuestionPage) -> list[tuple[str, str]] | None:
    if shown.grain not in (Grain.VIDEO_SNAPSHOT, Grain.VIDEO_DAY):
        return None
    if shown.question.video_id:
        return [(str(shown.question.video_id), shown.question.video_title)]
    return videos_behind(shown.trace) if shown.trace else []


def _key(shown: QuestionPage, cell: CellForm) -> FactKey:
    data = cell.cleaned_data
    video = int(data.get("video") or 0)
    return shown.key(field=data["field"], day=data["day"], account_id=int(data["account"]), video_id=video)


def _propose_form(request: HttpRequest, question: DataQuestion, key: FactKey) -> ProposeForm:
    sent = request.POST if request.method == "POST" else None
    initial = {"row_version": question.row_version, "seen": fact_of(key).text}
    return ProposeForm(sent, initial=initial, is_share=key.field in RATES)


def _wanted(form: ProposeForm) -> Wanted:
    return Wanted(form.figure(), form.cleaned_data["gap"])


def _preview(shown: QuestionPage, key: FactKey, form: ProposeForm, viewer: Viewer) -> dict[str, object]:
    value = possible_value(key, _wanted(form), today=viewer.day)
    return {"preview": shown.preview(key, value), "previewed": True}


def _propose(question: DataQuestion, viewer: Viewer, key: FactKey, form: ProposeForm) -> None:
    data = form.cleaned_data
    propose(
        question_id=question.pk,
        viewer=viewer,
        key=key,
        wanted=_wanted(form),
        seen=data["seen"],
        reason=data["reason"],
        evidence=data["evidence"],
        row_version=data["row_version"],
        at=timezone.now(),
    )
