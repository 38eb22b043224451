"""Lines and terms that change outside of the editor, and what is taken back: the deal's amount is always that of its lines."""

from decimal import Decimal

import pytest

from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import writing, writing_many
from daftar.records.bulk import runs
from daftar.records.models import BulkRun, ChangeSet, Event
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.lines import list_prices
from daftar.sales.lines.saving import mark_of
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.tests.test_lines import save, shown

D = Decimal


def amount(shop, deal):
    fresh = shop.fresh("deal", deal)
    return fresh.amount, fresh.amount_currency


def change(shop, line, by=None, via="api", **values):
    return writing.change(shop.type("deal_line"), line.pk, values, by=by or shop.sara, via=via)


# -- other doors -------------------------------------------------------------------------------------------


def test_a_line_changed_by_another_door_takes_sums_and_deal_with_it(shop, store):
    deal = store.deal(("Drill", 1, 10), ("Saw", 2, 20))
    drill = store.lines(deal)[0]

    change(shop, drill, quantity=D(5))

    assert shown(deal)[0][3] == 60 and amount(shop, deal) == (108, "USD")
    assert issue_invoice(deal.pk, by=shop.sara).total == 108


@pytest.mark.parametrize("via", ["api", "import", "page"])
def test_the_first_line_of_another_door_makes_the_terms(shop, store, via):
    deal, gtx = shop.deal(company=store.alvand.pk), store.product(price=100)

    given = {"deal": deal.pk, "name": "GTX", "product": gtx.pk, "quantity": D(3), "price": Money(D(7), "EUR")}
    (line,) = writing.create_many(shop.type("deal_line"), [given | {"tax_class": store.tax.pk}], by=shop.sara, via=via)

    assert SaleTerms.objects.get(deal=deal.pk).currency == "EUR"
    assert amount(shop, deal) == (D("25.20"), "EUR")
    assert DealLine.objects.get(pk=line.pk).position == 1
    gtx.refresh_from_db()
    assert gtx.stock_wanted == 3


def test_a_product_brings_name_price_and_tax(shop, store):
    deal, gtx = store.deal(("Drill", 1, 10)), store.product("GTX", price=100)

    writing.create(
        shop.type("deal_line"), {"deal": deal.pk, "product": gtx.pk, "quantity": D(2)}, by=shop.sara, via="api"
    )

    assert shown(deal)[1] == ("GTX", 2, 100, 240) and amount(shop, deal) == (252, "USD")


def test_the_first_line_has_the_price_of_its_product_too(shop, store):
    deal, gtx = shop.deal(company=store.alvand.pk), store.product("GTX", price=100)

    line = writing.create(shop.type("deal_line"), {"deal": deal.pk, "product": gtx.pk}, by=shop.sara, via="api")

    assert (line.price, line.price_currency, line.list_price) == (100, "USD", 100)
    assert amount(shop, deal) == (120, "USD")


def test_a_product_is_looked_up_in_the_price_lists_once(shop, store, monkeypatch):
    """For its price and its list price together: a line by API costs no query twice."""
    deal, gtx, asked = store.deal(), store.product("GTX", price=100), []
    whole = list_prices.offers
    monkeypatch.setattr(list_prices, "offers", lambda *words, **more: (asked.append(words), whole(*words, **more))[1])

    writing.create(shop.type("deal_line"), {"deal": deal.pk, "product": gtx.pk}, by=shop.sara, via="api")

    assert len(asked) == 1


def test_the_price_counts_tax_as_the_deal_does(shop, store):
    deal, gtx = store.deal(), store.product("GTX", price=120, price_includes_tax=True)

    line = writing.create(shop.type("deal_line"), {"deal": deal.pk, "product": gtx.pk}, by=shop.sara, via="api")

    assert (line.price, amount(shop, deal)) == (100, (D(120), "USD"))


def test_more_of_a_product_makes_the_step_of_a_price_list(shop, store):
    deal, gtx = store.deal(), store.product("GTX", price=100)
    cheap = shop.make("price_list", by=shop.olga, name="Many", currency="USD")
    shop.make(
        "price_item", by=shop.olga, price_list=cheap.pk, product=gtx.pk, price=Money(D(80), "USD"), min_quantity=D(10)
    )

    def add(many):
        values = {"deal": deal.pk, "product": gtx.pk, "quantity": D(many)}
        return writing.create(shop.type("deal_line"), values, by=shop.sara, via="api")

    assert [add(many).price for many in (6, 6)] == [100, 80]


@pytest.mark.parametrize(("via", "price"), [("api", 10), ("page", 100)])
def test_a_program_that_says_the_price_means_it(shop, store, via, price):
    """A form sends all that stands in it; whoever picks another product there wants its price."""
    deal, gtx = store.deal(("Drill", 1, 10)), store.product("GTX", price=100)

    change(shop, store.lines(deal)[0], via=via, product=gtx.pk, price=Money(D(10), "USD"))

    assert shown(deal)[0][2] == price


def test_a_removed_line_and_one_that_comes_back(shop, store):
    deal = store.deal(("Drill", 1, 10), ("Saw", 2, 20))
    saw = store.lines(deal)[1]

    writing.remove(shop.type("deal_line"), saw.pk, by=shop.sara, via="api")
    assert amount(shop, deal) == (12, "USD")
    writing.bring_back(shop.type("deal_line"), saw.pk, by=shop.sara, via="api")
    assert amount(shop, deal) == (60, "USD")


def test_a_bulk_change_of_lines_goes_back_as_one(shop, store):
    deal = store.deal(("Drill", 1, 10), ("Saw", 1, 20))
    change_set = ChangeSet.objects.create(by=shop.sara, via="bulk", title="Twice as many")
    ids = [line.pk for line in store.lines(deal)]

    wanted = dict.fromkeys(ids, {"quantity": D(2)})
    writing_many.change_many(shop.type("deal_line"), wanted, by=shop.sara, via="bulk", change_set=change_set)
    assert amount(shop, deal) == (72, "USD")
    runs.begin_undo(change_set, by=shop.sara)

    assert amount(shop, deal) == (36, "USD") and [row[1] for row in shown(deal)] == [1, 1]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("quantity", {"quantity": D(0)}),
        ("quantity", {"quantity": D(10) ** 12}),
        ("quantity", {"quantity": D("0.333")}),
        ("price", {"price": Money(D(-1), "USD")}),
        ("price", {"price": Money(D(1), "EUR")}),
        ("discount_percent", {"discount_percent": D(101)}),
        ("factor", {"factor": D(0)}),
    ],
)
def test_what_no_paper_can_say_is_refused_at_every_door(shop, store, key, values):
    deal = store.deal((store.product(), 1, 10))

    with pytest.raises(Invalid) as refused:
        change(shop, store.lines(deal)[0], **values)

    assert key in refused.value.errors and shown(deal)[0][1:3] == (1, 10)


def test_lines_of_a_closed_deal_stay_at_every_door(shop, store):
    deal = store.deal(("Drill", 1, 10))
    lost = {"stage": shop.stage("lost"), "lost_reason": "price"}
    writing.change(shop.type("deal"), deal.pk, lost, by=shop.sara, via="page")
    line = store.lines(deal)[0]

    with pytest.raises(Invalid, match="closed"):
        change(shop, line, quantity=D(2))
    with pytest.raises(Conflict, match="closed"):
        writing.remove(shop.type("deal_line"), line.pk, by=shop.sara, via="api")


# -- the amount --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("via", ["page", "api", "import", "bulk"])
def test_nobody_sets_the_amount_beside_the_lines(shop, store, via):
    deal = store.deal(("Drill", 1, 10))

    with pytest.raises(Invalid) as refused:
        writing.change(shop.type("deal"), deal.pk, {"amount": Money(D(1), "USD")}, by=shop.sara, via=via)

    assert list(refused.value.errors) == ["amount"] and amount(shop, deal) == (12, "USD")


def test_without_priced_lines_the_amount_is_free(shop, store):
    deal = store.deal(("Drill", 1, 10))
    writing.remove(shop.type("deal_line"), store.lines(deal)[0].pk, by=shop.sara, via="page")

    writing.change(shop.type("deal"), deal.pk, {"amount": Money(D(7), "USD")}, by=shop.sara, via="page")

    assert amount(shop, deal) == (7, "USD")


def test_the_card_says_where_the_amount_comes_from(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    page = at(shop.sara)

    card = page.get(f"/deals/{deal.pk}/").content.decode()
    assert "Worked out from the lines" in card and f"/deals/{deal.pk}/field/amount" not in card
    assert page.get(f"/deals/{deal.pk}/field/amount").status_code == 409


# -- terms -------------------------------------------------------------------------------------------------


def terms_of(deal):
    terms = SaleTerms.objects.get(deal=deal.pk)
    return terms.currency, terms.tax_included, terms.discount_percent


def line_row(store, deal):
    line = store.lines(deal)[0]
    return (str(line.pk), {"name": line.name, "quantity": line.quantity, "price": line.price})


def test_terms_go_back_with_the_lines_and_forth_again(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    save(at, shop.sara, deal, line_row(store, deal), discount="10%", tax_included="1")
    assert terms_of(deal) == ("USD", True, 10) and amount(shop, deal) == (9, "USD")
    event = Event.objects.get(kind="terms_changed", record_id=deal.pk)

    run = runs.begin_undo(event.change_set, by=shop.sara)
    assert terms_of(deal) == ("USD", False, None) and amount(shop, deal) == (12, "USD")
    runs.begin_undo(BulkRun.objects.get(pk=run.pk).change_set, by=shop.sara)
    assert terms_of(deal) == ("USD", True, 10) and amount(shop, deal) == (9, "USD")


def test_terms_that_somebody_changed_since_stay(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    save(at, shop.sara, deal, line_row(store, deal), discount="10%")
    first = Event.objects.get(kind="terms_changed").change_set
    save(at, shop.olga, deal, line_row(store, deal), discount="20%")

    run = runs.begin_undo(first, by=shop.sara)

    assert terms_of(deal)[2] == 20
    assert "The terms of the sale stay" in at(shop.sara).get(f"/changes/{run.pk}/").content.decode()


def test_a_save_of_terms_alone_is_told_on_the_timeline(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    line = store.lines(deal)[0]
    DealLine.objects.filter(pk=line.pk).update(tax_percent=0)
    mark = mark_of(deal.pk)

    save(at, shop.sara, deal, line_row(store, deal), rounding="document", mark=mark)

    card = at(shop.sara).get(f"/deals/{deal.pk}/").content.decode()
    assert "changed the terms of the sale (Rounded: Each line → The whole)" in card
    save(at, shop.sara, deal, line_row(store, deal), rounding="document")
    assert Event.objects.filter(kind="terms_changed").count() == 1
