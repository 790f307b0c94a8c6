"""Delivering files: choose, look at all of them together, confirm, see what became of them."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refusal
from metrics.batch_pages import (
    WHOLE_TABLES,
    account_names,
    answers_of,
    as_part,
    file_forms,
    pending_files,
    rows_of,
    suggested_accounts,
    values_of,
    why_left_out,
)
from metrics.choices import Grain
from metrics.forms import (
    CHOICE_LIMIT,
    AnswersForm,
    ConfirmForm,
    FileForm,
    UploadForm,
    confirm_token,
    pending_token,
)
from metrics.policies import allowed_account_ids, may_supply, seen_accounts, suppliable_accounts
from metrics.requests import owed_for
from metrics.selectors.doubts import open_doubts_of
from metrics.selectors.uploads import remembered_choices
from metrics.services.batch_parts import Part, parts_of
from metrics.services.batches import (
    Answers,
    Previewed,
    Stored,
    Supplier,
    forget_choice,
    preview_batch,
    store_one,
)
from metrics.services.large_files import is_large
from metrics.services.pending import drop_pending, forget_old_pending, keep_pending, pending_bytes
from metrics.services.results import FileResult
from metrics.services.sentences import Telling, as_plain, translated
from metrics.views_large import look_through
from people.access import not_visible, require
from people.requests import actor_for, viewer_for

PENDING, LEFT, RESULTS = "pending_uploads", "uploads_left_out", "upload_results"


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show the form, or what the chosen files would do."""
    viewer = viewer_for(request)
    require(may_supply(viewer))
    if request.method != "POST":
        accounts = list(suppliable_accounts(viewer)[: CHOICE_LIMIT + 1])
        form = UploadForm(accounts=accounts, initial=_initial(request))
        return _form_page(request, form)
    supplier = _supplier(request)
    form = UploadForm(request.POST, request.FILES, accounts=supplier.offered, user_id=supplier.user_id)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    large = [one for one in form.cleaned_data["exports"] if _is_large(one)]
    if large and len(form.cleaned_data["exports"]) > 1:
        form.add_error("exports", _("A large file is uploaded by itself. Choose it alone."))
        return _form_page(request, form, status=422)
    if large:
        return look_through(request, form, large[0].name, large[0].read())
    try:
        parts, skipped = _parts(request, form)
    except Refusal as refusal:
        form.add_error("exports", str(refusal.sentence))
        return _form_page(request, form, status=422)
    return _preview_page(request, supplier, form, parts, skipped)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what a link from the board fills in: the account, and today for lists of works."""
    grain = request.GET.get("need", "").partition(".")[0]
    today = viewer_for(request).day if grain == Grain.VIDEO_SNAPSHOT else None
    return {"account": request.GET.get("account", "")[:120], "as_of": today}


def _form_page(
    request: HttpRequest, form: UploadForm, *, status: int = 200, stale: bool = False
) -> HttpResponse:
    context = {
        "form": form,
        "stale": stale,
        "owed": owed_for(request),
        "choices": remembered_choices(viewer_for(request).user_id),
        "nothing_to_supply": not suppliable_accounts(viewer_for(request)).exists(),
    }
    return render(request, "metrics/upload.html", context, status=status)


def _supplier(request: HttpRequest) -> Supplier:
    viewer = viewer_for(request)
    return Supplier(
        user_id=viewer.user_id,
        actor=actor_for(request),
        employee_id=viewer.employee_id,
        offered=list(suppliable_accounts(viewer)),
        allowed=allowed_account_ids(viewer),
    )


def _is_large(upload: UploadedFile) -> bool:
    found = is_large(cast(BinaryIO, upload.file))
    upload.seek(0)
    return found


def _parts(request: HttpRequest, form: UploadForm) -> tuple[list[Part], list[Any]]:
    """Return the files of the form, chosen just now or previewed before. Raises ``Refusal``."""
    if form.cleaned_data["exports"]:
        return parts_of([(one.name, one.read()) for one in form.cleaned_data["exports"]])
    user_id, now = viewer_for(request).user_id, timezone.now()
    files = form.cleaned_data["pending"]
    return [as_part(one, pending_bytes(one["sha256"], user_id=user_id, at=now)) for one in files], []


def _preview_page(
    request: HttpRequest, supplier: Supplier, form: UploadForm, parts: list[Part], skipped: list[Any]
) -> HttpResponse:
    pending = [] if form.cleaned_data["exports"] else form.cleaned_data["pending"]
    bound = file_forms(request.POST, len(pending), supplier.offered)
    answers = (
        answers_of(form, bound, [one["profile"] for one in pending])
        if pending
        else [form.answers for _part in parts]
    )
    now = timezone.now()
    previewed = preview_batch(list(zip(parts, answers, strict=True)), supplier=supplier, at=now)
    forget_old_pending(at=now)
    drop_pending(request.session.pop(PENDING, []), user_id=supplier.user_id)
    hashes = [keep_pending(one.part.content, user_id=supplier.user_id, at=now) for one in previewed]
    request.session[PENDING] = hashes
    context = _preview_context(request, supplier, previewed, bound, hashes)
    return render(request, "metrics/preview.html", {**context, "skipped": skipped})


def _preview_context(
    request: HttpRequest,
    supplier: Supplier,
    previewed: list[Previewed],
    bound: list[FileForm],
    hashes: list[str],
) -> dict[str, Any]:
    rows = rows_of(previewed, bound, supplier.offered, today=viewer_for(request).day)
    takeable = [row for row in rows if row.one.may_be_stored and not row.form.errors]
    order = [
        {**file, "answers": values_of(row.one.answers)}
        for row, file in zip(rows, pending_files(previewed, hashes), strict=True)
        if row in takeable
    ]
    stored = [table for row in takeable for table in row.one.result.files if table.is_stored]
    request.session[LEFT] = [
        _line(table, refused=why_left_out(table))
        for row in rows
        if row not in takeable
        for table in row.one.result.files
    ]
    return {
        "rows": rows,
        "results": [one.result for one in previewed],
        "takeable": len(takeable),
        "questions": sum(bool(one.result.questions) or one.asks_account for one in previewed),
        "rejected": sum(len(table.rejected) for table in stored),
        "token": confirm_token(order, user_id=supplier.user_id) if takeable else "",
        "pending": pending_token(pending_files(previewed, hashes), user_id=supplier.user_id),
        "whole": len(previewed) <= WHOLE_TABLES,
        "suggested": suggested_accounts(supplier.offered),
        "names": account_names(supplier.offered),
    }


@require_POST
def upload_confirm(request: HttpRequest) -> HttpResponse:
    """Store what was previewed, file by file."""
    viewer = viewer_for(request)
    require(may_supply(viewer))
    confirm = ConfirmForm(request.POST)
    supplier = _supplier(request)
    if not confirm.is_valid() or confirm.cleaned_data["token"]["user"] != viewer.user_id:
        return _form_page(request, UploadForm(accounts=supplier.offered), status=422, stale=True)
    ordered = [(file, _answers(file, supplier)) for file in confirm.cleaned_data["token"]["files"]]
    if any(answers is None for _file, answers in ordered):
        return _form_page(request, UploadForm(accounts=supplier.offered), status=422, stale=True)
    now = timezone.now()
    stored = [
        store_one(
            as_part(file, pending_bytes(file["sha256"], user_id=viewer.user_id, at=now)),
            answers or Answers(),
            supplier=supplier,
            at=now,
        )
        for file, answers in ordered
    ]
    drop_pending(request.session.pop(PENDING, []), user_id=viewer.user_id)
    return _done(request, stored)


def _answers(file: dict[str, Any], supplier: Supplier) -> Answers | None:
    """Return the answers a file was previewed with, or None when they hold no longer."""
    form = AnswersForm(file["answers"], accounts=supplier.offered)
    return form.answers if form.is_valid() else None


def _done(request: HttpRequest, stored: list[Stored]) -> HttpResponse:
    """Lead to the one delivery, or to what became of all files."""
    tables = [table for one in stored for table in one.result.files]
    fetches = [pk for table in tables for pk in table.fetches]
    left = request.session.pop(LEFT, [])
    if len(tables) == 1 and not left:
        _tell(request, stored[0])
        if len(fetches) == 1:
            return redirect("metrics:delivery", pk=fetches[0])
        return redirect("metrics:deliveries")
    request.session[RESULTS] = [*(line for one in stored for line in _lines(one)), *left]
    return redirect("metrics:upload_result")


def _tell(request: HttpRequest, stored: Stored) -> None:
    (table,) = stored.result.files
    if table.refused is not None:
        messages.error(request, translated(table.refused))
    elif table.repeated:
        messages.info(request, f"{table.file}: {translated(table.warnings[-1])}")
    else:
        counts = {
            "file": table.file,
            "new": table.inserted,
            "changed": table.updated,
            "same": table.unchanged,
        }
        text = _("%(file)s: %(new)s new, %(changed)s changed, %(same)s unchanged.")
        messages.success(request, text % counts)
        _tell_restated(request, len(table.restated))


def _tell_restated(request: HttpRequest, count: int) -> None:
    if count:
        text = ngettext(
            "%(count)s stored value was replaced; the old one is kept.",
            "%(count)s stored values were replaced; the old ones are kept.",
            count,
        )
        messages.warning(request, text % {"count": count})


def _lines(stored: Stored) -> list[dict[str, Any]]:
    """Return one plain line a table, kept in the session for the page of results."""
    account = [str(stored.account)] if stored.account else []
    return [_line(table, refused=table.refused, accounts=account) for table in stored.result.files]


def _line(table: FileResult, *, refused: Telling | None, accounts: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "file": table.file,
        "table": table.table,
        "accounts": list(table.accounts[:5]) or list(accounts),
        "refused": as_plain(refused) if refused else None,
        "repeated": as_plain(table.warnings[-1]) if table.repeated else None,
        "fetch": table.fetches[0] if table.fetches else None,
        "fetches": list(table.fetches),
        "new": table.inserted,
        "changed": table.updated,
        "same": table.unchanged,
        "left_out": len(table.rejected),
        "restated": len(table.restated),
    }


@require_safe
def upload_result(request: HttpRequest) -> HttpResponse:
    """Show what became of the files stored last, and what is still owed."""
    viewer = viewer_for(request)
    require(may_supply(viewer))
    lines = request.session.get(RESULTS, [])
    fetches = [pk for line in lines for pk in line.get("fetches", ())]
    context = {
        "lines": lines,
        "names": account_names(suppliable_accounts(viewer).filter(handle__in=_handles(lines))),
        "doubts": open_doubts_of(seen_accounts(viewer), fetches).count() if fetches else 0,
        "taken": sum(line["refused"] is None for line in lines),
        "new": sum(line["new"] for line in lines),
        "changed": sum(line["changed"] for line in lines),
        "owed": owed_for(request),
    }
    return render(request, "metrics/upload_result.html", context)


def _handles(lines: list[dict[str, Any]]) -> set[str]:
    return {label.partition(":")[2] for line in lines for label in line["accounts"]}


@require_POST
def upload_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one remembered answer of the person."""
    viewer = viewer_for(request)
    require(may_supply(viewer))
    if not forget_choice(choice_id=pk, user_id=viewer.user_id):
        raise not_visible()
    messages.success(request, _("The answer is forgotten; the next such file is asked about."))
    return redirect("metrics:upload")
