"""Purchase orders: their lines are written, sent; the missing list makes them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Role, User
from daftar.catalogue.models import Expected, StockMove
from daftar.catalogue.stock import doors
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.tests.test_races import at_once
from daftar.records.writing_many import remove_many
from daftar.sales.buying.lines import Wish
from daftar.sales.buying.missing import Pick, missing_list, order_missing
from daftar.sales.buying.orders import add_line, change_line, make_order, remove_line, send_order
from daftar.sales.buying.receiving import receive_order
from daftar.sales.models import PurchaseLine, PurchaseOrder
from daftar.sales.tests.yard import LATER, D, signed_in, usd

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


def test_lines_go_into_the_bin_with_as_many_questions_for_many_as_for_few(yard, store):
    """Whether an order was sent is asked once for all lines, whatever their orders."""
    counts = []
    for many in (2, 12):
        orders = [yard.order(Wish(yard.gtx.pk, D(1)), Wish(yard.gtx.pk, D(2))) for _ in range(many)]
        PurchaseOrder.objects.filter(pk__in=[order.pk for order in orders]).update(state="received", parties={})
        ids = list(PurchaseLine.objects.filter(order__in=orders).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            gone = remove_many(yard.shop.type("purchase_line"), ids, by=yard.shop.olga, via="bulk")
        assert not any(isinstance(answer, Exception) for answer in gone.values())
        counts.append(len(asked))

    assert counts[0] == counts[1]
