"""A filter is built in a dialog with the keyboard, and without scripts on a page; both end at the same address."""

import pytest

pytestmark = pytest.mark.browser


def drawn(window, selector):
    """The element, when the form was drawn anew after the last act."""
    window.page.wait_for_function("!document.querySelector('#builder.htmx-request')")
    window.page.wait_for_selector(selector)
    return window.page.locator(selector)


def choose(window, selector, value):
    found = drawn(window, selector)
    found.focus()
    found.select_option(value)


@pytest.mark.parametrize(
    ("language", "size"), [("en", (1280, 800)), pytest.param("fa", (1024, 768), marks=pytest.mark.thorough)]
)
def test_a_filter_is_built_with_the_keyboard(desk, language, size):
    window = desk(language, *size)
    page = window.page
    window.go("/deals/")
    page.evaluate("document.dispatchEvent(new CustomEvent('dialog:open', {detail: {href: '/deals/filter?.to=list'}}))")
    choose(window, "#b1-f", "company.sector")
    drawn(window, ".builder__value input[value=retail]").check()
    drawn(window, ".builder__count")
    drawn(window, "#b0-group").press("Enter")
    choose(window, "#b3-f", "expected_close")
    choose(window, "select[name='.3.v']", "last_N_days")
    drawn(window, "[name='.3.v'][type=number]").fill("45")
    page.locator("[name='.3.v'][type=number]").press("Tab")
    drawn(window, "#b2-add").press("Enter")
    choose(window, "#b4-f", "had_call")
    choose(window, "#b4-o", "never")
    drawn(window, ".builder__line:has(#b4-o):not(:has(.builder__value))")
    assert page.evaluate("document.activeElement.id") == "b4-o"
    window.look(f"builder-{language}")
    page.locator(".dialog__foot .button--primary").press("Enter")
    page.wait_for_url("**/deals/?**where=**")
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
    page.select_option("#b1-f", "name")
    page.click("noscript .button")
    page.fill("[name='.1.v']", "drill")
    page.click(".dialog__foot .button--primary")
    assert window.path.startswith("/deals/?name.has=drill") or window.path.startswith("/deals/?name=drill")
