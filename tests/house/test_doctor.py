"""bin/daftar doctor and bin/daftar user."""

import subprocess
import sys

import pytest

from tests.house.installation import ROOT, Installation

pytestmark = pytest.mark.slow


def test_a_sound_installation(house):
    done = house.manage("doctor")

    assert "WRONG" not in done.stdout
    assert "no server runs" in done.stdout
    assert "no backup of the last week" in done.stdout


def test_waiting_migrations_are_wrong(tmp_path):
    empty = Installation(tmp_path)
    try:
        done = empty.manage("doctor", must_work=False)

        assert done.returncode == 1
        assert "start it with bin/run" in done.stdout
    finally:
        empty.close()


@pytest.mark.skipif(sys.platform != "linux", reason="permissions")
def test_keys_open_to_others_are_wrong(house):
    keys = house.folder / "data" / "keys"
    keys.mkdir(exist_ok=True)
    keys.chmod(0o755)

    done = house.manage("doctor", must_work=False)

    assert "chmod -R go=" in done.stdout


def test_adding_a_person(whole_house):
    house = whole_house
    done = add(house, "Sara@Example.com", "a good long password\n")
    again = add(house, "sara@example.com", "\n")
    weak = add(house, "ali@example.com", "password\n")

    assert done.stdout == "sara@example.com may sign in as seller.\n"
    assert "already there" in again.stderr
    assert weak.returncode == 1
    assert len(house.query("SELECT 1 FROM access_user WHERE email = 'sara@example.com'")) == 1


def add(house, email, password):
    command = [sys.executable, "manage.py", "user", "add", email]
    return subprocess.run(command, cwd=ROOT, env=house.env, input=password, capture_output=True, text=True, check=False)
