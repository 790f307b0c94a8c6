"""Data questions: asking on a card's line, the desk of those who answer, one question and its moves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from people.access import require
from people.requests import viewer_for
from reviews.choices import QuestionAction, QuestionKind
from reviews.forms import AskForm, QuestionForm
from reviews.models import STATE_LABELS
from reviews.policies import answers_questions, may_question, possible_question_moves, questions_closed
from reviews.questioning import OPEN_STATES, QUESTION_MOVES
from reviews.selectors.cards import get_card_for
from reviews.selectors.question_page import QuestionPage, effect_on
from reviews.selectors.question_place import LinePlace
from reviews.selectors.questions import (
    AGES,
    answerers,
    desk,
    desk_counts,
    get_question,
    own_questions,
    shown,
)
from reviews.selectors.sheet import Sheet
from reviews.selectors.trace import LineTrace
from reviews.services import question_corrections
from reviews.services.questions import Place, move_question
from reviews.services.questions import ask as ask_question
from reviews.views.answers import submitted
from reviews.words import EFFECTS

ROWS = 50
SHOWN_NAMES = 3


@dataclass(frozen=True)
class Deed:
    """What a button on a question's page does: its service and the words of its page."""

    call: Callable[..., object] | None
    title: str | Promise
    label: str | Promise
    button: str | Promise
    danger: bool = False


DEEDS = {
    QuestionAction.LOOK: Deed(None, _("Look at the question"), _("Remark"), _("I look at it")),
    QuestionAction.REMARK: Deed(None, _("Write to the others"), _("Remark"), _("Send")),
    QuestionAction.EXPLAIN: Deed(None, _("Explain the figure"), _("Explanation"), _("Explain and close")),
    QuestionAction.NOT_OURS: Deed(
        None, _("The figure is not ours to correct"), _("Whose is it, and whom to ask?"), _("Not ours: close")
    ),
    QuestionAction.TAKE_BACK: Deed(None, _("Take the question back"), _("Remark"), _("Take back")),
    QuestionAction.CONFIRM: Deed(
        question_corrections.confirm,
        _("Confirm the correction"),
        _("Remark"),
        _("Confirm: the figure changes"),
    ),
    QuestionAction.REFUSE: Deed(
        question_corrections.refuse, _("Refuse the correction"), _("Reason"), _("Refuse"), danger=True
    ),
    QuestionAction.WITHDRAW: Deed(
        question_corrections.withdraw, _("Withdraw the correction"), _("Remark"), _("Withdraw")
    ),
}


def ask(request: HttpRequest, cycle: str, number: str, leaf: str) -> HttpResponse:
    """Ask about a line of a card or about one of its source rows."""
    viewer = viewer_for(request)
    card = get_card_for(viewer, cycle=cycle, number=number)
    require(may_question(viewer, card))
    trace = LineTrace(Sheet(viewer, card), leaf)
    place = LinePlace(trace, request.GET)
    sent = request.POST if request.method == "POST" else None
    form = AskForm(sent, figures=place.figures, accounts=place.accounts, initial={"field": place.only_figure})

    def call() -> str:
        data = dict(form.cleaned_data)
        about = place.about(account=data.pop("account", ""), day=data.pop("day", None))
        kind = QuestionKind(data.pop("kind"))
        fixed = {"card_id": card.pk, "leaf": leaf, "value_shown": place.value_shown, "at": timezone.now()}
        asked = ask_question(viewer=viewer, kind=kind, place=Place(**about), **fixed, **data)  # type: ignore[arg-type]
        return reverse("reviews:question", args=[asked.pk])

    words = {**_line_words(trace), "place": place, "effect": EFFECTS[effect_on(card)]}
    words |= {"closed": questions_closed(card), "who": _names(card.employee_id)}
    label = translate("Back to the indicator")
    return submitted(
        request, form, call, back=trace.row.url, words=words, fragment="reviews/_ask.html", label=label
    )


def _line_words(trace: LineTrace) -> dict[str, Any]:
    sheet = trace.sheet
    return {
        "title": translate("Question a figure"),
        "button": translate("Ask"),
        "person": sheet.person,
        "sheet": sheet,
        "row": trace.row,
        "back": trace.row.url,
    }


def _names(employee: int) -> str:
    """Name the first of those who will answer."""
    people = answerers(without_employee=employee)
    names = ", ".join(str(user) for user in people[:SHOWN_NAMES])
    return f"{names} …" if len(people) > SHOWN_NAMES else names


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Show the desk: what waits for an answer, oldest first."""
    viewer = viewer_for(request)
    require(answers_questions(viewer))
    state, age = request.GET.get("state", ""), request.GET.get("age", "")
    older_than = int(age) if age in {str(days) for days in AGES} else 0
    found = desk(viewer, state=state, older_than=older_than, at=timezone.now())
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    counts = desk_counts()
    context = {
        "page": page,
        "rows": shown(page.object_list, today=viewer.day),
        "states": [(one.value, label, counts[one.value]) for one, label in STATE_LABELS.items()],
        "open_count": sum(counts[one] for one in OPEN_STATES),
        "state": state,
        "ages": AGES,
        "older_than": older_than,
    }
    return render(request, "reviews/questions.html", context)


@require_safe
def my_questions(request: HttpRequest) -> HttpResponse:
    """Show what the signed-in person asked, newest first."""
    viewer = viewer_for(request)
    page = Paginator(own_questions(viewer), ROWS).get_page(request.GET.get("page"))
    rows = shown(page.object_list, today=viewer.day)
    context = {"page": page, "rows": rows, "answers": answers_questions(viewer)}
    return render(request, "reviews/my_questions.html", context)


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one question: the line, the fact, what was said, and what the reader may do."""
    viewer = viewer_for(request)
    found = get_question(viewer, pk)
    shown_page = QuestionPage(viewer, found)
    moves = possible_question_moves(viewer, found)
    context = {
        "question": found,
        "shown": shown_page,
        "moves": {action.value: move for action, move in moves.items()},
        "preview": shown_page.waiting_preview() if QuestionAction.CONFIRM in moves else None,
        "answers": answers_questions(viewer),
        "is_asker": found.asked_by == f"user:{viewer.user_id}",
    }
    return render(request, "reviews/question.html", context)


def question_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Make a move of a question, or show its form."""
    deed = DEEDS.get(QuestionAction(action)) if action in {one.value for one in DEEDS} else None
    if deed is None:
        raise Http404
    viewer = viewer_for(request)
    found = get_question(viewer, pk)
    wanted = QuestionAction(action)
    needs_text = any(move.action is wanted and move.needs_text for move in QUESTION_MOVES)
    sent = request.POST if request.method == "POST" else None
    form = QuestionForm(
        sent, initial={"row_version": found.row_version}, needs_text=needs_text, label=str(deed.label)
    )
    address = reverse("reviews:question", args=[pk])

    def call() -> str:
        if deed.call is not None:
            deed.call(question_id=pk, viewer=viewer, at=timezone.now(), **form.cleaned_data)
        else:
            move_question(
                question_id=pk, viewer=viewer, action=wanted, at=timezone.now(), **form.cleaned_data
            )
        return address

    words = {"title": deed.title, "button": deed.button, "danger": deed.danger, "person": found.card.employee}
    label = translate("Look at the question as it is now")
    return submitted(request, form, call, back=address, words={**words, "back": address}, label=label)
