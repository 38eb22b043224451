from __future__ import annotations

from decimal import Decimal

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import part_column, quantity_column, stock_column, word_column
from daftar.kernel import clock
from daftar.records.models.columns import amount_column, currency_column


class Warehouse(Row):
    """A place where goods lie. Only where `may_go_negative` more may leave than is there."""

    name = models.CharField(max_length=200)
    code = word_column(50)
    address = models.JSONField(default=dict, blank=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    may_go_negative = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="warehouse_name")]

    def __str__(self) -> str:
        return self.name


class StockMove(Row):
    """So many of a product came to a warehouse or left it. The ledger: rows are added and never changed (a trigger keeps that).

    Units: `quantity` in the product's own unit, below nothing for what left; `cost` of one unit.
    Shapes: `once` is the key of the act, with the product behind it, so that the same act again changes nothing.
    """

    kind = models.CharField(max_length=20)
    product = part_column("catalogue.Product")
    warehouse = part_column(Warehouse)
    quantity = quantity_column()
    cost = amount_column()
    cost_currency = currency_column()
    cost_base = amount_column()
    about_type = word_column(64)
    about_id = models.BigIntegerField(null=True, blank=True)
    reason = word_column(500)
    at = models.DateTimeField(default=clock.now)
    once = word_column(160)

    class Meta:
        indexes = [
            models.Index(fields=["product", "warehouse", "at", "id"], name="move_product"),
            models.Index(fields=["created_at", "id"], name="move_created"),
            models.Index(fields=["at", "id"], name="move_at"),
            models.Index(fields=["about_type", "about_id"], name="move_about"),
        ]
        constraints = [models.UniqueConstraint(fields=["once"], condition=~models.Q(once=""), name="one_move_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class StockLevel(models.Model):
    """What lies in a warehouse of a product, what of it is held, and what is on its way there."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    on_hand = stock_column()
    reserved = stock_column()
    on_order = stock_column()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "warehouse"], name="one_level_each")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.on_hand}"


class Hold(Row):
    """So many of a product are kept for somebody until a day.

    Shapes: `state` is in_force, shipped, released or expired; `key` tells the lines of one document apart.
    """

    product = part_column("catalogue.Product")
    warehouse = part_column(Warehouse)
    quantity = quantity_column()
    about_type = word_column(64)
    about_id = models.BigIntegerField(null=True, blank=True)
    key = word_column(64)
    until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, default="in_force")

    class Meta:
        indexes = [
            models.Index(fields=["about_type", "about_id", "state"], name="hold_about"),
            models.Index(fields=["product", "state"], name="hold_product"),
            models.Index(fields=["state", "until", "id"], name="hold_until"),
            models.Index(fields=["owner", "created_at", "id"], name="hold_owner"),
            models.Index(fields=["created_at", "id"], name="hold_created"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class Expected(models.Model):
    """What a purchase order still brings of a product: so many, on a day that its supplier named."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = quantity_column(default=Decimal(0))
    due_on = models.DateField(null=True, blank=True)
    about_type = word_column(64)
    about_id = models.BigIntegerField()
    key = word_column(64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about_type", "about_id", "key", "product"], name="one_expected_each")
        ]
        indexes = [models.Index(fields=["product", "due_on"], name="expected_product")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
