"""Steps and files are only ever added; a sheet's figures stay; signed sheets get no further line."""

from django.db import migrations

from common.triggers import guard

SHEET, LINE = "incentives_bonussheet", "incentives_bonussheetline"
FIGURES_CHANGED = (
    "(OLD.number <> NEW.number OR OLD.legal_entity_id <> NEW.legal_entity_id OR OLD.cycle_id <> NEW.cycle_id "
    "OR OLD.currency <> NEW.currency OR OLD.figures_hash <> NEW.figures_hash "
    "OR OLD.control_sum <> NEW.control_sum)"
)
NOT_A_DRAFT = f"(EXISTS (SELECT 1 FROM {SHEET} s WHERE s.id = NEW.sheet_id AND s.state <> 'draft'))"


class Migration(migrations.Migration):
    """Protect sheets, their steps and the files made of them."""

    dependencies = [("incentives", "0004_no_overlapping_salaries")]

    operations = [
        guard("incentives_sheetstep"),
        guard("incentives_sheetexport"),
        guard(SHEET, when=FIGURES_CHANGED, events=["UPDATE"]),
        guard(SHEET, events=["DELETE"]),
        guard(LINE, when=NOT_A_DRAFT, events=["INSERT"]),
    ]
