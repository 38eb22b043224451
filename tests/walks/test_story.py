"""The story that the product is built for: a shop loads its old pipeline, and its seller sells."""

import datetime as dt

import pytest

from daftar.kernel.formats import default_for
from daftar.kernel.jalali import jalali
from tests.walks.pipeline_files import HOW_MANY, write_files

pytestmark = pytest.mark.browser
PASSWORD = "copper kettle on the stove"
SIZES = {"desk": (1280, 800, False), "tablet": (1024, 768, True)}


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", "desk"), pytest.param("fa", "tablet", marks=pytest.mark.thorough)],
)
def test_a_shop_loads_its_pipeline_and_its_seller_sells(house, seats, tmp_path, language, size):
    width, height, touch = SIZES[size]
    today = dt.datetime.now(default_for(language).zone).date()
    day = typed_day(today + dt.timedelta(days=30), language)

    olga = seats(house.address, width, height, touch=touch)
    olga.found_company(
        language, company="Hardware & Sons", owner="Olga Reyes", email="olga@example.com", password=PASSWORD
    )
    assert olga.page.get_attribute("html", "dir") == ("rtl" if language == "fa" else "ltr")
    olga.go("/first-steps/")
    olga.look(olga.name("first-steps"))

    olga.load_recipe(write_files(tmp_path / "old pipeline"))
    olga.add_stage("Proposal", needs="expected_close")
    olga.open_board("Opportunities")
    for stage in ("Prospecting", "Engaging"):
        assert len(olga.cards(stage)) == HOW_MANY[stage]
    olga.look()
    olga.go("/deals/?q=MG+Special&stage.kind=open")
    olga.page.locator("tbody tr[data-id]").nth(2).wait_for()
    assert olga.page.locator("tbody tr[data-id]").count() == 3
    olga.look()
    password = olga.let_in("Sara Whitfield", "sara@example.com")
    olga.go("/settings/")
    olga.look()

    sara = seats(house.address, width, height, touch=touch)
    sara.language = language
    sara.go("/sign-in/")
    sara.look()
    sara.sign_in("sara@example.com", password)
    sara.open_board("Opportunities")
    first, second = sara.cards("Prospecting")[:2]
    assert "Acme Corporation" in sara.page.inner_text(".board")  # the company of her deal, not a blank

    sara.drag(first, "Proposal")
    sara.page.wait_for_selector("#dialog dialog[open] form")
    sara.look(sara.name("stage-asks"))
    sara.give_asked(expected_close=day)
    assert sara.cards("Proposal") == [first]
    if touch:
        sara.drag(second, "Proposal")
    else:
        sara.carry_by_keys(second, columns=2)
    sara.give_asked(expected_close=day)
    sara.go(sara.path)
    assert sorted(sara.cards("Proposal")) == sorted([first, second])
    sara.look()
    sara.go(f"/deals/{first}/")
    shown = sara.page.inner_text("[data-key=expected_close] .fact__shown")
    assert day[:4] in shown  # the year as typed: her calendar, her digits

    sara.type_lead(
        "Twelve routers", "Ben Carter", "+1 202 555 0143", wants="Before the autumn; asks for a price with delivery"
    )
    sara.look()
    lead = sara.type_lead(
        "Forty flood lights",
        "Kim Lee",
        "+1 202 555 0199",
        "Lee Joinery",
        "For the new hall",
        picture=sara.name("quick-form"),
    )
    deal = sara.convert(lead)

    tuesday = today + dt.timedelta(days=(1 - today.weekday() - 1) % 7 + 1)  # the next one, never today
    sara.plan_call("Ask about the order", "سه‌شنبه ۱۰:۰۰" if language == "fa" else "Tuesday 10:00")
    sara.look(sara.name("planned"))
    sara.go(f"/due/?day={tuesday}")
    row = sara.page.locator("#due tr[data-id]", has_text="Ask about the order")
    assert ("۱۰:۰۰" if language == "fa" else "10:00") in row.inner_text()
    sara.look()

    row.locator("a[data-dialog]").first.click()
    form = sara.page.locator("#dialog dialog[open] form")
    form.wait_for()
    sara.look(sara.name("next-step"))
    form.locator("[name=body]").fill("They want the price in writing")
    assert form.locator("[name=then][value=plan]").is_checked()
    form.locator("[name=next_subject]").fill("Send the price")
    form.locator("[name=next_due_at]").fill("سه‌شنبه ۱۵:۰۰" if language == "fa" else "Tuesday 15:00")
    form.locator(".dialog__foot .button--primary").click()
    form.wait_for(state="detached")
    sara.page.wait_for_selector("#due tr[data-id]:has-text('Send the price')")

    sara.go(deal)
    assert "Send the price" in sara.page.inner_text("[data-key=next_step]")
    for path in ("/leads/", "/deals/new", "/companies/", "/me/", "/ui/gallery"):
        sara.go(path)
        sara.look()


def typed_day(day: dt.date, language: str) -> str:
    """A day as somebody types it who reads that language."""
    if language == "en":
        return day.isoformat()
    year, month, date = jalali(day)
    return f"{year}/{month:02}/{date:02}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
