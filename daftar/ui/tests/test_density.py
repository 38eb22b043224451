"""The density table of house-style §4, measured on the gallery's samples: whole items, no scrolling."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = """() => {
  const top = document.querySelector("thead th").getBoundingClientRect().bottom
  const bottom = document.querySelector("tfoot td").getBoundingClientRect().top
  const boxes = [...document.querySelectorAll("tbody tr[data-id]")].map(row => row.getBoundingClientRect())
  return boxes.filter(box => box.top >= top - .5 && box.bottom <= bottom + .5).length
}"""
BOARD = """() => {
  const inside = box => box.left >= -.5 && box.right <= innerWidth + .5
  const columns = [...document.querySelectorAll(".board__column")].filter(one => inside(one.getBoundingClientRect()))
  const isWhole = card => card.getBoundingClientRect().bottom <= innerHeight
  const cards = one => [...one.querySelectorAll(".board-card")].filter(isWhole)
  return [columns.length, Math.min(...columns.map(one => cards(one).length))]
}"""
CARD = """() => {
  const boxes = name => [...document.querySelectorAll(name)].map(one => one.getBoundingClientRect())
  const isWhole = box => box.height && box.top >= 0 && box.bottom <= innerHeight + .5
  return [".event", ".fact", ".card__strip > div"].map(name => boxes(name).filter(isWhole).length)
}"""
WIDER = "() => document.documentElement.scrollWidth - innerWidth"


SIZES = [  # width, height, touch: rows · columns, cards · events, facts, strip
    (1280, 800, False, 20, (5, 7), (14, 20, 0)),
    (1920, 1080, False, 28, (7, 10), (20, 30, 0)),
    (1024, 768, True, 15, (4, 6), (12, 15, 0)),
    (768, 1024, True, 20, (3, 9), (14, 0, 8)),
]


@pytest.mark.thorough  # tests/browser looks at the same with real pages
@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize(("width", "height", "touch", "rows", "board", "card"), SIZES)
def test_pages_show_enough_without_scrolling(window, language, width, height, touch, rows, board, card):
    page = window(f"/ui/gallery/list?lang={language}", width, height, touch=touch)
    assert page.evaluate(ROWS) >= rows
    assert page.evaluate(WIDER) <= 0

    page.goto(page.url.replace("/list", "/board"))
    assert all(seen >= least for seen, least in zip(page.evaluate(BOARD), board, strict=True))
    assert page.evaluate(WIDER) <= 0

    page.goto(page.url.replace("/board", "/card"))
    assert all(seen >= least for seen, least in zip(page.evaluate(CARD), card, strict=True))
    assert page.evaluate(WIDER) <= 0


def test_a_list_scrolls_sideways_only_inside_its_own_box(window):
    page = window("/ui/gallery/list", 800, 600)

    assert page.evaluate(WIDER) <= 0
    assert page.evaluate("getComputedStyle(document.querySelector('.list__scroll')).overflowX") == "auto"


def test_persian_pages_are_mirrored(window):
    page = window("/ui/gallery/card?lang=fa")
    middles = page.evaluate(
        """names => Object.fromEntries(names.map(name => {
      const box = document.querySelector(name).getBoundingClientRect()
      return [name, (box.left + box.right) / 2]
    }))""",
        [".app-bar__brand", ".pane--fields", ".pane--timeline", ".pane--rail"],
    )

    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert middles[".app-bar__brand"] > 1000
    assert middles[".pane--fields"] > middles[".pane--timeline"] > middles[".pane--rail"]


def test_nothing_is_written_smaller_than_twelve_pixels(window):
    page = window("/ui/gallery/list")
    smallest = page.evaluate("""() => Math.min(...[...document.querySelectorAll("body *")]
      .filter(one => one.checkVisibility() && !one.closest(".avatar, svg"))
      .filter(one => [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim()))
      .map(one => parseFloat(getComputedStyle(one).fontSize)))""")

    assert smallest >= 12
