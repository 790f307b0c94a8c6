"""PostgreSQL asks once a statement, no longer once a line, whether a sealed version's lines were touched.

What is refused stays the same: a statement that inserts, changes or deletes a line of a sealed
version fails as a whole. SQLite knows only triggers for each row and keeps them.
"""

from django.db import migrations

REFUSAL = "jiying: a sealed card version never changes"
VERSION, LINE = "performance_scorecardversion", "performance_scorecardline"
CALL = "FOR EACH STATEMENT EXECUTE FUNCTION jiying_sealed_lines()"

FORWARDS = f"""
DROP TRIGGER sealed_line ON {LINE};
DROP FUNCTION jiying_sealed_line();

CREATE FUNCTION jiying_sealed_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM {VERSION} v
        WHERE v.sealed_at IS NOT NULL AND v.id IN (SELECT touched.version_id FROM touched)
    ) THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sealed_line_insert AFTER INSERT ON {LINE} REFERENCING NEW TABLE AS touched {CALL};
CREATE TRIGGER sealed_line_update_from AFTER UPDATE ON {LINE} REFERENCING OLD TABLE AS touched {CALL};
CREATE TRIGGER sealed_line_update_to AFTER UPDATE ON {LINE} REFERENCING NEW TABLE AS touched {CALL};
CREATE TRIGGER sealed_line_delete AFTER DELETE ON {LINE} REFERENCING OLD TABLE AS touched {CALL};
"""

BACKWARDS = f"""
DROP TRIGGER sealed_line_delete ON {LINE};
DROP TRIGGER sealed_line_update_to ON {LINE};
DROP TRIGGER sealed_line_update_from ON {LINE};
DROP TRIGGER sealed_line_insert ON {LINE};
DROP FUNCTION jiying_sealed_lines();

CREATE FUNCTION jiying_sealed_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent bigint;
BEGIN
    FOREACH parent IN ARRAY ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END]
    LOOP
        IF EXISTS (SELECT 1 FROM {VERSION} v WHERE v.id = parent AND v.sealed_at IS NOT NULL)
        THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sealed_line BEFORE INSERT OR UPDATE OR DELETE ON {LINE}
    FOR EACH ROW EXECUTE FUNCTION jiying_sealed_line();
"""


def by_statement(apps, schema_editor):
    """Replace the trigger for each row by one for each statement."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS, None)


def by_row(apps, schema_editor):
    """Bring the trigger for each row back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS, None)


class Migration(migrations.Migration):
    """Guard lines by statement."""

    dependencies = [("performance", "0004_find_manual_lines")]

    operations = [migrations.RunPython(by_statement, by_row)]
