"""bin/daftar keys · keys rotate · keys forget"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from daftar.kernel import secrets


class Command(BaseCommand):
    help = "Show the keys that seal stored secrets, renew them (rotate), or take away those that seal nothing (forget)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", nargs="?", choices=["show", "rotate", "forget"], default="show")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            {"show": self.show, "rotate": self.rotate, "forget": self.forget}[verb]()
        except secrets.CannotUnseal as problem:
            raise CommandError(f"{problem} What was sealed anew until here stays so; run it again then.") from None

    def show(self) -> None:
        ring, used = secrets.keys(), secrets.uses()
        for key_id, made in sorted(ring.made.items(), key=lambda pair: pair[1]):
            mark = "current" if key_id == ring.current else "old"
            self.stdout.write(f"{key_id}  made {made[:16]}  {mark}, seals {used[key_id]:,} secrets")

    def rotate(self) -> None:
        count = secrets.rotate()
        self.stdout.write(f"{count:,} secrets are sealed with the key {secrets.keys().current} now.")
        self.stdout.write(f"Copy {secrets.path().parent} to its safe place again. Old keys stay for older backups.")

    def forget(self) -> None:
        gone = secrets.forget_unused()
        self.stdout.write(f"Taken away: {', '.join(gone)}." if gone else "Every key is in use.")
        if gone:
            self.stdout.write("Backups made before the last rotation have lost the secrets that they hold.")
