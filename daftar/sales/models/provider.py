from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.catalogue.models.columns import link_column, word_column
from daftar.kernel import clock


class PaymentProvider(models.Model):
    """An account with a payment provider.

    Shapes: `kind` is a key of `paying/providers/known.py`; `secrets` is a JSON object, sealed; `path` is the secret part of the address
    to which it sends its messages, sealed too, and found by `path_hash`.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    is_on = models.BooleanField(default=True)
    is_test = models.BooleanField(default=False)
    secrets = models.TextField(default="", blank=True)
    path = models.TextField(default="", blank=True)
    path_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tested_at = models.DateTimeField(null=True, blank=True)
    problem = word_column(500)

    def __str__(self) -> str:
        return self.name


class PaymentAttempt(models.Model):
    """A client's try to pay an invoice through a provider.

    Shapes: `key` is ours, cannot be guessed, and leads to the page to which the client comes back; `external_id` is the provider's. States:
    started, paid, failed, wrong (money came, but not as asked: `problem` says what).
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64, unique=True)
    provider = models.ForeignKey(PaymentProvider, on_delete=models.PROTECT, related_name="+")
    invoice = models.ForeignKey("sales.Invoice", on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(
        "sales.ClientLink", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="started")
    external_id = word_column(255)
    reference = word_column(255)
    payment = link_column("sales.Payment")
    problem = word_column(500)
    started_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["provider", "external_id"], name="attempt_external"),
            models.Index(fields=["provider", "reference"], name="attempt_reference"),
            models.Index(fields=["state", "asked_at", "id"], name="attempt_state"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.amount} {self.currency}"


class WebhookDelivery(models.Model):
    """A message of a provider, kept as it came before anything is made of it; the same message is kept once.

    Shapes: `outcome` is waiting, recorded, known, ignored or refused, `words` say why.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.ForeignKey(PaymentProvider, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=255)
    at = models.DateTimeField(default=clock.now, db_index=True)
    raw = models.TextField(default="", blank=True)
    outcome = models.CharField(max_length=20, default="waiting")
    words = word_column(500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="one_delivery_each")]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.external_id}"
