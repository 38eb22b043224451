"""The demo company in a window: every page is sound in light and dark, in both directions; the guide's pictures are taken here."""

import pytest

from tests.walks.test_story import PASSWORD

pytestmark = pytest.mark.browser
BUSY = ("/leads/", "/leads/1/", "/deals/2/edit", "/settings/demo/")
OTHERS = (
    "/leads/board/", "/deals/bin/", "/contacts/", "/contacts/1/", "/companies/1/", "/products/",
    "/companies/import/", "/companies/export/", "/me/exports/", "/settings/people/", "/settings/rates/", "/settings/company/", "/settings/fields/",
)  # fmt: skip


@pytest.fixture
def demo_house(house):
    house.manage("demo", "load", "--language", "en")
    return house


@pytest.mark.parametrize(
    ("language", "theme", "pages"),
    [
        pytest.param("en", "light", BUSY, id="busy"),
        pytest.param("fa", "dark", BUSY + OTHERS, id="fa", marks=pytest.mark.thorough),
    ],
)
def test_the_pages_of_the_demo_company_are_sound(demo_house, seats, language, theme, pages):
    olga = seats(demo_house.address, color_scheme=theme)
    olga.found_company(
        language, company="Northside Hardware", owner="Olga Reyes", email="olga@example.com", password=PASSWORD
    )
    pictures = language == "en"

    def look(path, picture=""):
        olga.go(path)
        olga.look(picture if pictures else "")

    look("/deals/?stage.kind=open", "list")
    olga.go("/deals/filter?.field=amount&.op=gte&.to=list")
    olga.look()
    olga.go("/deals/?stage.kind=open&amount.gte=1000")
    olga.page.locator(".chips a[data-dialog]").last.click()
    olga.page.wait_for_selector("#dialog dialog[open] form")
    olga.look("filter" if pictures else "")
    look("/deals/columns")
    look("/deals/board/", "board")
    busiest = busiest_deal(demo_house)
    look(f"/deals/{busiest}/", "card")
    look("/deals/new")
    look(f"/due/?owner={busiest_person(demo_house)}", "due")
    assert olga.page.locator("#due tr[data-id]").first.bounding_box()["height"] <= 33  # one line each, as in a list
    look("/settings/")
    look("/settings/fields/deal/")
    look("/settings/fields/deal/new?kind=choice", "custom-field")
    for path in pages:
        look(path)


@pytest.mark.parametrize(
    ("language", "theme"),
    [
        pytest.param("en", "light", id="en", marks=pytest.mark.thorough),
        pytest.param("fa", "dark", id="fa", marks=pytest.mark.thorough),
    ],
)
def test_the_rooms_of_the_sale_are_sound_and_reached_from_the_menu(demo_house, seats, language, theme):
    olga = seats(demo_house.address, color_scheme=theme)
    olga.found_company(
        language, company="Northside Hardware", owner="Olga Reyes", email="olga@example.com", password=PASSWORD
    )
    olga.go("/deals/")
    for group, count in ((0, 4), (1, 5)):
        menu = olga.page.locator(".app-bar__menu details").nth(group)
        menu.locator("summary").focus()
        olga.page.keyboard.press("Enter")
        menu.locator("a").first.wait_for(state="visible")
        assert menu.locator("a:visible").count() == count
        olga.page.keyboard.press("Escape")
        for link in [one.get_attribute("href") for one in menu.locator("a").all()]:
            olga.go(link)
            assert olga.page.locator(".app-bar__menu summary[aria-current]").count() == 1, link
    olga.go("/quotes/stale/")
    olga.go(olga.page.locator("a[href$='/differences']").first.get_attribute("href"))
    olga.look("quote-differences" if language == "en" else "")
    for path, picture in rooms_of_the_sale(demo_house):
        if path.startswith("/c/"):  # a page without scripts
            olga.page.goto(olga.address + path)
        else:
            olga.go(path)
        olga.look(picture if language == "en" else "")
    if language == "en":  # in Persian the test above looks at them
        for path in OTHERS:
            olga.go(path)
            olga.look()


def rooms_of_the_sale(house):
    """Pages of the sale with the busiest record of each, and the names of their pictures in the guide."""

    def first(statement):
        return house.query(statement)[0][0]

    deal = first("SELECT deal_id FROM sales_clientlink")
    quote = first("SELECT replaces_id FROM sales_quote WHERE replaces_id IS NOT NULL")
    paid = first("SELECT id FROM sales_invoice WHERE state = 'part_paid'")
    product = first(
        "SELECT id FROM catalogue_product WHERE stock_reserved > 0 AND stock_on_order > 0 ORDER BY stock_wanted DESC, id LIMIT 1"
    )
    listed = first("SELECT id FROM catalogue_pricelist WHERE client_group <> ''")
    bundle = first("SELECT bundle_id FROM catalogue_bundlepart")
    order = first("SELECT id FROM sales_purchaseorder WHERE state = 'part_received'")
    statement = first("SELECT id FROM sales_bankstatement")
    script = f"from daftar.sales.client_page.links import address_for as a; print('at', a({deal}))"
    told = house.manage("shell", "-v0", "-c", script).stdout.splitlines()
    page = next(line for line in told if line.startswith("at ")).split("://")[1].partition("/")[2]
    return (
        (f"/deals/{deal}/lines/", "lines"), ("/quotes/", ""), (f"/quotes/{quote}/", ""),
        ("/quotes/stale/", ""), ("/invoices/", "invoices"), (f"/invoices/{paid}/", "invoice"), ("/payments/", "payments"),
        (f"/bank/{statement}/", "bank"), (f"/products/{product}/", ""), (f"/products/{bundle}/", ""), ("/stock/?act=count&all=1", "stock"),
        ("/stock-moves/", ""), ("/holds/", ""), ("/products/missing/", "missing"), (f"/purchase-orders/{order}/", "purchase-order"),
        (f"/price-lists/{listed}/", "prices"), ("/settings/papers/invoice/en/", ""), ("/settings/sales/", ""),
        (f"/{page}", "client-page"),
    )  # fmt: skip


def busiest_deal(house):
    return house.query(
        "SELECT about_id FROM activities_activity WHERE about_type = 'deal' GROUP BY about_id ORDER BY count(*) DESC, about_id LIMIT 1"
    )[0][0]


def busiest_person(house):
    return house.query(
        "SELECT owner_id FROM activities_activity WHERE done_at IS NULL GROUP BY owner_id ORDER BY count(*) DESC, owner_id LIMIT 1"
    )[0][0]
