"""Changing the collection board: not needed and needed again, reminders, the due day, refused tries."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, Refusal
from common.notices import notify
from metrics.collection import Period
from metrics.models import FileWaiver, RefusedFile, Reminder
from metrics.selectors.collection import Cell
from metrics.services.results import FileResult
from metrics.services.sentences import as_plain
from people.models import Account, Company, Employee, User

KIND = "data.owed"
MOST_DUE_DAYS, REASON_LIMIT, NAME_LIMIT, TABLE_LIMIT = 20, 200, 255, 120
NAMED_FILES = 5


@transaction.atomic
def waive_file(
    *, account_id: int, need: str, period: Period, reason: str, actor: Actor, at: datetime
) -> FileWaiver:
    """Say that an account needs no such file for the period.

    Raises ``Refusal`` without a reason and ``Conflict`` when somebody said so already.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    reason = " ".join(reason.split())[:REASON_LIMIT]
    if not reason:
        raise Refusal("no_reason", _("Write why the file is not needed; the reason is shown on the board."))
    span = period.span
    open_ones = FileWaiver.objects.filter(account=account, need=need, ended_at__isnull=True)
    if open_ones.filter(first_day=span.first, last_day=span.last).exists():
        raise Conflict(
            "already_waived", _("Somebody marked this file as not needed already. Reload the page.")
        )
    waiver = FileWaiver.objects.create(
        account=account, need=need, first_day=span.first, last_day=span.last, reason=reason,
        actor=actor.text, actor_name=actor.name, at=at,
    )  # fmt: skip
    record(
        subject=f"metrics.filewaiver:{waiver.pk}", actor=actor, action="file.not_needed", at=at,
        account=account.pk, need=need, period=period.label, reason=reason,
    )  # fmt: skip
    return waiver


@transaction.atomic
def end_waiver(*, waiver_id: int, account_id: int, actor: Actor, at: datetime) -> FileWaiver:
    """Take "not needed" back. Raises ``Conflict`` when that was done already."""
    waiver = FileWaiver.objects.select_for_update().filter(pk=waiver_id, account=account_id).first()
    if waiver is None or waiver.ended_at is not None:
        raise Conflict("already_needed", _("This file is already needed again. Reload the page."))
    waiver.ended_at, waiver.ended_by = at, actor.text
    waiver.save(update_fields=["ended_at", "ended_by"])
    record(
        subject=f"metrics.filewaiver:{waiver.pk}", actor=actor, action="file.needed_again", at=at,
        account=account_id, need=waiver.need,
    )  # fmt: skip
    return waiver


@transaction.atomic
def set_due_days(*, days: int, actor: Actor, at: datetime) -> Company:
    """Set on which working day after a period its files are due. Raises ``Refusal``."""
    company = Company.objects.select_for_update().get()
    if not 1 <= days <= MOST_DUE_DAYS:
        raise Refusal(
            "due_days", _("Give a number of working days from 1 to %(most)s.") % {"most": MOST_DUE_DAYS}
        )
    before, company.data_due_days = company.data_due_days, days
    company.save(update_fields=["data_due_days"])
    record(
        subject=f"people.company:{company.pk}", actor=actor, action="data.due_days", at=at,
        before=before, after=days,
    )  # fmt: skip
    return company


@transaction.atomic
def remind_debtors(
    *,
    owed: Mapping[Employee, Sequence[Cell]],
    period: Period,
    due: date,
    day: date,
    actor: Actor,
    at: datetime,
) -> list[Employee]:
    """Ask each person once for everything they owe; return who was asked.

    Nobody is asked twice on one ``day``, whoever asks; who has no sign-in is left out.
    """
    Company.objects.select_for_update().get()
    numbers = [person.pk for person in owed]
    heard = set(Reminder.objects.filter(employee__in=numbers, day=day).values_list("employee_id", flat=True))
    users = User.objects.filter(employee__in=numbers, is_active=True)
    recipients = dict(users.values_list("employee_id", "pk"))
    asked = [person for person in owed if person.pk not in heard and person.pk in recipients]
    Reminder.objects.bulk_create(
        Reminder(
            employee=person, day=day, period=period.label, files=len(owed[person]), actor=actor.text, at=at
        )
        for person in asked
    )
    for person in asked:
        notify(
            kind=KIND,
            recipient=recipients[person.pk],
            subject=f"people.employee:{person.pk}",
            at=at,
            params=reminder_params(owed[person], period=period, due=due),
        )
    if asked:
        record(
            subject=f"metrics.collection:{period.label}", actor=actor, action="collection.reminded", at=at,
            people=[person.number for person in asked],
        )  # fmt: skip
    return asked


def reminder_params(cells: Sequence[Cell], *, period: Period, due: date) -> dict[str, str | int | None]:
    """Return what a reminder says: the accounts by name, the period and the due day."""
    names = list(dict.fromkeys(cell.account.shown_name for cell in cells))
    more = " …" if len(names) > NAMED_FILES else ""
    return {
        "accounts": ", ".join(names[:NAMED_FILES]) + more,
        "period": period.label,
        "due": due.isoformat(),
    }


def note_refusal(
    *, account: Account, table: FileResult, sha256: str, actor: Actor, at: datetime
) -> RefusedFile | None:
    """Remember a table that was not taken, so that the board can say why; the same try counts once."""
    if table.refused is None:
        return None
    grain = table.grain if table.grain != "declined" else ""
    found, _made = RefusedFile.objects.update_or_create(
        account=account,
        sha256=sha256,
        table=table.table[:TABLE_LIMIT],
        defaults={
            "grain": grain,
            "file_name": table.file[-NAME_LIMIT:],
            "reason": as_plain(table.refused),
            "actor": actor.text,
            "actor_name": actor.name,
            "at": at,
        },
    )
    return found
