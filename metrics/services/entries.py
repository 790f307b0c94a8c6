"""Entries that people bring, such as campaigns: claimed by one, decided by another."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict, NotAllowed, Refusal
from common.money import to_decimal
from metrics.choices import Basis, EntryState
from metrics.models import ManualEntry
from metrics.selectors.definitions import current_measures
from people.models import User

MIN_TITLE = 4
MOST = Decimal(1000)


def entry_subject(entry: ManualEntry | int) -> str:
    """Return the entry's name in audit and notices."""
    return f"metrics.manualentry:{entry if isinstance(entry, int) else entry.pk}"


@transaction.atomic
def claim_entry(
    *,
    measure: str,
    employee_id: int,
    day: date,
    value: Decimal,
    title: str,
    evidence: str,
    actor: Actor,
    at: datetime,
    today: date,
) -> ManualEntry:
    """Store what a person says was done; it counts once somebody else confirmed it.

    Raises ``Refusal`` for a measure that is not entered by hand, a day in the future,
    a short title or a value that cannot be, ``Conflict`` when it was claimed before.
    """
    _check(measure, day, value, title, today)
    entry = ManualEntry(
        measure=measure,
        employee_id=employee_id,
        date=day,
        value=value,
        title=title.strip(),
        evidence=evidence.strip(),
        state=EntryState.CLAIMED,
        entered_by=actor.text,
        entered_at=at,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "claimed_before",
            _("“%(title)s” of %(day)s was entered before.") % {"title": title.strip(), "day": day},
        ) from error
    record(
        subject=entry_subject(entry),
        actor=actor,
        action="claim_entry",
        at=at,
        measure=measure,
        employee=employee_id,
        day=day,
        value=value,
        title=entry.title,
    )
    return entry


@transaction.atomic
def decide_entry(
    *, entry_id: int, confirm: bool, reason: str, actor: Actor, actor_employee: int | None, at: datetime
) -> ManualEntry:
    """Confirm or refuse a claimed entry; refusing needs a reason.

    ``actor_employee`` is the person behind the actor: nobody decides what they
    entered or what is entered about them. Who may decide otherwise is the caller's
    question. Raises ``NotAllowed``, ``Conflict`` when it was decided, ``Refusal``.
    """
    entry = ManualEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    if actor_employee == entry.employee_id or actor.text == entry.entered_by:
        raise NotAllowed(
            "own_entry", _("Nobody confirms their own entry. The manager does, or HR if there is none.")
        )
    if entry.state != EntryState.CLAIMED:
        raise Conflict(
            "decided",
            _("“%(title)s” was decided already by %(who)s. Nothing was changed.")
            % {"title": entry.title, "who": _name(entry.decided_by)},
        )
    if not confirm and not reason.strip():
        raise Refusal("reason_missing", _("Say why the entry is refused."))
    entry.state = EntryState.CONFIRMED if confirm else EntryState.REFUSED
    entry.decided_by, entry.decided_at = actor.text, at
    entry.save(update_fields=["state", "decided_by", "decided_at"])
    record(
        subject=entry_subject(entry),
        actor=actor,
        action="decide_entry",
        at=at,
        before=EntryState.CLAIMED.value,
        after=entry.state,
        reason=reason.strip(),
    )
    return entry


def _check(measure: str, day: date, value: Decimal, title: str, today: date) -> None:
    definition = current_measures().get(measure)
    if definition is None or definition.basis != Basis.MANUAL:
        raise Refusal("not_manual", _("This indicator is measured; nothing is entered by hand."))
    if day > today:
        raise Refusal("future_day", _("%(day)s lies in the future.") % {"day": day})
    if len(title.strip()) < MIN_TITLE:
        raise Refusal(
            "title_short", _("Name the event in at least %(count)s characters.") % {"count": MIN_TITLE}
        )
    try:
        amount = to_decimal(value)
    except ValueError as error:
        raise Refusal("no_number", _("The figure is not a number.")) from error
    if not 0 < amount <= MOST:
        raise Refusal(
            "out_of_bounds", _("The figure must lie above 0 and not above %(most)s.") % {"most": MOST}
        )


def _name(actor: str) -> str:
    number = actor.removeprefix("user:")
    user = User.objects.select_related("employee").filter(pk=number).first() if number.isdecimal() else None
    return str(user) if user else actor
