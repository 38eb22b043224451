"""Formula fields: worked out when something changes that they read, found and sorted like any value, hidden with what they read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.records import custom_fields, formulas, writing
from daftar.records.query.view import View
from daftar.records.reader import Reader


@pytest.fixture
def formula(shop):
    """`formula("deal", "Weighted", "[Amount] * 2")` adds a formula field and works it out; its key comes back."""

    def add(type_key, label, text, **settings):
        row = custom_fields.add_field(
            shop.type(type_key), "formula", label, by=shop.olga, settings={"formula": text, **settings}
        )
        formulas.renew_all(shop.type(type_key))
        return row.key

    return add


def value(shop, type_key, row, key):
    return shop.type(type_key).by_key[key].get(shop.fresh(type_key, row))


def usd(amount):
    return Money(Decimal(amount), "USD")


def test_it_is_worked_out_for_what_is_there_and_for_what_comes(shop, formula):
    old = shop.deal(amount=usd(1200))
    key = formula("deal", "A tenth", "[Amount] / 10")
    new = shop.deal(amount=usd(50))

    assert value(shop, "deal", old, key) == Decimal(120)
    assert value(shop, "deal", new, key) == Decimal(5)
    writing.change(shop.type("deal"), new.pk, {"amount": usd(70)}, by=shop.sara, via="page")
    assert value(shop, "deal", new, key) == Decimal(7)
    writing.change(shop.type("deal"), new.pk, {"amount": None}, by=shop.sara, via="page")
    assert value(shop, "deal", new, key) is None


def test_one_formula_reads_another(shop, formula):
    tenth = formula("deal", "A tenth", "[Amount] / 10")
    twice = formula("deal", "Twice", f"{tenth} * 2")
    row = shop.deal(amount=usd(100))

    assert value(shop, "deal", row, twice) == Decimal(20)


def test_it_reads_the_linked_record_and_follows_its_change(shop, formula):
    company = shop.make("company", name="Alvand", sector="retail")
    deal = shop.deal(company=company.pk)
    key = formula("deal", "Is retail", 'company.sector = "retail"')
    assert value(shop, "deal", deal, key) is True

    writing.change(shop.type("company"), company.pk, {"sector": "medical"}, by=shop.sara, via="page")
    assert value(shop, "deal", deal, key) is False
    writing.change(shop.type("deal"), deal.pk, {"company": None}, by=shop.sara, via="page")
    assert value(shop, "deal", deal, key) is False


def test_it_adds_up_what_links_to_it(shop, formula):
    one, other = shop.make("company", name="Alvand"), shop.make("company", name="Zagros")
    key = formula("company", "Sold", "sum([Deals].[Amount])", total=True)
    count = formula("company", "How many", "count(deals.name)")
    deal = shop.deal(company=one.pk, amount=usd(100))
    shop.deal(company=one.pk, amount=usd(50))

    assert value(shop, "company", one, key) == Decimal(150)
    assert value(shop, "company", one, count) == Decimal(2)
    assert value(shop, "company", other, key) in (None, Decimal(0))
    writing.change(shop.type("deal"), deal.pk, {"company": other.pk}, by=shop.sara, via="page")
    assert (value(shop, "company", one, key), value(shop, "company", other, key)) == (Decimal(50), Decimal(100))
    writing.remove(shop.type("deal"), deal.pk, by=shop.sara, via="page")
    assert value(shop, "company", other, key) == Decimal(0)
    writing.bring_back(shop.type("deal"), deal.pk, by=shop.sara, via="page")
    assert value(shop, "company", other, key) == Decimal(100)


def test_it_is_found_and_sorted_by_and_stands_in_file_and_card(shop, formula, at):
    key = formula("deal", "A tenth", "[Amount] / 10")
    for n in (3, 1, 2):
        shop.deal(name=f"Deal {n}", amount=usd(n * 1000))
    reader = Reader(shop.olga)
    type_ = reader.schema.type("deal")

    view = View.parse(type_, f"{key}.gte=150&sort=-{key}", reader)
    assert not view.problems
    assert [row.name for row in view.page().rows] == ["Deal 3", "Deal 2"]
    file = b"".join(at(shop.olga).get(f"/deals/export.csv?cols=name,{key}&sort={key}").streaming_content).decode()
    assert [line.split(",")[-1].strip() for line in file.splitlines()[1:]] == ["100", "200", "300"]
    row = shop.deal(name="Card", amount=usd(990))
    assert ">99<" in at(shop.olga).get(f"/deals/{row.pk}/").content.decode()


def test_nobody_sets_it_by_hand(shop, formula, at):
    key = formula("deal", "A tenth", "[Amount] / 10")
    row = shop.deal(amount=usd(100))

    with pytest.raises(Invalid):
        writing.change(shop.type("deal"), row.pk, {key: Decimal(1)}, by=shop.olga, via="page")
    assert f'name="{key}"' not in at(shop.olga).get("/deals/new").content.decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write a formula"),
        ("[Amount] *", "ends too early"),
        ("[Price] * 2", "no field “[Price]”"),
        ("deals.amount", "no single value"),
        ("company.parent.sector", "no field"),
        ("[Amount] + [Name]", "cannot be used with"),
        ("empty", "no single value"),
        ("1" * 3000, "too long"),
    ],
)
def test_what_cannot_be_worked_out_is_told_at_the_field(shop, at, text, says):
    type_key = "company" if "deals" in text else "deal"
    answer = at(shop.olga).post(
        f"/settings/fields/{type_key}/new?kind=formula",
        {"label": "Wrong", "formula": text, "place": "", "own_place": ""},
    )

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_formula_that_needs_itself_is_refused(shop, formula):
    one = formula("deal", "One", "[Amount] / 10")
    two = formula("deal", "Two", f"{one} * 2")

    for text in (f"{two} + 1", f"{one} + 1"):
        with pytest.raises(Invalid) as refused:
            custom_fields.change_field(shop.type("deal"), one, label="One", by=shop.olga, settings={"formula": text})
        assert "its own value" in str(refused.value)


def test_a_loop_over_linked_records_is_refused(shop, formula):
    total = formula("company", "Sold", "sum(deals.amount)")
    part = formula("deal", "Part", f"[Amount] / company.{total}")

    with pytest.raises(Invalid) as refused:
        custom_fields.change_field(
            shop.type("company"), total, label="Sold", by=shop.olga, settings={"formula": f"sum(deals.{part})"}
        )
    assert "its own value" in str(refused.value)


def test_what_reads_a_hidden_field_is_hidden_with_it(shop, formula):
    from daftar.records.formula_sources import closed_too

    tenth = formula("deal", "A tenth", "[Amount] / 10")
    twice = formula("deal", "Twice", f"{tenth} * 2")
    sold = formula("company", "Sold", "sum(deals.amount)")
    free = formula("deal", "Length", "length([Name])")

    made = closed_too({"deal": {"amount": "hidden"}}, shop.schema.types)

    assert made["deal"][tenth] == made["deal"][twice] == made["company"][sold] == "hidden"
    assert free not in made["deal"]


def test_a_field_that_is_gone_leaves_it_empty_and_the_page_whole(shop, formula, at):
    shop.field("deal", "cf_size", "whole")
    row = shop.deal()
    writing.change(shop.type("deal"), row.pk, {"cf_size": 4}, by=shop.olga, via="page")
    key = formula("deal", "Double", "cf_size * 2")
    assert value(shop, "deal", row, key) == Decimal(8)

    custom_fields.hide_field(shop.type("deal"), "cf_size", by=shop.olga)
    formulas.renew_all(shop.type("deal"))

    assert value(shop, "deal", row, key) is None
    assert at(shop.olga).get(f"/deals/{row.pk}/").status_code == 200
    assert at(shop.olga).get(f"/settings/fields/deal/{key}/").status_code == 200
