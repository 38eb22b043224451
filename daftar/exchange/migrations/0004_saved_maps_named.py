from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Maps are kept under a name, shared or private; a file may be gone through several times."""

    dependencies = [("exchange", "0003_steps")]

    operations = [
        migrations.AddField("savedmap", "position", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("savedmap", "name", models.CharField(blank=True, default="", max_length=100)),
        migrations.AddField("savedmap", "shared", models.BooleanField(default=False)),
        migrations.AddField("savedmap", "system", models.CharField(blank=True, default="", max_length=64)),
        migrations.RemoveConstraint("savedmap", "one_map_per_headings"),
        migrations.AddConstraint(
            "savedmap",
            models.UniqueConstraint(
                fields=["type", "headings", "position"], condition=Q(name=""), name="one_map_per_headings"
            ),
        ),
        migrations.AddConstraint(
            "savedmap",
            models.UniqueConstraint(
                fields=["by", "name", "type", "headings", "position"], condition=~Q(name=""), name="one_map_per_name"
            ),
        ),
    ]
