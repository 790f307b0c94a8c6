"""Sealed card versions, their lines and published schemes refuse every change in the database."""

from django.db import migrations

REFUSAL = "jiying: a sealed card version never changes"
SCHEME_REFUSAL = "jiying: a published scheme version never changes"
VERSION, LINE, SCHEME = "performance_scorecardversion", "performance_scorecardline", "performance_schemeversion"

POSTGRES = f"""
CREATE FUNCTION jiying_sealed_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sealed_at IS NOT NULL THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23514'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sealed_version BEFORE UPDATE OR DELETE ON {VERSION}
    FOR EACH ROW EXECUTE FUNCTION jiying_sealed_version();

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

CREATE FUNCTION jiying_published_scheme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN RAISE EXCEPTION '{SCHEME_REFUSAL}' USING ERRCODE = '23514'; END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_scheme BEFORE UPDATE OR DELETE ON {SCHEME}
    FOR EACH ROW EXECUTE FUNCTION jiying_published_scheme();

CREATE FUNCTION jiying_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'jiying: % is never emptied', TG_TABLE_NAME USING ERRCODE = '23514';
END $$;
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {VERSION} FOR EACH STATEMENT EXECUTE FUNCTION jiying_no_truncate();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {LINE} FOR EACH STATEMENT EXECUTE FUNCTION jiying_no_truncate();
"""
POSTGRES_BACK = f"""
DROP TRIGGER no_truncate ON {LINE}; DROP TRIGGER no_truncate ON {VERSION}; DROP FUNCTION jiying_no_truncate();
DROP TRIGGER published_scheme ON {SCHEME}; DROP FUNCTION jiying_published_scheme();
DROP TRIGGER sealed_line ON {LINE}; DROP FUNCTION jiying_sealed_line();
DROP TRIGGER sealed_version ON {VERSION}; DROP FUNCTION jiying_sealed_version();
"""


def _refuse(name, event, table, condition, sentence):
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def _sealed(row):
    return f"EXISTS (SELECT 1 FROM {VERSION} v WHERE v.id = {row}.version_id AND v.sealed_at IS NOT NULL)"


SQLITE = [
    _refuse("sealed_version_update", "UPDATE", VERSION, "OLD.sealed_at IS NOT NULL", REFUSAL),
    _refuse("sealed_version_delete", "DELETE", VERSION, "OLD.sealed_at IS NOT NULL", REFUSAL),
    _refuse("sealed_line_insert", "INSERT", LINE, _sealed("NEW"), REFUSAL),
    _refuse("sealed_line_update", "UPDATE", LINE, f"{_sealed('OLD')} OR {_sealed('NEW')}", REFUSAL),
    _refuse("sealed_line_delete", "DELETE", LINE, _sealed("OLD"), REFUSAL),
    _refuse("published_scheme_update", "UPDATE", SCHEME, "OLD.published_at IS NOT NULL", SCHEME_REFUSAL),
    _refuse("published_scheme_delete", "DELETE", SCHEME, "OLD.published_at IS NOT NULL", SCHEME_REFUSAL),
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
    """Protect what is sealed."""

    dependencies = [("performance", "0001_initial")]

    operations = [migrations.RunPython(protect, release)]
