"""A sheet's lines as pages, files and the API show them."""

from decimal import Decimal

from django.utils.translation import gettext as translate

from incentives.models import BonusSheet, BonusSheetLine
from incentives.selectors.reasons import tier_name
from incentives.selectors.rule_sets import rule_set_document
from incentives.selectors.sheets import is_adjustment, lines_of
from incentives.sheet_files.document import SheetRow

ZERO = Decimal("0.00")
PLAIN = (
    "employee_number", "name", "team", "position", "scheme", "score", "tier_key", "base", "factor", "amount",
    "adjustments", "total", "change", "note",
)  # fmt: skip


def sheet_row(line: BonusSheetLine, sheet: BonusSheet) -> SheetRow:
    """Return a line as pages, files and the API show it: amount, adjustments and their total."""
    corrects = is_adjustment(line, sheet)
    held = line.amount is None
    return SheetRow(
        employee_number=line.employee_number,
        name=line.employee_name,
        team=line.team_name,
        position=line.position_name,
        scheme=str(line.award.card.scheme_version),
        score=line.score,
        tier=tier_name(line.tier, rule_set_document(line.award.rule_set_version)),
        tier_key=line.tier,
        base=line.base,
        factor=line.factor,
        amount=None if corrects else line.amount,
        adjustments=(line.amount or ZERO) if corrects else ZERO,
        total=line.amount,
        change=_change(line.amount, line.previous_amount),
        state=_state(corrects, held),
        note=line.note,
    )


def _state(corrects: bool, held: bool) -> str:
    if held:
        return translate("Held")
    return translate("Correction") if corrects else translate("To be paid")


def _change(amount: Decimal | None, previous: Decimal | None) -> Decimal | None:
    return None if amount is None or previous is None else amount - previous


def sheet_plain(sheet: BonusSheet) -> dict[str, object]:
    """Return the sheet as plain values for the API; decimals stay decimals, missing is None.

    The caller has authorised and logs the look.
    """
    rows = [sheet_row(line, sheet) for line in lines_of(sheet)]
    return {
        "number": sheet.number,
        "cycle": sheet.cycle.label,
        "legal_entity": sheet.legal_entity.code,
        "state": sheet.state,
        "currency": sheet.currency,
        "control_sum": sheet.control_sum,
        "figures_hash": sheet.figures_hash,
        "made_at": sheet.made_at,
        "lines": [{name: getattr(row, name) for name in PLAIN} for row in rows],
    }
