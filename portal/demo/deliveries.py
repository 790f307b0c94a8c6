"""Bringing the demonstration's export files in through the importer, as a data administrator would."""

from collections.abc import Callable, Sequence
from datetime import date

from common.audit import Actor
from common.errors import Refusal
from metrics.importing.records import LIFETIME
from metrics.services.uploads import store_upload
from people.models import Account, User
from portal.demo.files import DemoFile
from portal.demo.stage import moment

Tick = Callable[[], None]


def deliver(files: Sequence[DemoFile], *, tick: Tick) -> int:
    """Import every file at the time it was made and return how many rows were taken.

    Raises ``Refusal`` with the importer's own sentence when it does not take a file
    whole: the demonstration is a test of the importer too.
    """
    users = {user.username: user for user in User.objects.select_related("employee")}
    accounts = {str(account): account for account in Account.objects.all()}
    rows = 0
    newest = max(file.as_of for file in files)
    for file in files:
        rows += _deliver(file, accounts, users[file.by], newest)
        tick()
    return rows


def _deliver(file: DemoFile, accounts: dict[str, Account], user: User, newest: date) -> int:
    """Store one file; those of the newest day come in just after midnight, never later than now."""
    result = store_upload(
        content=file.path.read_bytes(),
        name=file.path.name,
        account=accounts[file.account] if file.account else None,
        actor=Actor.user(user),
        actor_employee=user.employee_id,
        at=moment(file.as_of, 10, 40) if file.as_of < newest else moment(newest, 0, 5),
        as_of=file.as_of,
        period=LIFETIME if file.lifetime else None,
    )
    for table in result.files:
        if not table.is_stored or table.rejected:
            reason = table.refused or (table.rejected[0].reason if table.rejected else table.questions[0])
            raise Refusal("demo_file", f"{table.file}: {reason}")
    return sum(table.accepted for table in result.files)
