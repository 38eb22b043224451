"""Closed lists of a sale: their keys have a meaning in code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

QUOTE_STATES = (
    ("issued", _("Issued"), "blue"),
    ("accepted", _("Accepted"), "green"),
    ("declined", _("Declined"), "red"),
    ("replaced", _("Replaced"), "grey"),
    ("withdrawn", _("Withdrawn"), "grey"),
    ("expired", _("Expired"), "amber"),
)
APPROVAL_STATES = (
    ("asked", _("Asked"), "amber"),
    ("approved", _("Approved"), "green"),
    ("declined", _("Declined"), "red"),
    ("replaced", _("Replaced"), "grey"),
    ("withdrawn", _("Withdrawn"), "grey"),
)
INVOICE_STATES = (
    ("issued", _("Issued"), "blue"),
    ("part_paid", _("Partly paid"), "amber"),
    ("paid", _("Paid"), "green"),
    ("cancelled", _("Cancelled"), "grey"),
    ("credited", _("Credited"), "grey"),
)
INVOICE_KINDS = (
    ("full", _("Invoice")),
    ("part", _("Part invoice")),
    ("advance", _("Advance invoice")),
    ("credit", _("Credit note")),
)
DELIVERIES = (
    ("none", _("Nothing to deliver"), "grey"),
    ("waiting", _("To be delivered"), "amber"),
    ("part", _("Partly delivered"), "blue"),
    ("done", _("Delivered"), "green"),
)
METHODS = (
    ("bank", _("Bank transfer")),
    ("cash", _("Cash")),
    ("card", _("Card")),
    ("online", _("Online")),
    ("other", pgettext_lazy("way to pay", "Other")),
)
PURCHASE_STATES = (
    ("draft", _("Draft"), "grey"),
    ("ordered", _("Ordered"), "blue"),
    ("part_received", _("Partly received"), "amber"),
    ("received", _("Received"), "green"),
    ("cancelled", _("Cancelled"), "grey"),
)
ROUNDINGS = (("line", _("Each line")), ("document", _("The whole")))
LANGUAGES = (("en", _("English")), ("fa", _("Persian")), ("ru", _("Russian")))
