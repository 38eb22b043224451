"""How long the words of the audit log stay. The entries themselves stay for ever, so that the chain can be followed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.access.audit.erasing import old_details
from daftar.kernel.keeping import FOR_EVER, Period, add

AUDIT_LOWEST_DAYS = 365
"""Less than a year is not offered: auditors compare years, and card schemes (PCI DSS 10.5.1) demand twelve months."""

add(
    Period(
        "audit_details", _("Details of the audit log"), FOR_EVER, AUDIT_LOWEST_DAYS, 36_500, lambda moment: old_details(moment).count(),
        may_stay=True, note=_("Names, addresses and values; that something happened stays for ever. The law of your country may want longer."),
    )
)  # fmt: skip
