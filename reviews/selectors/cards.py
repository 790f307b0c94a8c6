"""Fetching cards for a viewer: a card outside the viewer's scope does not exist."""

import re
from datetime import date

from django.db.models import QuerySet

from people.access import Viewer, not_visible, visible_employees
from performance.choices import CycleState, PeriodKind
from performance.models import Cycle, Scorecard


def visible_cards(viewer: Viewer) -> QuerySet[Scorecard]:
    """Return the cards of the people the viewer may see, with what every page of a card shows."""
    return Scorecard.objects.filter(employee__in=visible_employees(viewer)).select_related(
        "employee", "cycle", "current", "scheme_version__scheme", "posting__team", "posting__position",
    )  # fmt: skip


def get_card_for(viewer: Viewer, *, cycle: str, number: str) -> Scorecard:
    """Return the card of one person in one cycle.

    Raises ``NotVisible``, alike for strangers and for numbers and months nobody has.
    """
    named = _named(cycle)
    if named is None:
        raise not_visible()
    kind, first = named
    cards = visible_cards(viewer).filter(cycle__kind=kind, cycle__starts_on=first)
    card = cards.filter(employee__number=number).first()
    if card is None:
        raise not_visible()
    return card


def get_card_by_id(viewer: Viewer, card_id: int) -> Scorecard:
    """Return a visible card by its key. Raises ``NotVisible``."""
    card = visible_cards(viewer).filter(pk=card_id).first()
    if card is None:
        raise not_visible()
    return card


def _named(label: str) -> tuple[str, date] | None:
    """Return kind and first day of ``2026-08``, ``2026-Q3`` or ``2026``; None for anything else."""
    found = re.fullmatch(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", label, re.ASCII)
    if found is None:
        return None
    year, quarter, month = found.groups()
    if month:
        return PeriodKind.MONTH.value, date(int(year), int(month), 1)
    if quarter:
        return PeriodKind.QUARTER.value, date(int(year), int(quarter) * 3 - 2, 1)
    return PeriodKind.YEAR.value, date(int(year), 1, 1)


def cycle_under_review() -> Cycle | None:
    """Return the month whose cards are with the managers now, the latest if several are."""
    return Cycle.objects.filter(kind=PeriodKind.MONTH, state=CycleState.REVIEW).order_by("-starts_on").first()


def open_month() -> Cycle | None:
    """Return the month that is running (or closing), the latest if several are."""
    states = [CycleState.OPEN, CycleState.CLOSING]
    return Cycle.objects.filter(kind=PeriodKind.MONTH, state__in=states).order_by("-starts_on").first()
