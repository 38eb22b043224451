"""A paper as texts, in the language of its reader: what typst sets is only words and places, no values."""

from __future__ import annotations

import base64
import io
import re
import struct
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from daftar.access.models import Installation
from daftar.kernel.currencies import CURRENCIES, TOMAN
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.papers.document import Paper, PaperLine
from daftar.papers.in_words import in_words
from daftar.papers.looks import COLUMNS, KIND_NAMES, Look
from daftar.papers.payment_codes import payment_code
from daftar.papers.places import filled

ZERO = Decimal(0)
LONG = 1_200
"""A name and description of more letters than this may go on over the page."""
LOGO_HEIGHT, LOGO_WIDTH = 16.0, 64.0
LRI, FSI, PDI, ALM = "\u2066", "\u2068", "\u2069", "\u061c"
"""Around what reads left to right in a line of Persian, and around words of somebody's own, whose direction nobody knows."""
SIGNS = r"@._:/#+&%$=<>*–\-"
LAST = SIGNS.replace(".", "").replace(":", "")
"""A dot or colon at the end is the sentence's, not the number's."""
DIGITS = "0-9۰-۹"
TOKEN = rf"(?:\(\d{{1,5}}\) ?)?[{DIGITS}A-Za-z+#@$<](?:[{DIGITS}A-Za-z{SIGNS}]*[{DIGITS}A-Za-z{LAST}])?"
CODE = re.compile(rf"{TOKEN}(?: {TOKEN})*")
"""A phone, a number with hyphens, an address of the web, a run of Latin words with numbers between them."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
PARTY = (
    "name",
    "person",
    "address",
    "tax_id",
    "registration_number",
    "bank_name",
    "bank_account",
    "bank_code",
    "phone",
    "email",
    "web",
)
LEFT = frozenset({"tax_id", "registration_number", "bank_account", "bank_code", "phone", "email", "web"})


def formats_for(language: str) -> Formats:
    """How numbers and dates are written on papers in a language."""
    company = Installation.load()
    is_persian = language == "fa"
    return Formats(
        language=language, calendar="jalali" if is_persian else "gregorian", digits="persian" if is_persian else "latin",
        rial_as=company.rial_as if company.rial_as else "rial", currency=company.currency, tz=company.time_zone,
    )  # fmt: skip


def set_out(paper: Paper, look: Look) -> dict[str, Any]:
    """Everything on the paper as JSON values, translated, formatted, each piece isolated in its direction."""
    formats = formats_for(paper.language)
    with override(paper.language):
        return Layout(paper, look, formats).whole()


class Layout:
    def __init__(self, paper: Paper, look: Look, formats: Formats) -> None:
        self.paper, self.look, self.formats = paper, look, formats
        self.is_rtl = paper.language == "fa"

    # -- pieces ------------------------------------------------------------------------------------------

    def own(self, text: Any) -> str:
        """Somebody's words; where they or the paper run right to left, each code and phone in them reads left to right."""
        return "\n".join(self.own_line(line) for line in str(text or "").split("\n"))

    def own_line(self, line: str) -> str:
        if not line or not (self.is_rtl or RIGHT_TO_LEFT.search(line)):
            return line
        return f"{FSI}{CODE.sub(lambda found: f'{LRI}{found.group(0)}{PDI}', line)}{PDI}"

    def code(self, text: Any) -> str:
        """A number of a paper, an account, a phone."""
        return f"{LRI}{text}{PDI}" if self.is_rtl and text else str(text or "")

    def amount(self, text: str) -> str:
        """Figures with a sign or a currency behind them; in a Persian paper they go on to the left, as in the middle of a sentence."""
        return f"{FSI}{ALM}{text}{PDI}" if self.is_rtl and text else text

    def money(self, amount: Decimal | None) -> str:
        if amount is None:
            return ""
        return f"{FSI}{self.formats.money(Money(amount, self.paper.currency))}{PDI}"

    def bare(self, amount: Decimal | None) -> str:
        """An amount in the table, where the currency stands in the head."""
        if amount is None:
            return ""
        factor = 10 if self.is_toman else 1
        places = 0 if self.paper.currency == "IRR" else None
        value = amount / factor
        exact = (
            self.formats.number(value.normalize())
            if places is None or value != value.to_integral_value()
            else self.formats.number(value, 0)
        )
        if self.paper.currency == "IRR":
            return exact
        digits = max(CURRENCIES[self.paper.currency].minor_units, -int(value.normalize().as_tuple().exponent))
        return self.formats.number(value, digits)

    @property
    def is_toman(self) -> bool:
        return self.paper.currency == "IRR" and self.formats.rial_as == "toman"

    # -- the whole ---------------------------------------------------------------------------------------

    def whole(self) -> dict[str, Any]:
        paper, look = self.paper, self.look
        values = self.places()
        return {
            "rtl": self.is_rtl, "language": paper.language, "accent": look.accent, "size": look.size, "title": self.title(), "facts": self.facts(),
            "seller": self.party(paper.seller), "client": self.party(paper.client), "seller_label": self.seller_label(),
            "client_label": self.client_label(),
            "columns": [{"key": key, "label": self.head(key), "end": key not in ("name", "code", "unit")} for key in look.columns],
            "rows": [self.row(n, line) for n, line in enumerate(paper.lines, start=1)], "sums": self.sums(),
            "words": self.words() if "words" in look.shows else "", "terms": self.own(paper.terms),
            "header": self.own(filled(look.texts.get("header", ""), values)), "closing": self.own(filled(look.texts.get("closing", ""), values)),
            "footer": self.own(filled(look.texts.get("footer", ""), values)), "page": _("Page"), "of": _("of"),
            "signatures": [self.own(_("For the seller")), self.own(_("For the client"))] if "signatures" in look.shows else [],
            "qr": qr_svg(payment_code(paper) or paper.qr) if "qr" in look.shows else "", "logo": logo_svg(look.logo) if look.logo else "",
            "logo_height": logo_height(look.logo) if look.logo else 0,
            "optional": _("optional"),
            "empty": _("No lines"),
        }  # fmt: skip

    def title(self) -> str:
        name = self.own(self.look.title) or str(KIND_NAMES[self.paper.kind])
        number = f" {self.code(self.paper.number)}" if self.paper.number else ""
        if self.paper.kind == "price_list" and self.paper.about and not number:
            number = f" · {self.own(self.paper.about)}"
        version = (
            f" · {_('version %(number)s') % {'number': self.formats.number(self.paper.version)}}"
            if self.paper.version > 1
            else ""
        )
        return f"{name}{number}{version}"

    def seller_label(self) -> str:
        return pgettext("paper", "Buyer") if self.paper.kind == "purchase" else pgettext("paper", "Seller")

    def client_label(self) -> str:
        return pgettext("paper", "Supplier") if self.paper.kind == "purchase" else _("Client")

    def facts(self) -> list[list[str]]:
        found = [[_("Date"), self.formats.date(self.paper.day)]] if self.paper.day else []
        if self.paper.until:
            label = {"quote": _("Valid until"), "invoice": _("Due on"), "purchase": _("Expected on")}.get(
                self.paper.kind, _("Until")
            )
            found.append([label, self.formats.date(self.paper.until)])
        return found

    def party(self, party: Mapping[str, str]) -> list[list[str]]:
        """Rows of (label, text); the name has no label."""
        labels = {
            "person": "", "address": "", "tax_id": _("Tax number"), "registration_number": _("Registration number"), "bank_name": _("Bank"),
            "bank_account": pgettext("paper", "Account"), "bank_code": _("Bank code"), "phone": _("Phone"), "email": _("E-mail"), "web": "",
        }  # fmt: skip
        shown = PARTY if "requisites" in self.look.shows else ("name", "person", "address")
        return [
            [labels.get(key, ""), self.code(party[key]) if key in LEFT else self.own(party[key])]
            for key in shown
            if party.get(key)
        ]

    def head(self, key: str) -> str:
        label = self.own(self.look.labels.get(key, "")) or str(COLUMNS[key])
        has_money = key == "sum" or (key == "price" and "sum" not in self.look.columns)
        return f"{label} ({self.unit_of_money()})" if has_money else label

    def unit_of_money(self) -> str:
        return (
            TOMAN[self.paper.language] if self.is_toman else CURRENCIES[self.paper.currency].symbol(self.paper.language)
        )

    def cells(self, place: int, line: PaperLine) -> dict[str, str]:
        """What stands in each column of a line."""
        number = self.formats.number
        return {
            "position": number(place), "code": self.code(line.code), "name": self.own(line.name), "quantity": number(line.quantity.normalize()),
            "unit": self.own(line.unit), "price": self.bare(line.price), "discount": self.amount(line.discount),
            "tax": self.amount(self.formats.percent(line.tax_percent)), "sum": self.bare(line.sum),
        }  # fmt: skip

    def row(self, place: int, line: PaperLine) -> dict[str, Any]:
        cells = self.cells(place, line)
        return {
            "cells": [cells[key] for key in self.look.columns], "description": self.own(line.description), "optional": line.is_optional,
            "group": self.own(line.group), "long": len(line.name) + len(line.description) > LONG,
            "named": self.look.columns.index("name") if "name" in self.look.columns else 0,
        }  # fmt: skip

    def sums(self) -> list[dict[str, Any]]:
        paper = self.paper
        if paper.total is None:
            return []
        rows = (
            [(_("Without tax"), self.money(paper.net), False)]
            if paper.net is not None and paper.net != paper.total
            else []
        )
        rows += [
            (_("Tax %(rate)s") % {"rate": self.formats.percent(rate)}, self.money(tax), False)
            for rate, tax in paper.taxes.items()
            if tax
        ]
        rows.append((_("Total"), self.money(paper.total), True))
        if paper.paid:
            rows += [(_("Paid"), self.money(paper.paid), False), (_("To be paid"), self.money(paper.balance), True)]
        return [{"label": label, "value": value, "bold": bold} for label, value, bold in rows]

    def words(self) -> str:
        if self.paper.total is None:
            return ""
        said = in_words(Money(self.paper.total, self.paper.currency), self.paper.language, toman=self.is_toman)
        return said[:1].upper() + said[1:]

    def places(self) -> dict[str, str]:
        paper = self.paper
        values = {
            "number": self.code(paper.number), "date": self.formats.date(paper.day) if paper.day else "",
            "until": self.formats.date(paper.until) if paper.until else "", "total": self.money(paper.total), "balance": self.money(paper.balance),
            "total.words": self.words(), "about": paper.about, "net": self.money(paper.net),
            "tax": self.money(sum(paper.taxes.values(), ZERO) or None),
            "paid": self.money(paper.paid or None), "currency": self.unit_of_money(), "title": self.look.title or str(KIND_NAMES[paper.kind]),
            "version": self.formats.number(paper.version) if paper.version > 1 else "", "terms": paper.terms,
        }  # fmt: skip
        for who, party in (("client", paper.client), ("seller", paper.seller)):
            values |= {f"{who}.{key}": party.get(key, "") for key in PARTY}
        return values


def qr_svg(text: str) -> str:
    """A drawing of the code; "" for nothing to say."""
    if not text:
        return ""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def logo_height(png: bytes) -> float:
    """Millimetres: as high as the title and its days, lower where the logo is so wide that it would push them away."""
    width, height = (int(side) for side in struct.unpack(">II", png[16:24]))
    return min(LOGO_HEIGHT, LOGO_WIDTH * height / width)


def logo_svg(png: bytes) -> str:
    """The logo as a drawing that holds the picture: typst takes drawings as text."""
    width, height = (int(side) for side in struct.unpack(">II", png[16:24]))
    inside = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{inside}"/></svg>'
    )
