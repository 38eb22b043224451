"""Papers of another system: they are history with their own numbers; what they come to is laid beside what their file says."""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from daftar.catalogue.models import Product, StockMove
from daftar.exchange.importing import runs
from daftar.exchange.models import ImportRun, State, SumDifference
from daftar.exchange.tests.shared_data import shared_folder
from daftar.exchange.tests.test_rehearsal_exact import batches_of
from daftar.exchange.tests.test_steps import drop, form
from daftar.records.models import ExternalId
from daftar.sales.models import Invoice, InvoiceLine, NumberCounter, PurchaseLine, PurchaseOrder, Quote

PRODUCTS = (
    "PRODUCTID,Product Name,Product Owner,Product Code,Product Active,Cost,Quantity In Stock,Reorder Level\n"
    "1,Nails,Olga,P1,Yes,$1.50,39,20\n2,Tin,Olga,P2,Yes,$2.00,0,\n3,Tin,Olga,P3,Yes,$2.00,7,1\n"
)
INVOICES = (
    "INVOICEID,Subject,Invoice Number,Invoice Owner,Invoice Status,Created Time,Sub Total,Discount,Tax,Adjustments,Grand Total\n"
    '9,Chairs,1593016,Olga,Created,"20 Apr, 2021 07:49:50","$22,247.63",$157.93,"$1,047.96",$0.27,"$21,042"\n'
    '8,,1593017,Olga,Cancelled,"20 Apr, 2021 07:49:50",$10.00,$0,$2.00,$0,$12.00\n7,,1593018,Olga,Delivered,"20 Apr, 2021 07:49:50",,,,,\n'
)
LINES = (
    "INVENTORYRELID,Product Name,List Price,Quantity,Total,Discount,Total After Discount,Tax,Net Total,BOOKID\n"
    "1,Nails,$10.00,7,$70.00,$5.00,$65.00,$13.00,$78.00,9\n2,Tin,$3.00,2,$6.00,$0,$6.00,$1.00,$5.00,77\n"
    "3,Nothing,$3.00,2,$6.00,$9.00,$6.00,$1.00,$5.00,77\n4,Nails,$0.10,3,$0.30,$0,$0.30,$0,$0.30,78\n"
)
FILES = {"Products.csv": PRODUCTS, "Invoices.csv": INVOICES, "Invoice_Line_Items.csv": LINES}


@pytest.fixture
def page(shop, client):
    client.force_login(shop.olga)
    return client


def load(page, files, do="load"):
    place = drop(page, files)["Location"]
    run = ImportRun.objects.order_by("pk").last()
    page.post(place, form(run, do=do))
    runs.do(run.pk, at_a_stretch=True)
    run.refresh_from_db()
    assert run.problem == "" and run.state in (State.DONE, State.REHEARSED)
    return run


def test_invoices_keep_their_numbers_days_and_sums_and_take_none_of_ours(shop, page):
    load(page, FILES)

    first, cancelled, bare = (Invoice.objects.get(number=number) for number in ("1593016", "1593017", "1593018"))
    assert (first.number, first.total, first.balance, first.state) == ("1593016", 21042, 21042, "issued")
    assert (str(first.issued_on), first.delivery, first.owner_id) == ("2021-04-20", "none", shop.olga.pk)
    assert (cancelled.state, cancelled.balance) == ("cancelled", None)
    assert (bare.state, bare.delivery, bare.total) == ("issued", "done", None)
    assert not NumberCounter.objects.exists()


def test_lines_find_their_invoice_and_product_and_none_is_lost(shop, page):
    run = load(page, FILES)
    by_name = {line.name: line for line in InvoiceLine.objects.all()}

    assert [report["refused"] for report in run.reports] == [0, 0, 0]
    assert by_name["Nails"].product_id and by_name["Tin"].product_id is None  # two are called so
    assert InvoiceLine.objects.get(gross=78).invoice.number == "1593016"
    stands = by_name["Tin"].invoice
    assert stands == by_name["Nothing"].invoice
    assert (stands.number, stands.state, stands.total) == ("77", "cancelled", None)
    assert "which was in none of the files" in stands.comment


def test_stock_is_opened_by_the_ledger_once(shop, page):
    load(page, FILES)
    load(page, FILES)

    assert dict(Product.objects.values_list("code", "stock_on_hand")) == {"P1": 39, "P2": 0, "P3": 7}
    assert sorted(StockMove.objects.values_list("kind", "quantity")) == [("opening", 7), ("opening", 39)]
    assert Invoice.objects.count() == 5 and InvoiceLine.objects.count() == 4


def test_every_sum_that_differs_is_listed_on_a_page_and_in_a_file(shop, page):
    run = load(page, FILES)
    told = {(one.file, one.line): (one.told, one.ours, one.difference) for one in run.differences.all()}

    assert told == {
        ("Invoices.csv", 2): (Decimal("21042"), Decimal("23137.93"), Decimal("2095.93")),  # the file takes the tax off
        ("Invoices.csv", 4): (None, None, None),  # says no sums
        ("Invoice_Line_Items.csv", 3): (Decimal("5.00"), Decimal("7.00"), Decimal("2.00")),
        ("Invoice_Line_Items.csv", 4): (Decimal("5.00"), None, None),  # its discount is more than it comes to
    }
    assert [(r["compared"], r["differing"]) for r in run.reports] == [(0, 0), (3, 2), (4, 2)]
    shown = page.get(f"/import/{run.pk}/sums").content.decode()
    assert "1593016" in shown and "$2,095.93" in shown and "says none" in shown and "cannot be worked out" in shown
    rows = list(
        csv.reader(io.StringIO(b"".join(page.get(f"/import/{run.pk}/sums.csv").streaming_content).decode("utf-8-sig")))
    )
    assert rows[1] == ["Invoices.csv", "2", "1593016", "21042.00", "23137.93", "2095.93", "USD"]
    assert len(rows) == 5
    assert f"/import/{run.pk}/sums" in page.get(f"/import/{run.pk}/").content.decode()


def test_differences_are_closed_to_others_and_empty_where_none_is(shop, page):
    run = load(page, {"Products.csv": PRODUCTS})
    assert "compared no sums" in page.get(f"/import/{run.pk}/sums").content.decode()

    page.force_login(shop.sara)
    assert page.get(f"/import/{run.pk}/sums").status_code in (403, 404)
    assert page.get(f"/import/{run.pk}/sums.csv").status_code in (403, 404)


def test_differences_come_page_by_page(shop, page):
    many = LINES.splitlines()[0] + "".join(f"\n{n},Nails,$3.00,2,$6.00,$0,$6.00,$1.00,$5.00,77" for n in range(450))
    run = load(page, {"Invoice_Line_Items.csv": many})
    assert run.differences.count() == 450

    first = page.get(f"/import/{run.pk}/sums").content.decode()
    assert first.count('<th scope="row">') == 200
    behind = first.split("?behind=")[1].split('"')[0]
    assert page.get(f"/import/{run.pk}/sums?behind={behind}").content.decode().count('<th scope="row">') == 200
    assert page.get(f"/import/{run.pk}/sums?behind=nonsense").status_code == 200


@pytest.mark.parametrize("rows", [1, 3, 500])
def test_a_rehearsal_tells_papers_and_lines_as_the_run_does_whatever_the_batches(shop, page, monkeypatch, rows):
    batches_of(monkeypatch, rows)
    rehearsed = load(page, FILES, do="rehearse")
    assert not Invoice.objects.exists() and SumDifference.objects.filter(run=rehearsed).count() == 4

    batches_of(monkeypatch, 2)
    loaded = load(page, FILES)

    assert rehearsed.reports == loaded.reports


def test_an_import_of_papers_is_taken_back_whole_and_loads_again(shop, page):
    run = load(page, FILES)
    page.post(f"/import/{run.pk}/", {"do": "undo"})

    assert (
        not Invoice.objects.filter(deleted_at=None).exists()
        and not InvoiceLine.objects.filter(deleted_at=None).exists()
    )
    assert not Product.objects.filter(deleted_at=None).exists()
    load(page, FILES)
    assert Invoice.objects.filter(deleted_at=None).count() == 5
    assert {line.invoice.deleted_at for line in InvoiceLine.objects.filter(deleted_at=None)} == {None}
    assert ExternalId.objects.filter(type="invoice", system="zoho").count() == 5


def test_lines_of_an_order_that_another_system_sent_are_taken_back_with_it(shop, page):
    orders = "PURCHASEORDERID,Subject,PO Number,Status,Grand Total\n5,Wood,61,Delivered,$78.00\n"
    files = {"Purchase_Orders.csv": orders, "Purchase_Order_Line_Items.csv": LINES.replace(",9\n", ",5\n")}
    run = load(page, files)
    assert not PurchaseOrder.objects.filter(state="draft").exists() and PurchaseLine.objects.count() == 4

    page.post(f"/import/{run.pk}/", {"do": "undo"})

    assert not PurchaseLine.objects.filter(deleted_at=None).exists()
    assert not PurchaseOrder.objects.filter(deleted_at=None).exists()


# -- the whole portal ------------------------------------------------------------------------------------

ZOHO = shared_folder("zoho-export")
NAMES = ("Products", "Quotes", "Invoices", "Invoice_Line_Items", "Purchase_Orders", "Purchase_Order_Line_Items")


def table(name):
    with (ZOHO / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def exact(text):
    return Fraction(text.replace("$", "").replace(",", "")) if text.strip() else None


def cents(value):
    """To the cent, half up."""
    if value is None:
        return None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def in_exact_arithmetic(row):
    """What a row comes to, worked out here by fractions."""
    total = next(k for k in ("Grand Total", "Gross Total", "Net Total") if k in row)
    if "List Price" in row:
        full = Fraction(cents(exact(row["List Price"]) * exact(row["Quantity"]) - exact(row["Discount"])))
    else:
        full = exact(row["Sub Total"])
        full = None if full is None else Fraction(cents(full - exact(row["Discount"])))
    ours = None if full is None else full + (exact(row["Tax"]) or 0) + (exact(row.get("Adjustments", "")) or 0)
    return cents(exact(row[total])), cents(ours)


@pytest.mark.slow
@pytest.mark.skipif(not ZOHO.is_dir(), reason="the shared data (DAFTAR_SHARED or ../shared) is not here")
def test_zoho_papers_load_whole_and_every_difference_is_listed(shop, page):
    run = load(page, {f"{name}.csv": (ZOHO / f"{name}.csv").read_text(encoding="utf-8-sig") for name in NAMES})

    assert {step["title"]: (r["created"], r["refused"]) for step, r in zip(run.steps, run.reports, strict=True)} == {
        name: (len(table(name)), 0) for name in NAMES
    }
    assert (Quote.objects.count(), Invoice.objects.count(), PurchaseOrder.objects.count()) == (3000, 1300 + 9, 1416 + 9)
    assert (InvoiceLine.objects.count(), PurchaseLine.objects.count()) == (3051, 4577)
    assert Product.objects.filter(stock_on_hand__gt=0).count() == 2000
    for name in NAMES[1:]:
        wanted = {}
        for n, row in enumerate(table(name), start=2):
            told, ours = in_exact_arithmetic(row)
            if told is None or told != ours:
                wanted[n] = ours
        listed = dict(run.differences.filter(file=f"{name}.csv").values_list("line", "ours"))
        assert listed == wanted, name
