from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import link_column, part_column, word_column
from daftar.sales.models.columns import Priced, Summed, rest_column


class Quote(Row, Summed):
    """What was offered to a client on a day: the lines of the deal as they were then.

    Shapes: `version` counts from 1 for one number; `parties` is who sells and who buys, as on the paper.
    """

    number = models.CharField(max_length=60)
    quote_version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=20, default="issued")
    deal = link_column("crm.Deal")
    company = link_column("crm.Company")
    contact = link_column("crm.Contact")
    issued_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    language = word_column(8)
    terms = models.TextField(default="", blank=True)
    comment = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = word_column(200)
    answer = models.TextField(default="", blank=True)
    replaces = link_column("self")
    parties = rest_column()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="quote_created"),
            models.Index(fields=["owner", "created_at", "id"], name="quote_owner"),
            models.Index(fields=["deal", "created_at", "id"], name="quote_deal"),
            models.Index(fields=["company", "created_at", "id"], name="quote_company"),
            models.Index(fields=["state", "created_at", "id"], name="quote_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "quote_version"], condition=models.Q(deal__isnull=False), name="one_quote_each"
            )
        ]

    def __str__(self) -> str:
        return self.number


class QuoteLine(Row, Priced):
    """A line of a quote, as it was issued."""

    quote = part_column(Quote)
    deal_line = link_column("sales.DealLine")

    class Meta:
        indexes = [
            models.Index(fields=["quote", "position", "id"], name="quote_line_quote"),
            models.Index(fields=["product", "quote"], name="quote_line_product"),
        ]
