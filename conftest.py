"""What tests of every room may use: a browser."""

import os
import shutil

import pytest

from daftar.access.audit import reads, triggers
from daftar.access.audit.folding import folds


@pytest.fixture(scope="module")
def browser():
    """A Chromium, for one module: Playwright keeps a loop running in its thread, which other modules must not find."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("DAFTAR_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=switches)
        yield opened
        opened.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tables are emptied between tests, which the audit log refuses: its own tests put the triggers back."""
    from django.db import connection

    with django_db_blocker.unblock():
        triggers.drop(connection)


@pytest.fixture(autouse=True)
def nothing_noted():
    """No refusal of a test before this one is waiting to be told as a repeat."""
    folds.forget()
    reads.forget()
