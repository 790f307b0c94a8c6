"""Large files: looked through by a job first, then stored by another."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from metrics.forms import UploadForm
from metrics.policies import may_supply
from metrics.selectors.large_runs import large_run_for
from metrics.services.large_files import ask_for_run
from metrics.services.pending import keep_pending
from people.access import require
from people.requests import actor_for, viewer_for


def look_through(request: HttpRequest, form: UploadForm, name: str, content: bytes) -> HttpResponse:
    """Have one large file looked through by a job, which stores nothing, and lead to its page."""
    user_id = viewer_for(request).user_id
    sha256 = keep_pending(content, user_id=user_id, at=timezone.now())
    answers = {key: form.data.get(key, "") for key in form.fields if key not in ("exports", "pending")}
    run = ask_for_run(
        sha256=sha256, name=name, answers=answers, keep=False, actor=actor_for(request), user_id=user_id
    )
    return redirect("metrics:large_run", pk=run.pk)


@require_safe
def large_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far one's own large file got, and what it would do or did."""
    require(may_supply(viewer_for(request)))
    run = large_run_for(actor_for(request), pk)
    return render(request, "metrics/large_run.html", {"run": run, "report": run.result})


@require_POST
def large_store(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the file that was looked through."""
    viewer = viewer_for(request)
    require(may_supply(viewer))
    run = large_run_for(actor_for(request), pk)
    if not run.result.get("may_be_stored"):
        return redirect("metrics:large_run", pk=pk)
    stored = ask_for_run(
        sha256=run.params["sha256"], name=run.params["file"], answers=run.params["answers"], keep=True,
        actor=actor_for(request), user_id=viewer.user_id, after=pk,
    )  # fmt: skip
    return redirect("metrics:large_run", pk=stored.pk)
