from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.crm.models.common import Reachable, choice_column, link_column, text_column, word_column
from daftar.records.models.columns import amount_column, currency_column, list_column


class Company(Row, Reachable):
    """An organisation: client, supplier, partner, competitor."""

    name = models.CharField(max_length=300)
    kind = choice_column()
    sector = choice_column()
    legal_address = models.JSONField(default=dict, blank=True)
    legal_name = word_column()
    tax_id = word_column(50)
    registration_number = word_column(50)
    bank_name = word_column()
    bank_account = word_column(100)
    bank_code = word_column(50)
    employees = models.PositiveIntegerField(null=True, blank=True)
    revenue = amount_column()
    revenue_currency = currency_column()
    revenue_base = amount_column()
    founded = models.PositiveSmallIntegerField(null=True, blank=True)
    parent = link_column("self")
    source = choice_column()
    comments = text_column()
    tags = list_column()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="company_created"),
            models.Index(fields=["owner", "created_at", "id"], name="company_owner"),
            models.Index(fields=["name", "id"], name="company_name"),
            models.Index(fields=["parent", "created_at", "id"], name="company_parent"),
            models.Index(fields=["tax_id"], name="company_tax_id"),
            models.Index(fields=["sector", "created_at", "id", "deleted_at"], name="company_sector"),
        ]

    def __str__(self) -> str:
        return self.name
