"""Goods, prices, lines and papers: their files come back byte for byte; lines go with their whole, whoever loads them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from daftar.access.models import Role, User
from daftar.catalogue.models import Product, StockMove, TaxClass, Unit
from daftar.catalogue.stock.doors import Item, receive
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.exporting.rows import begun
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.running import Importer
from daftar.exchange.importing.targets import was_of
from daftar.exchange.reading.opening import open_source
from daftar.exchange.tests.moving import fresh
from daftar.exchange.tests.test_round_trip import differing, loaded, rows_of
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.sales.models import Invoice, InvoiceLine, PurchaseLine, PurchaseOrder

TYPES = (
    "unit", "tax_class", "company", "product", "product_pack", "bundle_part", "price_list", "price_item", "deal", "deal_line", "quote",
    "quote_line", "invoice", "invoice_line", "purchase_order", "purchase_line",
)  # fmt: skip
WHEN = dt.datetime(2025, 3, 5, 21, 7, 33, tzinfo=dt.UTC)


def usd(amount):
    return Money(Decimal(amount), "USD")


def make(by, key, *rows):
    """Records with fields that nobody sets by hand, made and changed in the past."""
    type_ = current_schema().type(key)
    at = [WHEN + dt.timedelta(hours=n, seconds=n) for n in range(len(rows))]
    made = writing.create_many(
        type_, [{} for _ in rows], by=by, via="import", derived=rows, at=at, changed_at=[one + dt.timedelta(days=1) for one in at]
    )  # fmt: skip
    assert not [one.errors for one in made if isinstance(one, Exception)]
    return [one.pk for one in made]


def line(name, product=None, **more):
    return {
        "name": name, "product": product, "quantity": Decimal("2.5"), "unit": "pc", "price": usd("10.00"), "net": usd("24.00"),
        "gross": usd("28.80"), "discount_amount": Decimal("1.00"), "tax_name": "VAT, 20 %", "tax_percent": Decimal(20), "factor": Decimal(1),
        "code": "=A1", "group": "گروه", "description": "one\ntwo", "cost": usd("4.50"), "position": 3, **more,
    }  # fmt: skip


def fill(by):
    """Something of every type; two products of one name and two lines alike."""
    unit = Unit.objects.order_by("pk").first()
    (tax,) = make(by, "tax_class", {"name": "VAT, 20 %", "percent": Decimal(20), "is_default": True})
    (company,) = make(by, "company", {"name": "Oak; and more", "owner": by.pk})
    goods = make(
        by, "product",
        {"name": "Nails", "code": "N1", "unit": unit.pk, "tax_class": tax, "price": usd("10.00"), "cost": usd("4.50"), "supplier": company},
        {"name": "Nails", "code": "N2", "reorder_level": Decimal(7)},
        {"name": "Set", "kind": "bundle", "tracks_stock": False},
    )  # fmt: skip
    make(by, "product_pack", {"name": "Box", "product": goods[0], "factor": Decimal(100), "barcode": "007"})
    make(by, "bundle_part", {"bundle": goods[2], "product": goods[0], "quantity": Decimal(3)})
    (listed,) = make(
        by,
        "price_list",
        {"name": "Wholesale", "currency": "USD", "change_percent": Decimal(-5), "client_group": "wholesale"},
    )
    make(
        by, "price_item", {"price_list": listed, "product": goods[1], "price": usd("9.00"), "min_quantity": Decimal(10)}
    )
    stage = current_schema().type("deal").pipelines[0].stages[0].id
    (deal,) = make(by, "deal", {"name": "Roof", "stage": stage, "company": company, "owner": by.pk})
    of_deal = make(by, "deal_line", *[line("Nails", goods[n], deal=deal, tax_class=tax) for n in (0, 1, 1)])
    paper = {
        "company": company,
        "owner": by.pk,
        "net": usd("24.00"),
        "total": usd("28.80"),
        "issued_on": dt.date(2025, 3, 5),
    }
    (quote,) = make(
        by, "quote", {**paper, "number": "Q-1", "state": "accepted", "quote_version": 2, "terms": "a\nb", "deal": deal}
    )
    make(by, "quote_line", line("Nails", goods[0], quote=quote, deal_line=of_deal[0]))
    (invoice,) = make(
        by, "invoice",
        {
            **paper, "number": "INV-2025-00001", "state": "part_paid", "kind": "full", "paid": usd("8.80"), "balance": usd("20.00"),
            "due_on": dt.date(2025, 4, 5), "delivery": "part", "deal": deal, "quote": quote, "rate": Decimal("1.5"), "rounding": "document",
        },
    )  # fmt: skip
    make(
        by,
        "invoice_line",
        line("Nails", goods[0], invoice=invoice, shipped=Decimal(1), deal_line=of_deal[0]),
        line("Work", invoice=invoice),
    )
    (order,) = make(
        by,
        "purchase_order",
        {"number": "PO-1", "supplier": company, "state": "ordered", "total": usd("9.00"), "owner": by.pk},
    )
    make(by, "purchase_line", line("Nails", goods[1], order=order, received=Decimal(1)))


def written(by, ending, types=TYPES):
    found = {}
    for key in types:
        reader = Reader(by, formats=Formats())
        found[key] = b"".join(
            FORMATS[ending].pieces(begun(reader.schema.type(key), "cols=all", reader, format_key=ending))
        )
    return {key: content for key, content in found.items() if content}


@pytest.mark.parametrize("ending", FORMATS)
def test_goods_lines_and_papers_come_back_byte_for_byte(shop, client, ending):
    fill(shop.olga)
    first = written(shop.olga, ending)
    owner = fresh("nora@other.example", "Nora")
    Unit.objects.all().delete()
    TaxClass.objects.all().delete()

    told = loaded(client, owner, first, ending)

    assert sum(refused for _type, _created, _updated, refused in told) == 0
    assert differing(first, written(owner, ending)) == []
    assert [step for step in loaded(client, owner, first, ending) if any(step[1:])] == []


def test_lines_alone_come_in_below_a_paper_that_stands_for_theirs(shop, client):
    fill(shop.olga)
    content = written(shop.olga, "csv", ("invoice_line", "purchase_line"))
    names = {row["Invoice: ID"] for row in rows_of(content["invoice_line"])}
    owner = fresh("nora@other.example", "Nora")

    loaded(client, owner, content, "csv")

    invoice, order = Invoice.objects.get(), PurchaseOrder.objects.get()
    assert (invoice.state, invoice.total, invoice.balance, invoice.deal_id) == ("cancelled", None, None, None)
    assert order.state == "cancelled" and "stands for" in invoice.comment.lower() and len(names) == 1
    assert (
        InvoiceLine.objects.filter(invoice=invoice).count() == 2
        and PurchaseLine.objects.filter(order=order).count() == 1
    )
    assert [step for step in loaded(client, owner, content, "csv") if any(step[1:])] == []


def test_stock_comes_back_as_an_opening_move_and_counted_numbers_are_not_taken_from_files(shop, client):
    fill(shop.olga)
    nails = Product.objects.get(code="N1")
    receive([Item(nails.pk, Decimal(39))], by=shop.olga, kind="opening")
    content = written(shop.olga, "csv", ("product",))
    owner = fresh("nora@other.example", "Nora")

    loaded(client, owner, content, "csv")

    here = Product.objects.get(code="N1")
    assert (here.stock_on_hand, here.stock_available) == (39, 39)
    assert [(move.kind, move.quantity) for move in StockMove.objects.all()] == [("opening", 39)]
    loaded(client, owner, content, "csv")
    assert StockMove.objects.count() == 1
    assert was_of(current_schema().type("product"), "@was.stock_on_hand") is None


@pytest.mark.parametrize("key", ["stock_move", "hold"])
def test_books_that_only_their_room_writes_take_no_files(shop, client, key):
    client.force_login(shop.olga)
    type_ = current_schema().type(key)

    assert not any(was_of(type_, f"@was.{f.key}") for f in type_.fields)
    assert f'"{type_.address()}import/'.encode() not in client.get(type_.address()).content
    assert b'"/products/import/' in client.get("/products/").content
    assert client.get(f"{type_.address()}import/").status_code == 403


def test_lines_of_deals_that_one_may_not_change_are_refused_like_those_of_none(shop, client, tmp_path):
    fill(shop.olga)
    hedi = User.objects.create_user("h2@shop.example", "secret-word", name="Hedi 2", role=Role.HEAD)
    name = rows_of(written(shop.olga, "csv", ("deal",))["deal"])[0]["ID"]
    path = tmp_path / "lines.csv"
    path.write_text(f"Name,Deal\nA,{name}\nB,{name.partition('-')[0]}-999\n")
    map_ = ImportMap.from_json({"columns": {"Name": ["name"], "Deal": ["deal@id"]}, "system": "daftar"})
    before = current_schema().type("deal_line").model.objects.count()

    report = Importer("deal_line", open_source(path), map_, by=hedi).run()

    assert (report.created, report.refused) == (0, 2)
    assert len({error.sentence for error in report.errors}) == 1
    assert current_schema().type("deal_line").model.objects.count() == before
