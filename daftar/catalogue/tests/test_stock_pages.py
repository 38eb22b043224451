"""The storekeeper's page, the stock on cards, holds and their day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Role
from daftar.access.shipped_roles import SHIPPED
from daftar.activities.models import Notice
from daftar.catalogue import demo
from daftar.catalogue.models import Hold, Product, ProductPack, StockMove, Warehouse
from daftar.catalogue.stock import doors, ending
from daftar.kernel import clock
from daftar.kernel.money import Money

D = Decimal


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def as_shipped():
    """Sellers may do what they may in a new company."""
    Role.objects.filter(key=Role.SELLER).update(grants=SHIPPED[Role.SELLER].grants.to_json())


@pytest.fixture
def keeper(shop):
    return signed_in(shop.olga)


def rows(*some, **more):
    """A sheet as a browser without scripts sends it: (what stands in the product box, quantity[, cost])."""
    cells = [(*one, "") if len(one) == 2 else one for one in some]
    return {
        "product": [str(p.pk) if isinstance(p, Product) else "" for p, _q, _c in cells],
        "product__text": ["" if isinstance(p, Product) else p for p, _q, _c in cells],
        "quantity": [str(q) for _p, q, _c in cells], "cost": [str(c) for _p, _q, c in cells], "kind": "receipt", **more,
    }  # fmt: skip


def test_several_products_come_at_once_found_by_code_barcode_and_name(shop, yard, keeper):
    drill, saw, bit = yard.product(code="D-1"), yard.product("Saw", barcode="4006381333931"), yard.product("Bit")
    ProductPack.objects.create(product=bit, name="Box", factor=10, barcode="777")

    answer = keeper.post(
        "/stock/",
        rows(
            ("D-1", 3, "12.50"),
            ("4006381333931", 2),
            ("777", 5),
            act="receive",
            warehouse=yard.far.pk,
            reason="Van",
            once="1",
        ),
    )

    assert answer.status_code == 302
    assert [yard.numbers(p, yard.far)[0] for p in (drill, saw, bit)] == [3, 2, 5]
    move = StockMove.objects.get(product=drill.pk)
    assert (move.cost, move.cost_currency, move.reason, move.created_by_id) == (D("12.50"), "USD", "Van", shop.olga.pk)


def test_the_same_sheet_sent_twice_is_done_once(shop, yard, keeper):
    drill = yard.product()
    for _again in range(2):
        keeper.post("/stock/", rows((drill, 3), act="receive", warehouse=yard.main.pk, once="same"))
    assert yard.numbers(drill)[0] == 3


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000000000", "0.333", "many", ""])
def test_a_wrong_row_stops_all_and_says_so_at_its_place(shop, yard, keeper, quantity):
    drill, saw = yard.product(), yard.product("Saw")

    answer = keeper.post("/stock/", rows((drill, 3), (saw, quantity), act="receive", warehouse=yard.main.pk, once="1"))

    assert answer.status_code == 422
    assert b'id="quantity-2-error"' in answer.content
    assert b'id="quantity-1-error"' not in answer.content
    assert yard.numbers(drill)[0] == 0


def test_what_is_not_there_cannot_go(shop, yard, keeper):
    drill = yard.product(there=2)

    page = keeper.post("/stock/", rows((drill, 3), act="write_off", reason="Broken", warehouse=yard.main.pk, once="1"))

    assert page.status_code == 422
    assert "2 available here" in page.content.decode()
    assert yard.numbers(drill)[0] == 2


def test_a_write_off_needs_a_reason_and_a_transfer_a_place(shop, yard, keeper):
    drill = yard.product(there=2)
    sent = rows((drill, 1), warehouse=yard.main.pk, once="1")

    assert "Say why" in keeper.post("/stock/", {**sent, "act": "write_off"}).content.decode()
    assert "Choose where" in keeper.post("/stock/", {**sent, "act": "transfer"}).content.decode()
    assert keeper.post("/stock/", {**sent, "act": "transfer", "target": yard.far.pk}).status_code == 302
    assert yard.numbers(drill, yard.far)[0] == 1


def test_a_warehouse_is_counted_from_its_own_sheet(shop, yard, keeper):
    drill, saw = yard.product(there=5), yard.product("Saw", there=4)
    yard.product("Elsewhere")

    page = keeper.get(f"/stock/?act=count&warehouse={yard.main.pk}&all=1").content.decode()
    assert 'value="Drill"' in page and 'value="Saw"' in page and "Elsewhere" not in page
    keeper.post("/stock/", rows((drill, 3), (saw, ""), act="count", warehouse=yard.main.pk, once="1"))

    assert (yard.numbers(drill)[0], yard.numbers(saw)[0]) == (3, 4)


def test_opening_figures_come_out_of_a_table(shop, yard, keeper):
    drill, saw = yard.product(code="D-1"), yard.product("Saw")
    text = "D-1\t12\t3,5\nSaw\t7\nNobody\t1"

    page = keeper.post(
        "/stock/",
        {"act": "receive", "warehouse": yard.main.pk, "kind": "opening", "do": "paste", "paste": text, "once": "1"},
    )

    words = page.content.decode()
    assert 'value="Drill"' in words and 'value="12"' in words and "No product, or several" in words
    assert not StockMove.objects.exists()
    keeper.post(
        "/stock/", rows((drill, 12), (saw, 7), act="receive", warehouse=yard.main.pk, once="1", **{"kind": "opening"})
    )
    assert StockMove.objects.filter(kind="opening").count() == 2


def test_services_bundles_and_strangers(shop, yard, keeper):
    work, kit = yard.product("Work", kind="service"), yard.product("Kit", kind="bundle")

    page = keeper.post(
        "/stock/", rows((work, 1), (kit, 1), ("<i>nobody", 1), act="count", warehouse=yard.main.pk, once="1")
    )

    words = page.content.decode()
    assert page.status_code == 422
    assert (
        "not counted" in words and "by its parts" in words and "&lt;i&gt;nobody" in words and "<i>nobody" not in words
    )


def test_who_may_not_move_goods_does_not(shop, yard, as_shipped):
    drill, seller = yard.product(there=3), signed_in(shop.sara)

    assert seller.get("/stock/").status_code == 403
    assert seller.post("/stock/", rows((drill, 1), act="receive", warehouse=yard.main.pk, once="1")).status_code == 403
    card = seller.get(f"/products/{drill.pk}/").content.decode()
    assert 'id="stock"' in card and "/stock/?act" not in card
    assert yard.numbers(drill)[0] == 3


def test_the_card_says_where_how_many_who_and_when(shop, yard, keeper):
    drill = yard.product(there=9)
    doors.transfer(yard.items((drill, 2)), by=shop.olga, source=yard.main, target=yard.far)
    doors.hold(yard.items((drill, 4)), by=shop.olga, about=None, until=dt.date(2099, 1, 2))
    doors.expect(yard.items((drill, 20)), about=("purchase_order", 1), due_on=dt.date(2099, 3, 4))
    Product.objects.filter(pk=drill.pk).update(stock_source="1C", stock_told_at=clock.now() - dt.timedelta(days=3))

    page = keeper.get(f"/products/{drill.pk}/").content.decode()

    block = page[page.index('id="stock"') :]
    for words in (
        yard.main.name,
        "Far",
        "2099",
        "3 days ago",
        "from 1C",
        "Last moves",
        "/stock-moves/?product=",
        "/release",
    ):
        assert words in block


def test_the_card_asks_no_more_for_more_holds(shop, yard, keeper):
    drill = yard.product(there=90)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert keeper.get(f"/products/{drill.pk}/").status_code == 200
        return len(queries)

    doors.hold(yard.items((drill, 1)), by=shop.olga, about=None)
    asked()
    few = asked()
    for _n in range(10):
        doors.hold(yard.items((drill, 1)), by=shop.olga, about=None)
    assert asked() <= few


# -- holds -----------------------------------------------------------------------------------------------


def test_a_seller_holds_goods_for_a_deal_and_lets_them_go(shop, yard, as_shipped):
    drill, seller = yard.product(there=5), signed_in(shop.sara)
    deal = shop.make("deal", by=shop.sara, name="Mill")

    answer = seller.post(
        f"/products/{drill.pk}/hold", {"quantity": "3", "until": "tomorrow", "about": f"deal:{deal.pk}"}
    )

    assert answer.status_code == 302
    held = Hold.objects.get()
    assert (held.quantity, held.about_type, held.about_id, held.owner_id) == (3, "deal", deal.pk, shop.sara.pk)
    assert yard.numbers(drill)[:3] == (5, 3, 2)
    assert seller.post(f"/holds/{held.pk}/release").status_code == 302
    assert yard.numbers(drill)[:3] == (5, 0, 5)
    assert seller.post(f"/holds/{held.pk}/release").status_code == 409


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"quantity": "9"}, "Not everything is in stock"), ({"quantity": "0.5"}, "only counted whole"),
        ({"quantity": "1", "until": "yesterday"}, "This day is over"), ({"quantity": "1", "about": "deal:99999"}, "no such record"),
    ],
)  # fmt: skip
def test_a_hold_that_cannot_be_says_why(shop, yard, keeper, sent, words):
    drill = yard.product(there=5)

    page = keeper.post(f"/products/{drill.pk}/hold", {"until": "tomorrow", **sent})

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Hold.objects.exists()


def test_nobody_releases_the_hold_of_another_department(shop, yard):
    drill = yard.product(there=5)
    (held,) = doors.hold(yard.items((drill, 2)), by=shop.olga, about=None)
    assert signed_in(shop.rita).post(f"/holds/{held.pk}/release").status_code in (403, 404)
    assert yard.numbers(drill)[1] == 2


def test_a_hold_ends_when_its_day_is_over_and_its_owner_is_told(shop, yard, django_capture_on_commit_callbacks):
    drill, today = yard.product(there=9), clock.today("UTC")
    for many, until in ((2, today - dt.timedelta(days=1)), (3, today), (1, None)):
        doors.hold(yard.items((drill, many)), by=shop.olga, about=None, until=until, owner_id=shop.sara.pk)

    assert ending.end_what_is_over() == 1
    assert ending.end_what_is_over() == 0

    assert yard.numbers(drill)[:3] == (9, 4, 5)
    assert sorted(Hold.objects.values_list("state", flat=True)) == ["expired", "in_force", "in_force"]
    notice = Notice.objects.get(kind="hold_ended")
    assert (notice.to_id, notice.type, notice.record_id) == (shop.sara.pk, "hold", Hold.objects.get(state="expired").pk)


def test_a_hold_is_prolonged_but_not_into_the_past(shop, yard):
    drill = yard.product(there=9)
    (held,) = doors.hold(yard.items((drill, 2)), by=shop.olga, about=None, until=clock.today("UTC"))
    client = signed_in(shop.olga)

    late = client.post(f"/holds/{held.pk}/field/until", {"until": "yesterday", "version": held.version})
    right = client.post(f"/holds/{held.pk}/field/until", {"until": "2099-01-01", "version": held.version})

    assert (late.status_code, right.status_code) in ((422, 200), (422, 302))
    assert Hold.objects.get().until == dt.date(2099, 1, 1)


def test_costs_are_not_for_sellers(shop, yard, as_shipped):
    drill = yard.product()
    doors.receive([doors.Item(drill.pk, D(1), Money(D("77.31"), "USD"))], by=shop.olga)
    move = StockMove.objects.get()

    seller = signed_in(shop.sara)

    assert b"77.31" in signed_in(shop.olga).get(f"/stock-moves/{move.pk}/").content
    assert b"77.31" not in seller.get(f"/stock-moves/{move.pk}/").content
    assert b"77.31" not in seller.get("/stock-moves/?cols=product,cost").content


def test_a_warehouse_that_is_not_in_use_is_not_offered(shop, yard, keeper):
    Warehouse.objects.filter(pk=yard.far.pk).update(is_active=False)
    assert ">Far<" not in keeper.get("/stock/?act=transfer").content.decode()


def test_the_demo_has_stock_in_two_places(shop, yard):
    goods = [yard.product(f"P{n}", price=Money(D(10), "USD")) for n in range(9)]

    floor = demo.make_stock(
        goods,
        by=shop.olga,
        at=clock.now(),
        today=clock.today("UTC"),
        shop_floor="Shop floor",
        why=("Dropped", "Friday's count"),
    )

    assert {move.kind for move in StockMove.objects.all()} == {
        "opening",
        "transfer_in",
        "transfer_out",
        "write_off",
        "count",
    }
    assert yard.numbers(goods[0]) == (9, 2, 7, 0, 0)
    assert yard.numbers(goods[1], floor)[0] == 3
