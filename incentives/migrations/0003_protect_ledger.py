"""Ledger lines never change but for their status; sheets keep their lines."""

from django.db import migrations

REFUSAL = "jiying: a ledger line never changes; reverse it instead"
LINE_REFUSAL = "jiying: the lines of a bonus sheet never change; make a new sheet instead"
RULES_REFUSAL = "jiying: a published rule set version never changes"
AWARD, LINE, RULES = "incentives_award", "incentives_bonussheetline", "incentives_rulesetversion"
FIXED = (
    "employee_id", "legal_entity_id", "cycle_id", "card_id", "card_version_id", "rule_set_version_id", "kind",
    "income_kind", "tier", "amount", "currency", "units", "inputs", "reverses_id", "held_reason",
)  # fmt: skip

CHANGED_POSTGRES = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in FIXED)
CHANGED_SQLITE = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in FIXED)

POSTGRES = f"""
CREATE FUNCTION jiying_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END IF;
    IF {CHANGED_POSTGRES} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger BEFORE UPDATE OR DELETE ON {AWARD} FOR EACH ROW EXECUTE FUNCTION jiying_ledger();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {AWARD} FOR EACH STATEMENT EXECUTE FUNCTION jiying_ledger();

CREATE FUNCTION jiying_sheet_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{LINE_REFUSAL}' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER sheet_line BEFORE UPDATE OR DELETE ON {LINE} FOR EACH ROW EXECUTE FUNCTION jiying_sheet_line();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {LINE} FOR EACH STATEMENT EXECUTE FUNCTION jiying_sheet_line();

CREATE FUNCTION jiying_published_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN RAISE EXCEPTION '{RULES_REFUSAL}' USING ERRCODE = '23514'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_rules BEFORE UPDATE OR DELETE ON {RULES}
    FOR EACH ROW EXECUTE FUNCTION jiying_published_rules();
"""
POSTGRES_BACK = f"""
DROP TRIGGER published_rules ON {RULES}; DROP FUNCTION jiying_published_rules();
DROP TRIGGER no_truncate ON {LINE}; DROP TRIGGER sheet_line ON {LINE}; DROP FUNCTION jiying_sheet_line();
DROP TRIGGER no_truncate ON {AWARD}; DROP TRIGGER ledger ON {AWARD}; DROP FUNCTION jiying_ledger();
"""


def _refuse(name, event, table, condition, sentence):
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


SQLITE = [
    _refuse("ledger_update", "UPDATE", AWARD, CHANGED_SQLITE, REFUSAL),
    _refuse("ledger_delete", "DELETE", AWARD, "1", REFUSAL),
    _refuse("sheet_line_update", "UPDATE", LINE, "1", LINE_REFUSAL),
    _refuse("sheet_line_delete", "DELETE", LINE, "1", LINE_REFUSAL),
    _refuse("published_rules_update", "UPDATE", RULES, "OLD.published_at IS NOT NULL", RULES_REFUSAL),
    _refuse("published_rules_delete", "DELETE", RULES, "OLD.published_at IS NOT NULL", RULES_REFUSAL),
]
SQLITE_NAMES = [statement.split()[2] for statement in SQLITE]


def protect(apps, schema_editor):
    """Create the triggers in the dialect of the database."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, None)
        return
    for statement in SQLITE:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    """Drop the triggers."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_BACK, None)
        return
    for name in SQLITE_NAMES:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    """Protect the ledger."""

    dependencies = [("incentives", "0002_relations_and_bounds")]

    operations = [migrations.RunPython(protect, release)]
