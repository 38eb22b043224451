"""Before migrations there is a backup, a bounded number of them is kept, and a failure says how to go back."""

import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from daftar.kernel import clock
from daftar.kernel.backup.archive import Manifest
from daftar.kernel.serving import upgrade as upgrading


class Pending:
    """Migrations wait; the database has seen others."""

    def __init__(self, _connection):
        self.loader = self.graph = self
        self.applied_migrations = {("access", "0001_initial"): None}

    def leaf_nodes(self):
        return []

    def migration_plan(self, _targets):
        return ["one"]


@pytest.fixture
def waiting(monkeypatch, settings, tmp_path):
    """An upgrade that would only write backups and name its commands."""
    settings.DATA = tmp_path
    did = []

    def write(path, tell):
        path.write_bytes(b"backup")
        did.append("backup")
        return Manifest(made_at="", vendor="sqlite", migrations=[])

    monkeypatch.setattr(upgrading, "is_current", lambda: False)
    monkeypatch.setattr(upgrading, "MigrationExecutor", Pending)
    monkeypatch.setattr(upgrading, "make_backup", write)
    monkeypatch.setattr(upgrading, "verify_backup", lambda path: did.append("verify"))
    monkeypatch.setattr(upgrading, "publish", lambda event: did.append("tell"))
    monkeypatch.setattr(upgrading, "call_command", lambda name, **_words: did.append(name))
    return did


def test_the_backup_is_made_and_verified_before_anything_changes(waiting):
    said = []

    kept = upgrading.upgrade(said.append)

    assert waiting == ["backup", "verify", "migrate", "tell"]
    assert said == [f"Backup before the upgrade: {kept}"]


def test_five_of_them_are_kept(waiting, tmp_path):
    for hour in range(8):
        with clock.frozen(dt.datetime(2026, 1, 1, hour, tzinfo=dt.UTC)):
            upgrading.upgrade(str)

    kept = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert kept == [f"before-upgrade-20260101-0{hour}0000.zip" for hour in range(3, 8)]


def test_a_migration_that_fails_says_where_the_data_are(waiting, monkeypatch, tmp_path):
    def fail(_name, **_words):
        raise ValueError("no such column")

    monkeypatch.setattr(upgrading, "call_command", fail)

    with pytest.raises(upgrading.UpgradeFailed) as refusal:
        upgrading.upgrade(str)

    (kept,) = (tmp_path / "backups").iterdir()
    assert f"(no such column). The data as they were are in {kept}: " in str(refusal.value)


def test_a_backup_that_cannot_be_verified_stops_it(waiting, monkeypatch):
    def damaged(_path):
        raise upgrading.UpgradeFailed("damaged")

    monkeypatch.setattr(upgrading, "verify_backup", damaged)

    with pytest.raises(upgrading.UpgradeFailed):
        upgrading.upgrade(str)

    assert "migrate" not in waiting


def test_what_lies_on_the_disk_is_what_django_would_load():
    assert set(upgrading.migrations_on_disk()) == set(MigrationLoader(None).disk_migrations)


@pytest.mark.django_db
def test_a_database_is_current_when_every_migration_is_applied_and_not_before():
    assert upgrading.is_current()

    MigrationRecorder(connection).record_unapplied("kernel", "0001_initial")

    assert not upgrading.is_current()
