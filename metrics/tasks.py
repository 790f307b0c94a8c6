"""Jobs of the metrics layer; asked for by name."""

import tempfile
from pathlib import Path

from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from common.jobs import job, progress
from common.models import JobRun
from metrics.forms import AnswersForm
from metrics.policies import allowed_account_ids, may_supply, suppliable_accounts
from metrics.selectors.large_runs import LARGE_JOB
from metrics.services.batches import Answers
from metrics.services.large_files import store_file
from metrics.services.pending import pending_bytes
from metrics.services.results import FileResult
from metrics.services.sentences import as_plain
from people.access import Viewer, not_visible, viewer_of
from people.models import User
from people.selectors.company import today

SHOWN = 20
READ = 50
"""Per cent of the work that reading is taken for; the rest is storing."""


@job(LARGE_JOB)
def take_large_file(
    run: JobRun, *, sha256: str, file: str, answers: dict[str, str], keep: bool, user: int, actor_name: str
) -> dict[str, object]:
    """Look a large file through or store it, with the rights that the person has now."""
    now = timezone.now()
    viewer = _supplier(user)
    given = _answers(viewer, answers)
    progress(run, done=0, total=100)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(pending_bytes(sha256, user_id=user, at=now))
        result = store_file(
            path=path, name=file, account=given.account, keep=keep, at=now,
            actor=Actor(text=run.requested_by, name=actor_name), actor_employee=viewer.employee_id,
            allowed=allowed_account_ids(viewer),
            tell=lambda done, total: progress(run, done=done * READ // max(total, 1), total=100),
            as_of=given.as_of, period=given.period, day_first=given.day_first,
        )  # fmt: skip
    progress(run, done=100, total=100)
    return report_of(result.files[0], kept=keep)


def _supplier(user_id: int) -> Viewer:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise not_visible()
    viewer = viewer_of(user, day=today(now=timezone.now()))
    if not may_supply(viewer):
        raise not_visible()
    return viewer


def _answers(viewer: Viewer, given: dict[str, str]) -> Answers:
    """Read the answers anew: an account may have left the person's hands. Raises ``Refusal``."""
    form = AnswersForm(given, accounts=list(suppliable_accounts(viewer)))
    if not form.is_valid():
        raise Refusal("answers_changed", " ".join(str(one) for many in form.errors.values() for one in many))
    return form.answers


def report_of(table: FileResult, *, kept: bool) -> dict[str, object]:
    """Return the start of a report as plain values, its sentences by code for any language."""
    told = table.as_json()
    return {
        **{
            name: told[name]
            for name in ("rows", "accepted", "inserted", "updated", "unchanged", "period", "totals")
        },
        "title": table.title,
        "accounts": list(table.accounts[:5]),
        "accounts_count": len(table.accounts),
        "refused": as_plain(table.refused) if table.refused else None,
        "questions": [as_plain(one) for one in table.questions],
        "warnings": [as_plain(one) for one in table.warnings[:SHOWN]],
        "restated": [one.as_json() for one in table.restated[:SHOWN]],
        "restated_count": len(table.restated),
        "rejected": [
            {"row": one.row, "column": one.column, **as_plain(one.reason)} for one in table.rejected[:SHOWN]
        ],
        "rejected_count": len(table.rejected),
        "kept": kept and table.is_stored,
        "may_be_stored": table.is_stored and not kept and table.accepted > 0 and not table.repeated,
    }
