"""Records go from day to day by mouse, finger and keys, and a click on an empty day makes a new one."""

import pytest

pytestmark = pytest.mark.browser
MONTH = "/deals/calendar/?by=expected_close&on=2030-01-15"
FULL = "2030-01-01"
"""The day on which all deals of the company stand."""


def middle(window, place):
    box = window.page.locator(place).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 60)


def cards(window, day):
    return window.page.locator(f"[data-day='{day}'] .day-card")


def settled(window, card, day, *, version):
    """Wait until the answer of the server stands in the page: the card on its new day, with the focus."""
    window.page.wait_for_selector(f"[data-day='{day}'] #{card}[data-version='{version}']:focus")


@pytest.mark.parametrize(
    ("language", "size", "touch"),
    [
        ("en", (1280, 800), False),
        pytest.param("fa", (1024, 768), True, marks=pytest.mark.thorough),
    ],
)
def test_a_card_is_taken_to_another_day_and_back(desk, language, size, touch):
    window = desk(language, *size, touch=touch)
    window.go(MONTH)
    window.look()
    card = cards(window, FULL).first.get_attribute("id")
    version = int(cards(window, FULL).first.get_attribute("data-version"))

    window.pull(middle(window, f"#{card}"), middle(window, "[data-day='2030-01-09'] .day__in"))
    settled(window, card, "2030-01-09", version=version + 1)
    assert cards(window, FULL).count() == 4, "the next one comes into sight"

    onwards = "ArrowLeft" if language == "fa" else "ArrowRight"
    for key in ("Space", onwards, "ArrowDown", "Space"):
        window.page.keyboard.press(key)
    settled(window, card, "2030-01-17", version=version + 2)

    window.page.keyboard.press("Space")
    window.page.keyboard.press(onwards)
    window.page.keyboard.press("Escape")
    assert window.page.locator(f"[data-day='2030-01-17'] #{card}").count() == 1

    window.page.locator("toast-area > .toast form button").last.click()
    window.page.wait_for_selector(f"[data-day='2030-01-09'] #{card}")
    window.look()


def test_a_refused_day_lets_the_card_go_back(desk):
    window = desk()
    window.go(MONTH)
    card = cards(window, FULL).first.get_attribute("id")
    refusal = {"HX-Trigger": '{"toast": {"text": "Not then.", "tone": "danger"}}'}
    window.page.route("**/day?**", lambda route: route.fulfill(status=422, headers=refusal))

    window.pull(middle(window, f"#{card}"), middle(window, "[data-day='2030-01-22'] .day__in"))

    window.page.wait_for_selector("toast-area > .toast--danger")
    assert window.page.locator(f"[data-day='{FULL}'] #{card}").count() == 1
    assert cards(window, "2030-01-22").count() == 0


def test_keys_turn_the_pages_and_an_empty_day_makes_a_new_record(desk):
    window = desk()
    window.go(MONTH)
    window.page.keyboard.press("j")
    window.page.wait_for_url("**on=2030-02-01**")
    window.page.keyboard.press("k")
    window.page.wait_for_url("**on=2030-01-01**")

    window.page.mouse.click(*middle(window, "[data-day='2030-01-23'] .day__cards"))
    window.page.wait_for_selector("#dialog [name=expected_close]")
    assert window.page.input_value("#dialog [name=expected_close]") == "2030-01-23"


def test_without_scripts_links_lead_through_time_and_a_form_moves_a_record(desk):
    window = desk("en", java_script_enabled=False)
    window.go(MONTH)
    window.page.click("[data-turn=on]")
    assert "on=2030-02-01" in window.path
    window.page.click("[data-turn=back]")
    window.page.click(".day-card__move >> nth=0")
    window.page.fill("[name=expected_close]", "2030-01-24")
    window.page.click(".form__foot .button--primary")

    assert window.path.startswith("/deals/calendar/?")
    assert cards(window, "2030-01-24").count() == 1
