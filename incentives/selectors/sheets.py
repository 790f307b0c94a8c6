"""Bonus sheets as pages, files and the API read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from common.canonical import canonical_text, text_hash
from common.money import FEN, round_half_up
from common.periods import Month
from incentives.choices import AwardStatus, SheetState
from incentives.models import Award, BonusSheet, BonusSheetLine, RuleSetVersion, SheetExport, SheetStep
from performance.choices import CycleState, PeriodKind
from performance.models import Cycle

HASHED = (
    "position", "award_id", "employee_number", "employee_name", "team_id", "team_name", "position_name",
    "score", "tier", "base", "factor", "amount", "previous_amount", "note",
)  # fmt: skip
OPEN = (
    SheetState.DRAFT, SheetState.PREPARED, SheetState.REVIEWED, SheetState.RECHECKED, SheetState.RETURNED,
)  # fmt: skip
LEFT_THE_HOUSE = (SheetState.EXPORTED, SheetState.ACCEPTED, SheetState.PAID)


@dataclass(frozen=True)
class GroupSum:
    """A group of lines: its name, how many, how many of them are held, and the sum of the rest."""

    name: str
    count: int
    held: int
    amount: Decimal


class PlainLine(NamedTuple):
    """What sums, filters and checks look at in a line, without the objects around it."""

    pk: int
    team: int
    team_name: str
    number: str
    name: str
    amount: Decimal | None
    previous: Decimal | None
    note: str
    employee: int
    cycle: int
    held_reason: str


def list_sheets() -> QuerySet[BonusSheet]:
    """Return all sheets, the newest month first, with the number of lines and of held ones."""
    return (
        BonusSheet.objects.select_related("cycle", "legal_entity")
        .annotate(count=Count("lines"), held=Count("lines", filter=Q(lines__amount__isnull=True)))
        .order_by("-cycle__starts_on", "legal_entity__code", "-pk")
    )


def find_sheet(number: str) -> BonusSheet | None:
    """Return the sheet of that number with its cycle and entity, or None."""
    return (
        BonusSheet.objects.filter(number=number).select_related("cycle", "legal_entity", "replaces").first()
    )


def cycles_to_make() -> list[Cycle]:
    """Return the months with published results that have no sheet yet, the newest first."""
    made = BonusSheet.objects.filter(cycle=OuterRef("pk"))
    published = Cycle.objects.filter(
        kind=PeriodKind.MONTH, state__in=[CycleState.PUBLISHED, CycleState.FINAL]
    )
    return list(published.exclude(Exists(made)).order_by("-starts_on"))


def find_month(label: str) -> Cycle | None:
    """Return the monthly cycle called ``2026-08``, or None."""
    try:
        month = Month.parse(label)
    except ValueError:
        return None
    return Cycle.objects.filter(kind=PeriodKind.MONTH, starts_on=month.first).first()


def live_sheets(cycle: Cycle) -> QuerySet[BonusSheet]:
    """Return the sheets of the cycle that were not replaced, one for each legal entity."""
    return (
        BonusSheet.objects.filter(cycle=cycle)
        .exclude(state=SheetState.VOID)
        .select_related("cycle", "legal_entity")
        .order_by("legal_entity__code")
    )


def lines_of(sheet: BonusSheet) -> QuerySet[BonusSheetLine]:
    """Return the sheet's lines in their order with all a row shows; two statements."""
    versions = Prefetch("award__rule_set_version", queryset=RuleSetVersion.objects.select_related("rule_set"))
    return (
        BonusSheetLine.objects.filter(sheet=sheet)
        .select_related("award__card__scheme_version__scheme", "award__cycle")
        .prefetch_related(versions)
        .defer("award__inputs", "award__card__comment", "award__card__scheme_version__text")
        .order_by("position")
    )


def plain_lines(sheet: BonusSheet) -> list[PlainLine]:
    """Return all of the sheet's lines in their order; one statement."""
    rows = BonusSheetLine.objects.filter(sheet=sheet).order_by("position")
    found = rows.values_list(
        "pk", "team_id", "team_name", "employee_number", "employee_name", "amount", "previous_amount", "note",
        "award__employee_id", "award__cycle_id", "award__held_reason",
    )  # fmt: skip
    return list(map(PlainLine._make, found))


def count_lines(sheet: BonusSheet) -> int:
    """Return how many lines the sheet has."""
    return BonusSheetLine.objects.filter(sheet=sheet).count()


def steps_of(sheet: BonusSheet) -> list[SheetStep]:
    """Return who moved the sheet, in order."""
    return list(SheetStep.objects.filter(sheet=sheet).order_by("pk"))


def exports_of(sheet: BonusSheet) -> list[SheetExport]:
    """Return the files made of the sheet, newest first."""
    return list(SheetExport.objects.filter(sheet=sheet).order_by("-at", "-pk")[:20])


def sum_of(lines: Iterable[PlainLine]) -> Decimal:
    """Return the exact sum of the lines' amounts; held lines add nothing."""
    return round_half_up(sum((line.amount for line in lines if line.amount is not None), Decimal(0)), FEN)


def sums_by_team(lines: Iterable[PlainLine]) -> dict[int, GroupSum]:
    """Return count and sum of each team by its number, in the order of the lines."""
    teams: dict[int, list[PlainLine]] = {}
    for line in lines:
        teams.setdefault(line.team, []).append(line)
    return {team: _group(found) for team, found in teams.items()}


def _group(lines: list[PlainLine]) -> GroupSum:
    held = sum(line.amount is None for line in lines)
    return GroupSum(lines[-1].team_name, len(lines), held, sum_of(lines))


def is_adjustment(line: BonusSheetLine, sheet: BonusSheet) -> bool:
    """Say whether the line corrects an earlier one instead of paying this month's card."""
    return line.award.reverses_id is not None or line.award.cycle_id != sheet.cycle_id


def figures_hash(sheet: BonusSheet, lines: Iterable[BonusSheetLine]) -> str:
    """Return the hash over the sheet's frozen lines and its control sum."""
    rows = [{name: getattr(line, name) for name in HASHED} for line in lines]
    head = {
        "number": sheet.number,
        "cycle": sheet.cycle_id,
        "legal_entity": sheet.legal_entity_id,
        "currency": sheet.currency,
        "control_sum": sheet.control_sum,
    }
    return text_hash(canonical_text({"sheet": head, "lines": rows}))


def stored_hash(sheet: BonusSheet) -> str:
    """Return the hash of the lines as the database holds them now."""
    return figures_hash(sheet, BonusSheetLine.objects.filter(sheet=sheet).order_by("position"))


def waiting_awards(*, cycle: Cycle, entity: int | None = None) -> QuerySet[Award]:
    """Return the ledger lines that the cycle's sheets have to carry and no live sheet does.

    Beside the month's own lines these are corrections of earlier months whose sheet has
    left the house.
    """
    in_live = BonusSheetLine.objects.exclude(sheet__state=SheetState.VOID)
    left = BonusSheet.objects.filter(
        cycle=OuterRef("cycle"), legal_entity=OuterRef("legal_entity"), state__in=LEFT_THE_HOUSE
    )
    corrects = Q(Exists(left), cycle__starts_on__lt=cycle.starts_on)
    awards = Award.objects.exclude(status=AwardStatus.VOID).filter(Q(cycle=cycle) | corrects)
    if entity is not None:
        awards = awards.filter(legal_entity=entity)
    return awards.exclude(pk__in=in_live.values("award"))


def is_stale(sheet: BonusSheet) -> bool:
    """Say whether the ledger or a card changed after the sheet's lines were frozen.

    Only a sheet that has not left the house can become stale.
    """
    if sheet.state not in OPEN:
        return False
    lines = BonusSheetLine.objects.filter(sheet=sheet)
    voided = Q(award__status=AwardStatus.VOID)
    # The newest line of a card must still follow from its current version.
    taken_back = Award.objects.filter(reverses__isnull=False).values("reverses")
    moved_on = Q(award__cycle=sheet.cycle_id, award__reverses__isnull=True)
    moved_on &= ~Q(award__in=taken_back) & ~Q(award__card__current=F("award__card_version"))
    waiting = waiting_awards(cycle=sheet.cycle, entity=sheet.legal_entity_id)
    found = BonusSheet.objects.filter(pk=sheet.pk)
    return found.filter(Exists(lines.filter(voided | moved_on)) | Exists(waiting)).exists()
