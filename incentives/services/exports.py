"""Files of a bonus sheet: the same bytes for the page, the job and the command."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from common.audit import Actor, record
from common.errors import Refusal
from incentives.choices import SheetState
from incentives.models import SHEET_LABELS, BonusSheet, SheetExport, SheetStep
from incentives.policies import SIGNED
from incentives.selectors.rows import sheet_row
from incentives.selectors.sheets import lines_of, steps_of
from incentives.services.sheet_moves import check_figures, check_fresh, locked_sheet, store_move
from incentives.services.sheets import subject_of_sheet
from incentives.sheet_files.as_csv import write_csv
from incentives.sheet_files.as_xlsx import write_xlsx
from incentives.sheet_files.document import SheetDocument, SheetLabels, SignOff
from people.models import Company
from people.selectors.company import company as the_company


class FileFormat(StrEnum):
    """The forms a sheet can be written in."""

    XLSX = "xlsx"
    CSV = "csv"


WRITERS = {FileFormat.XLSX: write_xlsx, FileFormat.CSV: write_csv}
CONTENT_TYPES = {
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class SheetFile:
    """A file of a sheet: name, bytes, and the row that remembers it."""

    name: str
    content: bytes
    export: SheetExport


def file_format(text: str) -> FileFormat:
    """Read ``xlsx`` or ``csv``. Raises ``Refusal`` for anything else."""
    try:
        return FileFormat(text)
    except ValueError as error:
        raise Refusal(
            "unknown_format", _("Sheets are written as xlsx or csv, not as “%(text)s”.") % {"text": text[:20]}
        ) from error


@transaction.atomic
def export_sheet(
    *,
    sheet_id: int,
    form: FileFormat,
    actor: Actor,
    at: datetime,
    seen_hash: str = "",
    employee: int | None = None,
) -> SheetFile:
    """Write the sheet as a file, remember and log it; a rechecked sheet becomes exported.

    The caller has authorised. The words are in the company's language. Raises
    ``Conflict`` when the figures are not those of ``seen_hash`` (when given), do not match
    the signed hash, or changed behind the sheet.
    """
    sheet = locked_sheet(sheet_id)
    check_figures(sheet, seen_hash or sheet.figures_hash)
    check_fresh(sheet)
    if sheet.state == SheetState.RECHECKED:
        store_move(sheet, SheetState.EXPORTED, actor=actor, employee=employee, at=at)
    content = _written(sheet, form, actor, at)
    export = SheetExport.objects.create(
        sheet=sheet, file_format=form, at=at, actor=actor.text, actor_name=actor.name,
        figures_hash=sheet.figures_hash, file_hash=hashlib.sha256(content).hexdigest(), size=len(content),
    )  # fmt: skip
    record(
        subject=subject_of_sheet(sheet), actor=actor, action="sheet.export", at=at, number=sheet.number,
        format=form, figures_hash=sheet.figures_hash, file_hash=export.file_hash,
    )  # fmt: skip
    return SheetFile(name=f"{sheet.number}.{form}", content=content, export=export)


def _written(sheet: BonusSheet, form: FileFormat, actor: Actor, at: datetime) -> bytes:
    company = the_company()
    stream = io.BytesIO()
    with translation.override(company.language if company else "zh-hans"):
        document = sheet_document(sheet, company=company, exported_by=actor.name or actor.text, at=at)
        WRITERS[form](document, stream, labels())
    return stream.getvalue()


def sheet_document(
    sheet: BonusSheet, *, company: Company | None, exported_by: str, at: datetime
) -> SheetDocument:
    """Return everything a file of the sheet says, in the active language."""
    zone = ZoneInfo(company.time_zone if company else "Asia/Shanghai")
    lines = list(lines_of(sheet))
    rule_sets = {str(line.award.rule_set_version) for line in lines}
    schemes = {str(line.award.card.scheme_version) for line in lines}
    return SheetDocument(
        number=sheet.number,
        company=company.name if company else "",
        legal_entity=sheet.legal_entity.name,
        cycle=sheet.cycle.label,
        currency=sheet.currency,
        state=SheetState(sheet.state),
        state_label=str(SHEET_LABELS[SheetState(sheet.state)]),
        rule_set_version=", ".join(sorted(rule_sets)),
        scheme_version=", ".join(sorted(schemes)),
        computed_at=sheet.made_at.astimezone(zone),
        exported_at=at.astimezone(zone),
        exported_by=exported_by,
        snapshot_hash=sheet.figures_hash,
        control_sum=sheet.control_sum,
        rows=tuple(sheet_row(line, sheet) for line in lines),
        sign_offs=_sign_offs(steps_of(sheet), zone),
    )


def _sign_offs(steps: Sequence[SheetStep], zone: ZoneInfo) -> tuple[SignOff, ...]:
    signed = {step.to_state: step for step in steps if step.to_state in SIGNED}
    return tuple(
        SignOff(role, signed[role].actor_name, signed[role].at.astimezone(zone))
        for role in SIGNED
        if role in signed
    )


def labels() -> SheetLabels:
    """Return the words of a file in the active language."""
    return SheetLabels(
        columns={
            "employee_number": translate("Employee number"),
            "name": translate("Name"),
            "team": translate("Team"),
            "position": translate("Position"),
            "scheme": translate("Scheme"),
            "score": translate("Score"),
            "tier": translate("Tier"),
            "base": translate("Base"),
            "factor": translate("Factor"),
            "amount": translate("Amount"),
            "adjustments": translate("Adjustments"),
            "total": pgettext("amount", "Total"),
            "change": translate("Change on last month"),
            "state": translate("State"),
            "note": translate("Note"),
        },
        sheet=translate("Bonus sheet"),
        summary=translate("Summary"),
        about=translate("About"),
        subtotal=translate("Subtotal"),
        grand_total=translate("Grand total"),
        people=translate("People"),
        held=translate("Held"),
        no_tier=translate("No tier"),
        number=translate("Sheet number"),
        company=translate("Company"),
        legal_entity=translate("Legal entity"),
        cycle=translate("Cycle"),
        currency=translate("Currency"),
        state=translate("State"),
        rule_set_version=translate("Rule set"),
        scheme_version=translate("Scheme"),
        computed_at=translate("Computed at"),
        exported_at=translate("Exported at"),
        exported_by=translate("Exported by"),
        row_count=translate("Rows"),
        control_sum=translate("Control sum"),
        snapshot_hash=translate("Hash of the figures"),
        no_tax=translate("Amounts are before tax; no tax is computed."),
        prepared=translate("Prepared by"),
        reviewed=translate("Reviewed by"),
        rechecked=translate("Rechecked by"),
    )
