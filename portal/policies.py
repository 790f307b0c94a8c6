"""Who may do what with cycles and the set-up."""

from django.db.models import QuerySet

from people.access import Viewer, can_edit_pay, can_edit_people, not_visible, require
from people.choices import Role
from performance.models import Cycle
from portal.selectors.cycles import all_months, month_labelled

SEES_CYCLES = frozenset({Role.HR_PEOPLE, Role.HR_PAY, Role.FINANCE, Role.AUDITOR, Role.EXECUTIVE, Role.ADMIN})
RUNS_CYCLES = frozenset({Role.HR_PEOPLE, Role.HR_PAY, Role.ADMIN})
SETS_UP = frozenset({Role.HR_PEOPLE, Role.ADMIN})


def can_see_cycles(viewer: Viewer) -> bool:
    """Say whether the viewer may see how far the whole company's cycle is."""
    return viewer.has(SEES_CYCLES)


def can_run_cycles(viewer: Viewer) -> bool:
    """Say whether the viewer may open, close, freeze, publish and finish cycles."""
    return viewer.has(RUNS_CYCLES)


def can_set_up(viewer: Viewer) -> bool:
    """Say whether the viewer works on the way to the first cycle."""
    return viewer.has(SETS_UP)


def can_import_people(viewer: Viewer) -> bool:
    """Say whether the viewer may import people, or at least salaries."""
    return can_edit_people(viewer) or can_edit_pay(viewer)


def months_for(viewer: Viewer) -> QuerySet[Cycle]:
    """Return all months, newest first. Raises ``NotAllowed`` for those who may not see them."""
    require(can_see_cycles(viewer))
    return all_months()


def get_month_for(viewer: Viewer, label: str) -> Cycle:
    """Return the month called ``2026-08``. Raises ``NotAllowed`` or ``NotVisible``."""
    require(can_see_cycles(viewer))
    found = month_labelled(label)
    if found is None:
        raise not_visible()
    return found
