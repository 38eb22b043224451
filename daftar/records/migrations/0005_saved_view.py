import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import daftar.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_rights_marks"),
        ("records", "0004_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("type", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=100)),
                (
                    "place",
                    models.CharField(choices=[("list", "List"), ("board", "Board")], default="list", max_length=16),
                ),
                ("query", models.TextField(blank=True, default="")),
                (
                    "audience",
                    models.CharField(
                        choices=[("own", "only me"), ("department", "a department"), ("everybody", "everybody")],
                        default="own",
                        max_length=16,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="access.department",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField(
            model_name="listsetting",
            name="view",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="records.savedview",
            ),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(fields=["type"], name="saved_view_type"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "type", "name"), name="one_view_per_name"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("department__isnull", True), ("audience", "department"), _connector="OR"),
                name="view_department_is_its_audience",
            ),
        ),
    ]
