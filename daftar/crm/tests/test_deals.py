import datetime as dt
import re
from decimal import Decimal

import pytest

from daftar.crm.actions import lose_deal, reopen_deal, repeat_deal, win_deal
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.records import custom_fields, pipelines, writing
from daftar.records.fields.links import Linked
from daftar.records.gate import StageRefused
from daftar.records.models import Event
from daftar.records.query.view import View

TUESDAY = "2026-03-03T10:00:00+00:00"


def move(shop, deal, stage, **values):
    return writing.change(shop.type("deal"), deal.pk, {"stage": shop.stage(stage), **values}, by=shop.sara, via="board")


CONTRACT = [
    ("stage", "new", []),
    ("stage", "qualified", []),
    ("stage", "proposal", ["expected_close"]),
    ("stage", "negotiation", ["amount"]),
    ("stage", "won", ["amount"]),
    ("stage", "lost", ["lost_reason"]),
    ("delivery", "New", []),
    ("delivery", "Packed", ["expected_close"]),
    ("delivery", "Won", ["amount", "expected_close"]),
    ("delivery", "Lost", ["lost_reason"]),
]
TYPED = {"expected_close": "2026-04-01", "amount": "10", "lost_reason": "price"}
PARSED = {"expected_close": dt.date(2026, 4, 1), "amount": Money(Decimal(10), "USD"), "lost_reason": "price"}


@pytest.fixture
def delivery(shop):
    """A stage field that the company added, whose stages demand what the table says."""
    custom_fields.add_field(shop.type("deal"), "stage", "Delivery", by=shop.olga)
    (pipeline,) = shop.type("deal")["delivery"].pipelines
    pipelines.add_stage(pipeline.id, {"name": "Packed"}, by=shop.olga)
    for field, name, needs in CONTRACT:
        if field == "delivery":
            pipelines.change_stage(stage_id(shop, field, name), {"required": needs}, by=shop.olga)
    return shop.type("deal")["delivery"]


def stage_id(shop, field, name):
    found = shop.type("deal")[field].find(name)
    assert found is not None
    return found


def by_change(shop, at, field, stage, keys):
    deal = start(shop, field, stage)
    values = {field: stage_id(shop, field, stage), **{k: PARSED[k] for k in keys}}
    return verdict(lambda: writing.change(shop.type("deal"), deal.pk, values, by=shop.sara, via="board"))


def start(shop, field, stage):
    """A deal that does not stand in the stage yet."""
    return shop.deal(stage=shop.stage("qualified" if (field, stage) == ("stage", "new") else "new"))


def by_create(shop, at, field, stage, keys):
    values = {"name": "A deal", field: stage_id(shop, field, stage), **{k: PARSED[k] for k in keys}}
    return verdict(lambda: writing.create(shop.type("deal"), values, by=shop.sara, via="api"))


def by_import(shop, at, field, stage, keys):
    values = {"name": "A deal", field: stage_id(shop, field, stage), **{k: PARSED[k] for k in keys}}
    (answer,) = writing.create_many(shop.type("deal"), [values], by=shop.sara, via="import")
    return answer.missing if isinstance(answer, StageRefused) else "stands"


def by_board(shop, at, field, stage, keys):
    deal = start(shop, field, stage)
    sent = {"to": str(stage_id(shop, field, stage)), "field": field, "ask": keys, **{k: TYPED[k] for k in keys}}
    return on_page(at(shop.sara).post(f"/deals/{deal.pk}/move", sent))


def in_place(shop, at, field, stage, keys):
    """The value where it stands; what is missing is asked for by the form of a move."""
    deal = start(shop, field, stage)
    to = str(stage_id(shop, field, stage))
    answer = at(shop.sara).post(f"/deals/{deal.pk}/field/{field}", {field: to})
    if not keys:
        return on_page(answer)
    html = answer.content.decode()
    assert f'action="/deals/{deal.pk}/move"' in html
    assert re.findall(r'name="ask" value="(\w+)"', html) == keys
    sent = {"to": to, "field": field, "ask": keys, **{k: TYPED[k] for k in keys}}
    return on_page(at(shop.sara).post(f"/deals/{deal.pk}/move", sent))


def by_form(shop, at, field, stage, keys):
    deal = start(shop, field, stage)
    sent = {"name": deal.name, field: str(stage_id(shop, field, stage)), **{k: TYPED[k] for k in keys}}
    return on_page(at(shop.sara).post(f"/deals/{deal.pk}/edit", sent))


def by_quick_form(shop, at, field, stage, keys):
    to = str(stage_id(shop, field, stage))
    sent = {"name": "A deal", field: to, "also": keys, **{k: TYPED[k] for k in keys}}
    return on_page(at(shop.sara).post(f"/deals/quick?{field}={to}", sent))


def verdict(act):
    try:
        act()
    except StageRefused as refused:
        return refused.missing
    return "stands"


def on_page(answer):
    if answer.status_code == 302:
        return "stands"
    assert answer.status_code == 422
    sentence = "is needed in stage"
    html = answer.content.decode()
    labels = {"amount": "Amount", "expected_close": "Expected close", "lost_reason": "Why it was lost"}
    return [key for key, label in labels.items() if f"“{label}” {sentence}" in html]


DOORS = [by_change, by_create, by_import, by_board, in_place, by_form, by_quick_form]


@pytest.mark.parametrize(("field", "stage", "needs"), CONTRACT)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_stage_asks_for_the_same_at_every_door(shop, at, delivery, door, field, stage, needs):
    if needs:
        assert door(shop, at, field, stage, []) == needs
    assert door(shop, at, field, stage, needs) == "stands"


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


def test_a_changed_probability_reaches_the_deals_that_still_carry_the_old_one(shop):
    plain, told, elsewhere = shop.deal(), shop.deal(probability=Decimal(75)), shop.deal(stage=shop.stage("qualified"))

    pipelines.change_stage(shop.stage("new"), {"probability": "35"}, by=shop.olga)

    assert [shop.fresh("deal", d).probability for d in (plain, told, elsewhere)] == [35, 75, 40]
    event = Event.objects.filter(type="deal", record_id=plain.pk).latest("id")
    assert (event.kind, event.by, event.changes["probability"], event.data["why"]) == (
        "changed", shop.olga, ["20", "35"], "stage_changed",
    )  # fmt: skip
    assert Event.objects.filter(type="deal", record_id=told.pk).count() == 1
    pipelines.change_stage(shop.stage("new"), {"colour": "pink", "probability": "35"}, by=shop.olga)
    assert Event.objects.filter(type="deal", record_id=plain.pk).count() == 2


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


@pytest.mark.parametrize("sort", ["company", "-company"])
def test_a_list_by_the_name_of_the_client_holds_those_without_one_too(shop, sort):
    """On every page mark, where the clients end and the deals without one begin."""
    for n in range(4):
        company = shop.make("company", name=f"Client {n}").pk if n % 2 else None
        shop.deal(name=f"Deal {n}", company=company)
    walked, after = [], ""
    while True:
        page = View.parse(shop.type("deal"), f"sort={sort}&limit=1&after={after}", shop.reader()).page()
        walked += [row.name for row in page.rows]
        after = page.next
        if not after:
            break

    named = ["Deal 1", "Deal 3"]
    assert walked == ([*named[::-1], "Deal 2", "Deal 0"] if sort == "-company" else ["Deal 0", "Deal 2", *named])
