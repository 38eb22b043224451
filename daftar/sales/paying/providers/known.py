"""The providers that can be set up. One more is one more class here."""

from __future__ import annotations

from daftar.sales.paying.providers.provider import Provider
from daftar.sales.paying.providers.stripe import Stripe
from daftar.sales.paying.providers.zarinpal import Zarinpal

PROVIDERS: dict[str, type[Provider]] = {one.key: one for one in (Stripe, Zarinpal)}
