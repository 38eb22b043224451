"""A deal with a quote in its second version, an invoice and a question, and the link to its client's page. Run inside the product."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

from daftar.access.models import User
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.client_page import acts, links
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.quoting.issue import issue_quote
from tests.browser.company import PEOPLE

LINES = (
    ("GTX Plus Pro", 12, "100", False),
    ("Installation of a whole line of machines with a long name", 2, "50", False),
    ("Case", 1, "25", True),
)


def make() -> None:
    """Prints the path of the page and the number of the deal."""
    olga = User.objects.get(email=PEOPLE["en"])
    company = writing.create(current_schema().type("company"), {"name": "Zagros Machines"}, by=olga, via="page")
    deal = writing.create(
        current_schema().type("deal"), {"name": "Machines for Zagros", "company": company.pk}, by=olga, via="page"
    )
    SaleTerms.objects.create(deal=deal, currency="USD")
    derived = [line(deal.pk, place, *given) for place, given in enumerate(LINES, start=1)]
    writing.create_many(current_schema().type("deal_line"), [{} for _ in derived], by=olga, via="demo", derived=derived)
    issue_quote(deal.pk, by=olga)
    issue_quote(deal.pk, by=olga)
    assert DealLine.objects.filter(deal=deal).count() == len(LINES)
    issue_invoice(deal.pk, Wish(hold="none"), by=olga)
    link = links.make(deal.pk, by=olga)
    acts.ask(link, name="Ali Rezaei", words="When do you deliver?")
    acts.reply(deal.pk, "On Monday.", by=olga)
    print(urlsplit(links.address_of(link)).path, deal.pk)  # noqa: T201 - read by the test


def line(deal_id: int, place: int, name: str, quantity: int, price: str, is_optional: bool) -> dict[str, object]:
    net = Decimal(quantity) * Decimal(price)
    return {
        "deal": deal_id, "position": place, "name": name, "quantity": Decimal(quantity), "price": Money(Decimal(price), "USD"),
        "unit": "pc", "factor": Decimal(1), "tax_name": "VAT", "tax_percent": Decimal(20), "net": Money(net, "USD"),
        "gross": Money(net * Decimal("1.2"), "USD"), "is_optional": is_optional,
    }  # fmt: skip
