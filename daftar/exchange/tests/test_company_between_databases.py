"""An archive of PostgreSQL is loaded into SQLite and comes back the same."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from daftar.exchange.company.loading import read_archive
from daftar.exchange.company.writing import write_archive
from daftar.exchange.tests.moving import OWNER, fresh


@pytest.mark.thorough
def test_something_of_everything_goes_from_postgresql_to_sqlite_and_back(written, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL beside SQLite: runs where DATABASE_URL names one")
    first, between, last = (tmp_path / f"{name}.zip" for name in ("first", "between", "last"))
    first.write_bytes(written.archive)
    there = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "",
        "DAFTAR_DATA": str(tmp_path / "lite"),
    }

    def there_do(*words):
        subprocess.run([sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=there, check=True)

    there_do("migrate", "-v0")
    there_do("company", "import", str(first), "--owner", OWNER)
    there_do("company", "export", str(between))
    read_archive(between, by=fresh())
    write_archive(last)

    assert first.read_bytes() == between.read_bytes() == last.read_bytes()
