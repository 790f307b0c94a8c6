"""Taking the built-in scheme, and holding it against the months that have gone."""

from datetime import date, datetime
from decimal import Decimal
from statistics import median

from django.db import transaction

from common.audit import Actor
from common.money import round_half_up
from common.periods import Month
from incentives.services.rule_sets import load_builtin_rule_set
from metrics.definitions import builtin_definitions
from metrics.selectors.fact_reader import Reading
from metrics.selectors.measured import measure_people
from metrics.services.definitions import load_measures
from people.selectors.staff import postings_between
from performance.models import SchemeVersion
from performance.schemes import builtin_scheme
from performance.services.schemes import load_builtin_scheme

MONTHS = 3
PLACES = 6


@transaction.atomic
def use_builtin_scheme(*, actor: Actor, at: datetime) -> SchemeVersion:
    """Publish the measures, the scheme and the rules for bonuses that ship with the product.

    What is published already stays as it is.
    """
    load_measures(at=at)
    load_builtin_rule_set(actor=actor, at=at)
    return load_builtin_scheme(actor=actor, at=at)


def last_months(day: date) -> list[Month]:
    """Return the three full months before the month of ``day``, oldest first."""
    return [Month.of(day).plus(-back) for back in range(MONTHS, 0, -1)]


def compare_with_past(*, day: date) -> dict[str, object]:
    """Measure every leaf of the built-in scheme in the last three months.

    Returns plain JSON: ``months`` as texts and ``leaves``, by key one pair per month: the
    median over the people measured as text (None for nobody) and how many they are.
    """
    months = last_months(day)
    measures = {leaf.measure for leaf in builtin_scheme().leaves}
    found = {(measure, month): _measured(measure, month) for measure in measures for month in months}
    leaves = {leaf.key: [found[leaf.measure, month] for month in months] for leaf in builtin_scheme().leaves}
    return {"months": [str(month) for month in months], "leaves": leaves}


def _measured(measure: str, month: Month) -> tuple[str | None, int]:
    postings = postings_between(first=month.first, last=month.last)
    people = {posting.employee_id for posting in postings if posting.position.scored}
    reading = Reading(first=month.first, last=month.last, period_days=month.days)
    measured = measure_people(builtin_definitions()[measure], employees=people, reading=reading)
    values = [Decimal(one.value) for one in measured.values() if one.value is not None]
    return (str(round_half_up(median(values), PLACES)) if values else None), len(values)
