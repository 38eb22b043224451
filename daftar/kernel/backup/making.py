"""Making a backup while the server runs: the database first, as of one moment, then the files.

Files are written before their row and are cleaned up a day after it is gone, so every file that the copied rows
name is still there when the files are copied.
"""

import itertools
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from daftar.kernel import clock, derived
from daftar.kernel.backup.archive import SQLITE_MEMBER, ArchiveWriter, Manifest, count_rows
from daftar.kernel.events import publish


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup was written to a file of that name."""

    name: str
    rows: int
    with_keys: bool


def free_name(kind: str) -> Path:
    """Where a backup made now goes: kind and time, and a number more when another of this second stands there."""
    folder, stem = Path(settings.DATA) / "backups", f"{kind}-{clock.now():%Y%m%d-%H%M%S}"
    names = itertools.chain([f"{stem}.zip"], (f"{stem}_{number}.zip" for number in itertools.count(2)))
    return next(folder / name for name in names if not (folder / name).exists())


def make_backup(path: Path, *, with_keys: bool = False, tell: bool = True) -> Manifest:
    """Write a complete backup to `path` and return what it holds.

    Shapes: keys are left out unless asked for, so that a stolen backup alone opens no stored credentials.
    `tell=False` leaves it to the caller to publish `BackupMade`.
    Errors: OSError (disk full, no rights) or DatabaseError; then no file of that name is left or changed.
    """
    path = path.resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest = Manifest(made_at=clock.now().isoformat(), vendor=connection.vendor, migrations=[], has_keys=with_keys)
    with ArchiveWriter(path, manifest) as archive:
        if connection.vendor == "sqlite":
            _add_sqlite(archive)
        else:
            from daftar.kernel.backup import postgres  # its driver is loaded where it is used

            postgres.add_rows(archive)
        for name, file in stored_files():
            try:
                archive.add_file(name, file)
            except FileNotFoundError:
                continue  # cleaned up meanwhile, so no row names it
        if with_keys:
            for key in sorted(Path(settings.KEYS).glob("[!.]*")):
                archive.add_file(f"keys/{key.name}", key)
    if tell:
        publish(BackupMade(path.name, manifest.rows, with_keys))
    return manifest


def _add_sqlite(archive: ArchiveWriter) -> None:
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=archive.path.parent) as folder:
        copy = Path(folder) / "copy.sqlite3"
        source = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), timeout=30)
        target = sqlite3.connect(copy)
        try:
            # All pages in one step: one snapshot of the log, while writers go on.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
            derived.take_out(target)
            archive.manifest.tables = count_rows(target)
            archive.manifest.migrations = recorded_migrations(target)
        finally:
            target.close()
            source.close()
        archive.add_file(SQLITE_MEMBER, copy)


def recorded_migrations(database: sqlite3.Connection) -> list[list[str]]:
    """[app, name] of each migration that the copy has seen."""
    table = MigrationRecorder.Migration._meta.db_table
    return [list(row) for row in database.execute(f'SELECT app, name FROM "{table}" ORDER BY id')]  # noqa: S608


def stored_files() -> Iterator[tuple[str, Path]]:
    """Member name and path of each uploaded file; names with a leading dot are still being written."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts):
            yield f"files/{path.relative_to(root).as_posix()}", path
