"""bin/daftar company export FILE · company import FILE · company verify FILE"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import translation

from daftar.access import audit
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.exchange.company import runs
from daftar.exchange.company.checking import check
from daftar.exchange.company.loading import read_archive
from daftar.exchange.company.opening import opened
from daftar.exchange.company.writing import write_archive
from daftar.exchange.people import acting
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import using


class Command(BaseCommand):
    help = (
        "The whole company as one file that another installation loads, also on another database: "
        "export FILE writes it, import FILE loads it into an empty installation, verify FILE says whether it is whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["export", "import", "verify"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="email", default="", help="as this owner (e-mail); by default the first one")
        parser.add_argument("--owner", default="", metavar="EMAIL", help="import: who of the archive you are")
        parser.add_argument(
            "--as-owner", action="store_true", help="import: come in as one more owner, if nobody of the archive is you"
        )

    def handle(self, *args: Any, verb: str, file: Path, **options: Any) -> None:
        by = acting(options["email"]) if User.objects.exists() else None
        formats = formats_for(by)
        try:
            with using(formats), translation.override(formats.language):
                {"export": self.export, "import": self.load, "verify": self.verify}[verb](file, by, options)
        except DaftarError as problem:
            raise CommandError(str(problem), returncode=2) from None
        except (OSError, DatabaseError) as problem:
            raise CommandError(f"{file}: {problem}", returncode=2) from None

    def export(self, file: Path, by: User | None, options: dict[str, Any]) -> None:
        manifest = write_archive(file, progress=self.tell)
        with transaction.atomic():
            audit.record(
                "company_written", by=by, details={"rows": manifest.rows, "files": manifest.files}, door="command"
            )
        self.stdout.write(f"{file}: {manifest.rows:,} rows, {manifest.files:,} files")
        if manifest.lost:
            self.stdout.write(
                f"{len(manifest.lost):,} files were not on the disk any more; the archive does not have them."
            )

    def load(self, file: Path, by: User | None, options: dict[str, Any]) -> None:
        if by is not None:
            runs.check_owner(by)
        loaded = read_archive(file, by=by, owner=options["owner"], as_owner=options["as_owner"], progress=self.tell)
        person = User.objects.get(pk=loaded.person_id)
        self.stdout.write(f"Loaded {loaded.rows:,} rows and {loaded.files:,} files.")
        said = f"with the password {loaded.password}" if loaded.password else "with the password of before"
        self.stdout.write(
            f"{person.name} signs in as {person.email} {said}; invite the others under Settings → Invitations."
        )

    def verify(self, file: Path, by: User | None, options: dict[str, Any]) -> None:
        with opened(file) as archive:
            check(archive)
            manifest = archive.manifest
        self.stdout.write(
            f"{file} is sound: {manifest.rows:,} rows, {manifest.files:,} files, version {manifest.version}."
        )

    def tell(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} rows ", ending="\n" if done >= total else "")
            self.stderr.flush()
