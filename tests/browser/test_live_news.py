"""Two people have the same page open: what one changes is told to the other, who sees it with one click and no reload before."""

import pytest

pytestmark = pytest.mark.browser
LISTENS = "Boolean(document.querySelector('live-feed')?.last)"
BUTTON = "live-feed button"
HIDE = """is => {
  Object.defineProperty(document, "hidden", { value: is, configurable: true })
  document.dispatchEvent(new Event("visibilitychange"))
}"""


@pytest.fixture
def two(desk):
    """`two(path)`: Parisa's window and a second one of Olga's, both listening, and one in which Olga works."""

    def sit(path):
        parisa, olga, at_work = desk("fa"), desk("en"), desk("en")
        for window in (parisa, olga):
            window.go(path)
            window.page.wait_for_function(LISTENS)
        return parisa, olga, at_work

    return sit


def rename(window, deal, name):
    """Put the words behind the name, by which other tests of this company still find the deal."""
    window.go(f"/deals/{deal}/edit")
    window.page.fill("[name=name]", f"{window.page.input_value('[name=name]')} {name}")
    window.page.click(".form__foot .button--primary")
    window.page.wait_for_url(f"**/deals/{deal}/")


@pytest.mark.parametrize(("path", "record"), [("/deals/", "tr[data-id]"), ("/deals/board/", ".board-card")])
def test_a_list_and_a_board_say_that_something_is_new(two, path, record):
    parisa, olga, at_work = two(path)
    deal = parisa.page.locator(record).nth(1).get_attribute("data-id")
    name = f"Renamed on {path}"

    rename(at_work, deal, name)
    parisa.page.locator(BUTTON).wait_for()

    assert parisa.page.inner_text(BUTTON).startswith("۱ ")
    assert name not in parisa.page.inner_text("main")  # nothing moves under the eyes of a reader
    assert olga.page.is_hidden(BUTTON)  # her own doing is no news to her
    parisa.look()

    parisa.page.click(BUTTON)
    parisa.page.locator(f"{record}[data-id='{deal}']", has_text=name).wait_for()
    assert parisa.page.is_hidden(BUTTON)


def test_a_card_says_it_and_its_timeline_shows_it(two):
    parisa, olga, at_work = two("/deals/6/")

    at_work.go("/deals/6/")
    at_work.page.fill("#composer [name=body]", "They will call back on Friday")
    at_work.page.click("#composer form .button")
    parisa.page.locator(BUTTON).wait_for()

    assert olga.page.is_hidden(BUTTON)
    parisa.page.click(BUTTON)
    parisa.page.locator(".timeline", has_text="They will call back on Friday").wait_for()


def test_a_page_in_the_background_rests_and_hears_afterwards_what_it_missed(two):
    parisa, _olga, at_work = two("/deals/")
    parisa.page.evaluate(HIDE, True)
    assert parisa.page.evaluate("document.querySelector('live-feed').source.readyState") == 2

    rename(at_work, 9, "Renamed while nobody looked")
    assert parisa.page.is_hidden(BUTTON)
    parisa.page.evaluate(HIDE, False)

    parisa.page.locator(BUTTON).wait_for()


def test_the_bell_counts_by_itself_with_and_without_another_feed_on_the_page(desk):
    parisa, on_a_list, at_work = desk("fa"), desk("fa"), desk("en")
    parisa.go("/notices/")
    parisa.page.wait_for_function("Boolean(document.querySelector('live-feed[data-spare]')?.last)")
    on_a_list.go("/deals/")
    on_a_list.page.wait_for_function(LISTENS)
    assert on_a_list.page.evaluate("document.querySelector('live-feed[data-spare]').source === undefined")

    at_work.go("/deals/7/?add=comment")
    at_work.page.fill("#composer [name=body]", "@پریسا please look")
    at_work.page.click("#composer form .button")

    for window in (parisa, on_a_list):
        window.page.locator("#bell .count").wait_for()
        assert window.page.inner_text("#bell .count") == "۱"
    parisa.go("/notices/")
    parisa.look()
    parisa.page.click(".told__what")
    parisa.page.wait_for_url("**/deals/7/**")
    assert parisa.page.locator("#bell .count").count() == 0
    parisa.go("/me/notices/")
    parisa.look()
