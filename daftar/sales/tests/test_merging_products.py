"""Two products are one: stock, holds, orders, lines and prices follow, and all of it comes back while nothing moved."""

import datetime as dt
from decimal import Decimal

import pytest

from daftar.catalogue.models import (
    BundlePart,
    Expected,
    Hold,
    PriceItem,
    Product,
    ProductPack,
    StockLevel,
    StockMove,
    Unit,
    Warehouse,
)
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.errors import Conflict
from daftar.records import writing
from daftar.records.bulk import runs
from daftar.records.merging.merge import Merge, merge
from daftar.sales.buying.lines import Wish as Buy
from daftar.sales.buying.orders import add_line, make_order, send_order
from daftar.sales.buying.receiving import receive_order
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.models import InvoiceLine, PurchaseLine
from daftar.sales.tests.conftest import usd

D = Decimal


class Two:
    """“GTX” and “GTX Plus”, which are one: both in stock in two places, held, ordered, wanted, in bundles and lists."""

    def __init__(self, shop, store) -> None:
        self.shop, self.store = shop, store
        self.far = Warehouse.objects.create(name="Far")
        self.gtx, self.plus = store.product(name="GTX"), store.product(name="GTX Plus")
        self.put(self.gtx, 9)
        self.put(self.gtx, 3, self.far)
        self.put(self.plus, 5)
        self.deal = store.deal((self.gtx, 4, 100), (self.plus, 1, 100))
        self.invoice = issue_invoice(self.deal.pk, Wish(), by=shop.sara)
        store.deal((self.gtx, 30, 100))
        doors.renew_wanted([self.gtx.pk, self.plus.pk])
        self.order = make_order(shop.make("company", name="Tools Inc").pk, [Buy(self.gtx.pk, D(20))], by=shop.olga)
        add_line(self.order.pk, Buy(self.plus.pk, D(2)), by=shop.olga)
        send_order(self.order.pk, by=shop.olga)

    def put(self, product, many, place=None):
        doors.receive([doors.Item(product.pk, D(many))], by=self.shop.olga, kind="opening", warehouse=place)

    def numbers(self):
        """What stands in the levels, on the product, in the ledger, in holds and in what is expected; all agree."""
        found = []
        for product in (self.gtx, self.plus):
            row = Product.objects.get(pk=product.pk)
            levels = list(StockLevel.objects.filter(product=product.pk))
            hand, held, order = (
                sum((getattr(one, key) for one in levels), D(0)) for key in ("on_hand", "reserved", "on_order")
            )
            assert hand == sum((m.quantity for m in StockMove.objects.filter(product=product.pk)), D(0))
            for level in levels:
                mine = StockMove.objects.filter(product=product.pk, warehouse=level.warehouse_id)
                assert level.on_hand == sum((m.quantity for m in mine), D(0))
            assert held == sum((h.quantity for h in Hold.objects.filter(product=product.pk, state="in_force")), D(0))
            assert order == sum((e.quantity for e in Expected.objects.filter(product=product.pk)), D(0))
            assert (row.stock_on_hand, row.stock_reserved, row.stock_on_order) == (hand, held, order)
            assert row.stock_available == hand - held
            assert row.stock_missing == max(row.stock_wanted - row.stock_available, 0)
            found.append(tuple(int(n) for n in (hand, held, hand - held, order, row.stock_missing)))
        return found

    def merge(self, **more):
        type_ = self.shop.type("product")
        return merge(type_, Merge([self.plus.pk, self.gtx.pk], self.plus.pk, {}, {}, **more), by=self.shop.olga)

    def back(self, run):
        return runs.begin_undo(run.change_set, by=self.shop.olga)


@pytest.fixture
def two(shop, store):
    return Two(shop, store)


def test_stock_holds_and_orders_of_both_are_those_of_one_and_come_back(two):
    before = two.numbers()
    assert before == [(12, 4, 8, 20, 22), (5, 1, 4, 2, 0)]
    moved = StockMove.objects.count()

    run = two.merge()

    assert two.numbers() == [(0, 0, 0, 0, 0), (17, 5, 12, 22, 18)]
    assert StockMove.objects.filter(product=two.gtx.pk).exclude(kind="correction").count() == 2
    assert StockMove.objects.count() == moved + 4

    two.back(run)

    assert two.numbers() == before
    assert not Product.objects.get(pk=two.gtx.pk).deleted_at


def test_lines_follow_and_issued_papers_still_name_what_they_named(two):
    two.merge()

    lines = InvoiceLine.objects.filter(invoice=two.invoice.pk).order_by("position")
    assert [(line.name, line.product_id) for line in lines] == [("GTX", two.plus.pk), ("GTX Plus", two.plus.pk)]
    assert {line.product_id for line in PurchaseLine.objects.filter(order=two.order.pk)} == {two.plus.pk}

    ship(two.invoice.pk, by=two.shop.sara)
    rows = list(PurchaseLine.objects.filter(order=two.order.pk).order_by("position"))
    receive_order(two.order.pk, {rows[0].pk: D(20), rows[1].pk: D(2)}, by=two.shop.olga)

    assert two.numbers()[1] == (34, 0, 34, 0, 0)


@pytest.mark.parametrize("what", ["ship", "hold", "receive"])
def test_a_merge_is_not_taken_back_once_goods_moved(two, what):
    run = two.merge()
    if what == "ship":
        ship(two.invoice.pk, by=two.shop.sara)
    elif what == "hold":
        doors.hold([doors.Item(two.plus.pk, D(9))], by=two.shop.olga, about=None)
    else:
        two.put(two.plus, 1)
    before = two.numbers()

    with pytest.raises(Conflict, match="moved or were held since"):
        two.back(run)

    assert two.numbers() == before
    assert InvoiceLine.objects.filter(invoice=two.invoice.pk, product=two.gtx.pk).count() == 0


def test_a_hold_that_ended_since_comes_back_as_it_is(two):
    run = two.merge()
    doors.release(about=("invoice", two.invoice.pk), by=two.shop.olga)

    two.back(run)

    assert two.numbers() == [(12, 0, 12, 20, 18), (5, 0, 5, 2, 0)]


def test_prices_packs_variants_and_bundles_follow_and_what_is_there_already_stays(two, shop, store):
    make = lambda key, **values: shop.make(key, by=shop.olga, **values)  # noqa: E731
    cheap = make("price_list", name="Cheap", currency="USD")
    kept = make("price_item", price_list=cheap.pk, product=two.plus.pk, price=usd(90))
    double = make("price_item", price_list=cheap.pk, product=two.gtx.pk, price=usd(80))
    step = make("price_item", price_list=cheap.pk, product=two.gtx.pk, price=usd(70), min_quantity=D(10))
    box, same = (
        make("product_pack", product=p.pk, name=n, factor=D(12)) for p, n in ((two.plus, "box"), (two.gtx, "Box"))
    )
    red = store.product(name="Red", variant_of=two.gtx.pk)
    kit = store.product(name="Kit", kind="bundle", tracks_stock=False)
    part = make("bundle_part", bundle=kit.pk, product=two.gtx.pk, quantity=D(2))

    two.merge()

    of = lambda row: type(row).objects.values_list("product", flat=True).get(pk=row.pk)  # noqa: E731
    assert [of(row) for row in (kept, step, box, part)] == [two.plus.pk] * 4
    assert [of(row) for row in (double, same)] == [two.gtx.pk] * 2
    assert Product.objects.get(pk=red.pk).variant_of_id == two.plus.pk
    assert (PriceItem.objects.count(), ProductPack.objects.count(), BundlePart.objects.count()) == (3, 2, 1)


def test_a_bundle_that_is_wanted_wants_the_one_that_stays(two, shop, store):
    kit = store.product(name="Kit", kind="bundle", tracks_stock=False)
    shop.make("bundle_part", by=shop.olga, bundle=kit.pk, product=two.gtx.pk, quantity=D(2))
    store.deal((kit, 50, 100))
    doors.renew_wanted([two.gtx.pk])
    before = two.numbers()

    run = two.merge()
    after = two.numbers()
    two.back(run)

    assert (before[0][4], after[1][4]) == (122, 118)
    assert two.numbers() == before


def test_one_order_line_of_a_bundle_of_both_is_expected_together(two, shop):
    place = doors.default_warehouse()
    for product, many in ((two.gtx, 3), (two.plus, 4)):
        Expected.objects.create(
            product=product, warehouse=place, quantity=D(many), about_type="purchase_order", about_id=999, key="1"
        )
        doors.levels.add(place, on_order={product.pk: D(many)})
    before = two.numbers()

    run = two.merge()
    together = list(Expected.objects.filter(about_id=999).values_list("product", "quantity"))
    two.back(run)

    assert together == [(two.plus.pk, 7)]
    assert two.numbers() == before


def test_a_figure_from_outside_keeps_its_age_in_the_sum(two, shop):
    doors.tell(two.gtx.pk, D(9), source="1C", at=clock.now() - dt.timedelta(days=3), by=shop.olga)

    run = two.merge()
    told = Product.objects.get(pk=two.plus.pk)
    two.back(run)

    assert (told.stock_source, (clock.now() - told.stock_told_at).days) == ("1C", 3)
    assert Product.objects.get(pk=two.plus.pk).stock_source == ""


def different_unit(two):
    metre = Unit.objects.filter(decimals=2).first()
    writing.change(two.shop.type("product"), two.gtx.pk, {"unit": metre.pk}, by=two.shop.olga, via="page")


def uncounted(two):
    Product.objects.filter(pk=two.gtx.pk).update(tracks_stock=False)


def service(two):
    Product.objects.filter(pk=two.gtx.pk).update(kind="service")


def bundle_of_both(two):
    kit = two.store.product(name="Kit", kind="bundle", tracks_stock=False)
    for product in (two.gtx, two.plus):
        two.shop.make("bundle_part", by=two.shop.olga, bundle=kit.pk, product=product.pk, quantity=D(1))


def tree_of_variants(two):
    main = two.store.product(name="Main")
    two.store.product(name="Red", variant_of=two.gtx.pk)
    Product.objects.filter(pk=two.plus.pk).update(variant_of=main.pk)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (different_unit, "counted in different units"),
        (uncounted, "Make them alike first"),
        (service, "different kinds"),
        (bundle_of_both, "holds both of these"),
        (tree_of_variants, "is a variant itself"),
    ],
)
def test_products_that_cannot_be_one_are_refused_with_a_sentence(two, spoil, sentence):
    spoil(two)
    moved = StockMove.objects.count()

    with pytest.raises(Conflict, match=sentence):
        two.merge()

    assert StockMove.objects.count() == moved
    assert not Product.objects.get(pk=two.gtx.pk).deleted_at
