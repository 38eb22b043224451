# Products get units, taxes, packs, variants, cost and the five numbers; price lists and bundles are new.

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import daftar.kernel.clock
import daftar.records.query.sort_index


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="barcode",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="product",
            name="cost",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="cost_base",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="cost_currency",
            field=models.CharField(blank=True, default="", max_length=3),
        ),
        migrations.AddField(
            model_name="product",
            name="kind",
            field=models.CharField(blank=True, default="good", max_length=100),
        ),
        migrations.AddField(
            model_name="product",
            name="pictures",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="product",
            name="price_includes_tax",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="product",
            name="reorder_level",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_available",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_missing",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_on_hand",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_on_order",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_reserved",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_source",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="product",
            name="stock_wanted",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=18),
        ),
        migrations.AddField(
            model_name="product",
            name="tracks_stock",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="product",
            name="variant",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="product",
            name="variant_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.product",
            ),
        ),
        migrations.CreateModel(
            name="BundlePart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=18)),
                (
                    "bundle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
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
            ],
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("name", models.CharField(max_length=200)),
                ("currency", models.CharField(max_length=3)),
                ("client_group", models.CharField(blank=True, default="", max_length=100)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("includes_tax", models.BooleanField(default=False)),
                ("change_percent", models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True)),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
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
            name="PriceItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("min_quantity", models.DecimalField(decimal_places=3, default=0, max_digits=18)),
                ("price", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
                ("price_currency", models.CharField(blank=True, default="", max_length=3)),
                ("price_base", models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True)),
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
                    "price_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.pricelist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProductPack",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("name", models.CharField(max_length=100)),
                ("factor", models.DecimalField(decimal_places=3, max_digits=18)),
                ("barcode", models.CharField(blank=True, default="", max_length=100)),
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
            ],
        ),
        migrations.CreateModel(
            name="TaxClass",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("name", models.CharField(max_length=100)),
                ("percent", models.DecimalField(decimal_places=4, default=0, max_digits=7)),
                ("is_default", models.BooleanField(default=False)),
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
        migrations.AddField(
            model_name="product",
            name="tax_class",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.taxclass",
            ),
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("changed_at", models.DateTimeField(default=daftar.kernel.clock.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("custom", models.JSONField(blank=True, default=dict)),
                ("search", models.TextField(blank=True, default="")),
                ("name", models.CharField(max_length=100)),
                ("symbol", models.CharField(blank=True, default="", max_length=20)),
                ("decimals", models.PositiveSmallIntegerField(default=0)),
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
        migrations.AddField(
            model_name="product",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalogue.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["barcode"], name="product_barcode"),
        ),
        migrations.AddIndex(
            model_name="product",
            index=daftar.records.query.sort_index.SortIndex(
                fields=["variant_of", "created_at", "id"], name="product_variants"
            ),
        ),
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["stock_missing", "id"], name="product_missing"),
        ),
        migrations.AddIndex(
            model_name="bundlepart",
            index=models.Index(fields=["bundle", "id"], name="bundle_parts"),
        ),
        migrations.AddIndex(
            model_name="bundlepart",
            index=models.Index(fields=["product", "id"], name="bundle_uses"),
        ),
        migrations.AddIndex(
            model_name="pricelist",
            index=models.Index(fields=["name", "id"], name="price_list_name"),
        ),
        migrations.AddIndex(
            model_name="priceitem",
            index=models.Index(fields=["price_list", "id"], name="price_item_list"),
        ),
        migrations.AddIndex(
            model_name="priceitem",
            index=models.Index(fields=["product", "price_list", "min_quantity"], name="price_item_product"),
        ),
        migrations.AddIndex(
            model_name="productpack",
            index=models.Index(fields=["product", "id"], name="pack_product"),
        ),
        migrations.AddIndex(
            model_name="productpack",
            index=models.Index(fields=["barcode"], name="pack_barcode"),
        ),
        migrations.AddIndex(
            model_name="taxclass",
            index=models.Index(fields=["name", "id"], name="tax_class_name"),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["name", "id"], name="unit_name"),
        ),
    ]
