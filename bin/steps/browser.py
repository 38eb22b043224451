"""Where a Chromium is."""

import os
import shutil


def path() -> str:
    """The path of a Chromium on this machine, or ""."""
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    return os.environ.get("DAFTAR_BROWSER") or next(filter(None, map(shutil.which, names)), "") or ""
