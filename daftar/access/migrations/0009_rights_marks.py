"""Where triggers leave a mark when rights change; the triggers themselves are put in place after each migrate."""

from django.db import migrations, models

from daftar.access import rights_marks


def take_triggers_away(apps, schema_editor):
    rights_marks.drop(schema_editor.connection)


class Migration(migrations.Migration):
    is_made_anew = True

    dependencies = [
        ("access", "0008_audit_never_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="RightsMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away),
    ]
