"""Files that wait for the person who asked for them."""

from contextlib import suppress
from datetime import datetime

from common.audit import Actor
from incentives.policies import get_sheet_for
from incentives.selectors.exports import KEPT, export_folder
from incentives.services.exports import FileFormat, SheetFile, export_sheet
from people.access import not_visible, viewer_of
from people.models import User
from people.selectors.company import today


def export_for_person(
    *, number: str, form: FileFormat, seen_hash: str, user_id: int, actor: Actor, at: datetime, run: int
) -> tuple[str, SheetFile]:
    """Export a sheet for somebody who may still see it; return the stored name and the file.

    The right is asked for again, because the job may run after a role was taken away.
    Raises ``NotVisible`` and what ``export_sheet`` raises.
    """
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise not_visible()
    viewer = viewer_of(user, day=today(now=at))
    sheet = get_sheet_for(viewer, number)
    file = export_sheet(
        sheet_id=sheet.pk, form=form, actor=actor, at=at, seen_hash=seen_hash, employee=viewer.employee_id
    )
    stored = f"{run}.{form}"
    folder = export_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget_old(at)
    (folder / stored).write_bytes(file.content)
    return stored, file


def _forget_old(at: datetime) -> None:
    oldest = (at - KEPT).timestamp()
    for path in export_folder().glob("*.*"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
