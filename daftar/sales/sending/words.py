"""What a mail with a paper says before anybody changes it: subject and text in the client's language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation
from daftar.kernel.formats import using
from daftar.kernel.money import Money
from daftar.papers.layout import formats_for
from daftar.sales.choices import LANGUAGES

LINK = "{link}"
"""Stands in the text for the address of the client's page, which is made when the mail is sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str


def language_of(paper: Any) -> str:
    return paper.language if paper.language in dict(LANGUAGES) else Installation.load().language


def letter(kind: str, paper: Any) -> Letter:
    """Shapes: `kind` is quote, invoice or reminder."""
    language = language_of(paper)
    formats = formats_for(language)
    with override(language), using(formats):
        client = paper.parties.get("client", {})
        seller = paper.parties.get("seller", {}).get("name") or Installation.load().name
        name = client.get("person") or client.get("name", "")
        said = {
            "number": paper.number, "seller": seller, "sum": formats.money(Money(paper.total or Decimal(0), paper.total_currency)),
        }  # fmt: skip
        subject, parts = {"quote": quote_words, "invoice": invoice_words, "reminder": reminder_words}[kind](
            paper, formats, said
        )
        greeting = _("Dear %(name)s,") % {"name": name} if name else _("Good day,")
        closing = _("With kind regards") + f"\n{seller}"
        return Letter(" ".join(subject.split())[:200], "\n\n".join([greeting, *parts, LINK, closing]))


def quote_words(paper: Any, formats: Any, said: dict[str, str]) -> tuple[str, list[str]]:
    parts = [_("here is our quote %(number)s for %(sum)s.") % said]
    if paper.valid_until is not None:
        parts.append(_("It is valid until %(day)s.") % {"day": formats.date(paper.valid_until)})
    parts.append(_("On this page you can read it, ask us and accept it:"))
    return _("Quote %(number)s from %(seller)s") % said, parts


def invoice_words(paper: Any, formats: Any, said: dict[str, str]) -> tuple[str, list[str]]:
    if paper.kind == "credit":
        return _("Credit note %(number)s from %(seller)s") % said, [
            _("here is our credit note %(number)s for %(sum)s.") % said,
            _("You find it on this page:"),
        ]
    parts = [_("here is our invoice %(number)s for %(sum)s.") % said]
    if paper.due_on is not None:
        parts.append(_("Please pay it until %(day)s.") % {"day": formats.date(paper.due_on)})
    parts.append(_("On this page you find it, with what is paid and delivered:"))
    return _("Invoice %(number)s from %(seller)s") % said, parts


def reminder_words(paper: Any, formats: Any, said: dict[str, str]) -> tuple[str, list[str]]:
    said = said | {
        "due": formats.money(Money(paper.balance or Decimal(0), paper.total_currency)), "day": formats.date(paper.due_on) if paper.due_on else "",
    }  # fmt: skip
    first = _("our invoice %(number)s was to be paid until %(day)s; %(due)s is still open.")
    if paper.due_on is None:
        first = _("of our invoice %(number)s %(due)s is still open.")
    return _("Reminder: invoice %(number)s") % said, [
        first % said,
        _("If you have paid meanwhile, thank you, and please disregard this mail."),
        _("The invoice stands on this page:"),
    ]
