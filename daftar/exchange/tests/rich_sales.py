"""A sale with something in every table of catalogue, papers and sales."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.http import QueryDict

from daftar.catalogue.models import TaxClass, Unit
from daftar.catalogue.stock import doors
from daftar.exchange.models import ImportRun, SumDifference
from daftar.kernel import clock
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.papers.models import PaperTemplate, WordTemplate
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.bank.loading import load
from daftar.sales.buying.lines import Wish as Ordered
from daftar.sales.buying.orders import make_order
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.lines.saving import save_lines
from daftar.sales.lines.typed import LinesForm
from daftar.sales.models import BankAccount, DiscountApproval, SalesSettings
from daftar.sales.paying.record import record_payment
from daftar.sales.paying.spreading import Share
from daftar.sales.quoting.issue import issue_quote

CSV = "Date;Amount;Payer;Purpose\n2026-03-03;12.00;Oak;INV\n2026-03-04;5.00;Nobody;Thanks\n"


def create(type_key, by, **values):
    return writing.create(current_schema().type(type_key), values, by=by, via="page")


def sell(shop, company: int) -> None:
    olga = shop.olga
    SalesSettings.objects.create(pk=1, quote_terms="Net 14", seller={"name": "Oak"})
    PaperTemplate.objects.create(kind="invoice", texts={"header": "Dear {client.name}"})
    WordTemplate.objects.create(
        kind="invoice", language="fa", name="t.docx", content="UEsDBA==", size=4, made_by=olga, made_at=clock.now(),
    )  # fmt: skip
    unit, tax = Unit.objects.order_by("id").first(), TaxClass.objects.create(name="VAT", percent=Decimal(20))
    given = {
        "price": Money(Decimal(100), "USD"),
        "cost": Money(Decimal(60), "USD"),
        "unit": unit.pk,
        "tax_class": tax.pk,
        "supplier": company,
    }
    mill = create("product", olga, name="Mill", code="M-2", **given)
    kit = create("product", olga, name="Kit", kind="bundle")
    create("product_pack", olga, product=mill.pk, name="Box", factor=Decimal(12))
    create("bundle_part", olga, bundle=kit.pk, product=mill.pk, quantity=Decimal(2))
    winter = create("price_list", olga, name="Winter", currency="USD")
    create(
        "price_item",
        olga,
        price_list=winter.pk,
        product=mill.pk,
        price=Money(Decimal(90), "USD"),
        min_quantity=Decimal(0),
    )
    doors.receive([doors.Item(mill.pk, Decimal(20))], by=olga, kind="opening")
    doors.expect([doors.Item(mill.pk, Decimal(5), key="1")], about=("purchase_order", 1), due_on=dt.date(2026, 12, 20))
    deal = create("deal", olga, name="Two mills", company=company)
    form = LinesForm(
        QueryDict(
            f"currency=USD&row=n1&n1.name=Mill&n1.quantity=2&n1.price=100&n1.product={mill.pk}&n1.tax_class={tax.pk}"
        ),
        Formats(language="en"),
    )
    save_lines(deal.pk, form.lines, form.terms, by=olga)
    issue_quote(deal.pk, by=olga)
    invoice = issue_invoice(deal.pk, Wish(), by=olga)
    record_payment(
        Money(Decimal(12), "USD"), shares=[Share(invoice.pk, Decimal(12))], received_on=dt.date(2026, 3, 3), by=olga
    )
    make_order(company, [Ordered(product_id=mill.pk, quantity=Decimal(5))], by=olga)
    DiscountApproval.objects.create(deal_id=deal.pk, asked_by=olga, discounts={"1": "12"})
    BankAccount.objects.create(name="Main", number="DE02", currency="USD")
    load(CSV.encode(), "march.csv", by=olga, formats=Formats(language="en"))
    SumDifference.objects.create(
        run=ImportRun.objects.latest("pk"),
        file="a.csv",
        type="invoice",
        line=2,
        currency="USD",
        told=Decimal(1),
        ours=Decimal(2),
    )
