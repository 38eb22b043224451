"""A browser for the tests that look at pages."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("DAFTAR_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


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
