"""Making bonus sheets: one for each legal entity, its lines frozen with their texts."""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from common.audit import Actor, record
from common.errors import Refusal
from common.money import FEN, round_half_up, to_decimal
from incentives.choices import AwardStatus, SheetState
from incentives.models import Award, BonusSheet, BonusSheetLine, SheetStep
from incentives.rules import MixedCurrencies, control_sum
from incentives.selectors.awards import base_and_factor, told_by
from incentives.selectors.reasons import sentences
from incentives.selectors.rule_sets import rule_set_document
from incentives.selectors.sheets import OPEN, figures_hash, live_sheets, waiting_awards
from incentives.services.awards import project_awards
from people.models import Company, LegalEntity
from performance.models import Cycle

NOTE_LENGTH = 300
CODE_LENGTH = 20


@transaction.atomic
def make_sheets(*, cycle_id: int, actor: Actor, at: datetime) -> list[BonusSheet]:
    """Project the cycle's awards and return its live sheets, one for each legal entity.

    Doing it again changes nothing as long as the figures are the same. Changed figures,
    or a returned sheet, give a new sheet; the earlier one is voided. A sheet that has left
    the house stays, and what changes later goes to the next period. Raises ``Refusal``
    for a cycle without published results and for amounts in two currencies.
    """
    project_awards(cycle_id=cycle_id, actor=actor, at=at)
    cycle = Cycle.objects.get(pk=cycle_id)
    live = {sheet.legal_entity_id: sheet for sheet in live_sheets(cycle).select_for_update(of=("self",))}
    with translation.override(_company_language()):
        for entity in LegalEntity.objects.order_by("code"):
            _make_one(cycle, entity, live.get(entity.pk), actor, at)
    return list(live_sheets(cycle))


def _make_one(
    cycle: Cycle, entity: LegalEntity, before: BonusSheet | None, actor: Actor, at: datetime
) -> None:
    if before is not None and before.state not in OPEN:
        return
    awards = _awards_for(cycle, entity, before)
    if before is not None and before.state != SheetState.RETURNED and _same(before, awards):
        return
    if not awards and before is None:
        return
    if before is not None:
        _void(before, actor, at)
    if awards:
        _store(cycle, entity, awards, before, actor, at)


def _awards_for(cycle: Cycle, entity: LegalEntity, before: BonusSheet | None) -> list[Award]:
    waiting = waiting_awards(cycle=cycle, entity=entity.pk)
    numbers = set(waiting.values_list("pk", flat=True))
    if before is not None:
        numbers |= set(before.lines.values_list("award_id", flat=True))
    awards = Award.objects.filter(pk__in=numbers).exclude(status=AwardStatus.VOID)
    return list(
        awards.select_related(
            "employee", "card_version", "card__posting__team", "card__posting__position", "cycle",
            "rule_set_version",
        ).order_by("card__posting__team__code", "employee__number", "pk")
    )  # fmt: skip


def _same(sheet: BonusSheet, awards: list[Award]) -> bool:
    stored = list(sheet.lines.order_by("position").values_list("award_id", flat=True))
    return sorted(stored) == sorted(award.pk for award in awards)


def _void(sheet: BonusSheet, actor: Actor, at: datetime) -> None:
    before = sheet.state
    sheet.state = SheetState.VOID
    sheet.row_version += 1
    sheet.save(update_fields=["state", "row_version"])
    SheetStep.objects.create(
        sheet=sheet, to_state=SheetState.VOID, actor=actor.text, actor_name=actor.name,
        figures_hash=sheet.figures_hash, at=at,
    )  # fmt: skip
    record(subject=subject_of_sheet(sheet), actor=actor, action="sheet.void", at=at, before=str(before))


def _store(
    cycle: Cycle,
    entity: LegalEntity,
    awards: list[Award],
    before: BonusSheet | None,
    actor: Actor,
    at: datetime,
) -> None:
    sheet = BonusSheet(
        number=_number(cycle, entity),
        legal_entity=entity,
        cycle=cycle,
        currency=_currency(awards, entity),
        control_sum=round_half_up(sum((one.amount or Decimal(0) for one in awards), Decimal(0)), FEN),
        figures_hash="",
        made_at=at,
        made_by=actor.text,
        replaces=before,
    )
    lines = _lines(sheet, awards, _last_month(cycle, entity))
    sheet.figures_hash = figures_hash(sheet, lines)
    sheet.save()
    for line in lines:
        line.sheet = sheet
    BonusSheetLine.objects.bulk_create(lines)
    Award.objects.filter(pk__in=[award.pk for award in awards], status=AwardStatus.PROPOSED).update(
        status=AwardStatus.IN_SHEET
    )
    record(
        subject=subject_of_sheet(sheet), actor=actor, action="sheet.make", at=at, number=sheet.number,
        lines=len(lines), figures_hash=sheet.figures_hash, replaces=before.number if before else None,
    )  # fmt: skip


def subject_of_sheet(sheet: BonusSheet) -> str:
    """Return the sheet's name in the log."""
    return f"incentives.bonussheet:{sheet.pk}"


def _number(cycle: Cycle, entity: LegalEntity) -> str:
    """Return the next number, such as ``JY-2026-08-ML-1``; fit for an address and a file name."""
    code = re.sub(r"[^\w-]+", "-", entity.code)[:CODE_LENGTH]
    if code != entity.code:
        code = f"{code}-{entity.pk}"
    issue = BonusSheet.objects.filter(cycle=cycle, legal_entity=entity).count() + 1
    return f"JY-{cycle.label}-{code}-{issue}"


def _currency(awards: list[Award], entity: LegalEntity) -> str:
    """Return the one currency of the money in the sheet; lines without money do not decide it."""
    paying = [(award.amount, award.currency) for award in awards if award.amount]
    try:
        control_sum(paying)
    except MixedCurrencies as error:
        raise Refusal(
            "mixed_currencies",
            _("The awards of %(entity)s are in %(currencies)s; amounts of two currencies are never added.")
            % {"entity": entity.name, "currencies": ", ".join(error.currencies)},
        ) from error
    return paying[0][1] if paying else awards[0].currency


def _last_month(cycle: Cycle, entity: LegalEntity) -> dict[int, Decimal]:
    """Return what each person's lines of the live sheet before added up to, by employee."""
    lines = BonusSheetLine.objects.filter(
        sheet__cycle__starts_on__lt=cycle.starts_on, sheet__legal_entity=entity, amount__isnull=False
    ).exclude(sheet__state=SheetState.VOID)
    newest = lines.order_by("-sheet__cycle__starts_on")
    latest = newest.values_list("sheet_id", "sheet__cycle__ends_on").first()
    if latest is None or (cycle.starts_on - latest[1]).days != 1:
        return {}
    sums: dict[int, Decimal] = {}
    for employee, amount in lines.filter(sheet=latest[0]).values_list("award__employee_id", "amount"):
        sums[employee] = round_half_up(sums.get(employee, Decimal(0)) + to_decimal(amount or 0), FEN)
    return sums


def _lines(
    sheet: BonusSheet, awards: Iterable[Award], last_month: dict[int, Decimal]
) -> list[BonusSheetLine]:
    return [
        _line(sheet, position, award, last_month.get(award.employee_id))
        for position, award in enumerate(awards, start=1)
    ]


def _line(sheet: BonusSheet, position: int, award: Award, previous: Decimal | None) -> BonusSheetLine:
    base, factor = base_and_factor(award)
    posting = award.card.posting
    corrects = award.reverses_id is not None or award.cycle_id != sheet.cycle_id
    return BonusSheetLine(
        sheet=sheet,
        award=award,
        position=position,
        employee_number=award.employee.number,
        employee_name=award.employee.name,
        team=posting.team,
        team_name=posting.team.name,
        position_name=posting.position.name,
        score=award.card_version.total,
        tier=award.tier,
        base=base,
        factor=factor,
        amount=award.amount,
        previous_amount=None if corrects else previous,
        note=_note(award, corrects)[:NOTE_LENGTH],
    )


def _note(award: Award, corrects: bool) -> str:
    """Return why a line pays nothing or corrects another; a line that simply pays needs no note."""
    if corrects:
        return translate("Correction of %(cycle)s") % {"cycle": award.cycle.label}
    if award.amount:
        return ""
    return sentences(told_by(award).reason[-1:], rule_set_document(award.rule_set_version))[-1]


def _company_language() -> str:
    company = Company.objects.first()
    return company.language if company else "zh-hans"
