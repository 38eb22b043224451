"""Packs, parts, variants and prices on cards; lists copied and filled."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.catalogue import copying, part_rows, price_table
from daftar.catalogue.models import BundlePart, PriceItem, PriceList, Product, ProductPack, TaxClass
from daftar.catalogue.stock import doors
from daftar.catalogue.variants import Axis, make_variants, plan
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.money import Money
from daftar.records.custom_fields import OptionEdit, change_options

D = Decimal
HX = {"HX-Request": "true"}
COLOURS = [Axis("colour", ("red", "blue")), Axis("size", ("S", "M"))]


def usd(amount):
    return Money(D(str(amount)), "USD")


@pytest.fixture
def goods(shop):
    def product(name="Shirt", price=10, **values):
        return shop.make("product", by=shop.olga, name=name, price=usd(price), **values)

    shop.product = product
    shop.list = lambda name="Wholesale", **values: shop.make(
        "price_list", by=shop.olga, name=name, **{"currency": "USD", **values}
    )
    shop.item = lambda list_, product, price, least=0: shop.make(
        "price_item", by=shop.olga, price_list=list_.pk, product=product.pk, price=usd(price), min_quantity=D(least)
    )
    return shop


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


# -- tables of parts -------------------------------------------------------------------------------------


def test_a_pack_is_added_changed_and_removed_on_the_card(goods):
    product, client = goods.product(), signed_in(goods.olga)
    base = f"/products/{product.pk}/packs/"

    answer = client.post(base, {"name": "box", "factor": "12", "barcode": ""}, headers=HX)
    pack = ProductPack.objects.get()
    changed = client.post(f"{base}{pack.pk}", {"name": "box", "factor": "24", "version": "1"}, headers=HX)
    gone = client.post(f"{base}{pack.pk}/remove", headers=HX)

    assert answer.status_code == changed.status_code == gone.status_code == 200
    assert "autofocus" in answer.content.decode() and 'value="24"' in changed.content.decode()
    pack.refresh_from_db()
    assert pack.factor == 24 and pack.deleted_at is not None
    assert f"/product-packs/{pack.pk}/restore" in gone.headers["HX-Trigger"]


def test_a_row_that_cannot_be_says_why_at_its_field_and_keeps_what_was_typed(goods):
    product, client = goods.product(), signed_in(goods.olga)

    answer = client.post(f"/products/{product.pk}/packs/", {"name": "crate", "factor": "0"}, headers=HX)

    text = answer.content.decode()
    assert answer.status_code == 422 and "A pack holds more than nothing." in text and 'value="crate"' in text
    assert not ProductPack.objects.exists()


def test_the_same_row_sent_twice_is_added_once(goods):
    product, client = goods.product(), signed_in(goods.olga)

    for _ in range(2):
        client.post(f"/products/{product.pk}/packs/", {"name": "box", "factor": "12", "once": "k" * 20}, headers=HX)

    assert ProductPack.objects.count() == 1


def test_rows_of_another_product_and_of_the_bin_do_not_exist(goods):
    mine, other = goods.product(), goods.product("Hat")
    pack = goods.make("product_pack", by=goods.olga, product=other.pk, name="box", factor=D(6))
    client = signed_in(goods.olga)

    assert client.post(f"/products/{mine.pk}/packs/{pack.pk}", {"factor": "2"}).status_code == 404
    assert client.post(f"/products/{mine.pk}/packs/{pack.pk}/remove").status_code == 404
    assert ProductPack.objects.get().factor == 6


def test_who_may_not_change_the_product_sees_its_packs_and_no_inputs(goods):
    product = goods.product()
    goods.make("product_pack", by=goods.olga, product=product.pk, name="carton", factor=D(6))
    client = signed_in(goods.rita)

    text = client.get(f"/products/{product.pk}/").content.decode()

    assert "carton" in text and "packs-new" not in text
    assert client.post(f"/products/{product.pk}/packs/", {"name": "x", "factor": "2"}).status_code == 403


def test_a_bundle_says_what_of_its_parts_is_there_what_it_costs_and_how_many_can_be_made(goods):
    drill = goods.product("Drill", cost=usd(40))
    bits = goods.product("Bits", cost=usd(5))
    set_ = goods.product("Drill set", kind="bundle")
    doors.receive([doors.Item(drill.pk, D(7)), doors.Item(bits.pk, D(9))], by=goods.olga)
    client = signed_in(goods.olga)

    client.post(f"/products/{set_.pk}/parts/", {"product": drill.pk, "quantity": "1"}, headers=HX)
    text = client.post(
        f"/products/{set_.pk}/parts/", {"product": bits.pk, "quantity": "2"}, headers=HX
    ).content.decode()

    assert BundlePart.objects.count() == 2
    assert (
        "$50.00" in text
        and "Bundles that can be made now" in text
        and ">4<" in text.replace("<bdi>", ">").replace("</bdi>", "<").replace(">>", ">").replace("<<", "<")
    )


def test_prices_of_a_list_are_typed_one_after_another(goods):
    list_, shirt = goods.list(), goods.product()
    client = signed_in(goods.olga)
    base = f"/price-lists/{list_.pk}/items/"

    for least, price in (("0", "9"), ("10", "8.50")):
        sent = {"product": shirt.pk, "min_quantity": least, "price": price, "price.currency": "USD"}
        assert client.post(base, sent, headers=HX).status_code == 200

    assert list(PriceItem.objects.order_by("min_quantity").values_list("min_quantity", "price")) == [
        (0, 9),
        (10, D("8.5")),
    ]


def test_a_long_list_shows_its_beginning_and_the_way_to_all_rows(goods, monkeypatch):
    monkeypatch.setattr(part_rows, "MOST", 2)
    list_ = goods.list()
    for n in range(3):
        goods.item(list_, goods.product(f"Shirt {n}"), 5)

    text = signed_in(goods.olga).get(f"/price-lists/{list_.pk}/").content.decode()

    assert "Shirt 1" in text and "Shirt 2" not in text and f"/price-items/?price_list={list_.pk}" in text


# -- variants --------------------------------------------------------------------------------------------


def test_variants_are_the_combinations_with_names_codes_and_the_price_of_the_main_product(goods):
    main = goods.product("Shirt", code="SH", cost=usd(4))

    set_, made, there = make_variants(main.pk, COLOURS, by=goods.olga)

    rows = Product.objects.filter(variant_of=main.pk).order_by("id")
    assert [(row.name, row.code, row.variant) for row in rows] == [
        ("Shirt, red, S", "SH-RED-S", "red, S"), ("Shirt, red, M", "SH-RED-M", "red, M"),
        ("Shirt, blue, S", "SH-BLUE-S", "blue, S"), ("Shirt, blue, M", "SH-BLUE-M", "blue, M"),
    ]  # fmt: skip
    assert {(row.price, row.cost) for row in rows} == {(10, 4)} and (made, there) == (4, 0) and set_ is not None


def test_variants_that_are_there_are_left_alone(goods):
    main = goods.product()
    make_variants(main.pk, [Axis("colour", ("Red",))], by=goods.olga)

    _set, made, there = make_variants(main.pk, [Axis("colour", ("red", "blue"))], by=goods.olga)

    assert (made, there) == (1, 1)
    assert make_variants(main.pk, [Axis("colour", ("red", "blue"))], by=goods.olga)[0] is None


def test_values_that_begin_alike_get_codes_of_their_own(goods):
    main = goods.product(code="C")

    codes = [one.code for one in plan(main, [Axis("colour", ("light blue", "light blue 2", "свет"))])]

    assert len(set(codes)) == 3


def test_too_many_variants_none_and_variants_of_a_variant_are_refused(goods):
    main = goods.product()
    make_variants(main.pk, [Axis("size", ("S",))], by=goods.olga)
    many = tuple(str(n) for n in range(21))

    with pytest.raises(Invalid, match="at most 200"):
        plan(main, [Axis("a", many), Axis("b", many)])
    with pytest.raises(Invalid):
        plan(main, [Axis("a", ())])
    with pytest.raises(Conflict):
        plan(Product.objects.get(variant_of=main.pk), COLOURS)
    with pytest.raises(NotAllowed):
        make_variants(main.pk, COLOURS, by=goods.rita)


def test_made_variants_are_taken_back_in_one_step_by_who_made_them(goods):
    main = goods.product()
    client = signed_in(goods.olga)
    sent = {"name.0": "Colour", "values.0": "red، blue", "do": "make"}

    shown = client.post(f"/products/{main.pk}/variants/", sent | {"do": "show"})
    answer = client.post(f"/products/{main.pk}/variants/", sent)
    page = client.get(answer.headers["Location"]).content.decode()
    undo = page.split('action="/catalogue/undo/')[1].split('"')[0]
    assert (
        "Shirt, blue" in shown.content.decode()
        and Product.objects.filter(variant_of=main.pk, deleted_at=None).count() == 2
    )
    assert signed_in(goods.sam).post(f"/catalogue/undo/{undo}").status_code == 404
    client.post(f"/catalogue/undo/{undo}")

    assert not Product.objects.filter(variant_of=main.pk, deleted_at=None).exists()


def test_many_variants_cost_few_questions(goods):
    main = goods.product()
    axes = [Axis("a", tuple(f"a{n}" for n in range(14))), Axis("b", tuple(f"b{n}" for n in range(14)))]

    with CaptureQueriesContext(connection) as asked:
        make_variants(main.pk, axes, by=goods.olga)

    assert len(asked) < 45


# -- prices ----------------------------------------------------------------------------------------------


def test_prices_today_name_each_list_in_force_with_its_steps(goods):
    shirt = goods.product(price=10)
    today = dt.date(2026, 3, 3)
    wholesale, cheaper = goods.list(), goods.list("Spring", change_percent=D(-5), position=2)
    goods.list("Over", ends_on=today - dt.timedelta(days=1), change_percent=D(-50))
    goods.item(wholesale, shirt, 9)
    goods.item(wholesale, shirt, 8, least=100)

    found = [(one.price_list.name, one.steps) for one in price_table.prices_today(shirt, today)]

    assert found == [("Wholesale", ((0, 9), (100, 8))), (cheaper.name, ((0, D("9.5")),))]


def test_the_card_asks_what_a_client_would_pay_and_says_from_which_list(goods):
    shirt = goods.product(price=10)
    list_ = goods.list()
    goods.item(list_, shirt, 7, least=5)
    client = signed_in(goods.sara)
    day = {"day": "2026-03-03", "currency": "USD"}

    few = client.post(f"/products/{shirt.pk}/price", {"quantity": "4", **day}).content.decode()
    many = client.post(f"/products/{shirt.pk}/price", {"quantity": "5", **day}).content.decode()
    wrong = client.post(f"/products/{shirt.pk}/price", {"quantity": "none", "company": "99999", **day})

    assert "$10.00" in few and "sales price" in few
    assert "$7.00" in many and "Wholesale" in many
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "in force"),
        ({"is_active": False}, "not in use"),
        ({"starts_on": dt.date(2999, 1, 1)}, "from"),
        ({"ends_on": dt.date(2001, 1, 1)}, "ended"),
    ],
)
def test_a_list_says_whether_it_holds(goods, values, words):
    list_ = goods.list(**values)

    assert price_table.state_of(list_, dt.date(2026, 3, 3), goods.reader().formats)[0].startswith(words)
    assert words in signed_in(goods.olga).get(f"/price-lists/{list_.pk}/").content.decode()


def test_a_list_is_copied_with_other_prices_rounded_to_a_step(goods):
    list_, shirt = goods.list(position=3), goods.product()
    goods.item(list_, shirt, "9.90")
    goods.item(list_, shirt, "8.10", least=10)

    made = copying.copy_list(list_.pk, "Next year", by=goods.olga, percent=D(5), step=D("0.5"), once="a")
    again = copying.copy_list(list_.pk, "Next year", by=goods.olga, percent=D(5), step=D("0.5"), once="a")

    assert made.pk == again.pk and (made.position, made.is_active) == (3, False)
    assert list(
        PriceItem.objects.filter(price_list=made.pk).order_by("min_quantity").values_list("price", flat=True)
    ) == [D("10.5"), D("8.5")]


def test_a_section_is_taken_over_with_and_without_tax_as_the_list_says(goods):
    tax = TaxClass.objects.create(name="VAT", percent=D(20))
    change_options(goods.type("product"), "section", [OptionEdit("Clothes", "clothes")], by=goods.olga)
    key = goods.type("product")["section"].options()[0].key
    shirt = goods.product(price=12, section=key, tax_class=tax.pk, price_includes_tax=True)
    goods.product("Hat", price=5, section=key)
    goods.product("Tea", price=5)
    free = goods.make("product", by=goods.olga, name="Bag", section=key)
    list_ = goods.list()

    came = copying.take_over(list_.pk, key, by=goods.olga)
    again = copying.take_over(list_.pk, key, by=goods.olga)

    assert (came[:2], again) == ((2, 1), (0, 1, None)) and free.price is None
    assert PriceItem.objects.get(product=shirt.pk).price == 10


def test_a_section_that_was_taken_over_goes_back_in_one_step(goods):
    goods.product(price=12)
    list_, client = goods.list(), signed_in(goods.olga)

    answer = client.post(
        f"/price-lists/{list_.pk}/take-over", {"section": "", "percent": "10", "step": "5"}, headers=HX
    )
    undo = answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    price = PriceItem.objects.get().price
    client.post(undo)

    assert price == 15 and not PriceItem.objects.filter(deleted_at=None).exists()


def test_copying_and_taking_over_ask_for_rights(goods):
    list_ = goods.list()
    client = signed_in(goods.rita)

    assert client.post(f"/price-lists/{list_.pk}/copy", {"name": "x"}).status_code == 403
    assert client.post(f"/price-lists/{list_.pk}/take-over", {"section": ""}).status_code == 403
    with pytest.raises(Missing):
        copying.copy_list(999, "x", by=goods.olga)
    assert PriceList.objects.count() == 1


def test_cards_escape_the_words_of_packs_variants_and_lists(goods):
    marker = "<img src=x onerror=alert(1)>"
    product, list_ = goods.product(), goods.list(marker, change_percent=D(-5))
    goods.make("product_pack", by=goods.olga, product=product.pk, name=marker, factor=D(2))
    goods.product("Shirt, x", variant_of=product.pk, variant=marker)

    text = signed_in(goods.olga).get(f"/products/{product.pk}/").content.decode()

    assert text.count("&lt;img src=x") >= 3 and marker not in text and list_.pk


def test_the_card_of_a_product_costs_as_many_questions_with_many_rows_as_with_few(goods):
    client, counts = signed_in(goods.olga), []
    for many in (2, 20):
        product = goods.product(f"Shirt {many}")
        for n in range(many):
            goods.make("product_pack", by=goods.olga, product=product.pk, name=f"box {n}", factor=D(n + 2))
            goods.item(goods.list(f"list {many} {n}"), product, 5 + n)
            goods.product(f"v {n}", variant_of=product.pk, variant=str(n))
        client.get(f"/products/{product.pk}/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/products/{product.pk}/").status_code == 200
        counts.append(len(asked))

    assert counts[1] <= counts[0] + 2


# -- tax -------------------------------------------------------------------------------------------------


def test_new_products_get_the_tax_class_that_is_marked_and_only_one_is(goods):
    vat = goods.make("tax_class", by=goods.olga, name="VAT", percent=D(20), is_default=True)

    assert goods.product().tax_class_id == vat.pk
    assert goods.product("Book", tax_class=None).tax_class_id is None
    with pytest.raises(Invalid, match="VAT"):
        goods.make("tax_class", by=goods.olga, name="Less", percent=D(9), is_default=True)


# -- finding ---------------------------------------------------------------------------------------------


def test_an_exact_code_or_barcode_stands_first_and_that_of_a_pack_finds_its_product(goods):
    main, other = goods.product("Drill", code="PT-1"), goods.product("Saw", barcode="4006381333931")
    goods.product("Drill, red", code="PT-1-RED")
    goods.make("product_pack", by=goods.olga, product=other.pk, name="box", factor=D(2), barcode="777")
    client = signed_in(goods.olga)

    def offered(words):
        text = client.get("/products/find", {"q": words}).content.decode()
        return [int(part.split('"')[0]) for part in text.split('data-value="')[1:]]

    assert offered("pt-1")[0] == main.pk and len(offered("pt-1")) == 2
    assert offered("4006381333931") == offered("777") == [other.pk]
    assert "Nothing found" in client.get("/products/find?q=zzz").content.decode()
