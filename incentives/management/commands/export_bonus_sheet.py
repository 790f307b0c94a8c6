"""Write a cycle's bonus sheets to files."""

import re
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from common.audit import Actor
from common.errors import Refusal
from common.periods import Month
from incentives.models import BonusSheet
from incentives.selectors.sheets import live_sheets
from incentives.services.exports import FileFormat, export_sheet
from incentives.services.sheets import make_sheets
from performance.choices import PeriodKind
from performance.models import Cycle

ACTOR = Actor.system("export_bonus_sheet", "shell")


class Command(BaseCommand):
    """Write the bonus sheets of a month (2026-08) as XLSX or CSV.

    A month whose results are published and that has no sheet yet gets one first. With several
    legal entities each gets a file of its own with its code in the name; --entity picks one.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the month, the form, the file and the entity."""
        parser.add_argument("cycle", metavar="CYCLE", help="the month, such as 2026-08")
        parser.add_argument("--format", choices=[form.value for form in FileFormat], required=True)
        parser.add_argument("--out", type=Path, required=True, help="the file to write")
        parser.add_argument("--entity", metavar="CODE", help="only this legal entity's sheet")

    def handle(self, *args: object, **options: object) -> None:
        """Find or make the sheets and write each."""
        out, form = Path(str(options["out"])), FileFormat(str(options["format"]))
        try:
            sheets = self._sheets(str(options["cycle"]), options["entity"])
            for sheet in sheets:
                self._write(sheet, form, _path(out, sheet, alone=len(sheets) == 1))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error}") from error

    def _sheets(self, label: str, entity: object) -> list[BonusSheet]:
        cycle = _cycle(label)
        sheets = list(live_sheets(cycle)) or make_sheets(cycle_id=cycle.pk, actor=ACTOR, at=timezone.now())
        if entity:
            sheets = [sheet for sheet in sheets if sheet.legal_entity.code == entity]
        if not sheets:
            raise CommandError(f"{label} has no bonus sheet{f' of {entity}' if entity else ''}")
        return sheets

    def _write(self, sheet: BonusSheet, form: FileFormat, path: Path) -> None:
        file = export_sheet(sheet_id=sheet.pk, form=form, actor=ACTOR, at=timezone.now())
        path.write_bytes(file.content)
        self.stdout.write(f"{path}: {sheet.number}, sum {sheet.control_sum} {sheet.currency}")


def _cycle(label: str) -> Cycle:
    try:
        month = Month.parse(label)
    except ValueError as error:
        raise CommandError(f"{label} is no month; write it as 2026-08") from error
    cycle = Cycle.objects.filter(kind=PeriodKind.MONTH, starts_on=month.first).first()
    if cycle is None:
        raise CommandError(f"there is no cycle {label}")
    return cycle


def _path(out: Path, sheet: BonusSheet, *, alone: bool) -> Path:
    """Return ``out``, or with several entities ``out`` with the sheet's entity before its ending."""
    if alone:
        return out
    code = re.sub(r"[^\w-]", "-", sheet.legal_entity.code)
    return out.with_name(f"{out.stem}-{code}{out.suffix}")
