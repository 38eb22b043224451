"""What every test of pages may use: installations of their own, and windows onto them."""

import pytest

from tests.browser.window import Window
from tests.house.installation import Installation


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory):
    """An installation with empty tables, to copy from."""
    made = Installation(tmp_path_factory.mktemp("empty"))
    made.manage("migrate", "-v0")
    yield made
    made.close()


@pytest.fixture
def windows(browser):
    """`windows(address, 1280, 800)` opens a window; each is closed, and its findings are told, at the end."""
    opened = []

    def open_window(*words, **more):
        opened.append(Window(browser, *words, **more))
        return opened[-1]

    yield open_window
    for window in opened:
        window.context.close()
    for window in opened:
        assert not window.errors, window.errors
        assert not window.findings, "\n".join(window.findings)
