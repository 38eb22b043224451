"""Purchase orders: written, sent, received in parts, cancelled; the missing list makes them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Role, User
from daftar.catalogue.models import Expected, Product, StockMove, Warehouse
from daftar.catalogue.stock import doors
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.tests.test_races import at_once
from daftar.sales.buying.demo import make_purchases
from daftar.sales.buying.lines import Wish
from daftar.sales.buying.missing import Pick, missing_list, order_missing
from daftar.sales.buying.orders import add_line, cancel_order, change_line, make_order, remove_line, send_order
from daftar.sales.buying.receiving import MoreThanOrdered, receive_order
from daftar.sales.models import PurchaseLine, PurchaseOrder

D = Decimal
HX = {"HX-Request": "true"}
LATER = dt.date(2199, 12, 20)


def usd(amount):
    return Money(D(str(amount)), "USD")


class Yard:
    """A supplier, goods that cost 50 and have 20 % tax, boxes of 12."""

    def __init__(self, shop, store) -> None:
        self.shop, self.store = shop, store
        self.supplier = shop.make("company", name="Tools Inc")
        self.gtx = store.product(name="GTX", price=100)
        self.box = shop.make("product_pack", by=shop.olga, product=self.gtx.pk, name="box", factor=D(12))

    def order(self, *wishes, by=None, **more):
        return make_order(self.supplier.pk, wishes or [Wish(self.gtx.pk, D(20))], by=by or self.shop.olga, **more)

    def sent(self, *wishes, **more):
        return send_order(self.order(*wishes, **more).pk, by=self.shop.olga)

    def line(self, order):
        return PurchaseLine.objects.filter(order=order.pk, deleted_at=None).order_by("position").first()

    def five(self, product=None):
        """(on hand, on order, missing)"""
        row = Product.objects.get(pk=(product or self.gtx).pk)
        five = doors.five_numbers([row.pk])[row.pk]
        assert (five.on_hand, five.on_order) == (row.stock_on_hand, row.stock_on_order)
        return int(row.stock_on_hand), int(row.stock_on_order), int(row.stock_missing)


@pytest.fixture
def yard(shop, store):
    return Yard(shop, store)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


# -- drafts ----------------------------------------------------------------------------------------------


def test_a_draft_has_a_number_the_last_cost_and_sums_with_tax(yard):
    order = yard.order(expected_on=LATER)

    line = yard.line(order)
    assert order.number.startswith("PO-") and (order.state, order.total_currency) == ("draft", "USD")
    assert (line.name, line.unit, line.price, line.tax_percent) == ("GTX", yard.store.piece.symbol, 50, 20)
    assert (order.net, order.total) == (1000, 1200)
    assert yard.five() == (0, 0, 0)


def test_a_line_is_ordered_in_packs_at_the_price_of_a_pack(yard):
    order = yard.order(Wish(yard.gtx.pk, D(2), yard.box.pk))

    line = yard.line(order)
    assert (line.unit, line.factor, line.quantity, line.price, order.net) == ("box", 12, 2, 600, 1200)


def test_sums_follow_every_change_of_a_draft_whichever_door_it_came_through(yard):
    order = yard.order()
    added = add_line(order.pk, Wish(yard.gtx.pk, D(1), price=usd(30)), by=yard.shop.olga)
    total = lambda: PurchaseOrder.objects.get(pk=order.pk).net  # noqa: E731

    sums = [total()]
    change_line(added.pk, {"quantity": D(3)}, by=yard.shop.olga)
    sums.append(total())
    writing.change(yard.shop.type("purchase_line"), added.pk, {"price": usd(40)}, by=yard.shop.olga, via="api")
    sums.append(total())
    remove_line(added.pk, by=yard.shop.olga)
    sums.append(total())
    writing.bring_back(yard.shop.type("purchase_line"), added.pk, by=yard.shop.olga, via="page")
    sums.append(total())

    assert sums == [1030, 1090, 1120, 1000, 1120] and added.position == 2


@pytest.mark.parametrize("quantity", ["0", "-1", "0.333", "1e12", "NaN"])
def test_quantities_that_cannot_be_are_refused_at_their_line(yard, quantity):
    with pytest.raises(Invalid) as refused:
        yard.order(Wish(yard.gtx.pk, D(1)), Wish(yard.gtx.pk, D(quantity)))

    assert list(refused.value.errors) == ["line.1.quantity"]
    assert not PurchaseOrder.objects.exists()


def test_what_cannot_be_ordered_is_refused(yard, store, shop):
    other = store.product(name="Other")
    gone = store.product(name="Gone")
    writing.remove(shop.type("product"), gone.pk, by=shop.olga, via="page")

    for wish, field in (
        (Wish(gone.pk, D(1)), "line.0.product"),
        (Wish(None, D(1)), "line.0.product"),
        (Wish(other.pk, D(1), yard.box.pk), "line.0.pack"),
    ):
        with pytest.raises(Invalid) as refused:
            yard.order(wish)
        assert list(refused.value.errors) == [field]
    with pytest.raises(Invalid):
        make_order(10**9, [], by=shop.olga)
    with pytest.raises(Invalid):
        yard.order(expected_on=dt.date(2001, 1, 1))
    with pytest.raises(NotAllowed):
        yard.order(by=shop.rita)
    assert not PurchaseOrder.objects.exists()


def test_prices_of_one_order_have_one_currency(yard):
    order = yard.order(Wish(yard.gtx.pk, D(20)), Wish(yard.gtx.pk, D(1)))

    with pytest.raises(Invalid, match="USD"):
        change_line(yard.line(order).pk, {"price": Money(D(3), "EUR")}, by=yard.shop.olga)
    with pytest.raises(Invalid):
        add_line(order.pk, Wish(yard.gtx.pk, D(1), price=Money(D(3), "EUR")), by=yard.shop.olga)


def test_the_same_form_makes_one_order_and_one_line(yard):
    first, second = (yard.order(once="same form") for _ in range(2))
    lines = [add_line(first.pk, Wish(yard.gtx.pk, D(1)), by=yard.shop.olga, once="line") for _ in range(2)]

    assert first.pk == second.pk and lines[0].pk == lines[1].pk
    assert PurchaseLine.objects.count() == 2


def test_the_last_cost_is_no_price_for_whom_costs_are_hidden(yard, shop):
    grants = {"types": {"*": {"see": "all", "add": "all"}}, "fields": {"product": {"cost": "hidden"}}}
    Role.objects.create(key="storeman", name="Storeman", grants=grants)
    storeman = User.objects.create_user("s@shop.example", "secret-store", name="Stan", role="storeman")

    order = yard.order(by=storeman)

    assert yard.line(order).price is None and order.total == 0


# -- sending ---------------------------------------------------------------------------------------------


def test_a_sent_order_is_expected_on_its_day_and_stands(yard):
    order = yard.sent(Wish(yard.gtx.pk, D(2), yard.box.pk), expected_on=LATER)

    expected = Expected.objects.get()
    assert (order.state, order.ordered_on is not None) == ("ordered", True)
    assert (expected.quantity, expected.due_on, expected.about_type, expected.about_id) == (
        24,
        LATER,
        "purchase_order",
        order.pk,
    )
    assert yard.five() == (0, 24, 0)
    with pytest.raises(Invalid):
        change_line(yard.line(order).pk, {"quantity": D(3)}, by=yard.shop.olga)
    with pytest.raises(Conflict):
        remove_line(yard.line(order).pk, by=yard.shop.olga)
    with pytest.raises(Conflict):
        add_line(order.pk, Wish(yard.gtx.pk, D(1)), by=yard.shop.olga)
    with pytest.raises(Conflict):
        send_order(order.pk, by=yard.shop.olga)
    assert yard.five() == (0, 24, 0)


def test_an_order_without_lines_is_not_sent(yard):
    order = make_order(yard.supplier.pk, [], by=yard.shop.olga)

    with pytest.raises(Invalid):
        send_order(order.pk, by=yard.shop.olga)
    assert PurchaseOrder.objects.get().state == "draft"


def test_a_product_that_was_deleted_meanwhile_is_named(yard):
    order = yard.order()
    writing.remove(yard.shop.type("product"), yard.gtx.pk, by=yard.shop.olga, via="page")

    with pytest.raises(Invalid, match="GTX"):
        send_order(order.pk, by=yard.shop.olga)


def test_another_day_moves_what_is_promised(yard):
    order = yard.sent(expected_on=LATER)
    receive_order(order.pk, {yard.line(order).pk: D(5)}, by=yard.shop.olga)

    writing.change(
        yard.shop.type("purchase_order"),
        order.pk,
        {"expected_on": dt.date(2199, 12, 31)},
        by=yard.shop.olga,
        via="page",
    )

    expected = Expected.objects.get()
    assert (expected.due_on, expected.quantity) == (dt.date(2199, 12, 31), 15)
    assert yard.five() == (5, 15, 0)


def test_services_and_free_lines_are_ordered_and_received_without_stock(yard, store):
    service = store.product(name="Transport", kind="service")
    order = yard.sent(Wish(service.pk, D(1)), Wish(None, D(2), price=usd(5), name="Pallets"))

    done = receive_order(order.pk, by=yard.shop.olga)

    assert done.state == "received" and not StockMove.objects.exists() and not Expected.objects.exists()


# -- receiving -------------------------------------------------------------------------------------------


def test_goods_come_in_parts(yard):
    order = yard.sent()
    line = yard.line(order)

    part = receive_order(order.pk, {line.pk: D(5)}, by=yard.shop.olga)
    assert (part.state, yard.five()) == ("part_received", (5, 15, 0))
    whole = receive_order(order.pk, by=yard.shop.olga)

    assert (whole.state, yard.five(), yard.line(order).received) == ("received", (20, 0, 0), 20)
    move = StockMove.objects.first()
    assert (move.kind, move.about_type, move.about_id, move.cost) == ("receipt", "purchase_order", order.pk, 50)
    with pytest.raises(Conflict):
        receive_order(order.pk, by=yard.shop.olga)


def test_the_same_receipt_twice_is_one(yard):
    order = yard.sent()
    line = yard.line(order)

    for _ in range(2):
        receive_order(order.pk, {line.pk: D(5)}, by=yard.shop.olga, once="key of the form")

    assert yard.five() == (5, 15, 0) and yard.line(order).received == 5


def test_more_than_was_ordered_comes_only_when_somebody_says_so(yard):
    order = yard.sent()
    line = yard.line(order)

    with pytest.raises(MoreThanOrdered) as over:
        receive_order(order.pk, {line.pk: D(21)}, by=yard.shop.olga)
    assert yard.five() == (0, 20, 0) and over.value.lines == {line.pk: 20}
    done = receive_order(order.pk, {line.pk: D(21)}, by=yard.shop.olga, may_exceed=True)

    assert (done.state, yard.five(), yard.line(order).received) == ("received", (21, 0, 0), 21)


def test_a_receipt_is_kept_whole_or_not_at_all(yard, store):
    other = store.product(name="Bits")
    order = yard.sent(Wish(yard.gtx.pk, D(20)), Wish(other.pk, D(3)))
    first, second = PurchaseLine.objects.filter(order=order.pk).order_by("position")

    with pytest.raises(Invalid) as refused:
        receive_order(order.pk, {first.pk: D(5), second.pk: D("0.5"), 10**9: D(1)}, by=yard.shop.olga)

    assert set(refused.value.errors) == {f"line.{second.pk}", f"line.{10**9}"}
    assert yard.five() == (0, 20, 0) and PurchaseOrder.objects.get().state == "ordered"


def test_the_cost_of_the_product_becomes_that_of_the_order_where_somebody_wants_it(yard):
    order = yard.order(Wish(yard.gtx.pk, D(2), yard.box.pk, price=usd(540)))
    change_line(yard.line(order).pk, {"discount_percent": D(10)}, by=yard.shop.olga)
    send_order(order.pk, by=yard.shop.olga)

    receive_order(order.pk, {yard.line(order).pk: D(1)}, by=yard.shop.olga)
    assert Product.objects.get(pk=yard.gtx.pk).cost == 50
    receive_order(order.pk, by=yard.shop.olga, renew_cost=True)

    assert Product.objects.get(pk=yard.gtx.pk).cost == D("40.5")
    assert yard.five() == (24, 0, 0)


def test_goods_go_where_they_were_expected_or_where_somebody_says(yard):
    far = Warehouse.objects.create(name="Far")
    order = send_order(yard.order().pk, by=yard.shop.olga, warehouse=far)
    line = yard.line(order)

    receive_order(order.pk, {line.pk: D(5)}, by=yard.shop.olga)
    receive_order(order.pk, by=yard.shop.olga, warehouse=doors.default_warehouse())

    assert doors.five_numbers([yard.gtx.pk], far)[yard.gtx.pk].on_hand == 5
    assert doors.five_numbers([yard.gtx.pk], far)[yard.gtx.pk].on_order == 0
    assert yard.five() == (20, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_twenty_who_receive_the_same_line_never_take_more_than_was_ordered(yard):
    order = yard.sent(Wish(yard.gtx.pk, D(7)))
    line = yard.line(order)

    answers = at_once(lambda n: receive_order(order.pk, {line.pk: D(1)}, by=yard.shop.olga, once=f"form {n}").pk)

    assert sum(isinstance(answer, Conflict) for answer in answers) == 13
    assert yard.five() == (7, 0, 0) and yard.line(order).received == 7
    assert PurchaseOrder.objects.get(pk=order.pk).state == "received"


@pytest.mark.django_db(transaction=True)
def test_the_same_receipt_sent_twenty_times_at_once_is_one(yard):
    order = yard.sent()
    line = yard.line(order)

    at_once(lambda _n: receive_order(order.pk, {line.pk: D(1)}, by=yard.shop.olga, once="one form").pk)

    assert yard.five() == (1, 19, 0)


@pytest.mark.django_db(transaction=True)
def test_of_those_who_send_change_and_cancel_at_once_the_order_stays_in_order(yard):
    order = yard.order()
    line = yard.line(order)

    def act(n):
        try:
            if n % 3 == 0:
                return send_order(order.pk, by=yard.shop.olga).pk
            if n % 3 == 1:
                return change_line(line.pk, {"quantity": D(n)}, by=yard.shop.olga).pk
            return cancel_order(order.pk, by=yard.shop.olga).pk
        except Invalid as refused:
            return Conflict(str(refused))

    at_once(act)

    kept, line = PurchaseOrder.objects.get(pk=order.pk), yard.line(order)
    expected = Expected.objects.filter(about_id=order.pk).first()
    assert kept.state == "cancelled" and (expected is None or not expected.quantity)
    assert yard.five() == (0, 0, 0) and kept.net == line.net == line.quantity * 50


# -- cancelling ------------------------------------------------------------------------------------------


def test_what_has_not_come_of_a_cancelled_order_is_not_expected_any_more(yard):
    order = yard.sent()
    receive_order(order.pk, {yard.line(order).pk: D(5)}, by=yard.shop.olga)

    cancelled = cancel_order(order.pk, by=yard.shop.olga)
    again = cancel_order(order.pk, by=yard.shop.olga)

    assert cancelled.state == again.state == "cancelled" and yard.five() == (5, 0, 0)
    with pytest.raises(Conflict):
        receive_order(order.pk, by=yard.shop.olga)


def test_an_order_that_came_is_not_cancelled_and_a_sent_one_not_deleted(yard):
    order = yard.sent()
    with pytest.raises(Conflict):
        writing.remove(yard.shop.type("purchase_order"), order.pk, by=yard.shop.olga, via="page")
    receive_order(order.pk, by=yard.shop.olga)

    with pytest.raises(Conflict):
        cancel_order(order.pk, by=yard.shop.olga)


def test_rights_are_asked_before_anything_happens(yard, shop):
    order = yard.order()

    for act in (send_order, cancel_order, receive_order):
        with pytest.raises((Missing, NotAllowed)):
            act(order.pk, by=shop.rita)
    with pytest.raises(Missing):
        send_order(10**9, by=shop.olga)
    assert PurchaseOrder.objects.get().state == "draft"


# -- what is missing -------------------------------------------------------------------------------------


def test_what_deals_want_and_nobody_has_is_suggested_in_whole_packs(yard, shop, store):
    deal = store.deal((yard.gtx, 15, 100))
    doors.renew_wanted([yard.gtx.pk])

    row = missing_list(shop.reader())[0]

    assert (row.product.pk, int(row.product.stock_missing), row.suggested, row.pack) == (yard.gtx.pk, 15, 24, yard.box)
    assert row.deals == ((deal.pk, deal.name, D(15)),)


def test_what_is_on_order_is_not_suggested_again_and_a_level_is_kept(yard, shop, store):
    low = store.product(name="Bits", reorder_level=D(10))
    store.deal((yard.gtx, 15, 100))
    doors.renew_wanted([yard.gtx.pk])
    yard.sent(Wish(yard.gtx.pk, D(15)))
    doors.receive([doors.Item(low.pk, D(4))], by=shop.olga)

    rows = {row.product.name: row.suggested for row in missing_list(shop.reader())}

    assert rows == {"GTX": 0, "Bits": 6}
    doors.receive([doors.Item(low.pk, D(6))], by=shop.olga)
    assert "Bits" not in [row.product.name for row in missing_list(shop.reader())]


def test_what_stands_in_drafts_is_not_suggested_again(yard, shop, store):
    store.deal((yard.gtx, 30, 100))
    doors.renew_wanted([yard.gtx.pk])
    yard.order(Wish(yard.gtx.pk, D(2), yard.box.pk))

    row = missing_list(shop.reader())[0]

    assert (row.drafted, row.suggested) == (24, 12)
    assert b"+ 24 in drafts" in signed_in(shop.olga).get("/products/missing/").content


def test_deals_that_one_may_not_see_are_counted_and_not_named(yard, shop, store):
    store.deal((yard.gtx, 1, 100), by=shop.reza, company=None, contact=None)
    doors.renew_wanted([yard.gtx.pk])

    sara, olga = (missing_list(shop.reader(person))[0] for person in (shop.sara, shop.olga))

    assert len(olga.deals) == 1 and olga.more_deals == 0
    assert len(sara.deals) + sara.more_deals == 1


def test_one_step_makes_one_draft_for_each_supplier(yard, shop, store):
    other, bits = shop.make("company", name="Bits GmbH"), store.product(name="Bits")
    picks = [
        Pick(yard.gtx.pk, D(24), yard.supplier.pk), Pick(bits.pk, D(5), other.pk), Pick(store.product(name="Saw").pk, D(1), other.pk),
    ]  # fmt: skip

    made = order_missing(picks, by=shop.olga, once="form")
    again = order_missing(picks, by=shop.olga, once="form")

    assert [order.pk for order in made] == [order.pk for order in again]
    lines = {order.supplier_id: PurchaseLine.objects.filter(order=order.pk).order_by("id") for order in made}
    said = {supplier: [(li.name, li.quantity, li.factor) for li in found] for supplier, found in lines.items()}
    assert said == {yard.supplier.pk: [("GTX", 2, 12)], other.pk: [("Bits", 5, 1), ("Saw", 1, 1)]}


def test_a_row_without_a_supplier_or_with_a_wrong_number_makes_nothing(yard, shop, store):
    bits = store.product(name="Bits")

    with pytest.raises(Invalid) as asked:
        order_missing([Pick(yard.gtx.pk, D(1), yard.supplier.pk), Pick(bits.pk, D(1), None)], by=shop.olga)
    with pytest.raises(Invalid) as wrong:
        order_missing([Pick(yard.gtx.pk, D(1), yard.supplier.pk), Pick(bits.pk, D(0), yard.supplier.pk)], by=shop.olga)

    assert list(asked.value.errors) == [f"supplier.{bits.pk}"] and list(wrong.value.errors) == [f"quantity.{bits.pk}"]
    assert not PurchaseOrder.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_picks_sent_twenty_times_at_once_make_one_order(yard, shop):
    picks = [Pick(yard.gtx.pk, D(12), yard.supplier.pk)]

    answers = at_once(lambda _n: order_missing(picks, by=shop.olga, once="form")[0].pk)

    assert len(set(answers)) == 1 and PurchaseOrder.objects.count() == 1


# -- pages -----------------------------------------------------------------------------------------------


def test_the_page_of_missing_goods_makes_drafts_of_what_is_picked(yard, shop, store):
    yard.shop.type("product")
    writing.change(shop.type("product"), yard.gtx.pk, {"supplier": yard.supplier.pk}, by=shop.olga, via="page")
    store.deal((yard.gtx, 15, 100))
    doors.renew_wanted([yard.gtx.pk])
    client = signed_in(shop.olga)

    page = client.get("/products/missing/").content.decode()
    nothing = client.post("/products/missing/", {"once": "x"})
    sent = {
        "ids": [yard.gtx.pk],
        f"quantity.{yard.gtx.pk}": "24",
        f"supplier.{yard.gtx.pk}": yard.supplier.pk,
        "once": "form",
    }
    answer = client.post("/products/missing/", sent)

    assert "GTX" in page and "Tools Inc" in page and 'value="24"' in page and "Drills for Alvand" in page
    assert nothing.status_code == 422
    order = PurchaseOrder.objects.get()
    assert answer.headers["Location"] == f"/purchase-orders/{order.pk}/" and order.state == "draft"
    assert signed_in(shop.rita).post("/products/missing/", sent).status_code == 403


def test_the_page_asks_who_sells_what_has_no_supplier_and_keeps_what_was_typed(yard, shop, store):
    store.deal((yard.gtx, 15, 100))
    doors.renew_wanted([yard.gtx.pk])

    answer = signed_in(shop.olga).post(
        "/products/missing/", {"ids": [yard.gtx.pk], f"quantity.{yard.gtx.pk}": "36", "once": "f"}
    )

    text = answer.content.decode()
    assert answer.status_code == 422 and "Choose from whom this is bought." in text and 'value="36"' in text


def test_an_empty_list_says_so(yard, shop):
    assert b"Nothing is missing" in signed_in(shop.olga).get("/products/missing/").content


def test_an_order_goes_its_way_by_its_pages(yard, shop):
    client = signed_in(shop.olga)

    made = client.post(f"/companies/{yard.supplier.pk}/purchase-order", {"expected_on": "2199-12-20", "once": "o"})
    base = made.headers["Location"]
    added = client.post(
        f"{base}lines/", {"product": yard.gtx.pk, "quantity": "10", "price": "", "price.currency": "USD"}, headers=HX
    )
    line = PurchaseLine.objects.get()
    said = {"quantity": "2", "unit": yard.box.pk, "price": "50", "price.currency": "USD", "version": line.version}
    packed = client.post(f"{base}lines/{line.pk}", said, headers=HX)
    asked = client.get(f"{base}send").status_code
    sent = client.post(f"{base}send")
    over = client.post(f"{base}receive", {f"line.{line.pk}": "3", "once": "r"})
    part = client.post(f"{base}receive", {f"line.{line.pk}": "1", "once": "r"})
    card = client.get(base).content.decode()
    cancelled = client.post(f"{base}cancel")

    assert added.status_code == 200 and packed.status_code == 200, packed.content.decode()
    line.refresh_from_db()
    assert (line.unit, line.factor, line.price, line.quantity) == ("box", 12, 600, 2)
    assert asked == 200 and sent.status_code == part.status_code == cancelled.status_code == 302
    assert over.status_code == 422 and "may_exceed" in over.content.decode()
    assert "$1,200.00" in card and "Partly received" in card and "lines-new" not in card
    assert PurchaseOrder.objects.get().state == "cancelled" and yard.five() == (12, 0, 0)


def test_lines_of_other_orders_do_not_exist_on_this_one(yard, shop):
    mine, other = yard.order(), yard.order()

    answer = signed_in(shop.olga).post(f"/purchase-orders/{mine.pk}/lines/{yard.line(other).pk}", {"quantity": "1"})

    assert answer.status_code == 404 and yard.line(other).quantity == 20


def test_a_wrong_line_says_why_at_its_field(yard, shop):
    order = yard.order()
    client = signed_in(shop.olga)

    none = client.post(f"/purchase-orders/{order.pk}/lines/", {"product": "", "quantity": "1"}, headers=HX)
    half = client.post(f"/purchase-orders/{order.pk}/lines/", {"product": yard.gtx.pk, "quantity": "0.5"}, headers=HX)

    assert none.status_code == half.status_code == 422
    assert "Choose a product" in none.content.decode() and "only counted whole" in half.content.decode()


def test_words_of_people_are_escaped_on_the_pages_of_buying(yard, shop, store):
    marker = "<img src=x onerror=alert(1)>"
    product = store.product(name=marker, reorder_level=D(5))
    order = yard.order(Wish(product.pk, D(1)))

    for page in ("/products/missing/", f"/purchase-orders/{order.pk}/"):
        text = signed_in(shop.olga).get(page).content.decode()
        assert "&lt;img src=x" in text and marker not in text


def test_pages_cost_as_many_questions_for_many_rows_as_for_few(yard, shop, store):
    client, counts = signed_in(shop.olga), []
    for many in (2, 12):
        wishes = [Wish(store.product(name=f"P {many} {n}", reorder_level=D(5)).pk, D(1)) for n in range(many)]
        order = yard.order(*wishes)
        for page in (f"/purchase-orders/{order.pk}/", "/products/missing/"):
            client.get(page)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page).status_code == 200
            counts.append(len(asked))

    assert counts[2] <= counts[0] + 1 and counts[3] <= counts[1] + 1


def test_a_long_order_is_made_sent_and_received_with_few_questions_for_each_line(yard, store):
    counts = []
    for many in (5, 25):
        wishes = [Wish(store.product(name=f"P {many} {n}").pk, D(2)) for n in range(many)]
        with CaptureQueriesContext(connection) as asked:
            receive_order(yard.sent(*wishes).pk, by=yard.shop.olga)
        counts.append(len(asked))

    assert (counts[1] - counts[0]) / 20 < 30


# -- demo ------------------------------------------------------------------------------------------------


def test_the_demo_company_has_orders_in_every_state(yard, shop, store):
    goods = [yard.gtx, *(store.product(name=f"P {n}") for n in range(5))]

    made = make_purchases([yard.supplier], goods, by=shop.olga, today=dt.date(2026, 3, 3) + dt.timedelta(days=40_000))

    assert [order.state for order in made] == ["received", "received", "part_received", "ordered", "ordered", "draft"]
    assert all(order.total for order in made) and yard.five()[0] > 0
    assert make_purchases([], goods, by=shop.olga, today=dt.date(2026, 3, 3)) == []
