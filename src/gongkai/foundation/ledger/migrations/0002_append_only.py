"""Rows of the ledger can be added and nothing else, whoever asks: the database itself refuses."""

from django.db import migrations

SQLITE = {
    name: f"""
CREATE TRIGGER ledger_entry_no_{name} BEFORE {name.upper()} ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
    for name in ("update", "delete")
}

POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """
CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()""",
]


def create(apps, schema_editor):
    statements = SQLITE.values() if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER ledger_entry_no_{name}")
    else:
        schema_editor.execute("DROP TRIGGER ledger_entry_no_truncate ON ledger_entry")
        schema_editor.execute("DROP TRIGGER ledger_entry_no_change ON ledger_entry")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
