"""An import has steps: what one file's map and record type were becomes the only step of its import."""

from typing import Any

from django.db import migrations, models

STATES = [
    ("mapping", "Waiting for your choices"),
    ("rehearsing", "Being rehearsed"),
    ("rehearsed", "Rehearsed"),
    ("running", "Being loaded"),
    ("done", "Loaded"),
    ("failed", "Stopped"),
    ("pausing", "About to pause"),
    ("paused", "Paused"),
]


def into_steps(apps: Any, _editor: Any) -> None:
    runs = apps.get_model("exchange", "ImportRun")
    for run in runs.objects.exclude(type="").iterator(chunk_size=200):
        title = run.files[0]["name"] if run.files else run.type
        run.steps = [{"file": 0, "type": run.type, "title": title, "map": run.map}]
        run.save(update_fields=["steps"])


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_import_attached_files")]

    operations = [
        migrations.AddField("importrun", "steps", models.JSONField(blank=True, default=list)),
        migrations.AddField("importrun", "types", models.JSONField(blank=True, default=list)),
        migrations.AddField("importrun", "proposal", models.JSONField(blank=True, default=dict)),
        migrations.AlterField("importrun", "state", models.CharField(choices=STATES, default="mapping", max_length=16)),
        migrations.RunPython(into_steps, migrations.RunPython.noop),
    ]
