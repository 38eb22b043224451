"""One sale, one paper trail: lines with stock, a quote issued twice and accepted, an invoice paid by bank and by card, goods that leave."""

import datetime as dt
import re
import time
from decimal import Decimal
from urllib.parse import urlsplit

import httpx
import pytest

from daftar.sales.paying.tests import stand_ins
from tests.house.installation import Installation
from tests.house.postbox import open_postbox
from tests.walks.shop_with_stock import HOOK, ON_HAND, ON_ORDER, RESERVED
from tests.walks.test_story import PASSWORD, SIZES

pytestmark = pytest.mark.browser
COINS = {"USD": 100, "IRR": 1}
WON = {"en": "Won", "fa": "موفق"}


@pytest.fixture
def postbox():
    with open_postbox() as box:
        yield box


@pytest.fixture
def provider():
    """(what stands in for the payment provider, its address)"""
    with stand_ins.served() as served:
        yield served


@pytest.fixture
def house(tmp_path, empty_house, postbox, provider):
    made = Installation(
        tmp_path, like=empty_house, DAFTAR_MAIL_URL=f"smtp://127.0.0.1:{postbox.port}?tls=none", DAFTAR_MAIL_FROM="sales@example.com",
        DAFTAR_ALLOWED_HOSTS_OUT=f"127.0.0.1:{postbox.port} {urlsplit(provider[1]).netloc}", DAFTAR_STRIPE_API=provider[1],
        DAFTAR_ZARINPAL_API=provider[1],
    )  # fmt: skip
    with made.serving():
        yield made
    made.close()


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", "desk"), pytest.param("fa", "tablet", marks=pytest.mark.thorough)],
)
def test_one_sale_one_paper_trail(house, seats, postbox, provider, language, size):
    said = house.manage("shell", "-v0", "-c", f"from tests.walks.shop_with_stock import make; make({language!r})")
    deal, order = said.stdout.split()[-2:]
    width, height, touch = SIZES[size]

    def sit(who):
        seat = seats(house.address, width, height, touch=touch)
        seat.language = language
        if who:
            seat.sign_in(f"{who}@example.com", PASSWORD)
        return seat

    sara, client = sit("sara"), sit("")
    puts_goods_on_the_deal(sara, deal)
    sees_what_is_there(sara)
    her_head_approves(sara, sit("nora"), deal)
    first = issues_a_quote(sara, deal)
    link = sends_it(sara, deal, first, postbox)
    opens_and_asks(client, sara, link, deal)

    olga = sit("olga")
    price_rises(olga, sara, deal, language)
    issues_again(sara, first)
    accepts(client, sara, link, deal)

    receives(olga, order)
    invoice = issues_the_invoice(sara, deal)
    drops_the_statement(sit("anna"), house, invoice)
    pays_the_rest(client, link, provider, house, language)
    ships(sara, invoice, house)
    is_won(sara, deal, WON[language])


# -- lines -----------------------------------------------------------------------------------------


def puts_goods_on_the_deal(sara, deal):
    """By the keyboard, with a barcode and a code: 12 of the good with 5 % off, 2 hours with 25 % off."""
    page = sara.page
    sara.go(f"/deals/{deal}/lines/")
    for rows, words in enumerate(("4006381333931", "INST"), start=1):
        page.fill("#add-line", words)
        page.press("#add-line", "Enter")
        page.wait_for_function("rows => document.querySelectorAll('[data-line]').length === rows", arg=rows)
    fill(page, 0, quantity="12", discount="5%")
    fill(page, 1, quantity="2", discount="25%")
    save_lines(page)
    sara.look()


def fill(page, row, **cells):
    line = page.locator("[data-line]").nth(row)
    for name, value in cells.items():
        line.locator(f"[name$='.{name}']").fill(value)


def save_lines(page):
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.wait_for_load_state("domcontentloaded")


def sees_what_is_there(sara):
    """On hand 9, reserved 4, available 5, on order 20, missing 7; promised 5 now and 7 later."""
    numbers = numbers_in(sara.page.locator("[data-line] .line__notes").first.inner_text())
    assert numbers[:4] == [ON_HAND, RESERVED, ON_HAND - RESERVED, ON_ORDER], numbers
    assert [n for n in numbers[4:] if n in (7, 5)][:2] == [12 - (ON_HAND - RESERVED), ON_HAND - RESERVED], numbers


def her_head_approves(sara, nora, deal):
    """5 % she may give, 25 % she may not: no quote before her head has said yes, from the notice."""
    sara.go(f"/deals/{deal}/lines/")
    submit(sara, "main .notice a[data-dialog]", comment="They take twelve")
    nora.go("/notices/")
    nora.page.click(f"main :text('{sara.page.inner_text('.view-bar__title bdi')}')")
    nora.page.wait_for_selector("[name=act][value=approve]")
    nora.look()
    nora.page.click("[name=act][value=approve]")
    nora.page.wait_for_selector(".tag--green")


def numbers_in(text):
    return [int(found) for found in re.findall(r"\d+", text)]


# -- the quote -------------------------------------------------------------------------------------


def issues_a_quote(sara, deal):
    sara.go(f"/deals/{deal}/")
    submit(sara, f"a.button[href='/deals/{deal}/quote']")
    sara.page.wait_for_url("**/quotes/*/")
    sara.ready()
    sara.look()
    return sara.path


def submit(seat, opener, **values):
    """Open a dialog, fill it, send it."""
    page = seat.page
    page.click(opener)
    form = page.locator("#dialog dialog[open] form")
    form.wait_for()
    for name, value in values.items():
        field = form.locator(f"[name='{name}']")
        field.select_option(value) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(value)
    seat.look()
    form.locator(".dialog__foot .button--primary").click()
    form.wait_for(state="detached")


def sends_it(sara, deal, quote, postbox):
    """The client's link, and a mail with the paper; the link as it stands in the mail."""
    sara.go(f"/deals/{deal}/")
    sara.page.click("form[action$='client-page/make'] button")
    sara.page.wait_for_selector(".client-facts")
    sara.go(quote)
    submit(sara, "a[href$='/send']")
    mail = next_mail(postbox, sara.page)
    assert mail["To"] == "ali@alvand.example"
    [paper] = mail.iter_attachments()
    assert paper.get_content().startswith(b"%PDF")
    return re.search(r"http\S+/c/\S+", mail.get_body(("plain",)).get_content())[0]


def next_mail(postbox, page):
    end = time.monotonic() + 30
    while not postbox.came and time.monotonic() < end:
        page.wait_for_timeout(100)
    return postbox.came.pop()


def opens_and_asks(client, sara, link, deal):
    page = client.page
    page.goto(link)
    page.fill("[name=asker]", "Ali Rezaei")
    page.fill("[name=question]", "When do you deliver?")
    page.click("#questions button")
    page.wait_for_url("**#questions")
    client.look()
    sara.go(f"/deals/{deal}/")
    assert "When do you deliver?" in sara.page.inner_text(".timeline")
    submit(sara, "a[href$='client-page/answer']", words="Five now, the rest next month.")
    page.goto(link)
    assert "Five now, the rest next month." in page.inner_text("#questions")


def price_rises(olga, sara, deal, language):
    """The owner changes the price of the product; the line says so, and one click takes it."""
    olga.go("/products/1/edit")
    olga.page.fill("[name=price]", "110" if language == "en" else "4950000")
    olga.page.click(".form__foot .button--primary, form.form .button--primary")
    olga.page.wait_for_url("**/products/1/")
    sara.go(f"/deals/{deal}/lines/")
    sara.page.click("[data-line] [data-take]")
    save_lines(sara.page)


def issues_again(sara, first):
    """Exactly one cell is marked; the next version replaces the first one."""
    page = sara.page
    sara.go(first)
    page.click("a[href$='/differences']")
    page.wait_for_url("**/differences")
    sara.ready()
    assert page.locator(".differences mark").count() == 1
    sara.look()
    submit(sara, ".view-bar a[href$='/quote']")
    page.wait_for_url(
        lambda address: "/quotes/" in address and "differences" not in address and not address.endswith(first)
    )
    sara.ready()
    return sara.path


def accepts(client, sara, link, deal):
    """The client reads that the first version was replaced, and says yes to the second; the deal moves."""
    page = client.page
    page.goto(link)
    assert page.locator("#quote .notice").count() == 1
    client.look()
    page.fill("[name=name]", "Ali Rezaei")
    page.click("button[value=accept]")
    page.wait_for_url("**#quote")
    assert page.locator("button[value=accept]").count() == 0
    sara.go(f"/deals/{deal}/")
    assert sara.page.locator("[aria-current=step]").inner_text() != ""


# -- goods, invoice, money -------------------------------------------------------------------------


def receives(olga, order):
    """The supplier delivers, earlier than promised."""
    olga.go(f"/purchase-orders/{order}/")
    submit(olga, "a[href$='/receive']")
    olga.look()


def issues_the_invoice(sara, deal):
    """All goods are held until the end of the month."""
    sara.go(f"/deals/{deal}/")
    submit(sara, f"a.button[href='/deals/{deal}/invoice']")
    sara.page.wait_for_url("**/invoices/*/")
    sara.ready()
    sara.look()
    return sara.path


def drops_the_statement(anna, house, invoice):
    """Half of it came by bank: the line finds its invoice by the number in its text."""
    page = anna.page
    number, total, currency = invoice_of(house)
    half = total / 2
    day = dt.datetime.now(dt.UTC).date().isoformat()
    table = (
        f"Date,Amount ({currency}),Payer,Details\n{day},{half:f},Alvand Tools,Part of {number}\n{day},7,Bank,interest\n"
    )
    anna.go("/bank/")
    page.set_input_files("[name=file]", {"name": "november.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.click(".form__foot .button--primary")
    page.wait_for_selector("statement-lines .bank-line")
    anna.look()
    page.locator("[data-confirm]").first.click()
    page.wait_for_selector(".bank-line a[href^='/payments/']")
    anna.go(invoice)
    assert state_of(house) == ("part_paid", half)
    anna.look()


def invoice_of(house):
    """(number, sum, currency) of the only invoice."""
    [(number, total, currency)] = house.query("SELECT number, total, total_currency FROM sales_invoice")
    return number, Decimal(str(total)), currency


def state_of(house):
    """(state, what is to be paid) of the only invoice."""
    [(state, balance)] = house.query("SELECT state, balance FROM sales_invoice")
    return state, Decimal(str(balance))


def pays_the_rest(client, link, provider, house, language):
    """By card on the public page: over the provider's own page and back, and the provider tells us."""
    stand_in, _address = provider
    page = client.page
    number, total, currency = invoice_of(house)
    rest = int(total / 2 * COINS[currency])
    asked = len(stand_in.asked)
    client.context.route(
        "https://checkout.stripe.com/**", lambda route: route.fulfill(body="<h1>Card</h1>", content_type="text/html")
    )
    page.goto(link)
    page.click(".client__form [name=provider]")
    page.wait_for_url("**/c/pay/**" if language == "en" else "**/pg/StartPay/**")
    stand_in.paid = True
    if language == "en":
        form = stand_in.asked[asked][2]
        assert int(form["line_items[0][price_data][unit_amount]"]) == rest
        tells_of_it(house, form["client_reference_id"], rest, currency)
        page.goto(form["success_url"].replace("{CHECKOUT_SESSION_ID}", "cs_test_a1"))
    else:
        form = stand_in.asked[asked][2]
        assert int(form["amount"]) == rest
        page.goto(f"{form['callback_url']}?Authority={stand_ins.AUTHORITY}&Status=OK")
    end = time.monotonic() + 30  # the page asks by itself until the provider has answered
    while (found := state_of(house)) != ("paid", 0):
        assert time.monotonic() < end, found
        page.wait_for_timeout(100)
    client.look()
    page.goto(link)
    assert page.locator(".client__form [name=provider]").count() == 0
    client.look()


def tells_of_it(house, attempt, minor, currency):
    """Twice, as providers do."""
    about = stand_ins.session(attempt, minor, currency.lower())
    raw, headers = stand_ins.signed(stand_ins.event("checkout.session.completed", about), at=time.time())
    for _again in range(2):
        told = httpx.post(f"{house.address}/hooks/payments/{HOOK}/", content=raw, headers=headers, timeout=20)
        assert told.status_code == 200, told.text
    assert house.query("SELECT count(*) FROM sales_payment") == [(2,)]


def ships(sara, invoice, house):
    """The goods leave: 9 and 20 came, 12 went, 4 are still held for somebody else."""
    sara.go(invoice)
    submit(sara, "a[href$='/ship']")
    [numbers] = house.query(
        "SELECT stock_on_hand, stock_reserved, stock_available, stock_on_order FROM catalogue_product WHERE code = 'GTX-PP'"
    )
    assert [int(n) for n in numbers] == [ON_HAND + ON_ORDER - 12, RESERVED, ON_HAND + ON_ORDER - 12 - RESERVED, 0]


def is_won(sara, deal, won):
    """The timeline of the deal is the trail of its papers."""
    sara.go(f"/deals/{deal}/")
    assert sara.page.locator("[aria-current=step]").inner_text().strip() == won
    sara.look()
