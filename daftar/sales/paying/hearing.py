"""Messages of providers: verified, kept raw under the provider's own name of them, then made into what they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from daftar.kernel import clock, keeping
from daftar.kernel.errors import DaftarError
from daftar.sales.models import PaymentProvider, WebhookDelivery
from daftar.sales.paying.accounts import opened
from daftar.sales.paying.outcomes import Applied, apply
from daftar.sales.paying.providers.provider import Provider, Unready

WAITS_FOR = timedelta(days=3)


def hear(provider: PaymentProvider, raw: bytes, headers: Mapping[str, str]) -> str:
    """Keep one message and what came of it, in one transaction; its outcome, "again" for one that was heard before.

    Shapes: `raw` is the body as it came, `headers` have names in lower case.
    Errors: Unready (switched off, no secret: nothing is stored), NotSigned, Invalid (no name of its own).
    """
    there = opened(provider)
    if not provider.is_on or not there.has_webhooks:
        raise Unready()
    there.verify(raw, headers)
    external_id = there.delivery_id(raw)
    try:
        with transaction.atomic():
            delivery = WebhookDelivery.objects.create(
                provider=provider, external_id=external_id, raw=raw.decode(errors="replace")
            )
            outcome = understood(delivery, there, raw)
    except IntegrityError:
        if WebhookDelivery.objects.filter(provider=provider, external_id=external_id).exists():
            return "again"
        raise
    if outcome == "recorded":
        hear_waiting(provider)
    return outcome


def understood(delivery: WebhookDelivery, there: Provider, raw: bytes) -> str:
    """Make of a kept message what it says; a refusal is kept beside it, and undoes only what it would have done."""
    try:
        with transaction.atomic():
            notice = there.read(raw)
            applied = Applied("ignored") if notice is None else apply(notice, delivery.provider)
    except DaftarError as refused:
        applied = Applied("refused", str(refused.sentence))
    delivery.outcome, delivery.words = applied.outcome, applied.words[:500]
    delivery.save(update_fields=["outcome", "words"])
    return applied.outcome


def hear_waiting(provider: PaymentProvider | None = None) -> int:
    """Look again at messages that came before what they are about; how many were understood now."""
    rows = WebhookDelivery.objects.filter(outcome="waiting", at__gt=clock.now() - WAITS_FOR).order_by("id")
    rows = rows.filter(provider=provider.pk) if provider is not None else rows
    count = 0
    for pk in list(rows.values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            # Not the provider with it: whoever stores a message asks for that row, and would wait in a ring.
            delivery = WebhookDelivery.objects.select_for_update().filter(pk=pk, outcome="waiting").first()
            if delivery is not None:
                count += understood(delivery, opened(delivery.provider), delivery.raw.encode()) != "waiting"
    return count


def raw_before(moment: datetime) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(at__lt=moment).exclude(raw="")


def forget_raw() -> None:
    """The words of old messages go; that they came stays, so that none is heard twice."""
    if moment := keeping.before("payment_messages"):
        raw_before(moment).update(raw="")
