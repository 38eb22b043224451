"""The template of a kind: what the owner made of it, else the shipped one."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from daftar.papers.document import KINDS, Kind
from daftar.papers.models import PaperTemplate

COLUMNS = {
    "position": _("No."),
    "code": _("Code"),
    "name": _("Name"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "price": _("Price"),
    "discount": _("Discount"),
    "tax": _("Tax"),
    "sum": _("Sum"),
}
SHOWS = {
    "words": _("Amount in words"),
    "requisites": _("Requisites and bank"),
    "signatures": _("Places to sign"),
    "qr": _("Code to be scanned"),
}
TEXTS = {"header": _("Above the table"), "closing": _("Below the table"), "footer": _("At the foot of each page")}
KIND_NAMES: Mapping[Kind, object] = {
    "quote": _("Quote"), "invoice": _("Invoice"), "credit": _("Credit note"), "delivery": _("Delivery note"), "price_list": _("Price list"),
    "purchase": _("Purchase order"),
}  # fmt: skip
PLAIN: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(KINDS, ("position", "name", "quantity", "unit", "price", "discount", "tax", "sum")),
    "delivery": ("position", "code", "name", "quantity", "unit"),
    "price_list": ("code", "name", "unit", "price"),
}
SHOWN: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(KINDS, ("requisites",)),
    "invoice": ("words", "requisites", "signatures", "qr"),
    "delivery": ("requisites", "signatures"),
    "credit": ("words", "requisites", "signatures"),
}


@dataclass(frozen=True)
class Look:
    """How one paper looks."""

    accent: str = "#1f5fbf"
    size: int = 10
    logo: bytes = b""
    texts: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    shows: Sequence[str] = ()
    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def shipped(kind: Kind) -> Look:
    return Look(columns=PLAIN[kind], shows=SHOWN[kind])


def look_for(kind: Kind, language: str) -> Look:
    """The template for this language, else the one for all, else the shipped one."""
    rows = {row.language: row for row in PaperTemplate.objects.filter(kind=kind, language__in=("", language))}
    row = rows.get(language) or rows.get("")
    return shipped(kind) if row is None else look_of(row)


def look_of(row: PaperTemplate) -> Look:
    return Look(
        row.accent,
        row.size,
        b64decode(row.logo),
        row.texts,
        row.columns or PLAIN[row.kind],  # type: ignore[index]  # a kind
        row.shows,
        row.title,
        row.labels,
    )
