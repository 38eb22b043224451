"""How many events a card shows without scrolling (house-style §4), and that a call planned there appears at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.kernel import clock
from daftar.records import writing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHOLE = """() => [...document.querySelectorAll(".timeline .event")].map(one => one.getBoundingClientRect())
  .filter(box => box.height && box.top >= 0 && box.bottom <= innerHeight + .5).length"""


def busy_deal(shop):
    """A deal of three weeks: every fifth event is a note, the others are calls, edits and plans."""
    deal, now = shop.deal(), clock.now()
    for n in range(40):
        with clock.frozen(now - dt.timedelta(days=20, hours=-10 * n)):
            if n % 5 == 0:
                actions.add_note(shop.about(deal), f"They want blue ones, {n} of them", by=shop.sam)
            elif n % 2:
                actions.log_call(shop.about(deal), by=shop.sara, subject="About the price")
            else:
                writing.change(shop.type("deal"), deal.pk, {"number": str(n)}, by=shop.sara, via="page")
    actions.plan(shop.about(deal), Plan("task", now + dt.timedelta(days=1), "Send the offer"), by=shop.sara)
    return deal


@pytest.mark.parametrize("language", ["en", pytest.param("fa", marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    ("width", "height", "touch", "least"),
    [
        (1280, 800, False, 14),
        pytest.param(1920, 1080, False, 20, marks=pytest.mark.thorough),
        pytest.param(1024, 768, True, 12, marks=pytest.mark.thorough),
    ],
)
def test_a_card_shows_enough_events_and_takes_a_new_one(
    browser,
    live_server,
    shop,
    language,
    width,
    height,
    touch,
    least,
):
    shop.sara.language = language
    shop.sara.save()
    deal = busy_deal(shop)
    cookie = shop.browser().cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()

    page.goto(f"{live_server.url}/deals/{deal.pk}/?add=task")
    page.fill("#composer [name=subject]", "Count them")
    page.fill("#composer [name=due_at]", "2027-01-05 10:00")
    page.click("#composer .button")
    page.wait_for_selector(".event--planned >> text=Count them")
    page.goto(f"{live_server.url}/deals/{deal.pk}/")

    assert page.evaluate(WHOLE) >= least
    context.close()
