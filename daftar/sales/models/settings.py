from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.catalogue.models.columns import word_column
from daftar.kernel import clock
from daftar.sales.models.columns import rest_column


class SalesSettings(models.Model):
    """The one row of how the company sells.

    Shapes: `seller` are the company's requisites as they stand on papers (name, address, tax_id, registration_number, bank_name,
    bank_account, bank_code, phone, email, web); `discount_limit` is what a seller may give without asking.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    tax_included = models.BooleanField(default=False)
    rounding = models.CharField(max_length=16, default="line")
    quote_days = models.PositiveSmallIntegerField(default=14)
    due_days = models.PositiveSmallIntegerField(default=14)
    hold_days = models.PositiveSmallIntegerField(default=30)
    quote_pattern = models.CharField(max_length=60, default="Q-{year}-{number:5}")
    invoice_pattern = models.CharField(max_length=60, default="INV-{year}-{number:5}")
    credit_pattern = models.CharField(max_length=60, default="CN-{year}-{number:5}")
    purchase_pattern = models.CharField(max_length=60, default="PO-{year}-{number:5}")
    discount_limit = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    role_limits = rest_column()
    quote_terms = models.TextField(default="", blank=True)
    invoice_terms = models.TextField(default="", blank=True)
    seller = rest_column()
    moves = rest_column()
    """Pipeline → fact (issued, accepted, paid) → the stage that its deals go to then, 0 for none."""
    reminder_days = models.JSONField(default=list, blank=True)
    """So many days after the due day the client is reminded."""

    @classmethod
    def load(cls) -> SalesSettings:
        """The company's way to sell; the shipped one before anybody chose."""
        return cls.objects.filter(pk=1).first() or cls()

    def __str__(self) -> str:
        return "sales settings"


class NumberCounter(models.Model):
    """The last number that was given in a series and period; taken under a lock by the paper that is issued with it."""

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=20)
    period = word_column(20)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "period"], name="one_counter_each")]

    def __str__(self) -> str:
        return f"{self.series} {self.period}: {self.last}"


class DiscountApproval(models.Model):
    """A head's word on discounts above what the seller may give.

    Shapes: `discounts` maps the id of a line to what was asked for on it (`approvals.Given` as JSON: percent, quantity, product); what
    goes beyond asks anew. `state` is asked, approved, declined, replaced (by a newer one) or withdrawn; `comment` is of who asked,
    `answer` of who decided.
    """

    id = models.BigAutoField(primary_key=True)
    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, default="asked")
    discounts = rest_column()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = word_column(500)
    answer = word_column(500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deal"], condition=models.Q(state="asked"), name="one_open_approval_each")
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.state}"


class ClientLink(models.Model):
    """One link by which a client sees the papers of one deal, without signing in.

    Shapes: `token_hash` is the SHA-256 of the secret; `token` is the secret, sealed, so that its owner can be shown it again.
    """

    id = models.BigAutoField(primary_key=True)
    deal = models.ForeignKey("crm.Deal", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    token = models.TextField(default="", blank=True)
    language = word_column(8)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    expires_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.deal_id}"
