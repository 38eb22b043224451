from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.catalogue.models.columns import link_column, word_column
from daftar.kernel import clock
from daftar.records.models.columns import amount_column
from daftar.sales.models.columns import rest_column


class BankAccount(models.Model):
    """An account of our own. Shapes: `number` without blanks; `columns` is how the bank's tables were read last."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    number = models.CharField(max_length=64, unique=True)
    currency = models.CharField(max_length=3)
    archived = models.BooleanField(default=False)
    columns = rest_column()

    def __str__(self) -> str:
        return self.name


class BankStatement(models.Model):
    """A statement file that was loaded. `digest` names the file by its bytes; `held` is the text of a table whose columns may be corrected."""

    id = models.BigAutoField(primary_key=True)
    account = link_column("sales.BankAccount")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=20)
    number = word_column(64)
    currency = word_column(3)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    opening = amount_column()
    closing = amount_column()
    columns = rest_column()
    skipped = models.JSONField(default=list, blank=True)
    known = models.PositiveIntegerField(default=0)
    held = models.TextField(default="", blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return self.name


class StatementLine(models.Model):
    """A movement on our account, kept once whatever file it comes in (`key`).

    Shapes: `state` is open, matched, ignored or outgoing; a matched line has its `payment`, and keeps it when the match is taken back.
    """

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=64, unique=True)
    line = models.PositiveIntegerField(default=0)
    day = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    name = word_column(250)
    account = word_column(64)
    tax_id = word_column(50)
    purpose = models.TextField(default="", blank=True)
    reference = word_column(140)
    end_to_end = word_column(140)
    is_reversal = models.BooleanField(default=False)
    state = models.CharField(max_length=20, default="open")
    payment = link_column("sales.Payment")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=models.Q(payment__isnull=False), name="one_line_each_payment"
            )
        ]
        indexes = [models.Index(fields=["statement", "line", "id"], name="statement_line_place")]

    def __str__(self) -> str:
        return f"{self.day} {self.amount} {self.currency}"
