from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.crm.models.common import (
    Placed,
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


class Deal(Row, Followed, Staged, Placed, Sourced):
    """A possible sale on its way through a pipeline."""

    name = models.CharField(max_length=300)
    number = word_column(100)
    amount = amount_column()
    amount_currency = currency_column()
    amount_base = amount_column()
    probability = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    company = link_column("crm.Company")
    contact = link_column("crm.Contact")
    expected_close = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    kind = choice_column()
    lost_reason = choice_column()
    lost_comment = text_column()
    repeat_of = link_column("self")
    lead = link_column("crm.Lead")
    comments = text_column()
    tags = list_column()

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="deal_created"),
            models.Index(fields=["owner", "created_at", "id"], name="deal_owner"),
            models.Index(
                fields=["department", "created_at", "id"], name="deal_nobodys", condition=models.Q(owner__isnull=True)
            ),
            models.Index(fields=["stage", "created_at", "id"], name="deal_stage"),
            SortIndex(fields=["stage", "amount_base", "id"], name="deal_stage_amount"),
            SortIndex(fields=["amount_base", "id"], name="deal_amount"),
            models.Index(fields=["company", "created_at", "id", "deleted_at"], name="deal_company"),
            models.Index(fields=["contact", "created_at", "id", "deleted_at"], name="deal_contact"),
            SortIndex(fields=["expected_close", "id"], name="deal_expected"),
            models.Index(fields=["expected_close", "created_at", "id", "deleted_at"], name="deal_days"),
            SortIndex(fields=["closed_on", "id"], name="deal_closed"),
            SortIndex(fields=["next_at", "id"], name="deal_next"),
            models.Index(fields=["lead", "created_at", "id"], name="deal_lead"),
            models.Index(fields=["repeat_of", "created_at", "id"], name="deal_repeat"),
            models.Index(fields=["number"], name="deal_number"),
            board_index("deal_board"),
            owned_index("deal_owned"),
        ]

    def __str__(self) -> str:
        return self.name
