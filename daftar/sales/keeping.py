"""How long messages of payment providers and tables of banks stay as they came."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.kernel.keeping import Period, add
from daftar.sales.bank import loading
from daftar.sales.paying import hearing

add(
    Period(
        "payment_messages", _("Messages of payment providers, as they came"), 30, 7, 365,
        lambda moment: hearing.raw_before(moment).count(),
    )
)  # fmt: skip
add(
    Period(
        "bank_files", _("Tables of banks, as they came"), 30, 7, 365,
        lambda moment: loading.held_before(moment).count(),
    )
)  # fmt: skip
