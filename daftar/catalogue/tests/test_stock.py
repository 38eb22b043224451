import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from daftar.catalogue.models import BundlePart, Hold, StockMove, Warehouse
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid

D = Decimal


def moves(product):
    return [(m.kind, int(m.quantity)) for m in StockMove.objects.filter(product=product.pk).order_by("id")]


def test_what_came_less_what_left_is_on_hand(shop, yard):
    drill = yard.product(there=9)

    doors.ship(yard.items((drill, 4)), by=shop.olga)

    assert yard.numbers(drill) == (5, 0, 5, 0, 0)
    assert moves(drill) == [("opening", 9), ("shipment", -4)]


def test_what_is_held_is_not_available(shop, yard):
    drill = yard.product(there=9)

    doors.hold(yard.items((drill, 4)), by=shop.olga, about=("deal", 1))

    assert yard.numbers(drill) == (9, 4, 5, 0, 0)
    with pytest.raises(doors.OutOfStock) as refused:
        doors.ship(yard.items((drill, 6)), by=shop.olga)
    assert [(one.name, one.wanted, one.there) for one in refused.value.items] == [("Drill", 6, 5)]
    assert "Drill: 5 available, 6 wanted" in str(refused.value)


def test_all_or_nothing(shop, yard):
    drill, saw = yard.product(there=9), yard.product("Saw", there=1)

    for act in (doors.ship, lambda items, by: doors.hold(items, by=by, about=("deal", 1))):
        with pytest.raises(doors.OutOfStock):
            act(yard.items((drill, 2), (saw, 2)), by=shop.olga)

    assert (yard.numbers(drill), yard.numbers(saw)) == ((9, 0, 9, 0, 0), (1, 0, 1, 0, 0))
    assert not Hold.objects.exists()


def test_a_release_frees_the_goods(shop, yard):
    drill = yard.product(there=9)
    doors.hold(yard.items((drill, 4), (drill, 3)), by=shop.olga, about=("deal", 1))

    assert doors.release([doors.Item(drill.pk, D(2), key="1")], by=shop.olga, about=("deal", 1)) == 1
    assert yard.numbers(drill) == (9, 5, 4, 0, 0)
    assert doors.release(by=shop.olga, about=("deal", 1)) == 2
    assert yard.numbers(drill) == (9, 0, 9, 0, 0)
    assert doors.release(by=shop.olga, about=("deal", 1)) == 0


def test_held_goods_leave_first_and_the_rest_from_what_is_available(shop, yard):
    drill = yard.product(there=9)
    doors.hold(yard.items((drill, 4)), by=shop.olga, about=("invoice", 1))
    doors.hold(yard.items((drill, 3)), by=shop.olga, about=("invoice", 2))

    doors.ship_held(yard.items((drill, 6)), by=shop.olga, about=("invoice", 1))
    assert yard.numbers(drill) == (3, 3, 0, 0, 0)

    with pytest.raises(doors.OutOfStock):
        doors.ship_held(yard.items((drill, 1)), by=shop.olga, about=("invoice", 1))


def test_the_same_act_again_changes_nothing(shop, yard):
    drill = yard.product()

    for _again in range(3):
        yard.receive((drill, 5), once="delivery-1")

    assert yard.numbers(drill) == (5, 0, 5, 0, 0)


def test_goods_go_from_one_place_to_another(shop, yard):
    drill = yard.product(there=9)

    doors.transfer(yard.items((drill, 4)), by=shop.olga, source=yard.main, target=yard.far)

    assert (yard.numbers(drill, yard.main), yard.numbers(drill, yard.far)) == ((5, 0, 5, 0, 0), (4, 0, 4, 0, 0))
    assert yard.numbers(drill) == (9, 0, 9, 0, 0)
    with pytest.raises(doors.OutOfStock):
        doors.transfer(yard.items((drill, 6)), by=shop.olga, source=yard.main, target=yard.far)
    with pytest.raises(Invalid):
        doors.transfer(yard.items((drill, 1)), by=shop.olga, source=yard.far, target=yard.far)


def test_a_count_says_what_is_true_even_below_what_is_held(shop, yard):
    drill = yard.product(there=9)
    doors.hold(yard.items((drill, 4)), by=shop.olga, about=("deal", 1))

    doors.count(yard.items((drill, 3)), by=shop.olga)

    assert yard.numbers(drill) == (3, 4, -1, 0, 1)
    assert moves(drill)[-1] == ("count", -6)
    doors.count(yard.items((drill, 3)), by=shop.olga)
    assert len(moves(drill)) == 2


def test_below_nothing_only_where_the_owner_allows_it(shop, yard):
    drill = yard.product()
    Warehouse.objects.filter(pk=yard.far.pk).update(may_go_negative=True)

    with pytest.raises(doors.OutOfStock):
        doors.ship(yard.items((drill, 1)), by=shop.olga)
    doors.ship(yard.items((drill, 1)), by=shop.olga, warehouse=Warehouse.objects.get(pk=yard.far.pk))

    assert yard.numbers(drill)[:3] == (-1, 0, -1)


@pytest.mark.parametrize("quantity", ["0", "-1", "1e12", "0.333", "NaN"])
def test_a_quantity_that_cannot_be_is_refused_at_its_place(shop, yard, quantity):
    good, bad = yard.product(), yard.product("Saw")

    with pytest.raises(Invalid) as refused:
        yard.receive((good, 1), (bad, quantity))

    assert list(refused.value.errors) == ["item.1"]
    assert yard.numbers(good) == (0, 0, 0, 0, 0)


def test_what_is_measured_has_digits_behind_the_point(shop, yard):
    cable = yard.product("Cable", unit=yard.metre.pk)
    yard.receive((cable, "2.25"))

    with pytest.raises(Invalid):
        yard.receive((cable, "2.255"))
    assert doors.five_numbers([cable.pk])[cable.pk].on_hand == D("2.25")


def test_a_bundle_is_its_parts_and_a_service_has_no_stock(shop, yard):
    drill, bit = yard.product(there=10), yard.product("Bit", there=10)
    kit, work = yard.product("Kit", kind="bundle"), yard.product("Work", kind="service")
    BundlePart.objects.create(bundle=kit, product=drill, quantity=1)
    BundlePart.objects.create(bundle=kit, product=bit, quantity=3)

    doors.ship(yard.items((kit, 2), (work, 5)), by=shop.olga)

    assert (yard.numbers(drill)[0], yard.numbers(bit)[0], yard.numbers(work)[0]) == (8, 4, 0)


def test_what_is_ordered_comes_in_parts(shop, yard):
    drill, day = yard.product(), dt.date(2026, 12, 20)
    doors.expect(yard.items((drill, 20)), about=("purchase_order", 1), due_on=day)
    assert yard.numbers(drill) == (0, 0, 0, 20, 0)
    assert doors.five_numbers([drill.pk])[drill.pk].next_on == day

    doors.arrive(yard.items((drill, 15)), by=shop.olga, about=("purchase_order", 1), once="a")
    doors.arrive(yard.items((drill, 15)), by=shop.olga, about=("purchase_order", 1), once="a")
    assert yard.numbers(drill) == (15, 0, 15, 5, 0)

    doors.arrive(yard.items((drill, 6)), by=shop.olga, about=("purchase_order", 1))
    assert yard.numbers(drill) == (21, 0, 21, 0, 0)


def test_what_is_not_ordered_any_more_is_not_expected(shop, yard):
    drill, saw = yard.product(), yard.product("Saw")
    doors.expect(yard.items((drill, 20), (saw, 2)), about=("purchase_order", 1))
    doors.expect(yard.items((drill, 5)), about=("purchase_order", 1))

    assert (yard.numbers(drill)[3], yard.numbers(saw)[3]) == (5, 0)


def test_a_figure_from_outside_says_whose_it_is_and_how_old(shop, yard):
    drill, at = yard.product(there=3), clock.now() - dt.timedelta(days=3)

    doors.tell(drill.pk, D(7), source="1C", at=at, by=shop.olga)

    drill.refresh_from_db()
    assert (drill.stock_on_hand, drill.stock_source, drill.stock_told_at) == (7, "1C", at)


def test_the_database_itself_keeps_the_ledger(shop, yard):
    drill = yard.product(there=3)

    for change in ({"quantity": 30}, {"kind": "receipt"}, {"at": clock.now()}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            StockMove.objects.filter(product=drill.pk).update(**change)

    assert moves(drill) == [("opening", 3)]


def test_a_write_off_says_why(shop, yard):
    drill = yard.product(there=3)

    with pytest.raises(Invalid):
        doors.write_off(yard.items((drill, 1)), by=shop.olga, reason=" ")
    doors.write_off(yard.items((drill, 1)), by=shop.olga, reason="Dropped")

    assert yard.numbers(drill)[0] == 2


def test_without_a_warehouse_it_says_what_to_do(shop, yard):
    drill = yard.product()
    Warehouse.objects.update(is_active=False)

    with pytest.raises(Conflict, match="warehouse"):
        yard.receive((drill, 1))


def test_five_numbers_ask_three_questions_however_many_products(shop, yard, django_assert_num_queries):
    ids = [yard.product(f"P{n}", there=n + 1).pk for n in range(20)]

    with django_assert_num_queries(3):
        found = doors.five_numbers(ids)

    assert [int(found[id_].available) for id_ in ids] == list(range(1, 21))
