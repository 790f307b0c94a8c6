"""Who answers for whose card on a day, read for many people in one statement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from common.models import AuditEvent
from people.access import Viewer
from people.choices import Role
from people.models import Employee, Posting
from performance.models import Scorecard, ScorecardLine
from performance.services.cards import card_subject
from reviews.choices import Action, Who

UNDO_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Standing:
    """How a viewer stands to one card, and why HR would stand in."""

    who: frozenset[Who]
    manager: Employee | None
    manager_absent: bool
    editors: frozenset[str]

    @property
    def edited_by_manager(self) -> bool:
        """Say whether the manager put in one of the figures and so cannot confirm them."""
        user = active_user(self.manager)
        return user is not None and f"user:{user}" in self.editors


def managers_of(employees: Collection[int] | None, *, day: date) -> dict[int, Employee]:
    """Return, per person, who the reporting line of ``day`` names; leavers keep their last one.

    ``None`` asks for everybody. People without a manager are not in the answer.
    """
    rows = Posting.objects.filter(holding(day), manager__isnull=False)
    if employees is not None:
        rows = rows.filter(employee_id__in=employees)
    found = rows.select_related("manager__user").order_by("employee_id", "starts_on")
    return {row.employee_id: row.manager for row in found if row.manager is not None}


def holding(day: date) -> Q:
    """Return which posting of a person decides on a day; of leavers the last one, so there is one at most."""
    still = Q(ends_on__isnull=True) | Q(ends_on__gte=day) | Q(ends_on=F("employee__left_on"))
    return still & Q(starts_on__lte=day)


def active_user(person: Employee | None) -> int | None:
    """Return the number of the person's active sign-in, or None."""
    user = getattr(person, "user", None) if person is not None else None
    return user.pk if user is not None and user.is_active else None


def is_absent(manager: Employee | None, *, day: date) -> bool:
    """Say whether there is nobody to decide: no manager, one who left, one without an active sign-in."""
    if manager is None:
        return True
    return bool(manager.left_on and manager.left_on < day) or active_user(manager) is None


def editors_of(version: int | None) -> frozenset[str]:
    """Return who put figures into a card version, as actors' texts."""
    lines = ScorecardLine.objects.filter(version=version, manual__isnull=False)
    return frozenset(lines.values_list("manual_by", flat=True))


def standing_of(
    viewer: Viewer, employee: int, *, manager: Employee | None, editors: Iterable[str] = ()
) -> Standing:
    """Say how the viewer stands to that person's card. The subject is nothing but the subject."""
    absent = is_absent(manager, day=viewer.day)
    found = Standing(frozenset(), manager, absent, frozenset(editors))
    if viewer.is_self(employee):
        who = {Who.SUBJECT}
    else:
        who = set()
        if manager is not None and viewer.employee_id == manager.pk:
            who.add(Who.MANAGER)
        if Role.HR_PEOPLE in viewer.roles:
            who.add(Who.HR)
            if absent or found.edited_by_manager:
                who.add(Who.STAND_IN)
    return Standing(frozenset(who), manager, absent, found.editors)


def card_standing(viewer: Viewer, card: Scorecard) -> Standing:
    """Say how the viewer stands to a card on the viewer's day."""
    manager = managers_of([card.employee_id], day=viewer.day).get(card.employee_id)
    return standing_of(viewer, card.employee_id, manager=manager, editors=editors_of(card.current_id))


def last_event(card: Scorecard, *actions: Action) -> AuditEvent | None:
    """Return the newest of the card's events with one of the actions."""
    events = AuditEvent.objects.filter(subject=card_subject(card), action__in=actions)
    return events.order_by("-sequence").first()


def can_undo(event: AuditEvent | None, viewer: Viewer, *, at: datetime) -> bool:
    """Say whether an approval is the viewer's own and young enough to be taken back."""
    mine = event is not None and event.actor == f"user:{viewer.user_id}"
    return bool(mine and event and at - event.at <= UNDO_WINDOW)
