# Warehouses, the ledger of moves, levels, holds, and what is expected.

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import daftar.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_products_and_prices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("name", models.CharField(max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=50)),
                ("address", models.JSONField(blank=True, default=dict)),
                ("is_default", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("may_go_negative", models.BooleanField(default=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StockMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("kind", models.CharField(max_length=20)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=18)),
                ("cost", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("cost_currency", models.CharField(blank=True, default="", max_length=3)),
                ("cost_base", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("about_type", models.CharField(blank=True, default="", max_length=64)),
                ("about_id", models.BigIntegerField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("once", models.CharField(blank=True, default="", max_length=160)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.warehouse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("on_hand", models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18)),
                ("reserved", models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18)),
                ("on_order", models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18)),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.warehouse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=18)),
                ("about_type", models.CharField(blank=True, default="", max_length=64)),
                ("about_id", models.BigIntegerField(blank=True, null=True)),
                ("key", models.CharField(blank=True, default="", max_length=64)),
                ("until", models.DateField(blank=True, null=True)),
                ("state", models.CharField(default="in_force", max_length=20)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.warehouse",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Expected",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("quantity", models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("about_type", models.CharField(blank=True, default="", max_length=64)),
                ("about_id", models.BigIntegerField()),
                ("key", models.CharField(blank=True, default="", max_length=64)),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.warehouse",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="warehouse",
            index=models.Index(fields=["name", "id"], name="warehouse_name"),
        ),
        migrations.AddIndex(
            model_name="stockmove",
            index=models.Index(fields=["product", "warehouse", "at", "id"], name="move_product"),
        ),
        migrations.AddIndex(
            model_name="stockmove",
            index=models.Index(fields=["created_at", "id"], name="move_created"),
        ),
        migrations.AddIndex(
            model_name="stockmove",
            index=models.Index(fields=["at", "id"], name="move_at"),
        ),
        migrations.AddIndex(
            model_name="stockmove",
            index=models.Index(fields=["about_type", "about_id"], name="move_about"),
        ),
        migrations.AddConstraint(
            model_name="stockmove",
            constraint=models.UniqueConstraint(
                condition=models.Q(("once", ""), _negated=True), fields=("once",), name="one_move_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.UniqueConstraint(fields=("product", "warehouse"), name="one_level_each"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["about_type", "about_id", "state"], name="hold_about"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["product", "state"], name="hold_product"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["state", "until", "id"], name="hold_until"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["owner", "created_at", "id"], name="hold_owner"),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(fields=["created_at", "id"], name="hold_created"),
        ),
        migrations.AddIndex(
            model_name="expected",
            index=models.Index(fields=["product", "due_on"], name="expected_product"),
        ),
        migrations.AddConstraint(
            model_name="expected",
            constraint=models.UniqueConstraint(
                fields=("about_type", "about_id", "key", "product"), name="one_expected_each"
            ),
        ),
    ]
