"""One amount of a component is in force on a day; PostgreSQL refuses a second."""

from django.db import migrations

NAME = "salary_no_overlap"
# A component is a word; sixty bits of its digest stand for it, so that ranges of numbers suffice.
COMPONENT = "('x' || substr(md5(component), 1, 15))::bit(60)::int8"


def forbid(apps, schema_editor):
    """Add the exclusion constraint; on SQLite the service checks under the write lock."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        f"ALTER TABLE incentives_salaryrecord ADD CONSTRAINT {NAME} EXCLUDE USING gist "
        f"(int8range(employee_id, employee_id, '[]') WITH &&, int8range({COMPONENT}, {COMPONENT}, '[]') WITH &&, "
        "daterange(starts_on, ends_on, '[]') WITH &&)"
    )


def permit(apps, schema_editor):
    """Drop the constraint."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE incentives_salaryrecord DROP CONSTRAINT {NAME}")


class Migration(migrations.Migration):
    """Exclude overlapping salary records."""

    dependencies = [("incentives", "0003_protect_ledger"), ("people", "0002_no_overlaps")]

    operations = [migrations.RunPython(forbid, permit)]
