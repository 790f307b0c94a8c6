"""What the operator's page says beside the card itself: estimate, changes, team band, missing data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.charts import MIN_COMPARED
from common.money import round_half_up
from incentives.rules import AwardLine
from incentives.selectors.awards import estimate_for
from people.access import Viewer
from people.models import Account
from people.selectors.staff import manager_on
from performance.choices import CycleState, LineStatus, MissingReason, PeriodKind
from performance.models import Cycle, Scorecard, ScorecardTrace
from performance.selectors.cards import with_lines
from performance.selectors.schemes import scheme_document
from portal.selectors.late import late_accounts, with_last_day
from reviews.selectors.cards import visible_cards
from reviews.selectors.sheet import Row, Sheet
from reviews.words import figure, name_in

MOST_MONTHS = 24
NOTHING = Decimal(0)
SHOWN_PARTS = 3
OWED = frozenset(
    {
        MissingReason.NOT_SUPPLIED,
        MissingReason.NOT_FINAL,
        MissingReason.FETCH_FAILED,
        MissingReason.HELD_FOR_CHECK,
        MissingReason.INCOMPLETE,
    }
)
"""Reasons for which somebody owes data."""


@dataclass(frozen=True)
class Change:
    """What moved between two nights: the total, and the indicators that moved most, by name."""

    since: date
    total: Decimal
    parts: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class Band:
    """The middle half of a group of at least five, and its median."""

    people: int
    low: Decimal
    median: Decimal
    high: Decimal


@dataclass(frozen=True)
class Owed:
    """An account whose data is missing, its last day, and who supplies it."""

    account: str
    last: date | None
    supplier: str


@dataclass(frozen=True)
class Dashboard:
    """One person's month beside the card; money only for eyes that ``estimate_for`` allows."""

    estimate: AwardLine | None
    change: Change | None
    band: Band | None
    owed: list[Owed]
    other_months: list[Cycle]


def own_months(viewer: Viewer) -> list[Cycle]:
    """Return the months in which the viewer has a card, newest first."""
    if viewer.employee_id is None:
        return []
    cards = Scorecard.objects.filter(employee=viewer.employee_id).values("cycle")
    return list(
        Cycle.objects.filter(pk__in=cards, kind=PeriodKind.MONTH).order_by("-starts_on")[:MOST_MONTHS]
    )


def own_card(viewer: Viewer, cycle: Cycle) -> Scorecard | None:
    """Return the viewer's own card of a month with its lines, or None."""
    return with_lines(visible_cards(viewer).filter(employee=viewer.employee_id, cycle=cycle)).first()


def dashboard(viewer: Viewer, sheet: Sheet, *, months: Sequence[Cycle] = ()) -> Dashboard:
    """Gather what stands beside the card; the number of statements does not depend on the company's size."""
    card = sheet.card
    in_review = [one for one in months if one.state == CycleState.REVIEW and one.pk != card.cycle_id]
    return Dashboard(
        estimate=estimate_for(viewer, card) if sheet.tiers.shown else None,
        change=_change(card),
        band=_band(card),
        owed=_owed(sheet, day=viewer.day),
        other_months=in_review,
    )


def by_loss(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the largest loss of points first; what is not measured comes last."""
    return sorted(rows, key=lambda row: (row.line.status != LineStatus.MEASURED, -_loss(row)))


def _loss(row: Row) -> Decimal:
    return max(row.full - row.line.contribution, NOTHING)


def waiting_for_card(viewer: Viewer) -> dict[str, object]:
    """Return what an empty page says: the running month's targets, or whom to ask."""
    cycle = Cycle.objects.filter(kind=PeriodKind.MONTH, state=CycleState.OPEN).order_by("-starts_on").first()
    targets: list[tuple[str, str]] = []
    if cycle is not None and viewer.employee_id is not None:
        targets = _targets(cycle, viewer.employee_id)
    manager = manager_on(viewer.employee_id, day=viewer.day) if viewer.employee_id else None
    return {"cycle": cycle, "targets": targets, "manager": manager}


def _targets(cycle: Cycle, employee: int) -> list[tuple[str, str]]:
    pinned = cycle.schemes.select_related("scheme_version").first()
    if pinned is None:
        return []
    values = dict(cycle.targets.filter(employee=employee, value__isnull=False).values_list("leaf", "value"))
    leaves = scheme_document(pinned.scheme_version).leaves
    return [(name_in(one.name), figure(values[one.key], one.unit)) for one in leaves if one.key in values]


def _change(card: Scorecard) -> Change | None:
    """Compare the last two nights of the card."""
    nights = list(ScorecardTrace.objects.filter(card=card).order_by("-date")[:2])
    if len(nights) < 2 or nights[0].total is None or nights[1].total is None:
        return None
    latest, before = (_contributions(night) for night in nights)
    names = {leaf.key: name_in(leaf.name) for leaf in scheme_document(card.scheme_version).leaves}
    moved = {key: latest.get(key, NOTHING) - before.get(key, NOTHING) for key in latest | before}
    parts = sorted(((key, by) for key, by in moved.items() if by), key=lambda part: (-abs(part[1]), part[0]))
    return Change(
        since=nights[1].date,
        total=nights[0].total - nights[1].total,
        parts=tuple((names.get(key, key), by) for key, by in parts[:SHOWN_PARTS]),
    )


def _contributions(night: ScorecardTrace) -> dict[str, Decimal]:
    return {key: Decimal(str(value)) for key, value in json.loads(night.contributions).items()}


def _band(card: Scorecard) -> Band | None:
    """Return the team's middle half; nothing for fewer than five people with a total."""
    if card.current is None or card.current.total is None:
        return None
    rows = Scorecard.objects.filter(
        cycle=card.cycle_id, posting__team=card.posting.team_id, current__total__isnull=False
    )
    found = rows.order_by().values_list("current__total", flat=True)
    totals = sorted(total for total in found if total is not None)
    if len(totals) < MIN_COMPARED:
        return None
    low, median, high = (quantile(totals, part) for part in (1, 2, 3))
    return Band(len(totals), low, median, high)


def quantile(ordered: Sequence[Decimal], quarters: int) -> Decimal:
    """Return the value below which ``quarters`` quarters lie, between neighbours in proportion."""
    place = Decimal(len(ordered) - 1) * quarters / 4
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round_half_up(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 2)


def _owed(sheet: Sheet, *, day: date) -> list[Owed]:
    """Name the accounts of the card's person whose data is behind, while the month still counts it."""
    if sheet.cycle.state not in (CycleState.OPEN, CycleState.CLOSING):
        return []
    if not any(row.line.reason in OWED for row in sheet.rows):
        return []
    until = min(sheet.cycle.ends_on, day)
    accounts = Account.objects.filter(periods__shares__employee=sheet.person).select_related("supplier")
    late = with_last_day(late_accounts(accounts.distinct(), day=until), day=until)
    return [
        Owed(one.shown_name, last, one.supplier.name if one.supplier else "") for one, last in late.items()
    ]
