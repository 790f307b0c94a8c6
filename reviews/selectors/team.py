"""The board of a running month: where each of the viewer's people stands, and what is missing."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse

from people.access import Viewer, managed_employees, visible_employees
from performance.choices import LineStatus
from performance.models import Cycle, Scorecard, ScorecardLine, ScorecardTrace
from performance.scheme_tree import Leaf
from performance.selectors.schemes import scheme_document
from reviews.selectors.tiers import Tiers, tiers_of
from reviews.words import MISSING, name_in, pace_state

SHOWN_MISSING = 3


@dataclass
class Standing:
    """One person on the board."""

    card: Scorecard
    total: Decimal | None
    tier: str
    url: str
    change: Decimal | None = None
    paces: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)

    @property
    def pace(self) -> str:
        """Name the pace of the whole: behind while more lines are behind than ahead or on pace."""
        if not self.paces["ahead"] + self.paces["on_pace"] + self.paces["behind"]:
            return "missing"
        if self.paces["behind"] > self.paces["ahead"] + self.paces["on_pace"]:
            return "behind"
        return "ahead" if self.paces["ahead"] > self.paces["behind"] + self.paces["on_pace"] else "on_pace"

    @property
    def shown_missing(self) -> list[str]:
        """Return the first few of what is missing."""
        return self.missing[:SHOWN_MISSING]

    @property
    def more_missing(self) -> int:
        """Return how much more is missing."""
        return max(0, len(self.missing) - SHOWN_MISSING)


def board_cards(viewer: Viewer, cycle: Cycle) -> QuerySet[Scorecard]:
    """Return the cards of the viewer's own reports; where none has one, of everybody the viewer sees."""
    # Read first: among so many joins a database would come to these few people last.
    own = list(managed_employees(viewer).values_list("pk", flat=True))
    seen = visible_employees(viewer).exclude(pk=viewer.employee_id or 0).order_by().values("pk")
    has_own = bool(own) and cycle.scorecards.filter(employee__in=own).exists()
    people = Q(employee__in=own) if has_own else Q(employee__in=seen)
    return (
        cycle.scorecards.filter(people)
        .select_related("employee", "current", "posting__team", "scheme_version")
        .defer("current__inputs", "current__dimensions", "current__exact_total")
        .order_by("employee__number")
    )


def tier_counts(cards: QuerySet[Scorecard], tiers: Tiers) -> list[tuple[str, int]]:
    """Return how many people are in each tier, best first; names no amounts and no names."""
    totals = cards.order_by().values_list("current__total", flat=True)
    counts = Counter(tiers.key(total) for total in totals)
    order = ["gold", "silver", "bronze", "none", "", "pending"]
    keys = [*order, *sorted(set(counts) - set(order))]
    return [(key, counts[key]) for key in keys if counts[key]]


def standings(cycle: Cycle, cards: list[Scorecard], tiers: Tiers) -> list[Standing]:
    """Return one page's people with their paces, the change since yesterday and what is missing."""
    rows = {
        card.current_id: Standing(
            card=card,
            total=card.current.total if card.current else None,
            tier=tiers.key(card.current.total if card.current else None),
            url=reverse("reviews:card", args=[cycle.label, card.employee.number]),
        )
        for card in cards
    }
    leaves: dict[int, dict[str, Leaf]] = {
        card.current_id or 0: {leaf.key: leaf for leaf in scheme_document(card.scheme_version).leaves}
        for card in cards
    }
    lines = ScorecardLine.objects.filter(version__in=list(rows)).order_by("version", "position")
    for line in lines.defer("details", "structural", "effective"):
        row = rows[line.version_id]
        row.paces[pace_state(line.status, line.achievement)] += 1
        if line.status == LineStatus.HELD or (line.status == LineStatus.NOT_MEASURED and line.reason):
            name = name_in(leaves[line.version_id][line.leaf].name)
            row.missing.append(f"{name}: {MISSING.get(line.reason, line.reason)}")
    _changes(cards, rows)
    return list(rows.values())


def _changes(cards: list[Scorecard], rows: dict[int | None, Standing]) -> None:
    """Fill in what the last night changed."""
    traces: dict[int, list[Decimal | None]] = {}
    found = ScorecardTrace.objects.filter(card__in=cards).order_by("card", "-date")
    for card, total in found.values_list("card_id", "total"):
        traces.setdefault(card, []).append(total)
    for row in rows.values():
        nights = traces.get(row.card.pk, [])[:2]
        if len(nights) == 2 and nights[0] is not None and nights[1] is not None:
            row.change = nights[0] - nights[1]


__all__ = ["Standing", "board_cards", "standings", "tier_counts", "tiers_of"]
