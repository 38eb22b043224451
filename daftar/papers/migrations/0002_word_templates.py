# Titles and heads of columns, who saved last; Word templates.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("papers", "0001_initial"),
    ]

    operations = [
        migrations.AddField("papertemplate", "title", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("papertemplate", "labels", models.JSONField(blank=True, default=dict)),
        migrations.AddField("papertemplate", "changed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "papertemplate",
            "changed_by",
            models.ForeignKey(
                blank=True,
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="WordTemplate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("name", models.CharField(max_length=120)),
                ("content", models.TextField()),
                ("size", models.PositiveIntegerField()),
                ("is_current", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        db_index=False,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)), fields=("kind", "language"), name="one_word_template"
                    )
                ],
            },
        ),
    ]
