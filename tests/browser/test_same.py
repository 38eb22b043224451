"""Two spellings of one company: shown as one with reasons, merged side by side, and taken back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
DOUBLES = """
from daftar.access.models import User
from daftar.records import writing
from daftar.records.same import keeping
from daftar.records.schema import current_schema
from daftar.records.fields._typed_list import Typed
by, type_ = User.objects.get(email="olga@example.com"), current_schema().type("company")
mail = [Typed("office@alvand.example", "")]
writing.create(type_, {"name": "Alvand Tools GmbH", "emails": mail, "tags": ["fair"]}, by=by, via="page")
writing.create(type_, {"name": "ALVAND tools", "emails": mail, "comments": "Open until six"}, by=by, via="page")
keeping.look_through(type_)
"""


@pytest.fixture(scope="module")
def doubles(house):
    house.manage("shell", "-c", DOUBLES)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_two_are_shown_with_reasons_merged_and_taken_back(desk, doubles, language):
    window = desk(language)
    page = window.page
    window.go("/companies/same/")
    assert page.locator("tbody tr[data-id]", has_text="Alvand Tools GmbH").count() == 1
    window.look(f"same-list-{language}")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".merge__table")
    page.check("input[name='pick.name'] >> nth=1")
    window.look(f"same-merge-{language}")
    page.click(".form__foot .button--primary")
    page.wait_for_selector(".toast form")
    assert page.locator("tbody tr[data-id]").count() == 0

    with page.expect_response(lambda answer: answer.url.endswith("/undo")):
        page.click(".toast form button")
    page.wait_for_selector(".toast:not(:has(form))")
    window.go("/companies/?q=alvand")
    assert page.locator("tbody tr[data-id]").count() == 2
    window.go("/changes/")
    page.locator("tbody a").first.click()
    page.wait_for_selector(".bulk-run")
    window.look(f"same-undone-{language}")


def test_picked_rows_are_merged_in_a_narrow_window(desk, doubles):
    window = desk("en", 768, 1024, touch=True)
    page = window.page
    window.go("/companies/?q=alvand")
    for box in page.locator("input[name=ids]").all():
        box.check()
    page.click("[formaction$='/bulk/merge']")
    page.wait_for_selector(".merge__table")
    window.look("same-merge-narrow")
