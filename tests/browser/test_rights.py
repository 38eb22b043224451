"""Roles, the rehearsal and "who sees this" in a browser: read by a scanner, worked by keys, and without scripts."""

import re

import pytest

pytestmark = pytest.mark.browser


def add_seller(window, name: str) -> None:
    """Another person, whom a change of the role touches."""
    window.go("/settings/people/new")
    window.page.fill("[name=name]", name)
    window.page.fill("[name=email]", f"{name.lower()}@example.com")
    window.page.click(".form__foot .button--primary")
    window.page.wait_for_selector("code[dir=ltr]")


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_role_is_read_rehearsed_and_gone_back_from(desk, language):
    window = desk(language)
    page = window.page
    add_seller(window, f"Reza-{language}")
    window.go("/settings/roles/")
    window.look()
    page.click("a[href='/settings/roles/seller/']")
    page.wait_for_selector("#role-form")
    window.look("role" if language == "en" else "")

    page.select_option("[name='types.deal.see']", "all")
    page.locator("row-list#f-fields [data-add]").click()
    rows = page.locator("row-list#f-fields .rows__row")
    rows.last.locator("[name='fields.field']").select_option("deal.amount")
    page.click("#role-form .button--primary")
    page.wait_for_selector("button[name=act][value=save]")
    window.look("role-rehearsal" if language == "en" else "")
    page.click("button[name=act][value=back]")
    page.wait_for_selector("#role-form")

    assert page.input_value("[name='types.deal.see']") == "all"
    named = page.locator("[name='fields.field']").evaluate_all("all => all.map(one => one.value)")
    assert "deal.amount" in named
    page.select_option("[name='types.deal.see']", "none")
    page.select_option("[name='types.deal.change']", "all")
    page.click("#role-form .button--primary")
    page.wait_for_selector("[aria-invalid=true][name='types.deal.change']")
    window.look()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_who_sees_a_deal_is_asked_and_changed_by_keys(desk, language):
    window = desk(language)
    page = window.page
    name = f"Sam-{language}"
    add_seller(window, name)
    window.go("/deals/2/")
    page.locator(".card__tools summary:has(+ .menu__sheet a[href$=who])").press("Enter")
    page.locator(".menu a[href$=who]").press("Enter")
    page.wait_for_selector("#dialog .who")
    assert page.evaluate("document.activeElement.name") == "whom"

    page.keyboard.type(name[:6])
    page.locator("#dialog [name=whom]").select_option(label=name)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#dialog form[action$=share] .button--primary").press("Enter")
    stop = page.locator("#dialog form[action$=stop] button")
    stop.first.wait_for()
    window.look("who-sees" if language == "en" else "")

    page.locator("#dialog [name=person]").select_option(label=name)
    page.locator("#dialog form[method=get] button").press("Enter")
    page.wait_for_selector("#dialog .who__verdict")
    window.look()
    stop.first.press("Enter")
    stop.first.wait_for(state="detached")


def test_a_role_and_a_share_are_changed_without_scripts(desk):
    window = desk("en", java_script_enabled=False)
    page = window.page
    window.go("/settings/roles/")
    page.fill("[name=name]", "Trainee")
    page.select_option("[name=like]", "seller")
    page.click(".form__foot .button")
    base = re.search(r"/settings/roles/(role_\w+)/", window.path)[0]
    stage = page.locator("[name='narrowed.place'] option").nth(2).get_attribute("value")
    page.locator("[name='narrowed.place']").first.select_option(stage)
    page.click("#role-form .button--primary")
    window.go(base)
    assert page.locator("[name='narrowed.place']").first.input_value() == stage

    window.go("/settings/people/new")
    page.fill("[name=name]", "Tara")
    page.fill("[name=email]", "tara@example.com")
    page.locator("[name=roles][value=seller]").uncheck()
    page.locator("[name=roles][value=administrator]").check()
    page.click(".form__foot .button--primary")
    window.go("/settings/people/")
    page.click("text=Tara")
    page.locator("[name=roles][value=administrator]").uncheck()
    page.locator("[name=roles][value=reader]").check()
    page.click(".form__foot .button--primary")
    assert "Tara can no longer change settings, people and roles." in page.inner_text("main")
    page.click("button[value=save]")
    page.click("text=Tara")
    assert page.locator("[name=roles][value=reader]").is_checked()

    window.go("/deals/3/who")
    page.locator("[name=whom]").select_option(label="Tara")
    page.locator("[name=level]").select_option("change")
    page.click("form[action$=share] .button--primary")
    assert "sees and changes it" in page.inner_text("main")
    page.click("form[action$=stop] button")
    assert page.locator("form[action$=stop]").count() == 0


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_audit_log_is_no_wider_than_its_window(desk, language):
    window = desk(language, 768, 1024)
    window.go("/settings/audit/")

    wide = window.page.evaluate(WIDER)

    window.look("audit-768" if language == "fa" else "")
    assert wide == [], wide


WIDER = """() => [...document.querySelectorAll(":root, body *")].filter(one => {
  const box = one.getBoundingClientRect()
  return (box.right > innerWidth + 1 || box.left < -1) && !one.closest(".list__scroll")
}).map(one => `${one.tagName}.${one.className} ${one.scrollWidth}`)"""
"""What stands beyond the window, but in the table, which scrolls by itself."""
