"""The client's page in a browser: on the smallest phone, without scripts, under its own policy, printed; and its block on the card."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def link(house):
    """(path of the page, address of the deal)"""
    said = house.manage("shell", "-v0", "-c", "from tests.browser.client_page import make; make()").stdout
    path, deal = said.strip().split("\n")[-1].split()
    return path, f"/deals/{deal}/"


def open_page(window, path):
    answer = window.page.goto(window.address + path)
    assert answer.ok, answer.status
    return window.page


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fa", "rtl"), ("ru", "ltr")])
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone_and_everybody_can_read_it(house, windows, link, language, direction, dark):
    window = windows(house.address, 360, 740, touch=True, color_scheme="dark" if dark else "light")
    page = open_page(window, f"{link[0]}?language={language}")
    assert page.get_attribute("html", "dir") == direction
    touched = "main button, main input:not([type=hidden]), main a.button"
    small = page.evaluate(
        f"[...document.querySelectorAll('{touched}')].filter(e => e.getBoundingClientRect().height < 44).length"
    )
    assert small == 0
    window.look()


def test_under_its_own_policy_nothing_is_refused(house, windows, link):
    window = windows(house.address, 1280, 800, bypass_csp=False)
    page = open_page(window, link[0])
    assert page.evaluate("getComputedStyle(document.querySelector('.client__sheet')).maxInlineSize") == "720px"
    assert not page.context.cookies()


def test_printed_it_is_a_paper(house, windows, link):
    window = windows(house.address)
    page = open_page(window, link[0])
    page.emulate_media(media="print")
    for gone in (".client__form", ".client__languages", "#questions"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".client-sums").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_the_client_asks_and_accepts(house, windows, link, desk):
    window = windows(house.address, 390, 844, java_script_enabled=False, bypass_csp=False)
    page = open_page(window, link[0])
    page.fill("[name=asker]", "Ali <b>Rezaei</b>")
    page.fill("[name=question]", "And <i>when</i> exactly?")
    page.click("#questions button")
    page.wait_for_url("**#questions")
    assert "And <i>when</i> exactly?" in page.inner_text("#questions")

    page.fill("[name=name]", "Ali Rezaei")
    page.click("button[value=accept]")
    page.wait_for_url("**#quote")
    assert "accepted by Ali Rezaei" in page.inner_text("#quote")
    assert page.locator("button[value=accept]").count() == 0

    seller = desk("en")
    seller.go(link[1])
    assert "Ali <b>Rezaei</b>" in seller.page.inner_text(".timeline")
    assert link[0] in seller.page.get_attribute(".client-facts a", "href")
    seller.look()
    seller.page.click("a[href$='client-page/answer']")
    seller.page.fill("#dialog [name=words]", "On Monday at nine.")
    seller.page.click("#dialog .dialog__foot .button--primary")
    seller.page.wait_for_selector(".timeline :text('On Monday at nine.')")
    page.reload()
    assert "On Monday at nine." in page.inner_text("#questions")


def test_what_opens_nothing_says_so(house, windows):
    window = windows(house.address, 360, 740, locale="ru-RU")
    answer = window.page.goto(f"{window.address}/c/nothing/")
    assert answer.status == 404 and window.page.get_attribute("html", "lang") == "ru"
    window.errors = [line for line in window.errors if "404" not in line]
    window.look()
