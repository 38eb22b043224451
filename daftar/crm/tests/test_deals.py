import datetime as dt
from decimal import Decimal

import pytest

from daftar.crm.actions import lose_deal, reopen_deal, repeat_deal, win_deal
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.fields.links import Linked
from daftar.records.gate import StageRefused

TUESDAY = "2026-03-03T10:00:00+00:00"


def move(shop, deal, stage, **values):
    return writing.change(shop.type("deal"), deal.pk, {"stage": shop.stage(stage), **values}, by=shop.sara, via="board")


@pytest.mark.parametrize(
    ("stage", "needs"),
    [("new", []), ("qualified", []), ("proposal", ["expected_close"]), ("negotiation", ["amount"]), ("won", ["amount"]),
     ("lost", ["lost_reason"])],
)  # fmt: skip
@pytest.mark.parametrize("door", ["change", "create", "import"])
def test_a_stage_asks_for_what_it_needs_at_every_door(shop, stage, needs, door):
    values = {"stage": shop.stage(stage)}
    given = {"expected_close": dt.date(2026, 4, 1), "amount": Money(Decimal(10), "USD"), "lost_reason": "price"}
    type_ = shop.type("deal")

    def enter(more):
        if door == "change":
            deal = shop.deal(stage=shop.stage("qualified" if stage == "new" else "new"))
            return writing.change(type_, deal.pk, values | more, by=shop.sara, via="board")
        if door == "create":
            return writing.create(type_, {"name": "A deal"} | values | more, by=shop.sara, via="quick")
        (answer,) = writing.create_many(type_, [{"name": "A deal"} | values | more], by=shop.sara, via="import")
        if isinstance(answer, Exception):
            raise answer
        return answer

    if needs:
        with pytest.raises(StageRefused) as refused:
            enter({})
        assert refused.value.missing == needs
    row = enter({key: given[key] for key in needs})
    assert row.stage_id == values["stage"]


def test_winning_sets_the_day_and_reopening_clears_it(shop):
    deal = shop.deal(amount=Money(Decimal(10), "USD"), stage=shop.stage("qualified"))

    with clock.frozen(TUESDAY):
        won = win_deal(deal.pk, by=shop.sara)
    assert (won.closed_on, won.probability) == (dt.date(2026, 3, 3), 100)

    opened = reopen_deal(deal.pk, by=shop.sara)
    assert (opened.closed_on, shop.stage_of(opened)) == (None, "qualified")


def test_a_given_day_of_closing_is_kept(shop):
    deal = shop.deal(amount=Money(Decimal(10), "USD"))

    won = move(shop, deal, "won", closed_on=dt.date(2016, 5, 1))

    assert won.closed_on == dt.date(2016, 5, 1)


def test_losing_needs_a_reason_and_reopening_forgets_it(shop):
    deal = shop.deal()
    with pytest.raises(StageRefused) as refused:
        lose_deal(deal.pk, by=shop.sara)
    assert refused.value.missing == ["lost_reason"]

    lost = lose_deal(deal.pk, by=shop.sara, reason="price", comment="Too dear")
    assert (lost.lost_reason, lost.lost_comment) == ("price", "Too dear")

    opened = reopen_deal(deal.pk, by=shop.sara)
    assert (opened.lost_reason, opened.lost_comment) == ("", "")


def test_the_probability_follows_the_stage_unless_the_seller_says_otherwise(shop):
    deal = shop.deal()
    assert deal.probability == 20

    assert move(shop, deal, "qualified").probability == 40
    assert move(shop, deal, "new", probability=Decimal(75)).probability == 75


def test_repeating_copies_the_client_and_starts_anew(shop):
    contact, company = shop.make("contact", name="Ali"), shop.make("company", name="Alvand")
    goods = shop.make("product", by=shop.olga, name="Drill")
    shop.field("deal", "delivery")
    deal = shop.deal(
        company=company.pk, contact=contact.pk, products=[Linked(goods.pk)], amount=Money(Decimal(10), "USD"),
        tags=["regular"], delivery="by lorry", number="A-1",
    )  # fmt: skip
    win_deal(deal.pk, by=shop.sara)

    with clock.frozen(TUESDAY):
        again = repeat_deal(deal.pk, by=shop.sam, values={"expected_close": dt.date(2026, 4, 1)})

    assert (again.company_id, again.contact_id, again.repeat_of_id) == (company.pk, contact.pk, deal.pk)
    assert shop.type("deal")["products"].get(again) == [Linked(goods.pk)]
    assert (shop.stage_of(again), again.kind, again.number, again.closed_on) == ("new", "repeat", "", None)
    assert (again.opened_on, again.expected_close) == (dt.date(2026, 3, 3), dt.date(2026, 4, 1))
    assert (again.custom, again.tags) == ({"delivery": "by lorry"}, ["regular"])


def test_a_contact_is_called_by_its_parts_until_somebody_names_it(shop):
    contact = shop.make("contact", first_name="Ali", last_name="Rezaei")
    assert contact.name == "Ali Rezaei"

    change = lambda **v: writing.change(shop.type("contact"), contact.pk, v, by=shop.sara, via="page")  # noqa: E731
    assert change(last_name="Karimi").name == "Ali Karimi"
    assert change(name="Uncle Ali").name == "Uncle Ali"
    assert change(last_name="Rezaei").name == "Uncle Ali"
