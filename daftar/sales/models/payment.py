from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import link_column, word_column
from daftar.kernel import clock
from daftar.records.models.columns import amount_column, currency_column


class Payment(Row):
    """Money that came in, or went back (`refund_of`; the amount is negative then). `free` is what pays no invoice yet."""

    amount = amount_column()
    amount_currency = currency_column()
    amount_base = amount_column()
    free = amount_column()
    free_currency = currency_column()
    free_base = amount_column()
    received_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=20, default="bank")
    company = link_column("crm.Company")
    contact = link_column("crm.Contact")
    payer = word_column()
    reference = word_column()
    comment = models.TextField(default="", blank=True)
    refund_of = link_column("self")

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="payment_created"),
            models.Index(fields=["owner", "created_at", "id"], name="payment_owner"),
            models.Index(fields=["company", "created_at", "id"], name="payment_company"),
            models.Index(fields=["received_on", "id"], name="payment_received"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.amount_currency}"


class Allocation(models.Model):
    """So much of a payment pays so much of an invoice.

    Units: `amount` in the invoice's currency, `payment_amount` in the payment's; the same where both have one currency.
    """

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey("sales.Invoice", on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    payment_amount = models.DecimalField(max_digits=18, decimal_places=4)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}"
