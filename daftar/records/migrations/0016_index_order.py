from django.db import migrations


def drop_old_order(apps, editor):
    """Indexes of custom fields in the order in which PostgreSQL sorts by itself; they are made anew after the migration."""
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'cf\\_%%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX IF EXISTS {editor.connection.ops.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("records", "0015_field_count")]

    operations = [migrations.RunPython(drop_old_order, migrations.RunPython.noop)]
