"""When the session ends while somebody types, the words stay, and after signing in elsewhere the same press saves them."""

import pytest

from tests.browser.company import PASSWORD, PEOPLE

pytestmark = pytest.mark.browser
WORDS = "They want forty, by Friday, and only the green ones"
REFUSED = ("401 (Unauthorized)", "403 (Forbidden)")


@pytest.fixture
def window(house, windows):
    made = windows(house.address)
    made.sign_in(PEOPLE["en"], PASSWORD)
    yield made
    made.errors = [line for line in made.errors if not any(said in line for said in REFUSED)]


def sign_out_and_in(window, press, **cookies):
    """Without a session the press says so; a sign-in in another tab, and the press is repeated."""
    window.context.clear_cookies(**cookies)
    press()
    window.page.wait_for_selector("toast-area > .toast--danger")
    assert "signed out" in window.page.inner_text("toast-area > .toast--danger .toast__text")
    page, window.page = window.page, window.context.new_page()
    window.sign_in(PEOPLE["en"], PASSWORD)
    window.page.close()
    window.page = page
    press()


def test_a_full_form(window):
    window.go("/leads/new")
    window.page.fill("[name=title]", "Lights")
    window.page.fill("[name=wants]", WORDS)
    sign_out_and_in(window, lambda: window.page.click(".form__foot .button--primary"))
    window.page.wait_for_url("**/leads/*/")
    assert WORDS in window.page.inner_text("main")


def test_the_quick_form(window):
    window.go("/leads/")
    window.page.keyboard.press("c")
    window.page.fill("#dialog [name=title]", "Lights")
    window.page.fill("#dialog [name=wants]", WORDS)
    sign_out_and_in(window, lambda: window.page.click("#dialog .dialog__foot .button--primary"))
    window.page.wait_for_url("**/leads/*/")
    assert WORDS in window.page.inner_text("main")


def test_a_note(window):
    window.go("/deals/5/")
    window.page.fill("#composer [name=body]", WORDS)
    sign_out_and_in(window, lambda: window.page.click("#composer form .button"), name="daftar_session")
    window.page.wait_for_selector(f".timeline :text('{WORDS}')")
