"""One box for everything: by keys, by touch, without a mouse and in every language."""

import os

import pytest

pytestmark = pytest.mark.browser

KEY_K = """document.body.dispatchEvent(new KeyboardEvent("keydown", {code: "KeyK", key: "ن", ctrlKey: true, bubbles: true, cancelable: true}))"""
BOX = "search-box dialog[open]"
OPTION = f"{BOX} [role=option][data-href]"


def shot(window, name):
    if folder := os.environ.get("SHOTS"):
        window.page.screenshot(path=f"{folder}/{name}.png")


def some_name(window):
    """The name of a contact, as its list shows it."""
    ready(window, "/contacts/")
    return window.page.inner_text("tbody tr[data-id] th a").strip()


def ready(window, path):
    window.go(path)
    window.page.evaluate("customElements.whenDefined('search-box')")


def test_ctrl_and_k_find_by_name_and_enter_goes_there(desk):
    window = desk()
    name = some_name(window)

    window.page.evaluate(KEY_K)
    window.page.wait_for_selector(f"{OPTION}[data-form]")
    shot(window, "empty")
    window.page.keyboard.type(name)
    window.page.keyboard.press("Enter")  # before the answer: it takes what the words find
    window.page.wait_for_url("**/contacts/*/")
    assert name in window.page.inner_text(".card__title")
    window.page.evaluate("customElements.whenDefined('search-box')")

    window.page.evaluate(KEY_K)
    window.page.wait_for_selector(OPTION)
    assert window.page.inner_text(OPTION).split("\n")[0] == name  # opened lately


def test_arrows_walk_and_escape_gives_the_place_back(desk):
    window = desk()
    ready(window, "/due/")
    window.page.focus(".app-bar__brand")
    window.page.keyboard.press("/")
    window.page.wait_for_selector(OPTION)
    window.page.keyboard.type("new")
    window.page.wait_for_selector(f"{OPTION}.is-active")
    first = window.page.get_attribute(f"{OPTION}.is-active", "id")
    window.page.keyboard.press("ArrowDown")
    assert window.page.get_attribute(f"{OPTION}.is-active", "id") != first
    assert window.page.get_attribute(f"{BOX} input", "aria-activedescendant") == window.page.get_attribute(
        f"{OPTION}.is-active", "id"
    )
    window.page.keyboard.press("Escape")
    if window.page.query_selector(BOX):  # the first one empties a field of this kind
        window.page.keyboard.press("Escape")
    window.page.wait_for_selector(BOX, state="detached")
    assert window.page.evaluate("document.activeElement.className") == "app-bar__brand"


@pytest.mark.parametrize(("language", "width"), [("fa", 390), pytest.param("en", 1024, marks=pytest.mark.thorough)])
def test_it_is_reached_by_touch_and_nothing_hinders_anybody(desk, language, width):
    window = desk(language, width, 844, touch=True)
    name = some_name(window)
    ready(window, "/deals/")

    window.page.tap("[data-search-open]")
    window.page.fill(f"{BOX} input", name)
    window.page.wait_for_selector(f"{OPTION}[data-href^='/contacts/']:not([data-form])")
    shot(window, f"{language}-{width}")
    window.look()
    window.page.tap(f"{OPTION}[data-href^='/contacts/']:not([data-form])")
    window.page.wait_for_url("**/contacts/*/")
