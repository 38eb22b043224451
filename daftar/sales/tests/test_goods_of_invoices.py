"""How the goods of an invoice are is said line by line; goods whose hold ended are held again; delivery follows shipments and credit notes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.catalogue.models import Hold
from daftar.catalogue.stock import doors, ending, levels
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.sales.invoicing.correct import cancel_invoice, credit_invoice
from daftar.sales.invoicing.goods_state import goods_of, hold_again, words_of
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.models import Invoice, InvoiceLine

D = Decimal


class Desk:
    """An invoice of 12 GTX of 20, and two hours of work."""

    def __init__(self, shop, store) -> None:
        self.shop, self.store = shop, store
        self.gtx = store.product(name="GTX")
        doors.receive([doors.Item(self.gtx.pk, D(20))], by=shop.olga, kind="opening")
        self.deal = store.deal((self.gtx, 12, 100), ("Installation", 2, 50))
        self.invoice = issue_invoice(self.deal.pk, Wish(), by=shop.sara)
        self.line = InvoiceLine.objects.get(invoice=self.invoice.pk, product=self.gtx.pk)

    def fresh(self):
        return Invoice.objects.get(pk=self.invoice.pk)

    def words(self, **more):
        lines = list(InvoiceLine.objects.filter(invoice=self.invoice.pk).select_related("product__unit"))
        found = goods_of(self.fresh(), lines)
        formats = self.shop.reader().formats
        return words_of(found[self.line.pk], formats, **({"shows_stock": True} | more)) if found else None

    def end_holds(self):
        """The last day of all holds is over."""
        Hold.objects.update(until=clock.today("UTC") - dt.timedelta(days=1))
        ending.end_what_is_over()

    def five(self):
        one = doors.five_numbers([self.gtx.pk])[self.gtx.pk]
        return int(one.on_hand), int(one.reserved), int(one.available)

    def held(self):
        return [(int(h.quantity), h.state, h.key) for h in Hold.objects.order_by("pk")]


@pytest.fixture
def desk(shop, store):
    return Desk(shop, store)


def test_goods_are_held_until_a_day_and_then_shipped(desk):
    words, tone = desk.words()
    assert words.startswith("held until ") and tone == "ok"

    ship(desk.invoice.pk, {desk.line.pk: D(5)}, by=desk.shop.sara)
    assert desk.words()[0].startswith("held until ")
    ship(desk.invoice.pk, by=desk.shop.sara)

    assert desk.words() == ("Shipped", "ok")


def test_a_hold_that_ended_is_told_with_what_is_there(desk):
    desk.end_holds()

    words, tone = desk.words()

    assert words.startswith("the hold ended on ") and words.endswith(" · 20 available") and tone == "warn"
    assert "available" not in desk.words(shows_stock=False)[0]
    doors.ship([doors.Item(desk.gtx.pk, D(17))], by=desk.shop.olga)
    words, tone = desk.words()
    assert words.endswith("not enough: 3 available, 12 wanted") and tone == "danger"


def test_goods_are_held_again_and_only_so_many_as_are_there(desk):
    desk.end_holds()
    doors.ship([doors.Item(desk.gtx.pk, D(13))], by=desk.shop.olga)

    with pytest.raises(doors.OutOfStock, match="7 available, 12 wanted"):
        hold_again(desk.invoice.pk, by=desk.shop.sara)
    assert desk.five() == (7, 0, 7)
    until = clock.today("UTC") + dt.timedelta(days=9)
    hold_again(desk.invoice.pk, {desk.line.pk: D(7)}, by=desk.shop.sara, until=until)

    assert desk.five() == (7, 7, 0)
    assert desk.held()[-1] == (7, "in_force", str(desk.line.pk))
    assert desk.fresh().hold_until == until
    assert desk.words() == (
        f"7 held until {desk.shop.reader().formats.date(until)} · not enough: 0 available, 5 wanted",
        "danger",
    )


@pytest.mark.parametrize(
    ("quantity", "sentence"), [("13", "More cannot be held"), ("-1", "More cannot be held"), ("0", "Say how much")]
)
def test_more_than_is_left_is_not_held(desk, quantity, sentence):
    desk.end_holds()

    with pytest.raises(Invalid) as refused:
        hold_again(desk.invoice.pk, {desk.line.pk: D(quantity)}, by=desk.shop.sara)

    assert sentence in str(refused.value.errors or refused.value)
    assert desk.five() == (20, 0, 20)


def test_what_is_held_is_not_held_twice_and_strangers_hold_nothing(desk):
    with pytest.raises(Conflict, match="are held"):
        hold_again(desk.invoice.pk, by=desk.shop.sara)
    with pytest.raises(Invalid):
        hold_again(desk.invoice.pk, by=desk.shop.sara, until=dt.date(2001, 1, 1))
    with pytest.raises(Missing):
        hold_again(desk.invoice.pk, by=desk.shop.reza)
    assert desk.five() == (20, 12, 8)


def test_the_card_says_it_and_the_dialog_holds_again(desk, at):
    page = at(desk.shop.sara)
    card = f"/invoices/{desk.invoice.pk}/"
    assert "held until" in page.get(card).content.decode() and "Hold again" not in page.get(card).content.decode()
    desk.end_holds()
    doors.ship([doors.Item(desk.gtx.pk, D(13))], by=desk.shop.olga)

    text = page.get(card).content.decode()
    dialog = page.get(f"{card}hold").content.decode()

    assert "the hold ended on" in text and "not enough: 7 available, 12 wanted" in text and "Hold again" in text
    assert f'name="line.{desk.line.pk}" value="7"' in dialog
    assert page.post(f"{card}hold", {f"line.{desk.line.pk}": "12", "until": ""}).status_code == 422
    assert page.post(f"{card}hold", {f"line.{desk.line.pk}": "7", "until": ""}).url == card
    assert desk.five() == (7, 7, 0)
    assert "held goods again" in page.get(f"/deals/{desk.deal.pk}/").content.decode()
    assert at(desk.shop.rita).post(f"{card}hold", {}).status_code == 403


def test_bundles_packs_and_two_lines_of_one_product_share_what_is_there(shop, store):
    doors_, bolt = store.product(name="Door"), store.product(name="Bolt")
    for product, many in ((doors_, 5), (bolt, 8)):
        doors.receive([doors.Item(product.pk, D(many))], by=shop.olga, kind="opening")
    kit = store.product(name="Kit", kind="bundle", tracks_stock=False)
    for product, many in ((doors_, 1), (bolt, 2)):
        shop.make("bundle_part", by=shop.olga, bundle=kit.pk, product=product.pk, quantity=D(many))
    deal = store.deal((kit, 3, 10), (doors_, 4, 10), (bolt, 1, 10))
    deal_line = store.lines(deal)[2]
    type(deal_line).objects.filter(pk=deal_line.pk).update(factor=12)

    invoice = issue_invoice(deal.pk, Wish(hold="none"), by=shop.sara)
    lines = list(InvoiceLine.objects.filter(invoice=invoice.pk).select_related("product__unit").order_by("position"))
    goods = goods_of(invoice, lines)

    assert [(int(one.not_held), int(one.can_be_held)) for one in goods.values()] == [(3, 3), (4, 2), (1, 0)]
    hold_again(invoice.pk, {lines[0].pk: D(3), lines[1].pk: D(2)}, by=shop.sara)
    again = goods_of(invoice, lines)
    assert [int(one.held) for one in again.values()] == [3, 2, 0]


def test_the_card_asks_as_many_questions_for_many_lines_as_for_few(shop, store, at):
    counts = []
    for many in (2, 12):
        deal = store.deal(*[(store.product(name=f"P {n}"), 2, 10) for n in range(many)])
        invoice = issue_invoice(deal.pk, Wish(hold="none"), by=shop.sara)
        page = at(shop.sara)
        page.get(f"/invoices/{invoice.pk}/")
        with CaptureQueriesContext(connection) as asked:
            page.get(f"/invoices/{invoice.pk}/")
        counts.append(len(asked))

    assert counts[0] == counts[1]


# -- delivery ------------------------------------------------------------------------------------------


def test_delivery_follows_what_left_and_what_was_credited(desk):
    by, line = desk.shop.sara, desk.line.pk
    states = [desk.fresh().delivery]
    ship(desk.invoice.pk, {line: D(5)}, by=by)
    states.append(desk.fresh().delivery)
    note = credit_invoice(desk.invoice.pk, {line: D(7)}, by=by)
    states.append(desk.fresh().delivery)
    assert desk.five() == (15, 0, 15)
    with pytest.raises(Conflict, match="left already"):
        ship(desk.invoice.pk, by=by)
    cancel_invoice(note.pk, by=by)
    states.append(desk.fresh().delivery)
    ship(desk.invoice.pk, by=by)
    states.append(desk.fresh().delivery)

    assert states == ["waiting", "part", "done", "part", "done"]
    assert desk.five() == (8, 0, 8)


def test_what_was_credited_whole_is_not_delivered_any_more(desk):
    credit_invoice(desk.invoice.pk, by=desk.shop.sara)

    assert desk.fresh().delivery == "none" and desk.words() == ("", "")
    with pytest.raises(Conflict):
        ship(desk.invoice.pk, by=desk.shop.sara)
    assert desk.five() == (20, 0, 20)


def test_of_goods_that_left_credit_notes_bring_back_no_more_than_left(desk):
    """10 of 12 left; 2 are taken off before they leave, and 3 come back in two credit notes."""
    by, line = desk.shop.sara, desk.line.pk
    ship(desk.invoice.pk, {line: D(10)}, by=by)

    credit_invoice(desk.invoice.pk, {line: D(4)}, by=by, goods_return=True)
    assert desk.five() == (12, 0, 12)
    credit_invoice(desk.invoice.pk, {line: D(1)}, by=by, goods_return=True)

    assert desk.five() == (13, 0, 13)
    assert desk.fresh().delivery == "done"


def test_every_act_locks_all_its_products_at_once(shop, store, monkeypatch):
    """Two acts that lock one product after another can wait for each other for ever."""
    case, drill, saw = (store.product(name=name) for name in ("Case", "Drill", "Saw"))
    kit = store.product(name="Kit", kind="bundle", tracks_stock=False)
    shop.make("bundle_part", by=shop.olga, bundle=kit.pk, product=case.pk, quantity=D(2))
    doors.receive([doors.Item(one.pk, D(50)) for one in (saw, drill, case)], by=shop.olga, kind="opening")
    deal = store.deal((saw, 1, 10), (kit, 1, 10), (drill, 1, 10))
    first = store.lines(deal)[0]
    asked, whole = [], levels.hold_still
    monkeypatch.setattr(levels, "hold_still", lambda ids: (asked.append(set(ids)), whole(ids)))
    all_of_them = {case.pk, drill.pk, saw.pk, kit.pk}

    def locks(act):
        asked.clear()
        act()
        assert set().union(*asked) <= asked[0], asked
        return asked[0]

    part = Wish(kind="part", quantities={first.pk: D(1)})
    assert locks(lambda: issue_invoice(deal.pk, part, by=shop.sara)) == all_of_them
    assert locks(lambda: issue_invoice(deal.pk, Wish(), by=shop.sara)) == all_of_them
    one, rest = Invoice.objects.order_by("pk")
    assert locks(lambda: cancel_invoice(one.pk, by=shop.olga)) == all_of_them
    assert locks(lambda: credit_invoice(rest.pk, by=shop.olga)) == all_of_them
