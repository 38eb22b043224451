"""Invoices that are late remind their client: once for each step of the settings, never twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from daftar.access.models import Installation
from daftar.activities.notifying.writing import News, tell
from daftar.kernel import clock
from daftar.kernel.errors import DaftarError
from daftar.kernel.outbox import is_set_up
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.models import Invoice, SalesSettings
from daftar.sales.moving import BY_ITSELF
from daftar.sales.sending.sending import OPEN, Mail, addresses, send_paper, sender_for, wants_no_contact
from daftar.sales.sending.words import letter


def remind_late() -> int:
    """Remind of every late invoice whose next step has come; how many mails were posted. Nothing without a mail server or steps."""
    steps = sorted(SalesSettings.load().reminder_days)
    if not steps or not is_set_up():
        return 0
    zone = Installation.load().time_zone
    today = clock.today(zone)
    return sum(
        remind(invoice, step) for invoice in late(today, steps[0]) if (step := step_of(invoice, today, steps, zone))
    )


def late(today: date, first_step: int) -> list[Invoice]:
    """Open invoices that have reached the first step."""
    rows = Invoice.objects.filter(
        state__in=OPEN, deleted_at=None, deal__isnull=False, deal__deleted_at=None, due_on__lte=today - timedelta(days=first_step),
    )  # fmt: skip
    rows = rows.exclude(kind="credit").select_related("contact", "company", "deal", "owner")
    return list(rows.order_by("due_on", "id"))


def step_of(invoice: Invoice, today: date, steps: Sequence[int], zone: str) -> date | None:
    """The day of the newest step that was reached, unless the client was reminded since then."""
    if invoice.due_on is None:
        return None
    days = (invoice.due_on + timedelta(days=step) for step in steps)
    reached = max((day for day in days if day <= today), default=None)
    if reached is None or invoice.reminded_at is None:
        return reached
    return None if invoice.reminded_at.astimezone(ZoneInfo(zone)).date() >= reached else reached


def remind(invoice: Invoice, step: date) -> int:
    """1 when a mail was posted; 0 for who has no address (its owner is told), asked not to be contacted, or cannot be written to now."""
    if wants_no_contact(invoice):
        return 0
    to = addresses(invoice)
    if not to:
        tell_unreached(invoice, step)
        return 0
    words = letter("reminder", invoice)
    try:
        send_paper(
            "reminder", invoice.pk, Mail(to[0][0], words.subject, words.text), by=sender_for(invoice),
            key=f"reminder:{invoice.pk}:{step.isoformat()}",
        )  # fmt: skip
    except DaftarError:
        return 0
    return 1


def tell_unreached(invoice: Invoice, step: date) -> None:
    """Tell who takes care of the invoice, once for each step, that its client has no address; the list of invoices says it too."""
    zone = ZoneInfo(Installation.load().time_zone)
    with transaction.atomic():
        row = Invoice.objects.select_for_update(of=("self",)).select_related("deal").get(pk=invoice.pk)
        if row.unreached_at is not None and row.unreached_at.astimezone(zone).date() >= step:
            return
        by = sender_for(invoice)
        writing.derive(
            current_schema().type("invoice"), row, {"unreached_at": clock.now()}, by=by, via="sale", data=BY_ITSELF
        )
        owner = (row.deal.owner_id if row.deal is not None else None) or row.owner_id or by.pk
        tell([News(owner, "no_address", None, "invoice", row.pk)])
