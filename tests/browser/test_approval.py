"""A discount is asked for in the editor and approved from the notice; marks follow while one types."""

import pytest

from tests.browser.approval import HEAD, SELLER
from tests.browser.company import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def deal(house):
    said = house.manage("shell", "-v0", "-c", "from tests.browser.approval import make; make()").stdout
    return f"/deals/{said.strip().split()[-1]}/"


def test_the_story_of_a_discount(house, windows, deal):
    sara = windows(house.address, 1280, 800)
    sara.sign_in(SELLER, PASSWORD)
    sara.go(f"{deal}lines/")
    page = sara.page
    second = page.locator("[data-line]").nth(1)
    marks = second.locator("[data-list-mark]"), second.locator("[data-must-ask]")
    assert not any(mark.is_visible() for mark in marks)
    for typed, seen in (("95", [True, False]), ("50", [True, True]), ("100", [False, False])):
        second.locator("[name$='.price']").fill(typed)
        assert [mark.is_visible() for mark in marks] == seen, typed
    page.locator("input[name=discount]").fill("40%")
    assert marks[1].is_visible()
    page.locator("input[name=discount]").fill("")
    sara.look("discount-to-be-approved")

    sara.go(f"{deal}")
    page.click(".card__head a:has-text('Quote')")
    page.click("dialog .button--primary")
    page.click("dialog a:has-text('Ask for approval')")
    page.fill("dialog textarea", "They take twelve")
    sara.look()
    page.click("dialog .button--primary")
    page.wait_for_selector("text=Asked; waits for Hana.")

    hana = windows(house.address, 1024, 768, color_scheme="dark")
    hana.sign_in(HEAD, PASSWORD)
    hana.go("/sales/approvals/")
    hana.look()
    hana.go("/notices/")
    hana.page.click("main >> text=Drills for Alvand")
    hana.page.wait_for_selector("[name=act][value=approve]")
    hana.look("discount-asked-for")
    hana.page.click("[name=act][value=approve]")
    hana.page.wait_for_selector(".tag--green")
    hana.look()

    sara.go(f"{deal}lines/")
    assert "Approved by Hana." in page.inner_text("[data-line]")
    first = page.locator("[data-line]").nth(0)
    first.locator("[name$='.discount']").fill("26%")
    assert first.locator("[data-must-ask]").is_visible() and not first.locator("[data-word]").is_visible()
    first.locator("[name$='.discount']").fill("24%")
    assert first.locator("[data-word]").is_visible() and not first.locator("[data-must-ask]").is_visible()
    first.locator("[name$='.discount']").fill("25%")
