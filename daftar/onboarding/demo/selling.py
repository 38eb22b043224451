"""How the demo company sells: what stands on its papers and what sellers may give. A company that has said that itself keeps it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from daftar.onboarding.demo.shop import Shop
from daftar.sales.models import NumberCounter, SalesSettings

LIMIT = Decimal(15)


def settle_how_we_sell(shop: Shop) -> None:
    """Write down what the counters of papers were, and make the settings of the sale where there are none."""
    shop.others["counters"] = [[one.series, one.period, one.last] for one in NumberCounter.objects.all()]
    if SalesSettings.objects.exists():
        return
    trade = shop.trade
    made = SalesSettings.objects.create(
        pk=1, seller=dict(trade.seller), discount_limit=LIMIT, quote_terms=trade.quote_terms, invoice_terms=trade.invoice_terms,
        reminder_days=[3, 14], **trade.numbers,
    )  # fmt: skip
    made.refresh_from_db()
    shop.others["sales_settings"] = said_by(made)


def said_by(settings: SalesSettings) -> dict[str, Any]:
    """What the settings say, in plain values: as long as they say it, nobody has made them their own."""
    return {
        one.attname: str(value) if isinstance(value := getattr(settings, one.attname), Decimal) else value
        for one in SalesSettings._meta.concrete_fields
    }
