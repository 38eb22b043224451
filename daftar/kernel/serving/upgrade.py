"""Before the server starts: a verified backup if the database is about to change, then the migrations."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from daftar.kernel import clock
from daftar.kernel.backup import make_backup, verify_backup

KEPT = 5


def upgrade(say: Callable[[str], None]) -> None:
    """Bring the database to this version. Errors: whatever the backup or the migration says; then nothing is served."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations:
        say(f"Backup before the upgrade: {_backup_first()}")
    call_command("migrate", verbosity=0, interactive=False)


def _backup_first() -> Path:
    folder = Path(settings.DATA) / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"before-upgrade-{clock.now():%Y%m%d-%H%M%S}.zip"
    make_backup(path)
    verify_backup(path)
    for old in sorted(folder.glob("before-upgrade-*.zip"))[:-KEPT]:
        old.unlink()
    return path
