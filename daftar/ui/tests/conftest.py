"""A window for the tests that look at pages; the browser is in the conftest.py of the repository."""

from __future__ import annotations

import pytest


@pytest.fixture
def window(browser, live_server):
    """`window("/ui/gallery/list", 1280, 800, touch=False)` opens a page; no script error may happen on it."""
    contexts, errors = [], []

    def open_page(address: str, width: int = 1280, height: int = 800, *, touch: bool = False, **more):
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(live_server.url + address)
        if more.get("java_script_enabled", True):
            page.wait_for_selector("toast-area:defined", state="attached")
            page.set_default_timeout(20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors
