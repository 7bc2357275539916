"""A signed head is never changed or removed either: the next one names it."""

from django.db import migrations

SQLITE = {
    name: f"""
CREATE TRIGGER ledger_signedhead_no_{name} BEFORE {name.upper()} ON ledger_signedhead
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
    for name in ("update", "delete")
}

POSTGRESQL = {
    "no_change": "BEFORE UPDATE OR DELETE ON ledger_signedhead FOR EACH ROW",
    "no_truncate": "BEFORE TRUNCATE ON ledger_signedhead FOR EACH STATEMENT",
}


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE.values():
            schema_editor.execute(statement)
    else:
        for name, when in POSTGRESQL.items():
            schema_editor.execute(
                f"CREATE TRIGGER ledger_signedhead_{name} {when} EXECUTE FUNCTION ledger_append_only()"
            )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER ledger_signedhead_no_{name}")
    else:
        for name in POSTGRESQL:
            schema_editor.execute(f"DROP TRIGGER ledger_signedhead_{name} ON ledger_signedhead")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_words_and_rules")]
    operations = [migrations.RunPython(create, drop)]
