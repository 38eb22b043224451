import datetime as dt
import json
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daftar.access.models import Role
from daftar.access.shipped_roles import SHIPPED
from daftar.catalogue.models import BundlePart, PriceItem, PriceList, ProductPack
from daftar.catalogue.stock import doors
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money, parse_money, words_of
from daftar.kernel.numbers import parse_decimal
from daftar.records import writing
from daftar.records.bulk import runs
from daftar.records.models import Event, ExchangeRate
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.lines.saving import mark_of
from daftar.sales.lines.typed import is_token
from daftar.sales.models import DealLine, SalesSettings, SaleTerms
from daftar.sales.quoting.issue import issue_quote
from daftar.sales.totals import Line, Terms, total

D = Decimal
STATIC = Path(__file__).parents[1] / "static" / "sales"


def sent(*rows, **more):
    """A form with rows of (token, values)."""
    form = {"currency": "USD", "rounding": "line", "mark": "", "row": [], **more}
    for token, values in rows:
        form["row"].append(token)
        form |= {
            f"{token}.{name}": str(value)
            for name, value in {"name": "Drill", "quantity": 1, "price": 10, **values}.items()
        }
    return form


def save(at, user, deal, *rows, **more):
    return at(user).post(f"/deals/{deal.pk}/lines/", sent(*rows, **{"mark": mark_of(deal.pk), **more}))


def shown(deal):
    return [
        (li.name, li.quantity, li.price, li.gross)
        for li in DealLine.objects.filter(deal=deal.pk, deleted_at=None).order_by("position")
    ]


def test_lines_are_saved_in_their_order_and_the_deal_follows(shop, store, at):
    gtx, deal = store.product(), shop.deal()
    rows = [
        ("n1", {"name": "GTX", "product": gtx.pk, "quantity": 12, "price": 100, "tax_class": store.tax.pk}),
        ("n2", {"name": "Work", "quantity": "2.5"}),
    ]

    answer = save(at, shop.sara, deal, *rows)

    assert answer.status_code == 302
    assert shown(deal) == [("GTX", 12, 100, D(1440)), ("Work", D("2.5"), 10, D(25))]
    fresh = shop.fresh("deal", deal)
    assert (fresh.amount, fresh.amount_currency) == (D(1465), "USD")
    assert [link.id for link in shop.type("deal")["products"].get(fresh)] == [gtx.pk]


def test_changed_moved_and_removed_lines_in_one_change_set_that_goes_back(shop, store, at):
    deal = store.deal(("Drill", 1, 10), ("Saw", 1, 20), ("Nail", 1, 1))
    drill, saw, nail = store.lines(deal)

    save(
        at,
        shop.sara,
        deal,
        (str(nail.pk), {"name": "Nail", "price": 1}),
        (str(drill.pk), {"name": "Drill", "quantity": 3}),
    )
    assert [name for name, *_rest in shown(deal)] == ["Nail", "Drill"] and shown(deal)[1][1] == 3
    change_set = Event.objects.filter(type="deal_line", kind="deleted", record_id=saw.pk).get().change_set

    runs.begin_undo(change_set, by=shop.sara)
    assert [name for name, *_rest in shown(deal)] == ["Drill", "Saw", "Nail"]


def test_what_is_wrong_is_said_at_its_cell_and_nothing_is_saved(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    line = store.lines(deal)[0]

    answer = save(
        at,
        shop.sara,
        deal,
        (str(line.pk), {"quantity": 0}),
        ("n1", {"price": "cheap"}),
        ("n2", {"name": ""}),
        ("n3", {"discount": "200%"}),
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    for name in (f"l-{line.pk}-quantity-error", "l-n1-price-error", "l-n2-name-error"):
        assert name in page
    assert 'value="cheap"' in page and shown(deal) == [("Drill", 1, 10, 12)]


@pytest.mark.parametrize("quantity", ["0.333", "1000000000000", "-1", "0", "x"])
def test_quantities_that_cannot_be_sold(shop, store, at, quantity):
    deal = shop.deal()

    answer = save(at, shop.sara, deal, ("n1", {"product": store.product().pk, "quantity": quantity}))

    assert answer.status_code == 422 and b"l-n1-quantity-error" in answer.content and shown(deal) == []


def test_somebody_elses_change_is_not_lost(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    line, mark = store.lines(deal)[0], mark_of(deal.pk)
    store.change(line, price=11, by=shop.olga)

    answer = save(at, shop.sara, deal, (str(line.pk), {"price": 12}), mark=mark)

    page = answer.content.decode()
    assert answer.status_code == 409 and 'value="12"' in page and "11" in page
    assert shown(deal)[0][2] == 11
    again = save(at, shop.sara, deal, (str(line.pk), {"price": 12}))
    assert again.status_code == 302 and shown(deal)[0][2] == 12


def test_without_scripts_a_row_is_added_by_the_server(shop, store, at):
    deal, gtx = shop.deal(), store.product(code="GTX-1")

    answer = save(at, shop.sara, deal, act="add", add__text="GTX-1")
    assert f'value="{gtx.pk}"' in answer.content.decode() and shown(deal) == []
    free = save(at, shop.sara, deal, act="add", add__text="Painting the fence")
    assert b"Painting the fence" in free.content


def test_a_row_knows_price_list_step_pack_and_stock(shop, store, at):
    gtx, deal = store.product(price=100, barcode="4006381333931"), shop.deal()
    ProductPack.objects.create(product=gtx, name="box", factor=12, barcode="999")
    winter = PriceList.objects.create(name="Winter", currency="USD")
    PriceItem.objects.create(price_list=winter, product=gtx, min_quantity=0, price=90, price_currency="USD")
    PriceItem.objects.create(price_list=winter, product=gtx, min_quantity=10, price=80, price_currency="USD")
    doors.receive([doors.Item(gtx.pk, D(9))], by=shop.olga)
    page = at(shop.sara)

    one = page.get(f"/deals/{deal.pk}/lines/row?currency=USD&q=4006381333931").content.decode()
    box = page.get(f"/deals/{deal.pk}/lines/row?currency=USD&q=999").content.decode()

    assert 'value="90' in one and "Winter" in one and "<b>9</b>" in one
    assert 'value="960' in box and 'value="12"' in box
    assert page.get(f"/deals/{deal.pk}/lines/row?currency=USD&q=nothing-such").status_code == 204


def test_five_numbers_and_the_promise_by_the_urgency_of_deals(shop, store, at):
    gtx = store.product()
    doors.receive([doors.Item(gtx.pk, D(5))], by=shop.olga)
    doors.expect([doors.Item(gtx.pk, D(20))], about=("purchase_order", 1), due_on=dt.date(2026, 12, 20))
    early, late = shop.deal(expected_close=dt.date(2026, 12, 1)), shop.deal()
    row = ("n1", {"name": "GTX", "product": gtx.pk, "quantity": 4})
    save(at, shop.sara, late, row)
    save(at, shop.sara, early, row)

    page = at(shop.sara).get(f"/deals/{late.pk}/lines/").content.decode()
    gtx.refresh_from_db()

    assert "→ 1 now, 3 on 20 Dec" in page
    assert (gtx.stock_wanted, gtx.stock_missing) == (8, 3)


def test_what_is_wanted_follows_invoices_and_the_end_of_deals(shop, store, at):
    gtx = store.product()
    doors.receive([doors.Item(gtx.pk, D(5))], by=shop.olga)
    deals = [shop.deal(company=store.alvand.pk) for _n in range(2)]
    for deal in deals:
        save(at, shop.sara, deal, ("n1", {"name": "GTX", "product": gtx.pk, "quantity": 4}))

    def numbers():
        gtx.refresh_from_db()
        return tuple(int(n) for n in (gtx.stock_wanted, gtx.stock_reserved, gtx.stock_missing))

    assert numbers() == (8, 0, 3)
    issue_invoice(deals[0].pk, by=shop.sara)
    assert numbers() == (4, 4, 3)
    writing.change(
        shop.type("deal"), deals[1].pk, {"stage": shop.stage("lost"), "lost_reason": "price"}, by=shop.sara, via="page"
    )
    assert numbers() == (0, 4, 0)
    writing.remove(shop.type("deal"), deals[1].pk, by=shop.olga, via="page")
    assert numbers() == (0, 4, 0)


def test_a_bundle_wants_its_parts(shop, store, at):
    bit, kit = store.product("Bit"), store.product("Kit", kind="bundle")
    BundlePart.objects.create(bundle=kit, product=bit, quantity=3)
    save(at, shop.sara, shop.deal(), ("n1", {"name": "Kit", "product": kit.pk, "quantity": 2}))

    bit.refresh_from_db()
    assert bit.stock_wanted == 6


def test_costs_are_not_in_the_page_of_who_may_not_see_them(shop, store, at):
    Role.objects.filter(key=Role.SELLER).update(grants=SHIPPED[Role.SELLER].grants.to_json())
    gtx = store.product(price=100, cost=Money(D("61.37"), "USD"))
    deal = shop.deal(owner=shop.sara.pk)
    save(at, shop.olga, deal, ("n1", {"name": "GTX", "product": gtx.pk, "quantity": 1, "price": 100}))

    assert b"margin" in at(shop.olga).get(f"/deals/{deal.pk}/lines/").content
    page = at(shop.sara)
    for address in (f"/deals/{deal.pk}/lines/", f"/products/{gtx.pk}/", "/deal-lines/"):
        content = page.get(address).content
        assert b"61.37" not in content and b"margin" not in content, address


def test_a_closed_deal_keeps_its_lines(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    writing.change(
        shop.type("deal"), deal.pk, {"stage": shop.stage("lost"), "lost_reason": "price"}, by=shop.sara, via="page"
    )

    answer = save(at, shop.sara, deal)

    assert answer.status_code == 409 and len(shown(deal)) == 1
    assert b"Open it again" in at(shop.sara).get(f"/deals/{deal.pk}/lines/").content


def test_who_may_only_read_sees_lines_and_saves_nothing(shop, store, at):
    deal = store.deal(("Drill", 1, 10))

    page = at(shop.rita).get(f"/deals/{deal.pk}/lines/").content
    assert b"readonly" in page and b"lines__save" not in page
    assert save(at, shop.rita, deal).status_code == 403 and len(shown(deal)) == 1
    assert at(shop.reza).get(f"/deals/{deal.pk}/lines/").status_code == 404


def test_discounts_are_read_in_percent_and_money(shop, store, at):
    deal = shop.deal()
    save(at, shop.sara, deal, ("n1", {"discount": "5%"}), ("n2", {"discount": "2.5"}), discount="10%")

    one, two = DealLine.objects.filter(deal=deal.pk).order_by("position")
    assert (one.discount_percent, one.discount_amount, two.discount_percent, two.discount_amount) == (
        5,
        None,
        None,
        D("2.5"),
    )
    assert SaleTerms.objects.get(deal=deal.pk).discount_percent == 10
    assert (one.net, two.net) == (D("8.55"), D("6.75"))


def test_a_deal_of_200_lines_asks_as_many_questions_as_one_of_20(shop, store, at, django_assert_max_num_queries):
    products = [store.product(f"P{n}") for n in range(20)]
    deal = store.deal(*[(products[n % 20], 1, 10) for n in range(200)])
    page = at(shop.sara)
    page.get(f"/deals/{deal.pk}/lines/")

    with django_assert_max_num_queries(33):
        assert page.get(f"/deals/{deal.pk}/lines/").content.count(b"data-line ") == 200


def test_a_deleted_product_stays_on_its_line_and_says_so(shop, store, at):
    gtx = store.product()
    deal = store.deal((gtx, 1, 10))
    writing.remove(shop.type("product"), gtx.pk, by=shop.olga, via="page")

    assert b"This product was deleted" in at(shop.sara).get(f"/deals/{deal.pk}/lines/").content


# -- the page adds up as the server does --------------------------------------------------------------------

texts = st.decimals(min_value=0, max_value=9999, places=4).map(str)
rows_ = st.lists(
    st.fixed_dictionaries({
        "quantity": st.decimals(min_value=D("0.001"), max_value=999, places=3).map(str), "price": texts,
        "discountPercent": st.sampled_from(["0", "5", "12.5", "33.3333", "100"]), "taxPercent": st.sampled_from(["0", "9", "20", "7.7"]),
        "optional": st.booleans(),
    }),
    min_size=1, max_size=6,
)  # fmt: skip
cases = st.tuples(
    rows_,
    st.booleans(),
    st.sampled_from(["line", "document"]),
    st.sampled_from(["USD", "IRR", "KWD"]),
    st.sampled_from(["0", "7", "17.77"]),
)
PLACES = {"USD": 2, "IRR": 0, "KWD": 3}


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
@given(st.lists(cases, min_size=60, max_size=60))
@settings(max_examples=5, deadline=None)
def test_the_page_adds_up_as_the_server_does(some):
    asked = [
        [
            rows,
            {
                "places": PLACES[code],
                "taxIncluded": included,
                "rounding": rounding,
                "discountPercent": off,
                "discountAmount": "0",
            },
        ]
        for rows, included, rounding, code, off in some
    ]
    module = json.dumps((STATIC / "totals.js").as_uri())
    script = f"import {{ total }} from {module}; console.log(JSON.stringify({json.dumps(asked)}.map(a => total(...a))))"
    ran = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)

    for (rows, included, rounding, code, off), made in zip(some, json.loads(ran.stdout), strict=True):
        lines = [
            Line(D(r["quantity"]), D(r["price"]), D(r["discountPercent"]), D(0), D(r["taxPercent"]), r["optional"])
            for r in rows
        ]
        ours = total(lines, Terms(code, included, rounding, D(off)))
        assert [(D(li["net"]), D(li["gross"])) for li in made["lines"]] == [(li.net, li.gross) for li in ours.lines]
        assert (D(made["net"]), D(made["gross"])) == (ours.net, ours.gross)


def test_two_hundred_lines_are_sent_and_saved(shop, store, at):
    deal = shop.deal()
    rows = [
        (
            f"n{n}",
            {"factor": 1, "unit": "pc", "description": "", "group": "", "discount": "", "tax_class": store.tax.pk},
        )
        for n in range(200)
    ]

    assert save(at, shop.sara, deal, *rows).status_code == 302
    assert DealLine.objects.filter(deal=deal.pk).count() == 200


def test_every_row_that_the_server_makes_can_be_sent_back(shop, store, at):
    gtx, deal = store.product(), shop.deal()
    tokens = set()
    for _n in range(40):
        row = at(shop.sara).get(f"/deals/{deal.pk}/lines/row?currency=USD&product={gtx.pk}").content.decode()
        tokens.add(row.partition('data-token="')[2].partition('"')[0])

    assert len(tokens) == 40 and all(is_token(token) for token in tokens)


@pytest.mark.parametrize("value", ["\u00b2", "9" * 25, "999999", "-1", "x"])
@pytest.mark.parametrize("name", ["product", "tax_class", "price_list", "factor"])
def test_ids_that_cannot_be_break_nothing(shop, store, at, name, value):
    deal = store.deal(("Drill", 1, 10))
    line = store.lines(deal)[0]

    for token in (str(line.pk), "n1"):
        assert save(at, shop.sara, deal, (token, {"name": "X", name: value})).status_code in (302, 422)
    assert save(at, shop.sara, deal, ("n1", {}), price_list=value).status_code == 302
    assert save(at, shop.sara, deal, (value, {})).status_code == 302


def test_a_discount_in_money_asks_like_one_in_percent(shop, store, at):
    SalesSettings.objects.create(pk=1, discount_limit=D(10))
    deal = shop.deal(company=store.alvand.pk)
    save(at, shop.sara, deal, ("n1", {"price": 100}), discount="90")

    with pytest.raises(Conflict):
        issue_quote(deal.pk, by=shop.sara)


def test_todays_price_is_told_as_the_lines_have_it(shop, store, at):
    gtx, deal = store.product(price=100), shop.deal()

    row = at(shop.sara).get(f"/deals/{deal.pk}/lines/row?currency=USD&tax_included=1&product={gtx.pk}").content.decode()

    assert 'value="120' in row and "Today" not in row


# -- numbers as people type them ------------------------------------------------------------------------------

HABITS = {
    "en": {"group": ",", "decimal": "."},
    "fa": {"group": ",", "decimal": "."},
    "ru": {"group": "", "decimal": ","},
}
NUMBERS = st.one_of(
    st.text("0123456789.,٫٬۰۱۵٣ '-+ ", min_size=1, max_size=9),
    st.from_regex(r"\A-?[0-9]{1,4}([.,٫][0-9]{1,4})?\Z"),
    st.from_regex(r"\A[0-9]{1,3}([ .,٬][0-9]{3}){1,2}([.,٫][0-9]{1,2})?\Z"),
    st.from_regex(r"\A[0-9]{1,3}([.,][0-9]{1,2})? ?(k|K|млн|тыс\.|هزار|m|x)\Z"),
)
AROUND = st.tuples(
    st.sampled_from(["", "$", "-", "€ ", "تومان "]), NUMBERS, st.sampled_from(["", " USD", "$", " ریال", " т"])
).map("".join)


def asked_of_the_page(calls):
    """What typed-numbers.js answers to (function, arguments)."""
    module = json.dumps((STATIC / "typed-numbers.js").as_uri())
    script = (
        f"import * as n from {module}; console.log(JSON.stringify({json.dumps(calls)}.map(([f, ...a]) => n[f](...a))))"
    )
    ran = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def read_by_the_server(reading, text):
    try:
        return reading(text)
    except Invalid:
        return None


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
@pytest.mark.parametrize("language", ["en", "fa", "ru"])
@given(texts=st.lists(NUMBERS, min_size=100, max_size=100))
@settings(max_examples=5, deadline=None)
def test_the_page_reads_numbers_as_the_server_does(language, texts):
    formats = Formats(language=language)

    for text, read in zip(
        texts, asked_of_the_page([["readNumber", text, HABITS[language]] for text in texts]), strict=True
    ):
        ours = read_by_the_server(lambda text: parse_decimal(text, formats, max_digits=60, places=30), text)
        assert (None if ours is None else f"{ours:f}") == read.get("value"), text


@pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
@pytest.mark.parametrize(("currency", "rial_as"), [("USD", "rial"), ("IRR", "rial"), ("IRR", "toman")])
@given(texts=st.lists(AROUND, min_size=100, max_size=100))
@settings(max_examples=5, deadline=None)
def test_the_page_reads_amounts_as_the_server_does(currency, rial_as, texts):
    formats = Formats(language="fa", currency=currency, rial_as=rial_as)
    bare = 10 if rial_as == "toman" else 1

    def ours(text):
        money = parse_money(text, formats, currency, places=4)
        return money.amount / bare if money.currency == currency else None

    calls = [["readMoney", text, HABITS["fa"], words_of(currency, formats)] for text in texts]
    for text, read in zip(texts, asked_of_the_page(calls), strict=True):
        expected, page = read_by_the_server(ours, text), read.get("value")
        is_too_long = page is not None and (len(page.partition(".")[2]) > 3 or len(page.partition(".")[0]) > 13)
        assert is_too_long or expected == (None if page is None else D(page)), text


@pytest.mark.parametrize(
    ("typed", "quantity"), [("3.5", "3.5"), ("3,5", "3.5"), ("۳٫۵", "3.5"), ("1 234,5", "1234.5"), ("1,234", "1.234")]
)
def test_a_point_is_no_grouping_in_russian(shop, store, at, typed, quantity):
    shop.sara.language = "ru"
    shop.sara.save()
    deal = shop.deal()

    assert save(at, shop.sara, deal, ("n1", {"quantity": typed})).status_code == 302
    assert shown(deal)[0][1] == D(quantity)


def test_what_can_mean_two_numbers_is_asked(shop, store, at):
    shop.sara.language = "ru"
    shop.sara.save()
    deal = shop.deal()

    answer = save(at, shop.sara, deal, ("n1", {"quantity": "1.234"}))

    assert answer.status_code == 422 and "1,2340" in answer.content.decode() and shown(deal) == []


# -- headings, currency, buttons without scripts ------------------------------------------------------------------


def test_lines_stand_under_the_heading_above_them(shop, store, at):
    deal = shop.deal()
    form = sent(("n1", {}), ("n2", {"name": "Saw"}), ("n3", {"name": "Work"}), mark=mark_of(deal.pk))
    form["row"] = ["n1", "g1", "n2", "g2", "n3"]

    at(shop.sara).post(f"/deals/{deal.pk}/lines/", form | {"g1.heading": "Tools", "g2.heading": ""})

    rows = DealLine.objects.filter(deal=deal.pk).order_by("position")
    assert [line.group for line in rows] == ["", "Tools", ""]
    page = at(shop.sara).get(f"/deals/{deal.pk}/lines/").content.decode()
    assert page.count("data-heading data-token=") == 2 + 1  # and the empty one that scripts copy


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("up.n2", ["Saw", "Drill"]),
        ("down.n2", ["Drill", "Saw"]),
        ("copy.n1", ["Drill", "Drill", "Saw"]),
        ("remove.n1", ["Saw"]),
        ("more.n1", ["Drill", "Saw"]),
        ("up.", ["Drill", "Saw"]),
        ("x", ["Drill", "Saw"]),
    ],
)
def test_buttons_of_rows_work_without_scripts_and_save_nothing(shop, store, at, act, names):
    deal = shop.deal()

    page = save(at, shop.sara, deal, ("n1", {}), ("n2", {"name": "Saw"}), act=act).content.decode()

    rows = page.partition("<tbody data-lines>")[2].partition("</tbody>")[0]
    assert re.findall(r'\.name" value="(\w+)"', rows) == names and shown(deal) == []
    assert ('name="n1.description"' in rows) == (act == "more.n1")


@pytest.fixture
def euro(store):
    ExchangeRate.objects.create(currency="EUR", day=dt.date(2020, 1, 1), rate=D("1.25"))
    gtx = store.product("GTX", price=100)
    dear = PriceList.objects.create(name="Europe", currency="EUR")
    PriceItem.objects.create(price_list=dear, product=gtx, min_quantity=0, price=91, price_currency="EUR")
    return gtx


def test_another_currency_asks_before_any_price_changes(shop, store, at, euro):
    deal = store.deal((euro, 1, 100), ("Drill", 1, 10))
    one, two = (str(line.pk) for line in store.lines(deal))
    rows = ((one, {"product": euro.pk, "price": 100}), (two, {"price": 10, "discount": "5"}))

    answer = save(at, shop.sara, deal, *rows, currency="EUR", prices_in="USD", discount="2.50")

    page = answer.content.decode()
    assert answer.status_code == 422 and "What becomes of them in EUR?" in page
    for shown_price in ("80.00", "91.00", "8.00", "100"):
        assert f"<bdi>{shown_price}</bdi>" in page
    assert shown(deal)[0][2] == 100 and SaleTerms.objects.get(deal=deal.pk).currency == "USD"


@pytest.mark.parametrize(
    ("way", "currency", "prices", "discounts"),
    [
        ("convert", "EUR", [80, 8], [4, 2]),
        ("keep", "EUR", [100, 10], [5, D("2.5")]),
        ("list", "EUR", [91, 8], [4, 2]),
        ("back", "USD", [100, 10], [5, D("2.5")]),
    ],
)
def test_each_way_to_another_currency_makes_what_it_showed(shop, store, at, euro, way, currency, prices, discounts):
    deal = store.deal((euro, 1, 100), ("Drill", 1, 10))
    one, two = (str(line.pk) for line in store.lines(deal))
    rows = ((one, {"product": euro.pk, "price": 100}), (two, {"price": 10, "discount": "5"}))
    more = {"currency": "EUR", "prices_in": "USD", "discount": "2.50"}

    page = save(at, shop.sara, deal, *rows, act=f"currency.{way}", **more).content.decode()
    typed = dict(re.findall(r'name="([\w.]+)" value="([^"]*)"', page))
    answer = at(shop.sara).post(
        f"/deals/{deal.pk}/lines/",
        {k: v for k, v in typed.items() if k != "act"} | {"row": [one, two], "currency": currency},
    )

    assert typed["prices_in"] == currency and answer.status_code == 302
    lines = store.lines(deal)
    assert [line.price for line in lines] == prices
    assert [lines[1].discount_amount, SaleTerms.objects.get(deal=deal.pk).discount_amount] == discounts
    assert {line.price_currency for line in lines} == {currency}


def test_without_a_rate_nothing_is_converted(shop, store, at):
    deal = store.deal(("Drill", 1, 10))
    row = (str(store.lines(deal)[0].pk), {"price": 10})

    page = save(at, shop.sara, deal, row, currency="EUR", prices_in="USD").content.decode()
    again = save(at, shop.sara, deal, row, currency="EUR", prices_in="USD", act="currency.convert").content.decode()

    assert "No rate between USD and EUR is known" in page and "currency.convert" not in page and "currency.keep" in page
    assert "What becomes of them" in again


def test_a_page_of_200_lines_is_small(shop, store, at):
    products = [store.product(f"P{n}") for n in range(20)]
    deal = store.deal(*[(products[n % 20], 1, 100) for n in range(200)])

    assert len(at(shop.sara).get(f"/deals/{deal.pk}/lines/").content) < 300_000
