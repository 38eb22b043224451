"""Before the server starts: a verified backup if the database is about to change, then the migrations."""

import logging
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from daftar.kernel import clock
from daftar.kernel.backup import BackupMade, make_backup, verify_backup
from daftar.kernel.events import publish

log = logging.getLogger("daftar.upgrade")
KEPT = 5


class UpgradeFailed(Exception):
    """The database could not be brought to this version; the sentence says where the data of before are."""


def upgrade(say: Callable[[str], None]) -> Path | None:
    """Bring the database to this version; the backup that was made before, None where there was nothing to keep or to do.

    Errors: whatever the backup says, then nothing was changed; UpgradeFailed. After either nothing is served.
    """
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return None
    if not executor.loader.applied_migrations:
        migrate(None)
        return None
    kept, made = backup_first()
    say(f"Backup before the upgrade: {kept}")
    migrate(kept)
    publish(made)  # only now there surely is a log that hears of it
    return kept


def backup_first() -> tuple[Path, BackupMade]:
    folder = Path(settings.DATA) / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"before-upgrade-{clock.now():%Y%m%d-%H%M%S}.zip"
    manifest = make_backup(path, tell=False)
    verify_backup(path)
    for old in sorted(folder.glob("before-upgrade-*.zip"))[:-KEPT]:
        old.unlink()
    return path, BackupMade(path.name, manifest.rows, with_keys=False)


def migrate(kept: Path | None) -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Exception as problem:
        log.exception("the upgrade failed")
        back = f" The data as they were are in {kept}: put them back with the version of before, by bin/daftar restore."
        raise UpgradeFailed(
            f"The database could not be brought to this version ({problem}).{back if kept else ''}"
        ) from problem
