"""Traces of people in movements on our accounts, in files of banks, in messages of payment providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel import personal
from daftar.kernel.personal import Place, Subject
from daftar.sales.models import BankStatement, PaymentAttempt, StatementLine, WebhookDelivery

EARLY = 5
TEXTS = ("name", "account", "tax_id", "purpose", "reference", "end_to_end")
"""What a bank says of a movement."""


def lines(subject: Subject) -> Iterator[StatementLine]:
    """Movements whose payment is of the person, or whose words name them."""
    theirs = Q(payment__contact__in=subject.ids("contact")) | Q(payment__company__in=subject.ids("company"))
    ids = set(StatementLine.objects.filter(theirs).values_list("pk", flat=True))
    for line in StatementLine.objects.order_by("pk").iterator():
        if any(getattr(line, text) for text in TEXTS) and (line.pk in ids or subject.is_in([line.name, line.purpose])):
            yield line


def find_lines(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(line) for line in lines(subject)]


def erase_lines(subject: Subject) -> int:
    """Day and amount stay, for they are books; what the bank says of the person goes."""
    count = 0
    for line in lines(subject):
        StatementLine.objects.filter(pk=line.pk).update(**dict.fromkeys(TEXTS, ""))
        count += 1
    return count


def held(subject: Subject) -> Iterator[BankStatement]:
    for row in BankStatement.objects.order_by("pk").iterator():
        if subject.is_in([row.held, row.skipped, row.columns]):
            yield row


def find_held(subject: Subject) -> list[dict[str, Any]]:
    return [{"at": str(row.at), "name": row.name} for row in held(subject)]


def erase_held(subject: Subject) -> int:
    return sum(
        BankStatement.objects.filter(pk=row.pk).update(held="", skipped=[], columns=subject.out_of(row.columns)) for row in held(subject)
    )  # fmt: skip


def attempts(subject: Subject) -> Any:
    theirs = Q(invoice__contact__in=subject.ids("contact")) | Q(invoice__company__in=subject.ids("company"))
    return PaymentAttempt.objects.filter(theirs | Q(invoice__in=subject.ids("invoice")))


def messages(subject: Subject) -> Iterator[WebhookDelivery]:
    """Messages that name the person, or one of their tries to pay."""
    keys = [key for key in attempts(subject).values_list("key", flat=True) if key]
    for row in WebhookDelivery.objects.exclude(raw="").order_by("pk").iterator():
        if subject.is_in(row.raw) or any(key in row.raw for key in keys):
            yield row


def find_messages(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(row) for row in messages(subject)]


def erase_messages(subject: Subject) -> int:
    return sum(WebhookDelivery.objects.filter(pk=row.pk).update(raw="") for row in messages(subject))


personal.add(
    Place(
        "payment_messages", _("Messages of payment providers"), {"sales.WebhookDelivery": "raw"}, find_messages, erase_messages, EARLY - 1,
    )
)  # fmt: skip
personal.rows(
    "payment_attempts", _("Tries to pay online"), {"sales.PaymentAttempt": "key invoice external_id reference"}, attempts, order=EARLY,
)  # fmt: skip
personal.add(
    Place(
        "bank_lines",
        _("Movements on our accounts"),
        {"sales.StatementLine": " ".join(TEXTS)},
        find_lines,
        erase_lines,
        EARLY,
    )
)
personal.add(
    Place(
        "bank_files", _("Files of banks"), {"sales.BankStatement": "held skipped columns"}, find_held, erase_held, EARLY
    )
)
personal.excuse("sales.PaymentProvider", "secrets path path_hash", "Secrets of the company, not of a person.")
personal.excuse("sales.BankAccount", "columns", "How a bank writes its tables.")
