"""Purchase orders: what was ordered comes in parts, or is cancelled; their pages."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.catalogue.models import Expected, Product, StockMove, Warehouse
from daftar.catalogue.stock import doors
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.tests.test_races import at_once
from daftar.sales.buying.demo import make_purchases
from daftar.sales.buying.lines import Wish
from daftar.sales.buying.orders import cancel_order, change_line, send_order
from daftar.sales.buying.receiving import MoreThanOrdered, receive_order
from daftar.sales.models import PurchaseLine, PurchaseOrder
from daftar.sales.tests.yard import HX, D, signed_in, usd

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
