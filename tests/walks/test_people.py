"""The company as a tree, a colleague who is away, one who leaves, and a look through a seller's eyes."""

import pytest
from PIL import Image

from tests.walks.test_story import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "theme"), [("en", "light"), pytest.param("fa", "dark", marks=pytest.mark.thorough)]
)
def test_the_owner_draws_the_company_and_somebody_leaves(house, seats, tmp_path, language, theme):
    house.manage("demo", "load", "--language", language)
    olga = seats(house.address, color_scheme=theme)
    olga.found_company(
        language, company="Northside Hardware", owner="Olga Reyes", email="olga@example.com", password=PASSWORD
    )
    olga.go("/settings/departments/new?parent=2")
    olga.page.fill("[name=name]", "Online")
    olga.look()
    olga.page.click(".form__foot .button--primary")
    olga.page.wait_for_url("**/settings/departments/")
    olga.ready()
    assert olga.page.locator("[data-depth='2'] >> text=Online").count() == 1
    olga.look(olga.name("departments"))

    leaver, colleague = busiest(house)
    person = f"/settings/people/{leaver[0]}/"
    give_photo(olga, tmp_path / "me.png")
    say_away(olga, person, colleague[1])
    hand_over(olga, person, colleague[1])
    look_as(olga, colleague)


def busiest(house):
    """Id and name of the two with the most open deals."""
    return house.query(
        "SELECT u.id, u.name FROM crm_deal d JOIN access_user u ON u.id = d.owner_id JOIN records_stage s ON s.id = d.stage_id "
        "WHERE s.kind = 'open' GROUP BY u.id, u.name ORDER BY count(*) DESC, u.id LIMIT 2"
    )


def give_photo(olga, path):
    Image.linear_gradient("L").resize((300, 200)).convert("RGB").save(path)
    olga.go("/me/")
    olga.page.set_input_files("[name=photo]", path)
    olga.page.click("form[action$='/photo'] .button")
    olga.page.wait_for_selector("main img.avatar")
    olga.ready()
    assert olga.page.locator(".app-bar img.avatar").count() == 1
    olga.look(olga.name("me"))


def say_away(olga, person, substitute):
    olga.go(person)
    form = olga.page.locator("form[action$='/away']")
    form.locator("[name=absent_from]").fill("2026-01-01")
    pick(form, "substitute", substitute)
    form.locator(".button--primary").click()
    olga.page.wait_for_selector(".notice--warn")
    olga.ready()
    assert substitute in olga.page.inner_text(".notice--warn")
    olga.look(olga.name("person"))


def pick(form, name, words):
    """Type into a look-up, the last one of that name, and take what it offers."""
    box = form.locator(f"combo-box:has([name='{name}'])").last
    box.locator(".combo__input").fill(words)
    box.locator("[role=option]", has_text=words).first.click()


def hand_over(olga, person, colleague):
    olga.go(f"{person}leave")
    olga.page.select_option("[name='rule.deal']", "named")
    pick(olga.page.locator("main form"), "to.deal", colleague)
    olga.page.click("button[name=do][value=preview]")
    olga.page.wait_for_selector("button[name=do][value=go]")
    olga.ready()
    assert colleague in olga.page.inner_text("main tbody")
    olga.look(olga.name("leave"))
    olga.page.click("button[name=do][value=go]")
    olga.page.wait_for_selector(".notice--ok")
    olga.ready()
    olga.look(olga.name("left"))


def look_as(olga, colleague):
    olga.go(f"/settings/people/{colleague[0]}/")
    olga.page.click("form[action$='/look-as'] button")
    olga.page.wait_for_selector(".looking")
    olga.go("/leads/")
    olga.look(olga.name("look-as"))
    olga.page.click(".looking button")
    olga.page.wait_for_url(f"**/settings/people/{colleague[0]}/")
    assert olga.page.locator(".looking").count() == 0
