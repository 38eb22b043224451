"""A filter is built in a dialog with the keyboard, and without scripts on a page; both end at the same address."""

import pytest

pytestmark = pytest.mark.browser
FIELD, OPERATOR = "#b1-f", "#b1-o"


def drawn(window, selector):
    window.page.wait_for_selector(selector)
    return window.page.locator(selector)


@pytest.mark.parametrize(
    ("language", "width"), [("en", 1280), pytest.param("fa", 1024, marks=pytest.mark.thorough)], ids=["en", "fa"]
)
def test_a_filter_is_built_with_the_keyboard(desk, language, width):
    window = desk(language, width, 800 if width == 1280 else 768)
    page = window.page
    window.go("/deals/")
    page.click(".view-bar .menu summary >> nth=0") if page.locator(".view-bar .menu summary").count() else page.click(
        ".view-bar [aria-haspopup]"
    )
    page.click("a[href^='/deals/filter?.to=list']")
    drawn(window, FIELD).focus()
    page.locator(FIELD).select_option("company.sector")
    drawn(window, ".builder__value input[value=retail]").check()
    page.wait_for_function("document.querySelector('.builder__count')")
    drawn(window, "#b0-group").press("Enter")
    drawn(window, "#b3-f").select_option("expected_close")
    drawn(window, "[name='.3.v'] >> nth=0").select_option("last_N_days")
    drawn(window, "[name='.3.v'][type=number]").fill("45")
    page.locator("[name='.3.v'][type=number]").press("Tab")
    drawn(window, "#b2-add").press("Enter")
    drawn(window, "#b4-f").select_option("had_call")
    drawn(window, "#b4-o").select_option("never")
    page.wait_for_function(
        "!document.querySelector('#b4-f').closest('.builder__line').querySelector('.builder__value')"
    )
    assert page.evaluate("document.activeElement.id") == "b4-o"
    window.look(f"builder-{language}")
    page.locator(".dialog__foot .button--primary").press("Enter")
    page.wait_for_url("**/deals/?where=**")
    assert (
        "company.sector.in(retail)" in page.url and "or(expected_close.in(last_45_days),had_call.never())" in page.url
    )
    window.ready()
    window.look(f"filtered-{language}")
    window.go(page.url.removeprefix(window.address).replace("/deals/?", "/deals/why-not?") + "&.record=1")
    window.look(f"why-not-{language}")


def test_a_filter_is_built_without_scripts(desk):
    window = desk("en", 1280, 800, java_script_enabled=False)
    page = window.page
    window.go("/deals/filter")
    page.select_option(FIELD, "name")
    page.click("noscript >> .button") if page.locator("noscript .button").count() else page.click(
        ".dialog__foot .button >> nth=0"
    )
    page.fill("[name='.1.v']", "drill")
    page.click(".dialog__foot .button--primary")
    assert window.path.startswith("/deals/?name.has=drill") or window.path.startswith("/deals/?name=drill")
