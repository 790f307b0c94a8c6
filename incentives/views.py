"""Bonus sheets for HR and finance; one's own statement and the rules for everybody."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Refusal
from common.jobs import enqueue
from incentives.choices import SheetState
from incentives.forms import ExportForm, FilterForm, MoveForm
from incentives.policies import can_make_sheets, get_sheet_for, moves_for, require_sheets
from incentives.selectors.exports import EXPORT_JOB, export_run_for, made_file
from incentives.selectors.pages import sheet_page, statement_of
from incentives.selectors.rule_sets import latest_rule_set
from incentives.selectors.rule_words import rule_words
from incentives.selectors.sheets import count_lines, cycles_to_make, find_month, list_sheets
from incentives.services.exports import CONTENT_TYPES, SheetFile, export_sheet, file_format
from incentives.services.looks import note_look
from incentives.services.sheet_moves import move_sheet
from incentives.services.sheets import make_sheets
from people.access import not_visible, require
from people.requests import actor_for, viewer_for

DIRECT_ROWS = 500
"""Up to so many rows a file is made while the person waits; beyond, by a job."""
LISTED = 100


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """List the bonus sheets, newest month first, and the months that have none yet."""
    viewer = viewer_for(request)
    require_sheets(viewer)
    may_make = can_make_sheets(viewer)
    context = {
        "sheets": list_sheets()[:LISTED],
        "to_make": cycles_to_make() if may_make else [],
        "may_make": may_make,
    }
    return render(request, "incentives/sheets.html", context)


@require_POST
def make(request: HttpRequest, cycle: str) -> HttpResponse:
    """Make a month's sheets, or make them again from today's figures."""
    viewer = viewer_for(request)
    require(can_make_sheets(viewer))
    found = find_month(cycle)
    if found is None:
        raise not_visible()
    made = make_sheets(cycle_id=found.pk, actor=actor_for(request), at=timezone.now())
    messages.success(
        request, _("The sheets of %(cycle)s are made: %(count)s.") % {"cycle": cycle, "count": len(made)}
    )
    return redirect("incentives:sheet", made[0].number) if len(made) == 1 else redirect("incentives:sheets")


@require_safe
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Show one sheet; the look is logged."""
    viewer = viewer_for(request)
    found = get_sheet_for(viewer, number)
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = sheet_page(
        found, team=wanted.get("team"), search=wanted.get("q", ""), number=request.GET.get("page")
    )
    note_look(
        row=found, what="sheet page", actor=actor_for(request), at=timezone.now(), page=page.page.number
    )
    moves = [move for move in moves_for(viewer, found) if move.to is not SheetState.EXPORTED]
    context = {
        "shown": page,
        "sheet": found,
        "moves": moves,
        "may_make": can_make_sheets(viewer),
        "query": wanted,
    }
    return render(request, "incentives/sheet.html", context)


@require_POST
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Take a sheet one step on, or return it."""
    viewer = viewer_for(request)
    found = get_sheet_for(viewer, number)
    asked = _checked(MoveForm(request.POST))
    moved = move_sheet(
        number=found.number, to=asked["to"], seen_hash=asked["hash"], reason=asked["reason"], viewer=viewer,
        actor=actor_for(request), at=timezone.now(),
    )  # fmt: skip
    messages.success(
        request,
        _("%(sheet)s is now “%(state)s”.") % {"sheet": number, "state": moved.get_state_display()},
    )
    return redirect("incentives:sheet", number)


@require_POST
def export(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out the sheet as a file; a large one is made by a job."""
    viewer = viewer_for(request)
    found = get_sheet_for(viewer, number)
    asked = _checked(ExportForm(request.POST))
    actor = actor_for(request)
    if count_lines(found) > DIRECT_ROWS:
        run = enqueue(
            EXPORT_JOB, actor=actor, number=found.number, form=asked["format"].value, seen_hash=asked["hash"],
            user=viewer.user_id, actor_name=actor.name,
        )  # fmt: skip
        return redirect("incentives:export_run", run.pk)
    file = export_sheet(
        sheet_id=found.pk, form=asked["format"], actor=actor, at=timezone.now(), seen_hash=asked["hash"],
        employee=viewer.employee_id,
    )  # fmt: skip
    return _attached(file)


@require_safe
def export_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far one's own export got."""
    run = export_run_for(viewer_for(request), actor_for(request), pk)
    context = {"run": run, "file": made_file(run, now=timezone.now())}
    return render(request, "incentives/export_run.html", context)


@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Hand out the file of one's own export, as long as it is kept."""
    viewer = viewer_for(request)
    run = export_run_for(viewer, actor_for(request), pk)
    path = made_file(run, now=timezone.now())
    if path is None:
        raise not_visible()
    found = get_sheet_for(viewer, run.params["number"])
    note_look(row=found, what="file", actor=actor_for(request), at=timezone.now(), run=run.pk)
    content_type = CONTENT_TYPES[file_format(run.params["form"])]
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=run.result["name"], content_type=content_type
    )


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the tiers and what they earn in words, to everybody."""
    version = latest_rule_set()
    return render(request, "incentives/rules.html", {"rules": rule_words(version) if version else None})


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Show one's own awards, each followed to its card."""
    return render(request, "incentives/statement.html", {"lines": statement_of(viewer_for(request))})


def _checked(form: MoveForm | ExportForm) -> dict[str, Any]:
    if not form.is_valid():
        raise Refusal("wrong_form", _("The form was not complete. Load the page again and repeat the step."))
    return form.cleaned_data


def _attached(file: SheetFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type=CONTENT_TYPES[file_format(file.export.file_format)])
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
