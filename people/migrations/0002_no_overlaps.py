"""Let PostgreSQL itself refuse overlapping postings and account periods.

A key is compared as a range of one number: ranges are part of every PostgreSQL,
while comparing numbers in such a constraint takes an extension that the
database's user may not be allowed to add.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SPANS = (
    ("people_posting", "posting_no_overlap", "employee_id"),
    ("people_accountperiod", "account_period_no_overlap", "account_id"),
)


def forbid(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the exclusion constraints; other databases leave the check to the services."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, name, owner in SPANS:
        schema_editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
            f"(int8range({owner}, {owner}, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&)"
        )


def permit(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the constraints."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, name, _owner in SPANS:
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    """Exclusion constraints on PostgreSQL."""

    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(forbid, permit)]
