"""Who gets a card in a cycle, under which posting, and how many days count."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import F, Q

from people.models import Posting
from performance.models import Cycle, Exemption


@dataclass(frozen=True)
class Member:
    """One person of a cycle.

    ``posting`` is the last scored one inside the cycle and decides scheme and
    manager; ``days`` are the days of the cycle in any scored posting, exempted days
    taken off; ``exempted`` are those taken off.
    """

    employee: int
    posting: int
    position: int
    team: int
    manager: int | None
    days: frozenset[date]
    exempted: frozenset[date]


def roster(cycle: Cycle, *, employees: Collection[int] | None = None) -> list[Member]:
    """Return everybody with a scored posting inside the cycle, by employee."""
    exempted = exempted_days(cycle.starts_on, cycle.ends_on)
    members: dict[int, Member] = {}
    for posting in _postings(cycle.starts_on, cycle.ends_on, employees):
        days = posting.days(cycle.starts_on, cycle.ends_on)
        if not days:
            continue
        earlier = members.get(posting.employee)
        every_day = days | earlier.days | earlier.exempted if earlier else days
        off = exempted.get(posting.employee, frozenset()) & every_day
        members[posting.employee] = Member(
            employee=posting.employee,
            posting=posting.key,
            position=posting.position,
            team=posting.team,
            manager=posting.manager,
            days=every_day - off if off else every_day,
            exempted=off,
        )
    return list(members.values())


def enrolled(cycle: Cycle) -> set[int]:
    """Return the people ``roster`` names, without their days."""
    with_the_company = Q(employee__left_on__isnull=True) | (
        Q(employee__left_on__gte=cycle.starts_on) & Q(employee__left_on__gte=F("starts_on"))
    )
    on_a_day = Q(ends_on__isnull=True) | (
        Q(ends_on__gte=cycle.starts_on) & Q(ends_on__gte=F("employee__hired_on"))
    )
    postings = Posting.objects.filter(
        with_the_company, on_a_day, starts_on__lte=cycle.ends_on, employee__hired_on__lte=cycle.ends_on,
        position__scored=True,
    )  # fmt: skip
    return set(postings.order_by().values_list("employee_id", flat=True))


class _Posting(NamedTuple):
    key: int
    employee: int
    position: int
    team: int
    manager: int | None
    starts_on: date
    ends_on: date | None
    hired_on: date
    left_on: date | None

    def days(self, first: date, last: date) -> frozenset[date]:
        """Return the days of ``first … last`` in this posting and in the company."""
        ends = (self.ends_on, last, self.left_on)
        return _days(max(self.starts_on, first, self.hired_on), min(end for end in ends if end is not None))


def _postings(first: date, last: date, employees: Collection[int] | None = None) -> Iterator[_Posting]:
    """Yield the scored postings that touch ``first … last``, by employee and start."""
    postings = Posting.objects.filter(starts_on__lte=last, position__scored=True).exclude(ends_on__lt=first)
    if employees is not None:
        postings = postings.filter(employee_id__in=employees)
    rows = postings.order_by("employee_id", "starts_on").values_list(
        "pk", "employee_id", "position_id", "team_id", "manager_id", "starts_on", "ends_on",
        "employee__hired_on", "employee__left_on",
    )  # fmt: skip
    return map(_Posting._make, rows)


@lru_cache(maxsize=4096)
def _days(first: date, last: date) -> frozenset[date]:
    """Return the days of a span; most people of a cycle share one and the same set."""
    return frozenset(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def exempted_days(first: date, last: date) -> dict[int, frozenset[date]]:
    """Return the days that whole-person exemptions take off, by employee."""
    days: dict[int, frozenset[date]] = {}
    found = Exemption.objects.filter(leaf="", first_day__lte=last, last_day__gte=first)
    for exemption in found.order_by("employee_id", "first_day"):
        start, end = max(exemption.first_day, first), min(exemption.last_day, last)
        span = frozenset(start + timedelta(days=offset) for offset in range((end - start).days + 1))
        days[exemption.employee_id] = days.get(exemption.employee_id, frozenset()) | span
    return days


def days_in_post(*, first: date, last: date) -> dict[int, frozenset[date]]:
    """Return, per employee, the days of ``first … last`` in a scored posting, exemptions taken off."""
    off = exempted_days(first, last)
    days: dict[int, frozenset[date]] = {}
    for posting in _postings(first, last):
        found, earlier = posting.days(first, last), days.get(posting.employee)
        days[posting.employee] = found if earlier is None else earlier | found
    return {employee: found - off[employee] if employee in off else found for employee, found in days.items()}
