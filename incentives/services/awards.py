"""Writing the ledger: one line for each person, corrected only by further lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from incentives.choices import AwardStatus, Outcome
from incentives.models import Award, BonusSheetLine, RuleSetVersion
from incentives.rules import AwardLine
from incentives.selectors.awards import inputs_text, lines_for, payable_cards
from incentives.selectors.rule_sets import rule_set_document
from incentives.selectors.sheets import LEFT_THE_HOUSE
from incentives.services.rule_sets import pin_rule_set
from performance.choices import CycleState, PeriodKind
from performance.models import Cycle, Scorecard


@dataclass(frozen=True)
class Projection:
    """What projecting a cycle's awards did, in numbers of people."""

    made: int
    corrected: int
    unchanged: int
    held: int


@dataclass
class _Work:
    """The lines to write: reversals first, because a new line may point at one."""

    cycle: Cycle
    version: RuleSetVersion
    actor: Actor
    at: datetime
    settled: set[int]
    used: set[tuple[int, str]]
    ended: dict[int, Award]
    reversals: list[Award] = field(default_factory=list)
    fresh: list[tuple[Award, Award | None]] = field(default_factory=list)
    voided: list[int] = field(default_factory=list)


@transaction.atomic
def project_awards(*, cycle_id: int, actor: Actor, at: datetime) -> Projection:
    """Write one award for each payable card of a published (or final) month.

    Doing it again changes nothing. Where a card's version, a salary or the days in post
    have changed since, the earlier line is reversed and a new one written; if the
    earlier line has left in an exported sheet, both wait for the next period's sheet. The
    number of statements does not depend on the number of people. Raises ``Refusal``
    for a cycle that is not published, or not a month.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle_id)
    _require_published(cycle)
    version = pin_rule_set(cycle=cycle, actor=actor, at=at)
    document = rule_set_document(version)
    cards = list(payable_cards(cycle, document))
    lines = lines_for(cycle=cycle, cards=cards, document=document)
    work, latest = _read_ledger(cycle, version, actor, at)
    held = sum(line.outcome is Outcome.HELD for line in lines.values())
    made, corrected = _compare(work, cards, lines, latest)
    _write(work)
    if made or corrected:
        record(
            subject=f"performance.cycle:{cycle.pk}", actor=actor, action="project_awards", at=at,
            rule_set=str(version), made=made, corrected=corrected, held=held,
        )  # fmt: skip
    return Projection(made, corrected, len(cards) - made - corrected, held)


def _require_published(cycle: Cycle) -> None:
    if cycle.kind != PeriodKind.MONTH:
        raise Refusal("not_a_month", _("%(cycle)s is no month.") % {"cycle": cycle.label})
    if cycle.state not in (CycleState.PUBLISHED, CycleState.FINAL):
        raise Refusal(
            "not_published",
            _("%(cycle)s is “%(state)s”; awards are made when its results are published.")
            % {"cycle": cycle.label, "state": cycle.get_state_display()},
        )


def _read_ledger(
    cycle: Cycle, version: RuleSetVersion, actor: Actor, at: datetime
) -> tuple[_Work, dict[int, Award]]:
    """Return the work to do and, by card, the line that counts: the last one nobody reversed."""
    ledger = list(Award.objects.filter(cycle=cycle).order_by("pk"))
    taken_back = {award.reverses_id for award in ledger}
    reversals = _reversals(ledger)
    latest = {
        award.card_id: award for award in ledger if award.pk not in taken_back and award.pk not in reversals
    }
    settled = set(
        BonusSheetLine.objects.filter(award__cycle=cycle, sheet__state__in=LEFT_THE_HOUSE).values_list(
            "award_id", flat=True
        )
    )
    used = {(award.card_version_id, award.kind) for award in ledger if award.reverses_id is None}
    ended = {award.card_id: award for award in ledger if award.pk in reversals}
    return _Work(cycle, version, actor, at, settled, used, ended), latest


def _reversals(ledger: Sequence[Award]) -> set[int]:
    """Return the lines that take another back; a line that follows a reversal restates it."""
    found: set[int] = set()
    for award in ledger:
        if award.reverses_id is not None and award.reverses_id not in found:
            found.add(award.pk)
    return found


def _compare(
    work: _Work, cards: Sequence[Scorecard], lines: dict[int, AwardLine], latest: dict[int, Award]
) -> tuple[int, int]:
    made = corrected = 0
    for card in cards:
        wanted = _award(work, card, lines[card.pk])
        known = latest.pop(card.pk, None)
        if known is None:
            work.fresh.append((wanted, _follows(work, wanted, work.ended.get(card.pk))))
            made += 1
        elif _differs(known, wanted):
            work.fresh.append((wanted, _follows(work, wanted, _reverse(work, known))))
            corrected += 1
    for no_longer_payable in latest.values():
        _reverse(work, no_longer_payable)
    return made, corrected + len(latest)


def _follows(work: _Work, wanted: Award, reversal: Award | None) -> Award | None:
    """Return the reversal a line restates; the first line of a card's version stands alone."""
    return reversal if (wanted.card_version_id, wanted.kind) in work.used else None


def _award(work: _Work, card: Scorecard, line: AwardLine) -> Award:
    held = line.outcome is Outcome.HELD
    return Award(
        employee_id=card.employee_id,
        legal_entity_id=card.employee.legal_entity_id,
        cost_centre=card.employee.cost_centre,
        cycle=work.cycle,
        card=card,
        card_version=card.current,
        rule_set_version=work.version,
        kind=line.kind,
        income_kind=line.income,
        tier=line.tier.key if line.tier else "",
        amount=line.amount,
        currency=line.currency,
        held_reason=line.reason[-1].code if held else "",
        inputs=inputs_text(line),
        status=AwardStatus.HELD if held else AwardStatus.PROPOSED,
        made_at=work.at,
        made_by=work.actor.text,
    )


def _differs(known: Award, wanted: Award) -> bool:
    fields = ("card_version_id", "legal_entity_id", "kind", "amount", "currency", "tier", "inputs")
    return any(getattr(known, name) != getattr(wanted, name) for name in fields)


def _reverse(work: _Work, known: Award) -> Award:
    """Add the line that takes ``known`` back and return it.

    A line that never left the house is voided together with its reversal; so is the
    reversal of a held line, which had no amount.
    """
    stays = known.pk in work.settled
    fields = (
        "employee_id", "legal_entity_id", "cost_centre", "cycle_id", "card_id", "card_version_id",
        "rule_set_version_id", "kind", "income_kind", "tier", "currency", "inputs",
    )  # fmt: skip
    reversal = Award(
        **{name: getattr(known, name) for name in fields},
        amount=None if known.amount is None else -known.amount,
        held_reason=known.held_reason,
        status=AwardStatus.PROPOSED if stays and known.amount is not None else AwardStatus.VOID,
        reverses=known,
        made_at=work.at,
        made_by=work.actor.text,
    )
    work.reversals.append(reversal)
    if not stays:
        work.voided.append(known.pk)
    return reversal


def _write(work: _Work) -> None:
    Award.objects.filter(pk__in=work.voided).update(status=AwardStatus.VOID)
    _insert(work.reversals)
    for award, follows in work.fresh:
        award.reverses = follows
    _insert(award for award, _follows in work.fresh)


def _insert(awards: Iterable[Award]) -> None:
    Award.objects.bulk_create(awards)
