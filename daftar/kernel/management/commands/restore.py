"""bin/daftar restore FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from daftar.kernel.backup import CannotRestore, Damaged, restore_backup


class Command(BaseCommand):
    help = (
        "Put a backup in place of the present data, also while the server runs. The present data is kept as a backup."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--with-keys", action="store_true", help="take the keys from the backup too")

    def handle(self, *args: Any, file: Path, with_keys: bool, **options: Any) -> None:
        try:
            manifest = restore_backup(file, with_keys=with_keys)
        except (Damaged, CannotRestore) as problem:
            raise CommandError(f"Nothing was restored: {problem}") from None
        self.stdout.write(
            f"Restored {manifest.rows:,} rows from {file} (made {manifest.made_at}). "
            "The data of before is in the folder backups, as before-restore-…"
        )
