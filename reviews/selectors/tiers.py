"""Tiers as a card's page may show them: names and lines, never amounts."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as translate

from common.periods import Month
from incentives.rules import RuleSetDocument, distance_to_next_tier, tier_for
from incentives.rules.document import text_in
from incentives.selectors.rule_sets import rule_set_document, rule_set_of
from performance.choices import CycleState
from performance.models import Cycle
from performance.pace import shows_tier


@dataclass(frozen=True)
class Tiers:
    """The tier rules of a cycle, or none."""

    document: RuleSetDocument | None
    shown: bool

    def key(self, total: Decimal | None) -> str:
        """Return the tier of a total: its key, "none" below all, "pending" early in the month, "" unknown."""
        if not self.shown:
            return "pending"
        if self.document is None or total is None:
            return ""
        tier = tier_for(self.document, total)
        return tier.key if tier else "none"

    def name(self, key: str) -> str:
        """Return a tier's name in the active language; what no rule names stays as it is."""
        if key == "none":
            return translate("No tier")
        tiers = self.document.tiers if self.document else ()
        return next((tier.name_in(get_language() or "en") for tier in tiers if tier.key == key), key)

    @property
    def edges(self) -> tuple[Decimal, ...]:
        """Return the lines between the tiers, ascending."""
        return () if self.document is None else tuple(tier.from_total for tier in self.document.tiers)

    def next_up(self, total: Decimal | None) -> tuple[str, Decimal, Decimal] | None:
        """Return name, threshold and missing points of the next tier, or None at the top."""
        if self.document is None or not self.shown:
            return None
        distance = distance_to_next_tier(total, self.document)
        if distance is None:
            return None
        language = get_language() or "en"
        return text_in(distance.tier.names, language), distance.reached_at, distance.points


def tiers_of(cycle: Cycle) -> Tiers:
    """Return the tiers of a cycle; in the first days of an open month they stay hidden."""
    version = rule_set_of(cycle.pk)
    document = rule_set_document(version) if version is not None else None
    running = cycle.state in (CycleState.OPEN, CycleState.PLANNED)
    early = running and (
        cycle.data_through is None
        or not shows_tier(month=Month.of(cycle.starts_on), through=cycle.data_through)
    )
    return Tiers(document, not early)
