"""Who is in a month: the list with days and the list of names alone agree."""

from datetime import date
from itertools import product

import pytest

from performance.models import Cycle
from performance.selectors.roster import enrolled, roster
from tests.factories.people import EmployeeFactory, PositionFactory, PostingFactory

pytestmark = pytest.mark.django_db
BEFORE, FIRST, MIDDLE, LAST, AFTER = (
    date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 15), date(2026, 8, 31), date(2026, 9, 1),
)  # fmt: skip
DAYS = (BEFORE, FIRST, MIDDLE, LAST, AFTER)


def _people():
    """One person for every order of hiring, posting and leaving around the month."""
    unscored = PositionFactory(code="lead", scored=False)
    for hired, starts, ends, left in product(DAYS, DAYS, (None, *DAYS), (None, *DAYS)):
        if (ends and ends < starts) or (left and left < hired):
            continue
        person = EmployeeFactory(hired_on=hired, left_on=left)
        PostingFactory(employee=person, starts_on=starts, ends_on=ends)
    PostingFactory(employee=EmployeeFactory(), position=unscored)


def test_names_alone_are_those_with_at_least_one_day():
    _people()
    cycle = Cycle(kind="month", starts_on=FIRST, ends_on=LAST)
    names = enrolled(cycle)
    assert names == {member.employee for member in roster(cycle)}
    assert len(names) > 100
