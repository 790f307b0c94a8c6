"""Doubts about the data: the list, answers, and taking them back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from metrics.forms import AnswerForm
from metrics.policies import may_supply, require_vouching_all, seen_accounts, vouchable_accounts
from metrics.selectors.doubts import (
    Doubt,
    accounts_of,
    count_by_kind,
    get_finding,
    identical_suggestions,
    in_order,
    videos_of,
    visible_findings,
    with_evidence,
)
from metrics.services.findings import accept_identical, answer_finding, undo_answer
from people.access import Viewer, require
from people.requests import actor_for, viewer_for, zone_for

DOUBTS_A_PAGE = 8


@require_safe
def doubts(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer, grouped by kind, with what one needs to see to give it."""
    viewer = viewer_for(request)
    kind, answered = request.GET.get("kind", ""), "answered" in request.GET
    only = _number(request.GET.get("finding"))
    findings = visible_findings(seen_accounts(viewer))
    listed = in_order(findings.filter(kind=kind) if kind else findings, answered=answered)
    pages = Paginator(listed.filter(pk=only) if only else listed, DOUBTS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    counts = count_by_kind(findings.filter(answered_at__isnull=True))
    context = {
        "page": page,
        "rows": _rows(viewer, with_evidence(list(page.object_list), whole=bool(only))),
        **{"counts": counts, "waiting": sum(one.count for one in counts)},
        **{"kind": kind, "answered": answered, "only": only, "may_supply": may_supply(viewer)},
        "identical": identical_suggestions(vouchable_accounts(viewer)).count(),
        "done": _done(viewer, _number(request.GET.get("done"))),
    }
    return render(request, "metrics/doubts.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _rows(viewer: Viewer, found: list[Doubt]) -> list[dict[str, Any]]:
    """Return the doubts of the page, each with whether the viewer may answer it."""
    accounts = {account for doubt in found for account in doubt.accounts}
    vouchable = set(vouchable_accounts(viewer).filter(pk__in=accounts).values_list("pk", flat=True))
    return [{"doubt": doubt, "may_answer": doubt.accounts <= vouchable} for doubt in found]


def _done(viewer: Viewer, pk: int | None) -> Any:
    """Return the finding that was just answered, if it is one of the viewer's and still answered."""
    found = visible_findings(seen_accounts(viewer)).filter(pk=pk or 0, answered_at__isnull=False)
    return found.select_related("account").first()


@require_POST
def finding_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one finding."""
    viewer = viewer_for(request)
    found = get_finding(seen_accounts(viewer), pk)
    require_vouching_all(viewer, accounts_of(found))
    form = AnswerForm(request.POST, videos=videos_of(found))
    if not form.is_valid():
        messages.error(
            request, _("Nothing was stored: the answer could not be read. Check the time you entered.")
        )
        return _back(request)
    answer = form.given(zone_for(request))
    answer_finding(finding_id=pk, answer=answer, actor=actor_for(request), at=timezone.now())
    return _back(request, done=pk)


@require_POST
def finding_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one answer back."""
    viewer = viewer_for(request)
    found = get_finding(seen_accounts(viewer), pk)
    require_vouching_all(viewer, accounts_of(found))
    undo_answer(finding_id=pk, actor=actor_for(request), at=timezone.now())
    messages.success(request, _("The answer is taken back; the question is open again."))
    return _back(request)


@require_POST
def identical_works(request: HttpRequest) -> HttpResponse:
    """Answer "one work" wherever title and duration are the same."""
    viewer = viewer_for(request)
    accounts = vouchable_accounts(viewer)
    require(accounts.exists())
    count = accept_identical(accounts=accounts, actor=actor_for(request), at=timezone.now())
    text = ngettext(
        "%(count)s suggestion was accepted as one work.",
        "%(count)s suggestions were accepted as one work.",
        count,
    )
    messages.success(request, text % {"count": count})
    return _back(request)


def _back(request: HttpRequest, **more: Any) -> HttpResponse:
    """Return to the list as it was filtered."""
    kept = {name: request.POST[name] for name in ("kind", "page") if request.POST.get(name)}
    query = urlencode({**kept, **more})
    return redirect(reverse("metrics:doubts") + (f"?{query}" if query else ""))
