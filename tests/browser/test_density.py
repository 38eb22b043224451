"""The density table of the house style: whole items, without scrolling, in both directions."""

import pytest

pytestmark = pytest.mark.browser

ROWS = """() => {
  const top = document.querySelector("thead th").getBoundingClientRect().bottom
  const bottom = document.querySelector("tfoot td").getBoundingClientRect().top
  const boxes = [...document.querySelectorAll("tbody tr[data-id]")].map(row => row.getBoundingClientRect())
  return boxes.filter(box => box.top >= top - .5 && box.bottom <= bottom + .5).length
}"""
BOARD = """() => {
  const inside = box => box.left >= -.5 && box.right <= innerWidth + .5
  const columns = [...document.querySelectorAll(".board__column")].filter(one => inside(one.getBoundingClientRect()))
  const isWhole = card => card.getBoundingClientRect().bottom <= innerHeight + .5
  return [columns.length, Math.min(...columns.map(one => [...one.querySelectorAll(".board-card")].filter(isWhole).length))]
}"""
CARD = """() => {
  const isWhole = one => {
    const box = one.getBoundingClientRect()
    return box.height && box.top >= 0 && box.bottom <= innerHeight + .5
  }
  return [".timeline .event", ".fact", ".card__strip > div"].map(name => [...document.querySelectorAll(name)].filter(isWhole).length)
}"""
SIDEWAYS = (
    "() => document.querySelector('.list__scroll').scrollWidth - document.querySelector('.list__scroll').clientWidth"
)

SIZES = [  # width, height, touch: rows · columns, cards · events, facts, strip
    pytest.param(1280, 800, False, 20, (5, 7), (14, 20, 0), id="1280x800"),
    pytest.param(1920, 1080, False, 28, (7, 10), (20, 30, 0), id="1920x1080", marks=pytest.mark.thorough),
    pytest.param(1024, 768, True, 15, (4, 6), (12, 15, 0), id="1024x768-touch"),
    pytest.param(768, 1024, True, 20, (3, 9), (14, 0, 8), id="768x1024-touch", marks=pytest.mark.thorough),
]


@pytest.mark.parametrize("language", ["en", pytest.param("fa", marks=pytest.mark.thorough)])
@pytest.mark.parametrize(("width", "height", "touch", "rows", "board", "card"), SIZES)
def test_list_board_and_card_show_enough_without_scrolling(desk, language, width, height, touch, rows, board, card):
    window = desk(language, width, height, touch=touch)

    window.go("/deals/")
    assert window.page.evaluate(ROWS) >= rows
    assert window.page.evaluate(SIDEWAYS) <= 0

    window.go("/deals/board/")
    seen = tuple(window.page.evaluate(BOARD))
    assert all(a >= b for a, b in zip(seen, board, strict=True)), seen

    window.go("/deals/1/")
    seen = tuple(window.page.evaluate(CARD))
    assert all(a >= b for a, b in zip(seen, card, strict=True)), seen
    window.look()


CUT_OFF = """() => [...document.querySelectorAll(".view-bar > *")].filter(one => {
  const box = one.getBoundingClientRect()
  return box.width && (box.left < -.5 || box.right > innerWidth + .5)
}).map(one => one.outerHTML.slice(0, 80))"""


def test_a_phone_shows_every_button_of_the_bar(desk):
    """Right to left, where a page wider than its window shows nothing but its end."""
    window = desk("fa", 390, 844, touch=True)
    for path in ("/due/", "/deals/", "/deals/board/", "/deals/calendar/"):
        window.go(path)
        assert window.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert window.page.evaluate(CUT_OFF) == [], path


OUTSIDE = """() => [...document.querySelectorAll(".card__tools :is(a, button, summary), details[open] > .menu__sheet")].filter(one => {
  const box = one.getBoundingClientRect()
  return box.width && one.checkVisibility() && (box.left < 0 || box.right > innerWidth)
}).map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_phone_reaches_every_button_of_a_record(desk, language):
    window = desk(language, 390, 844, touch=True)
    window.go("/deals/?stage.kind=open")
    window.go(window.page.locator("tr[data-id] th a").first.get_attribute("href"))
    window.page.evaluate("""() => {  // as with lines and papers
      const one = document.querySelector(".card__tools .button")
      for (let n = 0; n < 3; n++) one.after(one.cloneNode(true))
    }""")
    assert window.page.locator(".card__tools .button:visible").count() >= 5
    assert window.page.evaluate(OUTSIDE) == []
    window.page.locator(".card__tools summary").last.click()
    assert window.page.locator(".card__tools .menu__sheet:visible").count() == 1
    assert window.page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_phone_shows_the_whole_menu_of_a_group(desk, language):
    window = desk(language, 390, 844, touch=True)
    window.go("/deals/")
    groups = window.page.locator(".app-bar summary")
    assert groups.count() >= 3
    for number in range(groups.count()):
        groups.nth(number).click()
        box = window.page.locator("details[open] > .menu__sheet").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, (number, box)
        window.page.keyboard.press("Escape")
