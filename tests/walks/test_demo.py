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
        pytest.param("en", "light", BUSY + OTHERS, id="en", marks=pytest.mark.thorough),
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


def busiest_deal(house):
    return house.query(
        "SELECT about_id FROM activities_activity WHERE about_type = 'deal' GROUP BY about_id ORDER BY count(*) DESC, about_id LIMIT 1"
    )[0][0]


def busiest_person(house):
    return house.query(
        "SELECT owner_id FROM activities_activity WHERE done_at IS NULL GROUP BY owner_id ORDER BY count(*) DESC, owner_id LIMIT 1"
    )[0][0]
