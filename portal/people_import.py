"""The whole people import: people, accounts and shares, and salaries where one may enter them."""

from datetime import datetime
from functools import partial
from hashlib import sha256

from common.audit import Actor
from incentives.services.salaries import store_salaries
from people.importing.records import Outcome
from people.importing.storing import import_company

Files = list[tuple[str, bytes]]


def import_people(
    *, files: Files, actor: Actor, at: datetime, may_grant: bool, may_enter_pay: bool, dry_run: bool
) -> Outcome:
    """Import (name, content) files in one transaction; raises ``Refusal`` for files that are no template.

    Without ``may_enter_pay`` a salaries sheet is refused, without ``may_grant`` a new role.
    """
    step = partial(store_salaries, actor=actor, at=at) if may_enter_pay else None
    return import_company(
        files=files, actor=actor, at=at, may_grant=may_grant, salary_step=step, dry_run=dry_run
    )


def fingerprint(files: Files) -> str:
    """Return a hash of the files' contents in order, to know the checked ones again."""
    return sha256("".join(sha256(content).hexdigest() for _name, content in files).encode()).hexdigest()
