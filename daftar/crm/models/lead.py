from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.crm.models.common import (
    Placed,
    Reachable,
    Sourced,
    Staged,
    board_index,
    choice_column,
    link_column,
    owned_index,
    text_column,
    word_column,
)
from daftar.records.models.columns import Followed, amount_column, currency_column, list_column
from daftar.records.query.sort_index import SortIndex


class Lead(Row, Followed, Staged, Placed, Sourced, Reachable):
    """An enquiry by somebody who is not a customer yet, and what it became."""

    title = models.CharField(max_length=300)
    person_name = word_column()
    company_name = word_column()
    position = word_column()
    wants = text_column()
    amount = amount_column()
    amount_currency = currency_column()
    amount_base = amount_column()
    comments = text_column()
    tags = list_column()
    lost_reason = choice_column()
    converted_at = models.DateTimeField(null=True, blank=True)
    contact = link_column("crm.Contact")
    company = link_column("crm.Company")
    deal = link_column("crm.Deal")

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="lead_created"),
            models.Index(fields=["owner", "created_at", "id"], name="lead_owner"),
            models.Index(
                fields=["department", "created_at", "id"], name="lead_nobodys", condition=models.Q(owner__isnull=True)
            ),
            models.Index(fields=["stage", "created_at", "id"], name="lead_stage"),
            models.Index(fields=["source", "created_at", "id"], name="lead_source"),
            SortIndex(fields=["next_at", "id"], name="lead_next"),
            models.Index(fields=["contact", "id"], name="lead_contact"),
            models.Index(fields=["company", "id"], name="lead_company"),
            models.Index(fields=["deal", "id"], name="lead_deal"),
            board_index("lead_board"),
            owned_index("lead_owned"),
        ]

    def __str__(self) -> str:
        return self.title
