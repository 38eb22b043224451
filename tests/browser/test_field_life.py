"""A field becomes another kind after a look at what does not fit; a form hides and shows a field by what is chosen."""

import pytest

pytestmark = pytest.mark.browser

MADE = """
from daftar.access.models import User
from daftar.records import custom_fields, saved_views, writing
from daftar.records.custom_fields import OptionEdit
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
by = User.objects.get(email="olga@example.com")
type_ = lambda: current_schema().type("office")
key = custom_fields.add_field(type_(), "text", "Rent", by=by).key
for n, rent in enumerate(["1,200 USD", "900 EUR", "ask the owner", "", "a lot"]):
    writing.create(type_(), {"name": f"Office {n}", key: rent}, by=by, via="page")
saved_views.save(View.parse(type_(), f"{key}.has=1&cols=name,{key}", Reader(by)), "With a rent", by=by, audience="everybody")
custom_fields.add_field(type_(), "choice", "Way", by=by, options=[OptionEdit("Own"), OptionEdit("Rented")])
until = custom_fields.add_field(type_(), "text", "Until", by=by).key
custom_fields.set_conditions(type_(), until, by=by, show_if="way.in(rented)", require_if="way.in(rented)")
"""


@pytest.fixture(scope="module")
def offices(house):
    house.manage("shell", "-c", MADE)


@pytest.mark.parametrize(("language", "size"), [("en", (1280, 800)), ("fa", (1024, 768))])
def test_pages_of_a_fields_life(desk, offices, language, size):
    window = desk(language, *size)
    for name, path in {
        "list": "", "kinds": "rent/kind", "dry": "rent/kind?kind=money", "link": "rent/kind?kind=link", "delete": "rent/delete",
        "field": "until/", "condition": "until/conditions?which=show", "usage": "usage", "rare": "usage?rare=",
    }.items():  # fmt: skip
        window.go(f"/settings/fields/office/{path}")
        window.look(f"field-{name}-{language}")


def test_a_form_shows_a_field_when_it_counts(desk, offices):
    window = desk("en", 1280, 800)
    page = window.page
    window.go("/offices/new")
    field = page.locator(".field:has(#f-until)")
    assert not field.is_visible()
    page.select_option("#f-way", "rented")
    field.wait_for(state="visible")
    window.look("shown-if-en")
    page.select_option("#f-way", "own")
    field.wait_for(state="hidden")


def test_the_builder_of_a_condition_draws_itself_anew(desk, offices):
    window = desk("en", 1280, 800)
    page = window.page
    window.go("/settings/fields/office/until/conditions?which=require")
    page.select_option("#b1-o", "empty")
    page.wait_for_selector("#condition:has-text('Way is empty')")
    page.locator("#condition .button-group .button--primary").click()
    page.wait_for_url("**/until/")
    assert "Only when Way is empty." in page.inner_text("main")


def test_an_owner_changes_the_kind_and_takes_it_back(desk, offices):
    window = desk("en", 1280, 800)
    page = window.page
    window.go("/settings/fields/office/rent/kind?kind=money")
    assert "2 do not" in page.inner_text("main")
    page.click(".button--primary")
    page.wait_for_selector("text=Undo brings every old value back")
    window.look("field-done-en")
    page.click("text=Undo")
    page.wait_for_selector("text=It became “Text”")
