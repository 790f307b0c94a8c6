"""People and their dated postings."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from common.periods import ONE_DAY, overlaps
from people.choices import PostingStatus
from people.models import AccountShare, Company, Employee, LegalEntity, Position, Posting, Team
from people.services.locks import lock, lock_all, subject_of
from people.texts import clean_code, clean_name, required


@dataclass(frozen=True)
class PostingTerms:
    """Where somebody works, as what, under whom and how."""

    team: Team
    position: Position
    manager: Employee | None = None
    status: PostingStatus = PostingStatus.REGULAR

    def matches(self, posting: Posting) -> bool:
        """Say whether the posting has these very terms."""
        mine = (self.team.pk, self.position.pk, self.manager.pk if self.manager else None, self.status.value)
        return mine == (posting.team_id, posting.position_id, posting.manager_id, posting.status)

    def described(self) -> dict[str, object]:
        """Return the terms as plain values for the audit log."""
        return {
            "team": self.team.code,
            "position": self.position.code,
            "manager": self.manager.number if self.manager else None,
            "status": self.status.value,
        }


@transaction.atomic
def create_employee(
    *,
    number: str,
    name: str,
    legal_entity: LegalEntity,
    hired_on: date,
    cost_centre: str = "",
    actor: Actor,
    at: datetime,
) -> Employee:
    """Create a person.

    Raises ``Refusal`` when the number is taken (a re-hire gets a new one) or cannot
    stand in the address of a card.
    """
    number = required(clean_code(number), _("the employee number"))
    if "/" in number or "\\" in number or not number.strip("."):
        raise Refusal(
            "bad_number", _("An employee number has no slashes and is not only dots; it stands in addresses.")
        )
    if Employee.objects.filter(number__iexact=number).exists():
        raise Refusal(
            "number_taken",
            _("The employee number %(number)s is taken. Somebody hired again gets a new number.")
            % {"number": number},
        )
    employee = Employee.objects.create(
        number=number,
        name=required(clean_name(name), _("the name")),
        legal_entity=legal_entity,
        cost_centre=clean_code(cost_centre),
        hired_on=hired_on,
    )
    record(
        subject=subject_of(employee), actor=actor, action="employee.create", at=at,
        number=employee.number, name=employee.name, legal_entity=legal_entity.code, hired_on=hired_on,
    )  # fmt: skip
    return employee


@transaction.atomic
def change_employee(
    *,
    employee: Employee,
    name: str,
    legal_entity: LegalEntity,
    hired_on: date,
    cost_centre: str,
    actor: Actor,
    at: datetime,
) -> Employee:
    """Correct a person's own fields. Raises ``Refusal`` when a posting starts before the hiring."""
    row = lock(Employee, employee.pk)
    _check_hired(row, hired_on)
    fields = {
        "name": required(clean_name(name), _("the name")),
        "legal_entity_id": legal_entity.pk,
        "cost_centre": clean_code(cost_centre),
        "hired_on": hired_on,
    }
    changed = {key: [getattr(row, key), value] for key, value in fields.items() if getattr(row, key) != value}
    if not changed:
        return row
    for key, value in fields.items():
        setattr(row, key, value)
    row.save(update_fields=list(changed))
    record(subject=subject_of(row), actor=actor, action="employee.change", at=at, **changed)
    return row


@transaction.atomic
def post_employee(
    *,
    employee: Employee,
    terms: PostingTerms,
    starts_on: date,
    ends_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> Posting:
    """Post somebody from a day on; an open posting that started earlier ends the day before.

    Raises ``Refusal`` for a span outside the employment, an overlap with another
    posting, one's own manager and a reporting line that would loop. Posting on
    the same terms from the same day changes nothing.
    """
    row = lock(Employee, employee.pk)
    same = Posting.objects.filter(employee=row, starts_on=starts_on, ends_on=ends_on).first()
    if same and terms.matches(same):
        return same
    ends_on = ends_on or row.left_on
    _check_span(row, starts_on, ends_on)
    _check_manager(row, terms.manager, starts_on, ends_on)
    closed = _close_open_posting(row, starts_on)
    _check_free(row, starts_on, ends_on)
    posting = Posting.objects.create(
        employee=row, team=terms.team, position=terms.position, manager=terms.manager,
        status=terms.status.value, starts_on=starts_on, ends_on=ends_on,
    )  # fmt: skip
    record(
        subject=subject_of(row), actor=actor, action="posting.start", at=at,
        **terms.described(), starts_on=starts_on, ends_on=ends_on, closed=closed,
    )  # fmt: skip
    return posting


@transaction.atomic
def correct_posting(
    *,
    posting: Posting,
    terms: PostingTerms,
    starts_on: date,
    ends_on: date | None,
    actor: Actor,
    at: datetime,
) -> Posting:
    """Mend a posting that was entered wrongly; the same checks as for a new one."""
    employee = lock(Employee, posting.employee_id)
    row = lock(Posting, posting.pk)
    _check_span(employee, starts_on, ends_on)
    _check_manager(employee, terms.manager, starts_on, ends_on, replaced=row)
    _check_free(employee, starts_on, ends_on, replaced=row)
    before = {
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "team": row.team_id,
        "manager": row.manager_id,
    }
    row.team, row.position, row.manager = terms.team, terms.position, terms.manager
    row.status, row.starts_on, row.ends_on = terms.status.value, starts_on, ends_on
    row.save()
    record(
        subject=subject_of(employee), actor=actor, action="posting.correct", at=at,
        **terms.described(), starts_on=starts_on, ends_on=ends_on, before=before,
    )  # fmt: skip
    return row


@transaction.atomic
def end_employment(*, employee: Employee, left_on: date, actor: Actor, at: datetime) -> Employee:
    """Enter the last day: open postings end with it; nothing is deleted.

    The sign-in stops working the day after. Raises ``Refusal`` while the person
    holds an account or is due to be posted after that day.
    """
    row = lock(Employee, employee.pk)
    if row.left_on == left_on:
        return row
    if left_on < row.hired_on:
        raise Refusal("left_before_hired", _("The last day lies before the day of hiring. Check both days."))
    _check_no_accounts_after(row, left_on)
    _check_no_posting_after(row, left_on)
    was = row.left_on
    row.left_on = left_on
    row.save(update_fields=["left_on"])
    ended = _end_postings(row, was=was, left_on=left_on)
    record(
        subject=subject_of(row), actor=actor, action="employee.leave", at=at,
        left_on=left_on, before=was, postings_ended=ended,
    )  # fmt: skip
    return row


def _end_postings(employee: Employee, *, was: date | None, left_on: date) -> int:
    running = Posting.objects.filter(employee=employee, starts_on__lte=left_on)
    ended = running.filter(ends_on__isnull=True).update(ends_on=left_on)
    ended += running.filter(ends_on__gt=left_on).update(ends_on=left_on)
    if was and was < left_on:
        ended += running.filter(ends_on=was).update(ends_on=left_on)
    return ended


def _check_hired(employee: Employee, hired_on: date) -> None:
    first = Posting.objects.filter(employee=employee).order_by("starts_on").first()
    if first and first.starts_on < hired_on:
        raise Refusal(
            "posted_before_hired",
            _("%(name)s is posted from %(day)s, before the day of hiring. Correct the posting first.")
            % {"name": employee.name, "day": first.starts_on},
        )
    if employee.left_on and employee.left_on < hired_on:
        raise Refusal("left_before_hired", _("The last day lies before the day of hiring. Check both days."))


def _check_span(employee: Employee, starts_on: date, ends_on: date | None) -> None:
    if starts_on < employee.hired_on or _after_leaving(employee, starts_on, ends_on):
        raise Refusal(
            "outside_employment",
            _("%(name)s is employed from %(first)s to %(last)s; the posting must lie within.")
            % {
                "name": employee.name,
                "first": employee.hired_on,
                "last": employee.left_on or _("further notice"),
            },
        )
    if ends_on and ends_on < starts_on:
        raise Refusal("ends_before_start", _("The posting ends before it starts. Check both days."))


def _after_leaving(employee: Employee, starts_on: date, ends_on: date | None) -> bool:
    last = employee.left_on
    return last is not None and (starts_on > last or ends_on is None or ends_on > last)


def _check_manager(
    employee: Employee,
    manager: Employee | None,
    starts_on: date,
    ends_on: date | None,
    replaced: Posting | None = None,
) -> None:
    if manager is None:
        return
    if manager.pk == employee.pk:
        raise Refusal("own_manager", _("%(name)s cannot be their own manager.") % {"name": employee.name})
    if manager.left_on and manager.left_on < starts_on:
        raise Refusal(
            "manager_left",
            _("%(manager)s left on %(day)s and cannot manage anybody after that day.")
            % {"manager": manager.name, "day": manager.left_on},
        )
    # Two changes of different people could close a loop together; they go one after the other.
    lock_all(Company)
    if _reports_to(manager.pk, employee.pk, starts_on, ends_on, replaced):
        raise Refusal(
            "reporting_loop",
            _(
                "%(manager)s reports to %(name)s in that time, directly or through others. "
                "Choose another manager or other days."
            )
            % {"manager": manager.name, "name": employee.name},
        )


def _reports_to(below: int, above: int, first: date, last: date | None, replaced: Posting | None) -> bool:
    """Say whether ``below`` reports to ``above`` on some day of the span, by walking up the dated line."""
    waiting: list[tuple[int | None, date, date | None]] = [(below, first, last)]
    seen: set[tuple[int | None, date, date | None]] = set()
    while waiting:
        person, start, end = waiting.pop()
        for posting in _managed_postings(person, start, end, replaced):
            if posting.manager_id == above:
                return True
            step = (posting.manager_id, max(start, posting.starts_on), _earlier(end, posting.ends_on))
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return False


def _managed_postings(
    person: int | None, first: date, last: date | None, replaced: Posting | None
) -> QuerySet[Posting]:
    postings = Posting.objects.filter(employee=person, manager__isnull=False).exclude(ends_on__lt=first)
    if last:
        postings = postings.filter(starts_on__lte=last)
    return postings.exclude(pk=replaced.pk) if replaced else postings


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one and other else one or other


def _close_open_posting(employee: Employee, starts_on: date) -> date | None:
    """End the posting that goes on (or runs to the last day) the day before, and say when it started."""
    running = Posting.objects.filter(employee=employee, starts_on__lt=starts_on)
    current = running.filter(ends_on=employee.left_on).order_by("-starts_on").first()
    if current is None:
        return None
    current.ends_on = starts_on - ONE_DAY
    current.save(update_fields=["ends_on"])
    return current.starts_on


def _check_free(
    employee: Employee, starts_on: date, ends_on: date | None, replaced: Posting | None = None
) -> None:
    others = Posting.objects.filter(employee=employee).select_related("team")
    for other in others:
        if replaced and other.pk == replaced.pk:
            continue
        if overlaps(starts_on, ends_on, other.starts_on, other.ends_on):
            raise Refusal(
                "posting_overlap",
                _(
                    "%(name)s is already posted to %(team)s from %(first)s to %(last)s. "
                    "End that posting or choose other days."
                )
                % {
                    "name": employee.name, "team": other.team.name,
                    "first": other.starts_on, "last": other.ends_on or _("further notice"),
                },
            )  # fmt: skip


def _check_no_accounts_after(employee: Employee, left_on: date) -> None:
    held = AccountShare.objects.filter(employee=employee).exclude(period__ends_on__lte=left_on)
    names = sorted(str(share.period.account) for share in held.select_related("period__account"))
    if names:
        raise Refusal(
            "still_holds_accounts",
            _("%(name)s still holds %(accounts)s after %(day)s. Hand these accounts over first.")
            % {"name": employee.name, "accounts": ", ".join(names), "day": left_on},
        )


def _check_no_posting_after(employee: Employee, left_on: date) -> None:
    later = Posting.objects.filter(employee=employee, starts_on__gt=left_on).first()
    if later:
        raise Refusal(
            "posted_after_leaving",
            _("%(name)s is to be posted from %(day)s on. The last day must not lie before it.")
            % {"name": employee.name, "day": later.starts_on},
        )
