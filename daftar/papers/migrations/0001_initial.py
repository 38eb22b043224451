# How papers look.

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PaperTemplate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("accent", models.CharField(default="#1f5fbf", max_length=7)),
                ("size", models.PositiveSmallIntegerField(default=10)),
                ("logo", models.TextField(blank=True, default="")),
                ("texts", models.JSONField(blank=True, default=dict)),
                ("columns", models.JSONField(blank=True, default=list)),
                ("shows", models.JSONField(blank=True, default=list)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "language"), name="one_template_each")],
            },
        ),
    ]
