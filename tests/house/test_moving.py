"""A company moves from one installation to another by real processes, between databases, and through kills."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.house.installation import ROOT, Installation

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture
def two_houses(tmp_path, all_rooms):
    """The demo company with its owner, and an installation that nobody has opened yet."""
    folders = tmp_path / "old", tmp_path / "new"
    for folder in folders:
        folder.mkdir()
    old, new = (Installation(folder, like=all_rooms) for folder in folders)
    old.manage("demo", "load", "-v0")
    old.manage("user", "add", "olga@oak.example", "--name", "Olga", "--role", "owner")
    yield old, new
    old.close()
    new.close()


def counts(house):
    tables = ("crm_deal", "records_event", "access_user", "records_stage", "auth_group", "records_contactpoint")
    return [house.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_the_demo_company_moves_by_command(two_houses, tmp_path):
    old, new = two_houses
    first, again = tmp_path / "first.zip", tmp_path / "again.zip"

    said = old.manage("company", "export", str(first)).stdout
    assert "rows" in said
    assert "is sound" in new.manage("company", "verify", str(first)).stdout
    assert (
        "Olga signs in as olga@oak.example with the password"
        in new.manage("company", "import", str(first), "--owner", "olga@oak.example").stdout
    )
    new.manage("company", "export", str(again))

    assert first.read_bytes() == again.read_bytes()
    assert counts(new) == counts(old)
    refused = new.manage("company", "import", str(first), must_work=False)
    assert refused.returncode == 2 and "This installation is not empty" in refused.stderr


@pytest.mark.skipif(not ON_POSTGRES, reason="needs PostgreSQL beside SQLite: runs where DATABASE_URL names one")
def test_a_company_moves_from_postgresql_to_sqlite_and_back(two_houses, tmp_path):
    old, new = two_houses
    lite = {"DATABASE_URL": "", "DAFTAR_DATA": str(tmp_path / "lite")}
    first, between, last = (tmp_path / f"{name}.zip" for name in ("first", "between", "last"))

    old.manage("company", "export", str(first))
    old.manage("migrate", "-v0", **lite)
    old.manage("company", "import", str(first), "--owner", "olga@oak.example", **lite)
    old.manage("company", "export", str(between), **lite)
    new.manage("company", "import", str(between), "--owner", "olga@oak.example")
    new.manage("company", "export", str(last))

    assert (tmp_path / "lite" / "daftar.sqlite3").is_file()
    assert first.read_bytes() == between.read_bytes() == last.read_bytes()


@pytest.mark.slow
def test_kills_leave_nothing_or_all(two_houses, tmp_path):
    old, new = two_houses
    first, again = tmp_path / "first.zip", tmp_path / "again.zip"
    old.manage("company", "export", str(first))
    fresh, dice = counts(new), random.Random(17)

    words = [sys.executable, "manage.py", "company", "import", str(first), "--owner", "olga@oak.example"]
    for _n in range(12):
        loading = subprocess.Popen(words, cwd=ROOT, env=new.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.6, 1.5))
        loading.send_signal(signal.SIGKILL)
        loading.wait()
        new.settle()
        if counts(new) != fresh:
            assert counts(new) == counts(old)
            break
    else:
        new.manage("company", "import", str(first), "--owner", "olga@oak.example")
    new.manage("company", "export", str(again))

    assert first.read_bytes() == again.read_bytes()
