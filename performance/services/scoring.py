"""Scoring a cycle: gather, judge, store what changed, keep the night's trace."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Conflict
from common.memory import collector_resting
from common.overlapping import overlapped
from performance.choices import CycleState
from performance.inputs import facts_input
from performance.lines import Figures, LineFigures, WeightTexts, write_card
from performance.models import Cycle, CycleScheme, SchemeVersion, ScorecardLine, ScorecardVersion
from performance.scoring import CardResult, PreparedScheme, score_card
from performance.selectors.gathering import Gathered, Portion, gather
from performance.selectors.roster import roster
from performance.selectors.schemes import scheme_document
from performance.services.storing import Batch, CardStore, ScoredFigures

LINE_FIELDS = LineFigures._fields[1:]
"""Everything a line holds beside its version and its leaf."""


class ScoredCard(NamedTuple):
    """One card as it was scored, for reports and for storing."""

    gathered: Gathered
    result: CardResult
    figures: Figures


@dataclass(frozen=True)
class ScoringReport:
    """What a run did: how many cards there are, how many changed, and the hash over all."""

    cards: int
    changed: int
    created: int
    waiting: int


def cycle_versions(cycle: Cycle) -> dict[int, SchemeVersion]:
    """Return the scheme version of each position in the cycle."""
    rows = CycleScheme.objects.filter(cycle=cycle).select_related("scheme_version__scheme")
    return {row.position_id: row.scheme_version for row in rows}


def prepare(versions: Collection[SchemeVersion]) -> dict[int, PreparedScheme]:
    """Work the weights of each scheme version out once, by its id."""
    return {version.pk: PreparedScheme(scheme_document(version)) for version in versions}


def compute_cards(
    cycle: Cycle, *, day: date, closed: bool, employees: Collection[int] | None = None
) -> list[ScoredCard]:
    """Score everybody of the cycle (or ``employees``) from the facts, storing nothing."""
    members, versions = roster(cycle, employees=employees), cycle_versions(cycle)
    judge = _Judge(versions)
    portions = gather(cycle, members, versions, day=day, closed=closed)
    return [card for portion in portions for card in judge.cards(portion)]


class _Judge:
    """Scores cards from what was gathered; uses no database."""

    def __init__(self, versions: Mapping[int, SchemeVersion]) -> None:
        self._prepared = prepare(set(versions.values()))
        self._weights = WeightTexts()

    def cards(self, portion: Portion) -> Iterator[ScoredCard]:
        """Yield the scored card of each person of a portion."""
        for gathered in portion.cards():
            facts = gathered.facts
            result = score_card(facts_input(facts, self._prepared[gathered.scheme_version.pk]))
            yield ScoredCard(gathered, result, write_card(result, facts, weights=self._weights))


class _Laid(NamedTuple):
    """One portion scored and ready to be stored, and what the report tells of it."""

    batch: Batch
    waiting: int
    through: date


def _lay_out(judge: _Judge, store: CardStore, portion: Portion) -> _Laid:
    waiting, through = 0, date.max

    def figures() -> Iterator[ScoredFigures]:
        nonlocal waiting, through
        for gathered, result, found in judge.cards(portion):
            waiting += result.waits
            through = min(through, gathered.facts.through)
            yield ScoredFigures(gathered.member, gathered.scheme_version.pk, result.provisional, found)

    batch = store.lay_out(figures())
    return _Laid(batch, waiting, through)


@transaction.atomic
def score_cycle(*, cycle_id: int, day: date, actor: Actor, at: datetime) -> ScoringReport:
    """Rewrite the working versions of an open or closing cycle from the facts.

    ``day`` is the last day that can be complete. A card whose figures did not change
    is not touched; running twice gives the same bytes. Raises ``Conflict`` when the
    cycle is frozen already.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    if cycle.state not in (CycleState.OPEN, CycleState.CLOSING):
        raise Conflict(
            "cycle_frozen",
            _("The cycle %(cycle)s is no longer open: its figures are frozen and are not computed again.")
            % {"cycle": cycle.label},
        )
    versions = cycle_versions(cycle)
    members = [member for member in roster(cycle) if member.position in versions]
    store = CardStore(cycle, [member.employee for member in members], actor=actor, at=at, day=day)
    portions = gather(cycle, members, versions, day=day, closed=day > cycle.ends_on)
    waiting, through = 0, date.max
    # The next portion is read and the last one stored while one is judged.
    judged = overlapped(portions, partial(_lay_out, _Judge(versions), store))
    with collector_resting(), closing(judged):
        for laid in judged:
            store.write(laid.batch)
            waiting, through = waiting + laid.waiting, min(through, laid.through)
    cycle.data_through, cycle.scored_at = through if members else None, at
    cycle.save(update_fields=["data_through", "scored_at"])
    if store.changed or store.created:
        record(
            subject=f"performance.cycle:{cycle.pk}",
            actor=actor,
            action="score_cycle",
            at=at,
            day=day,
            cards=len(members),
            changed=store.changed,
        )
    return ScoringReport(len(members), store.changed, store.created, waiting)


def line_rows(version: ScorecardVersion, figures: Figures) -> list[ScorecardLine]:
    """Return the version's lines, not yet stored."""
    return [ScorecardLine(version=version, **line._asdict()) for line in figures.lines]


def manual_values(version: ScorecardVersion) -> tuple[dict[str, Decimal], dict[str, dict[str, str]]]:
    """Return the figures people put in, and who put them in and why, by leaf."""
    rows = [line for line in version.lines.all() if line.manual is not None]
    values = {line.leaf: line.manual for line in rows if line.manual is not None}
    reasons = {line.leaf: {"by": line.manual_by, "reason": line.manual_reason} for line in rows}
    return values, reasons
