from __future__ import annotations

from decimal import Decimal

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import link_column, part_column, quantity_column, word_column
from daftar.records.models.columns import amount_column, currency_column
from daftar.records.query.sort_index import SortIndex
from daftar.sales.models.columns import Priced, Summed, rest_column


class Invoice(Row, Summed):
    """What a client owes by a paper of a day. Lines and sums stand as issued; state, what is paid and what is shipped move.

    Shapes: `kind` is full, part, advance or credit (a credit note has a negative total and names its `of_invoice`);
    `rate` is the base currency for one unit of the invoice's on its day; `balance` is what is still to be paid;
    `unreached_at` is when it was to remind a client without an address, empty once it did.
    """

    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default="full")
    state = models.CharField(max_length=20, default="issued")
    deal = link_column("crm.Deal")
    quote = link_column("sales.Quote")
    company = link_column("crm.Company")
    contact = link_column("crm.Contact")
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    hold_until = models.DateField(null=True, blank=True)
    paid = amount_column()
    paid_currency = currency_column()
    paid_base = amount_column()
    balance = amount_column()
    balance_currency = currency_column()
    balance_base = amount_column()
    delivery = models.CharField(max_length=20, default="none")
    rate = models.DecimalField(max_digits=24, decimal_places=10, null=True, blank=True)
    language = word_column(8)
    terms = models.TextField(default="", blank=True)
    comment = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    unreached_at = models.DateTimeField(null=True, blank=True)
    of_invoice = link_column("self")
    parties = rest_column()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="invoice_created"),
            models.Index(fields=["owner", "created_at", "id"], name="invoice_owner"),
            models.Index(fields=["deal", "created_at", "id"], name="invoice_deal"),
            models.Index(fields=["company", "created_at", "id"], name="invoice_company"),
            SortIndex(fields=["state", "due_on", "id"], name="invoice_due"),
            models.Index(fields=["number"], name="invoice_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=models.Q(deal__isnull=False), name="one_invoice_each")
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(Row, Priced):
    """A line of an invoice, as it was issued; `advance` is the advance line
    that it takes off, `credits` the line that a credit note takes back. Units: `shipped` in the line's own unit."""

    invoice = part_column(Invoice)
    deal_line = link_column("sales.DealLine")
    advance = link_column("self")
    credits = link_column("self")
    shipped = quantity_column(default=Decimal(0))

    class Meta:
        indexes = [
            models.Index(fields=["invoice", "position", "id"], name="invoice_line_invoice"),
            models.Index(fields=["product", "invoice"], name="invoice_line_product"),
            models.Index(fields=["deal_line", "id"], name="invoice_line_of"),
            models.Index(fields=["advance", "id"], name="invoice_line_advance"),
            models.Index(fields=["credits", "id"], name="invoice_line_credits"),
        ]
