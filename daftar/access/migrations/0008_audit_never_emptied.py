"""The audit log is also closed to TRUNCATE (PostgreSQL) and to an insert that takes the place of a row (SQLite)."""

from django.db import migrations

from daftar.access.audit import triggers


def close(apps, schema_editor):
    triggers.make(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_photo"),
    ]

    operations = [
        migrations.RunPython(close, migrations.RunPython.noop),
    ]
