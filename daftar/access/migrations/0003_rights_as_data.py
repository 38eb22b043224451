import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import daftar.access.models.user
import daftar.kernel.clock


def one_role_becomes_several(apps, schema_editor):
    user = apps.get_model("access", "User")
    for key in user.objects.order_by().values_list("role", flat=True).distinct():
        user.objects.filter(role=key).update(roles=[key])


ROLES_OF_BEFORE = {"owner", "administrator", "head", "seller", "assistant", "reader"}


def several_roles_become_one(apps, schema_editor):
    user = apps.get_model("access", "User")
    for id_, roles in user.objects.values_list("pk", "roles"):
        known = [key for key in roles if key in ROLES_OF_BEFORE]
        user.objects.filter(pk=id_).update(role=known[0] if known else "reader")


# What 0.1 granted where the shipped roles of today grant less: nobody loses sight of their work by an update.
# A new company gets the shipped ones; an old one may choose them on the page of the role.
GRANTED_BEFORE = {
    "head": {
        "types": {
            "*": {
                "see": "all", "add": "all", "change": "all", "delete": "below", "export": "all", "import": "all",
                "bulk": "all", "merge": "all",
            }
        },
        "ownerless": {"*": {"delete": "all"}},
    },
    "seller": {
        "types": {
            "*": {"see": "department", "add": "all", "change": "department", "delete": "own", "bulk": "all"},
            "product": {"see": "all"},
        },
        "ownerless": {"*": {"see": "all", "change": "all"}},
    },
    "assistant": {"types": {"*": {"see": "own", "add": "all", "change": "own"}, "product": {"see": "all"}}},
}  # fmt: skip
POSITIONS = {"head": 2, "seller": 3, "assistant": 4}


def roles_grant_what_they_granted(apps, schema_editor):
    if not apps.get_model("access", "User").objects.exists():
        return
    for key, grants in GRANTED_BEFORE.items():
        apps.get_model("access", "Role").objects.create(key=key, grants=grants, position=POSITIONS[key])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_signindelay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("grants", models.JSONField(blank=True, null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("archived", models.BooleanField(default=False)),
                ("second_factor", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("position", "id"),
            },
        ),
        migrations.AddField(
            model_name="department",
            name="deputy",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="department",
            name="deputy_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="department",
            name="deputy_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="absent_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="absent_until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="phones",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="user",
            name="position",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="user",
            name="roles",
            field=models.JSONField(blank=True, default=daftar.access.models.user.first_roles),
        ),
        migrations.RunPython(one_role_becomes_several, several_roles_become_one),
        migrations.RunPython(roles_grant_what_they_granted, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="user",
            name="role",
        ),
        migrations.AddField(
            model_name="user",
            name="substitute",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="working_hours",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=64)),
                ("record_id", models.BigIntegerField()),
                (
                    "level",
                    models.CharField(choices=[("see", "See"), ("change", "Change")], default="see", max_length=8),
                ),
                ("observer", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=daftar.kernel.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access.department"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "type", "record_id"], name="share_user"),
                    models.Index(fields=["department", "type", "record_id"], name="share_department"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("type", "record_id", "user"), name="share_once_for_a_person"),
                    models.UniqueConstraint(
                        fields=("type", "record_id", "department"), name="share_once_for_a_department"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", True), ("department__isnull", True), _connector="XOR"),
                        name="share_with_one",
                    ),
                ],
            },
        ),
    ]
