"""When the server does not answer, what somebody typed stays, and a sentence says so."""

import pytest

pytestmark = pytest.mark.browser
WORDS = "They want forty, by Friday, and only the green ones"
CUT = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")


@pytest.fixture
def cut_off(desk):
    """`cut_off(path)` opens the page and then cuts the line."""

    def open_page(path):
        window = desk()
        window.go(path)
        window.page.route("**/*", lambda route: route.abort("internetdisconnected"))
        return window

    return open_page


def told(window):
    """The sentence of the toast; that the line is cut, the console may say too."""
    window.page.wait_for_selector("toast-area > .toast--danger")
    window.errors = [line for line in window.errors if not any(cut in line for cut in CUT)]
    return window.page.inner_text("toast-area > .toast--danger .toast__text")


def test_a_full_form_keeps_its_words(cut_off):
    window = cut_off("/deals/new")
    window.page.fill("[name=name]", "Lights")
    window.page.fill("[name=comments]", WORDS)
    window.page.click(".form__foot .button--primary")

    assert told(window)
    assert window.path == "/deals/new"
    assert window.page.input_value("[name=comments]") == WORDS


def test_the_quick_form_keeps_its_words(desk):
    window = desk()
    window.go("/leads/")
    window.page.keyboard.press("c")
    window.page.wait_for_selector("#dialog [name=wants]")
    window.page.route("**/*", lambda route: route.abort("internetdisconnected"))
    window.page.fill("#dialog [name=title]", "Lights")
    window.page.fill("#dialog [name=wants]", WORDS)
    window.page.click("#dialog .dialog__foot .button--primary")

    assert told(window)
    assert window.page.input_value("#dialog [name=wants]") == WORDS


def test_a_note_on_the_timeline_keeps_its_words(cut_off):
    window = cut_off("/deals/5/")
    window.page.fill("#composer [name=body]", WORDS)
    window.page.click("#composer form .button")

    assert told(window)
    assert window.page.input_value("#composer [name=body]") == WORDS


def test_a_dragged_card_goes_back(desk):
    window = desk()
    window.go("/deals/board/")
    window.page.route("**/*", lambda route: route.abort("internetdisconnected"))
    window.page.locator(".board-card[data-id='30']").focus()
    column = "document.querySelector(\".board-card[data-id='30']\").closest('[data-column]').dataset.column"
    before = window.page.evaluate(column)
    for key in ("Space", "ArrowRight", "Space"):
        window.page.keyboard.press(key)

    assert told(window)
    assert window.page.evaluate(column) == before
