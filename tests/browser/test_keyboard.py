"""Keys go by their place on the keyboard, whatever the layout says they type, and rest while somebody types."""

import pytest

pytestmark = pytest.mark.browser

LAYOUTS = {
    "latin": {"KeyJ": "j", "KeyK": "k", "KeyX": "x", "KeyE": "e", "KeyC": "c", "KeyG": "g", "KeyL": "l", "KeyD": "d"},
    "persian": {"KeyJ": "ت", "KeyK": "ن", "KeyX": "ط", "KeyE": "ث", "KeyC": "ز", "KeyG": "ل", "KeyL": "م", "KeyD": "ی"},
    "cyrillic": {
        "KeyJ": "о",
        "KeyK": "л",
        "KeyX": "ч",
        "KeyE": "у",
        "KeyC": "с",
        "KeyG": "п",
        "KeyL": "д",
        "KeyD": "в",
    },
}
PRESS = """([code, key, shift]) => (document.activeElement ?? document.body).dispatchEvent(
  new KeyboardEvent("keydown", {code, key, shiftKey: shift, bubbles: true, cancelable: true}))"""


@pytest.fixture(params=["persian", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("latin", "cyrillic"))])
def press(request):
    """`press(window, "KeyJ")` as the layout would send it."""

    def send(window, code, key="", shift=False):
        window.page.evaluate(PRESS, [code, key or LAYOUTS[request.param].get(code, code), shift])

    return send


def current(window):
    return window.page.get_attribute("tbody tr[aria-current]", "data-id")


def test_rows_are_walked_picked_edited_and_left(desk, press):
    window = desk()
    window.go("/leads/")
    ids = window.page.eval_on_selector_all("tbody tr[data-id]", "rows => rows.map(row => row.dataset.id)")

    press(window, "KeyJ")
    press(window, "KeyJ")
    assert current(window) == ids[1]
    press(window, "KeyK")
    press(window, "ArrowDown")
    assert current(window) == ids[1]

    press(window, "KeyX")
    assert window.page.locator("tbody tr:has(:checked)").get_attribute("data-id") == ids[1]
    press(window, "Escape")
    assert window.page.locator("tbody tr:has(:checked)").count() == 0

    press(window, "KeyE")
    window.page.wait_for_selector("tr[aria-current] [data-edit-form]")
    press(window, "Escape")
    window.page.wait_for_selector("tr[aria-current] [data-edit-form]", state="detached")

    press(window, "Enter")
    window.page.wait_for_url(f"**/leads/{ids[1]}/")


def test_keys_create_search_help_and_go(desk, press):
    window = desk()
    window.go("/leads/")

    press(window, "KeyC")
    window.page.wait_for_selector("#dialog dialog[open] [name=title]:focus")
    window.page.keyboard.press("Escape")
    window.page.wait_for_selector("#dialog dialog[open]", state="detached")

    press(window, "Slash", "?" if window.page.evaluate("document.dir") == "ltr" else "؟", shift=True)
    assert window.page.is_visible("#shortcuts")
    window.page.keyboard.press("Escape")

    press(window, "Slash", "/")
    assert window.page.evaluate("document.activeElement.matches('[data-search]')")
    window.page.evaluate("document.activeElement.blur()")

    press(window, "KeyG")
    press(window, "KeyD")
    window.page.wait_for_url("**/deals/")


def test_nothing_happens_while_somebody_types(desk):
    window = desk()
    window.go("/leads/")

    window.page.focus("[data-search]")
    window.page.keyboard.type("jxce?gd")

    assert window.page.input_value("[data-search]") == "jxce?gd"
    assert window.page.locator("tr[aria-current], tr:has(:checked)").count() == 0
    assert window.path == "/leads/"
    assert window.page.is_hidden("#shortcuts")
