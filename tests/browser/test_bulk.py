"""Picking rows of a list and changing them together: keys, mouse, dialog, toast with Undo; and the same without scripts."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def pick(page, count):
    for _n in range(count):
        page.keyboard.press("j")
        page.keyboard.press("x")


def tags_of(page):
    return page.locator("tbody tr[data-id] .tag", has_text="fair").count()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_picked_rows_get_a_tag_and_lose_it_again(desk, language):
    window = desk(language)
    page = window.page
    window.go("/deals/?cols=name,tags,owner&q=flood")
    assert page.is_hidden(".list__bulk")

    pick(page, 3)
    page.wait_for_selector(".list__bulk", state="visible")
    boxes = page.locator("input[name=ids]")
    boxes.nth(4).click()
    boxes.nth(7).click(modifiers=["Shift"])
    assert page.locator("input[name=ids]:checked").count() == 7
    window.look("bulk-bar")
    page.keyboard.press("b")
    page.wait_for_function("document.activeElement.hasAttribute('data-bulk')")

    page.click(".list__bulk [formaction$='/tags']")
    page.fill("#dialog-body [data-tag-input], #dialog-body input[type=text]", "fair")
    window.look("bulk-tags")
    page.click("#dialog-body .dialog__foot .button--primary")
    page.wait_for_selector(".toast form")
    assert tags_of(page) == 7

    page.click(".toast form button")
    page.wait_for_function(
        "document.querySelectorAll('.toast form').length === 1 && !document.body.innerText.includes('fair')"
    )
    assert tags_of(page) == 0


def test_all_rows_of_the_view(desk):
    window = desk("en", 1024, 768)
    page = window.page
    window.go("/deals/?q=flood&limit=20")
    page.locator("input[name=ids]").first.check()
    page.check("[data-pick-view]")
    assert page.inner_text("[data-picked]") == "96"
    assert page.locator("input[name=ids]:checked").count() == 20
    page.locator("input[name=ids]").first.uncheck()
    assert not page.is_checked("[data-pick-view]")
    page.check("[data-pick-view]")

    page.click(".list__bulk [formaction$='/change']")
    page.select_option("#dialog-body select[name=more]", "comments")
    page.fill("#dialog-body [name=comments]", "seen at the fair")
    page.select_option("#dialog-body select[name=more]", "expected_close")
    page.wait_for_selector("#dialog-body [name=expected_close]", state="attached")
    assert page.input_value("#dialog-body [name=comments]") == "seen at the fair"
    window.look("bulk-fields")
    assert "96" in page.inner_text("#dialog-body .dialog__foot")
    page.keyboard.press("Escape")


def test_without_scripts(desk):
    window = desk("en", java_script_enabled=False)
    page = window.page
    window.go("/deals/?cols=name,tags,owner&q=flood")
    assert page.is_visible(".list__bulk")
    page.locator("input[name=ids]").nth(0).check()
    page.locator("input[name=ids]").nth(1).check()
    page.click(".list__bulk [formaction$='/tags']")
    page.fill("main [name=add]", "plain")
    page.click("main .form__foot .button--primary")
    assert page.locator("tbody tr[data-id] .tag", has_text="plain").count() == 2
    page.click(".toast form button")
    assert "/changes/" in page.url
    window.go("/deals/?cols=name,tags,owner&q=flood")
    assert page.locator("tbody tr[data-id] .tag", has_text="plain").count() == 0
