"""A company belongs to a group of clients, and pays by the lists of that group."""

from decimal import Decimal

import pytest

from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.custom_fields import OptionEdit, change_options
from daftar.sales.more_fields import group_of


def wholesale_list(shop, product, price):
    list_ = shop.make("price_list", by=shop.olga, name="Wholesale", currency="USD", client_group="wholesale")
    shop.make("price_item", by=shop.olga, price_list=list_.pk, product=product.pk, price=Money(Decimal(price), "USD"))


def in_group(shop, company, group="wholesale"):
    return writing.change(shop.type("company"), company.pk, {"client_group": group}, by=shop.olga, via="page")


def test_the_groups_of_companies_are_those_of_price_lists(shop, store):
    field = shop.type("price_list")["client_group"]
    edits = [OptionEdit(o.label, o.key) for o in field.options()]
    change_options(shop.type("price_list"), "client_group", [*edits, OptionEdit("Schools")], by=shop.olga)

    company, lists = (shop.type(key)["client_group"].options() for key in ("company", "price_list"))

    assert [o.label for o in company] == [o.label for o in lists] and "Schools" in [o.label for o in company]
    in_group(shop, store.alvand)
    assert (
        group_of(shop.fresh("company", store.alvand), shop.schema) == "wholesale" and group_of(None, shop.schema) == ""
    )
    with pytest.raises(Invalid):
        shop.type("company")["client_group"].parse("pirates", shop.reader())


def test_a_line_of_a_client_takes_the_price_of_their_group(shop, store, at):
    gtx = store.product(name="GTX", price=100)
    wholesale_list(shop, gtx, 80)
    deal = store.deal()
    ask = f"/deals/{deal.pk}/lines/row?product={gtx.pk}&currency=USD"

    before = at(shop.sara).get(ask).content.decode()
    in_group(shop, store.alvand)
    after = at(shop.sara).get(ask).content.decode()

    assert 'value="100.00"' in before and 'value="80.00"' in after


def test_the_card_of_a_product_says_what_a_client_of_the_group_pays(shop, store, at):
    gtx = store.product(name="GTX", price=100)
    wholesale_list(shop, gtx, 80)
    in_group(shop, store.alvand)

    sent = {"quantity": "1", "day": "2026-03-03", "currency": "USD", "company": store.alvand.pk}
    answer = at(shop.olga).post(f"/products/{gtx.pk}/price", sent).content.decode()

    assert "$80.00" in answer and "Wholesale" in answer
