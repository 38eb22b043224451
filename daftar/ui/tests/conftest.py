"""A window for the tests that look at pages; the browser is in the conftest.py of the repository."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def contexts(browser):
    """Playwright's contexts by what they can do: one that is used again has styles and scripts in its cache."""
    opened = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def window(browser, contexts, live_server):
    """`window("/ui/gallery/list", 1280, 800, touch=False)` opens a page; no script error may happen on it."""
    pages, errors = [], []

    def open_page(address: str, width: int = 1280, height: int = 800, *, touch: bool = False, **more):
        size = {"width": width, "height": height}
        kind = json.dumps([size, touch, more])
        if kind not in contexts:
            contexts[kind] = browser.new_context(viewport=size, has_touch=touch, is_mobile=touch, **more)
        page = contexts[kind].new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(live_server.url + address)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("toast-area:defined", state="attached")
            page.set_default_timeout(20_000)
        return page

    yield open_page
    for page in pages:
        page.close(run_before_unload=False)
        page.context.clear_cookies()
        page.context.clear_permissions()
    assert not errors
