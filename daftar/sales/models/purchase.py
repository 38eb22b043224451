from __future__ import annotations

from decimal import Decimal

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import link_column, part_column, quantity_column
from daftar.sales.models.columns import Priced, Summed, rest_column


class PurchaseOrder(Row, Summed):
    """What we order from a supplier: draft, ordered, partly received, received, cancelled."""

    number = models.CharField(max_length=60)
    state = models.CharField(max_length=20, default="draft")
    supplier = link_column("crm.Company")
    ordered_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    comment = models.TextField(default="", blank=True)
    parties = rest_column()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="purchase_created"),
            models.Index(fields=["owner", "created_at", "id"], name="purchase_owner"),
            models.Index(fields=["supplier", "created_at", "id"], name="purchase_supplier"),
            models.Index(fields=["state", "created_at", "id"], name="purchase_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_history(self) -> bool:
        """Whether another system sent it: it says nobody's names here, and its sums are that system's."""
        return self.state != "draft" and not self.parties


class PurchaseLine(Row, Priced):
    """A line of a purchase order. Units: `received` in the line's own unit."""

    order = part_column(PurchaseOrder)
    received = quantity_column(default=Decimal(0))

    class Meta:
        indexes = [
            models.Index(fields=["order", "position", "id"], name="purchase_line_order"),
            models.Index(fields=["product", "order"], name="purchase_line_product"),
        ]
