"""What every test of pages may use: installations of their own, and windows onto them."""

import os
import subprocess
import sys

import pytest

from tests.browser.window import Window
from tests.house.installation import ROOT, migrated_once

BUILD = "import sys; sys.path.insert(0, 'bin'); from steps import static_files; static_files.build()"


@pytest.fixture(scope="session")
def all_rooms(tmp_path_factory):
    """An installation with empty tables, to copy from: migrating takes seconds."""
    with migrated_once(tmp_path_factory, "all-rooms") as made:
        yield made


@pytest.fixture(scope="session")
def empty_house(all_rooms):
    """The same for pages that are looked at: styles and scripts are built anew if a built one is old."""
    if "PYTEST_XDIST_WORKER" not in os.environ and (ROOT / "static-built").exists():  # bin/test has built them
        subprocess.run([sys.executable, "-c", BUILD], cwd=ROOT, check=True)
    return all_rooms


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
