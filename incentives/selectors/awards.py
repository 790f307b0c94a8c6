"""What the rules say about a cycle's cards, and the ledger as people may read it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from common.canonical import canonical_text
from common.periods import Month, Span
from incentives.choices import AwardStatus, Payable
from incentives.models import Award
from incentives.rules import AwardLine, RuleSetDocument, monthly_award
from incentives.selectors.rule_sets import rule_set_document, rule_set_of
from incentives.selectors.salaries import salary_spans
from people.access import Viewer, can_see_pay, not_visible
from performance.choices import CardState
from performance.models import Cycle, Scorecard
from performance.selectors.roster import Member, roster

PAYABLE_STATES = {
    # An upheld appeal adjusts the next period, so an appealed card stays payable meanwhile.
    Payable.PUBLISHED: (CardState.PUBLISHED, CardState.ACKNOWLEDGED, CardState.APPEALED, CardState.FINAL),
    Payable.FINAL: (CardState.FINAL,),
}


@dataclass(frozen=True)
class Told:
    """A stored award's figures and reason, read back from its ``inputs``."""

    figures: dict[str, object]
    reason: list[tuple[str, dict[str, str]]]
    on_track: list[dict[str, str | None]]


def payable_cards(cycle: Cycle, document: RuleSetDocument) -> QuerySet[Scorecard]:
    """Return the cycle's cards whose awards may be paid, with what a line needs."""
    states = PAYABLE_STATES[document.payable]
    return (
        Scorecard.objects.filter(cycle=cycle, state__in=states, current__isnull=False)
        .select_related("employee", "current", "posting__position")
        .order_by("employee__number")
    )


def lines_for(*, cycle: Cycle, cards: Sequence[Scorecard], document: RuleSetDocument) -> dict[int, AwardLine]:
    """Return each card's award line by the card's number; a fixed number of statements."""
    people = {card.employee_id for card in cards}
    members = {member.employee: member for member in roster(cycle, employees=people)}
    spans = salary_spans(employees=people, first=cycle.starts_on, last=cycle.ends_on)
    return {
        card.pk: monthly_award(
            document=document,
            total=card.current.total if card.current else None,
            month=Month.of(cycle.starts_on),
            in_post=_in_post(members.get(card.employee_id)),
            salary=spans.get(card.employee_id, []),
            position=card.posting.position.code,
        )
        for card in cards
    }


def estimate_for(viewer: Viewer, card: Scorecard) -> AwardLine | None:
    """Return what the card would earn as it stands; nothing is stored and nobody else is told.

    Once the ledger has the card's line, its amount is told instead. None while no rule
    set has been published. Raises ``NotVisible`` for everybody but the person, HR for pay
    and finance.
    """
    if not can_see_pay(viewer, card.employee_id):
        raise not_visible()
    version = rule_set_of(card.cycle_id)
    if version is None:
        return None
    document = rule_set_document(version)
    line = lines_for(cycle=card.cycle, cards=[card], document=document)[card.pk]
    stored = _ledger_line(card)
    return line if stored is None else replace(line, amount=stored.amount, currency=stored.currency)


def _ledger_line(card: Scorecard) -> Award | None:
    """Return the line that stands in the ledger for the card: neither a reversal nor reversed."""
    reversed_later = Award.objects.filter(reverses=OuterRef("pk"))
    lines = Award.objects.filter(card=card, card_version=card.current_id, reverses__isnull=True)
    standing = lines.exclude(status=AwardStatus.VOID).exclude(Exists(reversed_later))
    return standing.order_by("-pk").first()


def own_awards(viewer: Viewer) -> QuerySet[Award]:
    """Return the viewer's own ledger lines, newest month first; none without a person."""
    if viewer.employee_id is None:
        return Award.objects.none()
    settled_later = Award.objects.filter(reverses=OuterRef("pk"))
    return (
        Award.objects.filter(employee=viewer.employee_id)
        .exclude(status=AwardStatus.VOID)
        .exclude(Exists(settled_later), amount__isnull=True)
        .select_related("employee", "cycle", "card", "rule_set_version__rule_set", "card_version")
        .order_by("-cycle__starts_on", "pk")
    )


def inputs_text(line: AwardLine) -> str:
    """Return the canonical text that an award keeps: figures, reason and what is on track."""
    return canonical_text(
        {
            "figures": dict(line.inputs),
            "rate": line.rate,
            "factor": line.factor,
            "reason": [{"code": part.code, "params": dict(part.params)} for part in line.reason],
            "on_track": [
                {"kind": one.kind, "amount": one.amount, "currency": one.currency, "units": one.units}
                for one in line.on_track
            ],
        }
    )


def told_by(award: Award) -> Told:
    """Read an award's ``inputs`` back."""
    plain = json.loads(award.inputs)
    return Told(
        figures=plain["figures"] | {"rate": plain["rate"], "factor": plain["factor"]},
        reason=[(part["code"], part["params"]) for part in plain["reason"]],
        on_track=plain["on_track"],
    )


def base_and_factor(award: Award) -> tuple[Decimal | None, Decimal | None]:
    """Return the salary the award was taken of and the share of the month in post."""
    plain = json.loads(award.inputs)
    rate, factor = plain["rate"], plain["factor"]
    return (None if rate is None else Decimal(rate), None if factor is None else Decimal(factor))


def _in_post(member: Member | None) -> list[Span]:
    return [Span(day, day) for day in sorted(member.days)] if member else []
