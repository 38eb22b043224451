"""Before the server starts: a verified backup if the database is about to change, then the migrations."""

import logging
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from daftar.kernel.backup import BackupMade, free_name, make_backup, verify_backup
from daftar.kernel.events import publish

log = logging.getLogger("daftar.upgrade")
KEPT = 5


class UpgradeFailed(Exception):
    """The database could not be brought to this version; the sentence says where the data of before are."""


def upgrade(say: Callable[[str], None]) -> Path | None:
    """Bring the database to this version; the backup that was made before, None where there was nothing to keep or to do.

    Errors: whatever the backup says, then nothing was changed; UpgradeFailed. After either nothing is served.
    """
    if is_current():
        return None
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


def is_current() -> bool:
    """Whether all migrations on the disk are applied, by their names alone: to load them takes longer than all else before the first page."""
    applied = MigrationRecorder(connection).applied_migrations()
    return all(named in applied for named in migrations_on_disk())


def migrations_on_disk() -> Iterator[tuple[str, str]]:
    """App and name of each, found where and as Django's own loader finds them."""
    for app in apps.get_app_configs():
        module, is_explicit = MigrationLoader.migrations_module(app.label)
        if module and (is_explicit or find_spec(module)):
            names = pkgutil.iter_modules(import_module(module).__path__)
            yield from (
                (app.label, name) for _finder, name, is_folder in names if not is_folder and name[0] not in "_~"
            )


def backup_first() -> tuple[Path, BackupMade]:
    folder = Path(settings.DATA) / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = free_name("before-upgrade")
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
