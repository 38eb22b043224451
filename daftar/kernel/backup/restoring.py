"""Restoring, also while the server runs.

Everything is unpacked, checked and brought to this version beside the living data first. Then the files that are not
there yet are put in place (their names are random, so none is in the way), and last the database is replaced in one
transaction: before it everything is as it was, after it everything is as in the backup. A running server of this
folder is then told to restart, for it may remember old settings.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from daftar.kernel.backup.archive import SQLITE_MEMBER, Manifest, sync_folder, verify_backup
from daftar.kernel.backup.making import free_name, make_backup
from daftar.kernel.data_lock import running_server
from daftar.kernel.events import publish


@dataclass(frozen=True, slots=True)
class BackupRestored:
    """A backup was put in place of the data of before; the database is the backup's now."""

    name: str
    rows: int
    made_at: str


class CannotRestore(Exception):
    """The backup is sound but does not fit here; the sentence says what to do."""


def restore_backup(path: Path, *, with_keys: bool = False) -> Manifest:
    """Put the backup in place of the present data; what was there before is kept as a backup of its own.

    Errors: Damaged, CannotRestore, OSError, DatabaseError. After any of them the present data is as it was.
    """
    manifest = verify_backup(path)
    _refuse_foreign(manifest)
    if with_keys and not manifest.has_keys:
        raise CannotRestore("This backup was made without keys. Leave --with-keys out and keep the keys that are here.")
    keep_present()
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA) as folder:
        if manifest.vendor == "sqlite":
            copy = _prepared_copy(archive, Path(folder))
            _put_files(archive, "files/", Path(settings.MEDIA_ROOT))
            _replace_sqlite(copy)
        else:
            from daftar.kernel.backup import postgres  # its driver is loaded where it is used

            _put_files(archive, "files/", Path(settings.MEDIA_ROOT))
            postgres.replace_rows(archive, manifest)
        if with_keys:
            _put_files(archive, "keys/", Path(settings.KEYS))
    publish(BackupRestored(path.name, manifest.rows, manifest.made_at))
    _tell_server()
    return manifest


def _refuse_foreign(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise CannotRestore(
            f"This backup is of a {manifest.vendor} database, but this installation runs on {connection.vendor}. "
            "Restore it in an installation of its kind."
        )
    known = set(MigrationLoader(None).disk_migrations)
    if newer := [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]:
        raise CannotRestore(
            f"This backup was made by a newer version ({newer[0]} is not known here). Update Daftar first."
        )


def keep_present() -> Path | None:
    """A backup of what is there now, so that a restore can be taken back; None on an empty installation."""
    if "django_migrations" not in connection.introspection.table_names():
        return None
    path = free_name("before-restore")
    make_backup(path)
    return path


def _prepared_copy(archive: zipfile.ZipFile, folder: Path) -> Path:
    copy = Path(archive.extract(SQLITE_MEMBER, folder))
    environment = {**os.environ, "DATABASE_URL": f"sqlite://{copy}", "DAFTAR_DATA": str(settings.DATA)}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "-v0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise CannotRestore(f"The backup could not be brought to this version ({reason[0]}); nothing was changed.")
    return copy


def _put_files(archive: zipfile.ZipFile, prefix: str, folder: Path) -> None:
    for name in archive.namelist():
        if not name.startswith(prefix):
            continue
        parts = PurePosixPath(name.removeprefix(prefix)).parts
        if not parts or ".." in parts or "/" in parts:
            raise CannotRestore(f"The backup names a file outside its folder: {name}")
        _put(archive, name, folder.joinpath(*parts))


def _put(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists() and target.read_bytes() == archive.read(name):
        return
    draft = target.with_name(f".{target.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, archive.open(name) as member:
        while chunk := member.read(1_048_576):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, target)
    sync_folder(target.parent)


def _replace_sqlite(copy: Path) -> None:
    connections.close_all()
    source = sqlite3.connect(copy)
    target = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), timeout=60)
    try:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        # One write transaction of SQLite's own: readers see the old pages until it commits, writers wait.
        source.backup(target, pages=-1)
    finally:
        target.close()
        source.close()


def _tell_server() -> None:
    pid = running_server(settings.DATA)
    if pid and pid != os.getpid():
        os.kill(pid, signal.SIGHUP)
