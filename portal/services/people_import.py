"""The complete people import: people, accounts and shares, and with the right the salaries."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from common.audit import Actor
from common.errors import NotAllowed
from incentives.services.salaries import store_salaries
from people.access import Viewer, can_edit_pay, can_edit_people, can_grant_roles
from people.importing.parsing import parse_sheets
from people.importing.reading import read_files
from people.importing.records import Outcome
from people.importing.storing import SALARIES, import_batch

Files = list[tuple[str, bytes]]


def import_everything(*, files: Files, actor: Actor, at: datetime, dry_run: bool) -> Outcome:
    """Import (name, content) files with every right, as the server's own command does.

    All rows are stored or, when one is refused or with ``dry_run``, none. Raises ``Refusal``
    for files that are not the template.
    """
    return import_batch(
        batch=parse_sheets(read_files(files)), actor=actor, at=at, may_grant=True,
        salary_step=partial(store_salaries, actor=actor, at=at), dry_run=dry_run,
    )  # fmt: skip


def import_for(viewer: Viewer, *, files: Files, actor: Actor, at: datetime, dry_run: bool) -> Outcome:
    """Import with the viewer's own rights: salaries by HR for pay, roles by administrators.

    HR for pay alone may import the salaries and nothing else. Raises like
    ``import_everything`` and ``NotAllowed``.
    """
    batch = parse_sheets(read_files(files))
    if not can_edit_people(viewer) and set(batch.rows) - {SALARIES}:
        raise NotAllowed(
            "only_salaries",
            _("You may import salaries only. Take the other sheets out or leave them to HR for people."),
        )
    return import_batch(
        batch=batch, actor=actor, at=at, may_grant=can_grant_roles(viewer),
        salary_step=partial(store_salaries, actor=actor, at=at) if can_edit_pay(viewer) else None,
        dry_run=dry_run,
    )  # fmt: skip
