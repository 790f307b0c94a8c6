"""Importing people, accounts, shares and salaries from one workbook."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Refusal
from people.access import require
from people.importing.records import Outcome
from people.importing.template import template
from people.requests import actor_for, viewer_for
from portal.policies import can_import_people
from portal.services.people_import import Files, import_for

SHOWN = 200
MOST_FILES = 10
MOST_BYTES = 10 * 1024 * 1024
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: HttpRequest) -> HttpResponse:
    """Check the chosen files; import them when the same files come again with the order to."""
    viewer = viewer_for(request)
    require(can_import_people(viewer))
    if request.method != "POST":
        return render(request, "people/import.html", {"shown": SHOWN})
    try:
        files = _files(request)
        checked = _digest(files)
        ordered = request.POST.get("action") == "import" and request.POST.get("checked") == checked
        outcome = import_for(
            viewer, files=files, actor=actor_for(request), at=timezone.now(), dry_run=not ordered
        )
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        return render(request, "people/import.html", {"shown": SHOWN, "refusal": refusal}, status=422)
    return _answer(request, outcome, checked)


@require_safe
def import_people_template(request: HttpRequest) -> HttpResponse:
    """Hand out the workbook to fill in, in the reader's language."""
    require(can_import_people(viewer_for(request)))
    chinese = (get_language() or "").startswith("zh")
    content = template(chinese=chinese, with_examples=request.GET.get("examples") == "1")
    answer = HttpResponse(content, content_type=WORKBOOK)
    answer["Content-Disposition"] = 'attachment; filename="people.xlsx"'
    return answer


def _answer(request: HttpRequest, outcome: Outcome, checked: str) -> HttpResponse:
    context = {
        "outcome": outcome,
        "told": outcome.as_plain(),
        "checked": "" if outcome.stored or outcome.problems else checked,
        "shown": SHOWN,
    }
    return render(request, "people/import.html", context, status=422 if outcome.problems else 200)


def _files(request: HttpRequest) -> Files:
    uploads = request.FILES.getlist("files")
    if not uploads or len(uploads) > MOST_FILES:
        raise Refusal("no_files", _("Choose between one and ten files."))
    large = next((one for one in uploads if (one.size or 0) > MOST_BYTES), None)
    if large is not None:
        raise Refusal("file_too_large", _("%(file)s is larger than 10 MB.") % {"file": large.name})
    return [(one.name or "", one.read()) for one in uploads]


def _digest(files: Files) -> str:
    content = b"".join(hashlib.sha256(part).digest() for _name, part in files)
    return hashlib.sha256(content).hexdigest()
