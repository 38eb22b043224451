"""Backups are whole, damaged ones are refused by name, and a restore is all or nothing, also while the server runs."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import httpx
import pytest

from daftar.kernel import clock
from daftar.kernel.backup import Damaged, free_name, verify_backup
from tests.house.installation import ROOT, Installation
from tests.house.load import PAIRS, Writers, add_pair, connect, halves

FILE = "photos/ab/abcdef.bin"


@pytest.fixture
def filled(house):
    """An installation with a few rows and a file."""
    fill(house)
    return house


def fill(house):
    database = connect(house)
    for number in range(50):
        add_pair(database, f"old-{number}")
    database.close()
    stored = house.folder / "data" / "files" / FILE
    stored.parent.mkdir(parents=True)
    stored.write_bytes(random.Random(1).randbytes(300_000))


@pytest.fixture
def backup(filled, tmp_path):
    path = tmp_path / "shop.zip"
    filled.manage("backup", str(path))
    return path


@pytest.fixture(scope="module")
def sound(kernel_alone, tmp_path_factory):
    """A sound backup, to harm copies of it."""
    house = Installation(tmp_path_factory.mktemp("sound"), like=kernel_alone)
    fill(house)
    house.manage("backup", str(house.folder / "sound.zip"))
    yield house.folder / "sound.zip"
    house.close()


@pytest.mark.thorough
def test_a_backup_under_load_restores_to_an_equal_database(whole_house, tmp_path, tmp_path_factory):
    filled, path = whole_house, tmp_path / "shop.zip"
    fill(filled)
    with filled.serving("--web-only"), Writers(filled) as writers:
        before = writers.written
        filled.manage("backup", str(path))
        assert writers.written > before, "writers had to wait for the backup"
    tables = manifest(path)["tables"]
    other = Installation(tmp_path_factory.mktemp("other"))  # empty: the restore makes its tables
    try:
        other.manage("restore", str(path))

        for table, rows in tables.items():
            ((here,),) = other.query(f'SELECT count(*) FROM "{table}"')
            if table == "access_rightsmark":
                assert here > rows, "what a server knows of the rights is asked anew"
                continue
            of_restore = 1 if table in ("access_auditentry", "access_auditdetail") else 0
            assert here == rows + of_restore, table
        assert halves(other.query(PAIRS)) == set()
        assert tables["django_session"] >= 100 + 2 * before
        assert (other.folder / "data" / "files" / FILE).read_bytes() == (
            filled.folder / "data" / "files" / FILE
        ).read_bytes()
    finally:
        other.close()


@pytest.mark.thorough
def test_a_restore_while_the_server_runs(filled, backup):
    with filled.serving("--web-only") as server:
        with Writers(filled, threads=2, pause=0.002):
            filled.manage("restore", str(backup))

        assert halves(filled.query(PAIRS)) == set()
        wait_until_restarted(filled)
        assert httpx.get(f"{filled.address}/healthz", timeout=20).status_code == 200
        assert server.poll() is None
    assert list((filled.folder / "data" / "backups").glob("before-restore-*.zip"))


@pytest.mark.thorough
def test_what_was_there_before_a_restore_can_be_brought_back(filled, backup):
    add_and_close(filled, "after-the-backup")

    filled.manage("restore", str(backup))
    assert len(filled.query(PAIRS)) == 100

    (kept,) = (filled.folder / "data" / "backups").glob("before-restore-*.zip")
    filled.manage("restore", str(kept))
    assert len(filled.query(PAIRS)) == 102


def test_two_backups_of_one_second_have_names_of_their_own(settings, tmp_path):
    settings.DATA = tmp_path
    (tmp_path / "backups").mkdir()
    with clock.frozen("2026-01-01T10:00"):
        first = free_name("before-restore")
        first.touch()
        second = free_name("before-restore")
        second.touch()
        third = free_name("before-restore")

    assert [path.name for path in sorted([second, third, first])] == [
        "before-restore-20260101-100000.zip",
        "before-restore-20260101-100000_2.zip",
        "before-restore-20260101-100000_3.zip",
    ]


def test_a_file_lost_meanwhile_comes_back_and_keys_stay_out(filled, backup):
    stored = filled.folder / "data" / "files" / FILE
    content = stored.read_bytes()
    stored.unlink()

    filled.manage("restore", str(backup))

    assert stored.read_bytes() == content
    assert not [name for name in manifest(backup)["members"] if name.startswith("keys/")]


def test_keys_are_in_it_when_asked_for(filled, tmp_path):
    filled.manage("backup", str(tmp_path / "all.zip"), "--with-keys")

    assert "keys/secret.key" in manifest(tmp_path / "all.zip")["members"]


@pytest.mark.parametrize("harm", ["database", "file", "manifest", "cut", "empty", "row", "no member"])
def test_damage_is_found(sound, tmp_path, harm):
    path = tmp_path / "harmed.zip"
    shutil.copy(sound, path)
    damage(path, harm)

    with pytest.raises(Damaged) as refusal:
        verify_backup(path)

    assert any(
        part in str(refusal.value)
        for part in ["harmed.zip", "database/daftar.sqlite3", "database/rows/", "files/photos"]
    )
    if harm == "no member":
        assert f"files/{FILE} is missing" in str(refusal.value)


def test_a_damaged_backup_is_not_restored(filled, backup):
    damage(backup, "file")

    verified = filled.manage("backup", "verify", str(backup), must_work=False)
    restored = filled.manage("restore", str(backup), must_work=False)

    for done in (verified, restored):
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    assert "Damaged: " in verified.stderr
    assert "Nothing was restored: " in restored.stderr
    assert len(filled.query(PAIRS)) == 100


def test_a_backup_of_a_newer_version_is_refused(filled, backup, tmp_path):
    newer = rewritten(
        backup, tmp_path / "newer.zip", lambda text: text["migrations"].append(["crm", "9999_from_the_future"])
    )

    done = filled.manage("restore", str(newer), must_work=False)

    assert "made by a newer version (crm.9999_from_the_future" in done.stderr
    assert len(filled.query(PAIRS)) == 100


def test_a_restore_killed_at_any_moment_is_whole_or_has_not_happened(filled, backup):
    database = connect(filled)
    add_pair(database, "newer")
    database.close()
    rng = random.Random(7)
    for _ in range(3):
        restoring = subprocess.Popen(
            [sys.executable, "manage.py", "restore", str(backup)],
            cwd=ROOT, env=filled.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(rng.uniform(0.8, 2.5))
        restoring.send_signal(signal.SIGKILL)
        restoring.wait()

        rows = filled.query(PAIRS)
        assert halves(rows) == set()
        assert len(rows) in {100, 102}


def manifest(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def add_and_close(house, name):
    database = connect(house)
    add_pair(database, name)
    database.close()


def damage(path, harm):
    content = bytearray(path.read_bytes())
    if harm in {"database", "file", "manifest"}:
        start = {"database": "database/", "file": "files/", "manifest": "manifest.json"}[harm]
        with zipfile.ZipFile(path) as archive:
            part = max((p for p in archive.infolist() if p.filename.startswith(start)), key=lambda p: p.compress_size)
        content[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
        path.write_bytes(content)
    elif harm == "cut":
        path.write_bytes(content[: len(content) * 2 // 3])
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "row":
        rewritten(path, path, lambda text: text["tables"].update(django_session=7))
    else:
        copy_without(path, f"files/{FILE}")


def rewritten(source, target, change):
    """The same archive with another manifest, correctly signed: a fault of the content, not of the file."""
    import hashlib

    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = json.loads(parts["manifest.json"])
    change(text)
    parts["manifest.json"] = json.dumps(text).encode()
    parts["manifest.sha256"] = hashlib.sha256(parts["manifest.json"]).hexdigest().encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


def copy_without(path, left_out):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != left_out}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def wait_until_restarted(house, seconds=20):
    end = time.monotonic() + seconds
    while house.log.read_text().count("Daftar is ready") < 2:
        assert time.monotonic() < end, house.log.read_text()[-2000:]
        time.sleep(0.05)
