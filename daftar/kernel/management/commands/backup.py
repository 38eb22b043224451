"""bin/daftar backup [FILE] · bin/daftar backup verify FILE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from daftar.kernel.backup import Damaged, free_name, make_backup, verify_backup


class Command(BaseCommand):
    help = "Write a backup (also while the server runs), or verify one: backup verify FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", nargs="*", metavar="[verify] FILE")
        parser.add_argument("--verify", metavar="FILE", help="the same as: backup verify FILE")
        parser.add_argument("--with-keys", action="store_true", help="put the secret keys in too; keep that file safe")

    def handle(self, *args: Any, words: list[str], verify: str | None, with_keys: bool, **options: Any) -> None:
        if verify or words[:1] == ["verify"]:
            self._verify([verify] if verify else words[1:])
        elif len(words) > 1:
            raise CommandError("Say one file: backup FILE, or backup verify FILE.")
        else:
            self._make(Path(words[0]) if words else free_name("daftar"), with_keys=with_keys)

    def _make(self, path: Path, *, with_keys: bool) -> None:
        try:
            make_backup(path, with_keys=with_keys)
            manifest = verify_backup(path)
        except (OSError, Damaged) as problem:
            raise CommandError(f"The backup was not made: {problem}") from problem
        files = sum(name.startswith("files/") for name in manifest.members)
        self.stdout.write(f"{path}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {files} files; verified.")
        if not with_keys:
            self.stdout.write(
                f"Without the keys in {settings.KEYS}: copy that folder to another safe place, or use --with-keys."
            )

    def _verify(self, files: list[str]) -> None:
        if len(files) != 1:
            raise CommandError("Say which backup: backup verify FILE.")
        try:
            manifest = verify_backup(Path(files[0]))
        except Damaged as problem:
            raise CommandError(f"Damaged: {problem}") from None
        self.stdout.write(f"{files[0]} is sound: {manifest.rows:,} rows, made {manifest.made_at} on {manifest.vendor}.")
