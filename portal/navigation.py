"""Which places a person is led to, by what they do here.

The words for what somebody does: the granted roles, ``operator`` (has a scored
posting or a card), ``manager`` (a posting of today names them) and ``supplier``
(there is an account they may deliver files for).
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metrics.policies import may_supply
from people.access import Viewer, managed_employees
from people.choices import Role
from people.models import Posting
from performance.choices import CycleState
from performance.models import Cycle, Scorecard

OPERATOR, MANAGER, SUPPLIER = "operator", "manager", "supplier"
HR = (Role.HR_PEOPLE, Role.HR_PAY)
OFFICES = (*HR, Role.FINANCE, Role.AUDITOR, Role.EXECUTIVE, Role.ADMIN)


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: the name of its address, label, icon, and who is led there."""

    name: str
    label: str | Promise
    icon: str
    who: tuple[str, ...]


PLACES: tuple[Place, ...] = (
    Place("portal:me", _("My scorecard"), "scorecard", (OPERATOR,)),
    Place("portal:manager", _("Tasks"), "home", (MANAGER,)),
    Place("reviews:queue", _("Review"), "check-circle", (MANAGER, Role.HR_PEOPLE)),
    Place("reviews:team", _("Team"), "team", (MANAGER,)),
    Place("reviews:questions", _("Data questions"), "question", (Role.DATA_ADMIN, Role.HR_PEOPLE)),
    Place("portal:cycles", _("Cycles"), "calendar", OFFICES),
    Place("incentives:sheets", _("Bonus sheets"), "sheet", (Role.HR_PAY, Role.FINANCE)),
    Place("people:employees", _("People"), "people", OFFICES),
    Place("people:accounts", _("Accounts"), "link", (OPERATOR, MANAGER, Role.DATA_ADMIN, *OFFICES)),
    Place("metrics:health", _("Data"), "database", (MANAGER, Role.DATA_ADMIN, *OFFICES)),
    Place("metrics:collection", _("Collecting files"), "inbox", (MANAGER, Role.DATA_ADMIN, *HR, Role.ADMIN)),
    Place("metrics:upload", _("Import"), "upload", (SUPPLIER, Role.DATA_ADMIN, Role.ADMIN)),
    Place("incentives:statement", _("My awards"), "money", (OPERATOR,)),
    Place("reviews:my_questions", _("My questions"), "comment", (OPERATOR, MANAGER)),
    Place("incentives:rules", _("Rules"), "book", (MANAGER, *OFFICES)),
    Place("people:organisation", _("Organisation"), "settings", (Role.HR_PEOPLE, Role.ADMIN)),
    Place("portal:checklist", _("Set-up"), "flag", (Role.ADMIN, Role.HR_PEOPLE)),
)


def parts_of(viewer: Viewer) -> frozenset[str]:
    """Return the words for what the viewer does here."""
    parts: set[str] = {role.value for role in viewer.roles}
    if viewer.employee_id is not None:
        if managed_employees(viewer).exists():
            parts.add(MANAGER)
        scored = Posting.objects.filter(employee=viewer.employee_id, position__scored=True)
        if scored.exists() or Scorecard.objects.filter(employee=viewer.employee_id).exists():
            parts.add(OPERATOR)
    if may_supply(viewer):
        parts.add(SUPPLIER)
    return frozenset(parts)


def entries(parts: Collection[str], *, path: str) -> list[dict[str, object]]:
    """Return the navigation for somebody who does ``parts`` and looks at ``path``."""
    meant = [place for place in PLACES if not set(place.who).isdisjoint(parts)]
    found = [(place, address) for place in meant if (address := _url(place.name))]
    current = max((url for _place, url in found if path.startswith(url)), key=len, default="")
    return [
        {"label": place.label, "url": url, "icon": place.icon, "active": url == current, "count": 0}
        for place, url in found
    ]


def home_of(parts: Collection[str]) -> str:
    """Return the address of the page that somebody who does ``parts`` starts from."""
    if Role.ADMIN in parts and not is_live():
        return reverse("portal:checklist")
    for who, name in HOMES:
        if who in parts and (address := _url(name)):
            return address
    return reverse("portal:me")


HOMES = (
    (Role.HR_PEOPLE, "portal:cycles"),
    (Role.HR_PAY, "portal:cycles"),
    (MANAGER, "portal:manager"),
    (Role.DATA_ADMIN, "metrics:health"),
    (Role.FINANCE, "portal:cycles"),
    (Role.EXECUTIVE, "portal:cycles"),
    (Role.AUDITOR, "portal:cycles"),
    (Role.ADMIN, "portal:cycles"),
    (OPERATOR, "portal:me"),
)
"""The first that fits decides."""


def is_live() -> bool:
    """Say whether the company has begun: a cycle was opened."""
    return Cycle.objects.exclude(state=CycleState.PLANNED).exists()


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
