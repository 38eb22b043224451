"""bin/daftar export TYPE [--view QUERY] [--format csv|xlsx|jsonl] [--all-columns] [--out FILE]"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import translation

from daftar.access.preferences import formats_for
from daftar.exchange.exporting.formats import CSV, FORMATS, XLSX, Format
from daftar.exchange.exporting.rows import ALL, begun
from daftar.exchange.people import acting
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import using
from daftar.records.reader import Reader


class Command(BaseCommand):
    help = (
        "Write the rows of a list's address as CSV, XLSX or JSON lines, to standard output unless --out names a file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("type", help="e.g. deal")
        parser.add_argument("--view", default="", metavar="QUERY", help='what stands behind "?" in the list\'s address')
        parser.add_argument("--out", metavar="FILE")
        parser.add_argument("--format", choices=list(FORMATS), help="by default what the name in --out says, else csv")
        parser.add_argument("--all-columns", action="store_true", help="every field and the id, for loading elsewhere")
        parser.add_argument("--as", dest="email", default="", help="as this person (e-mail); by default the owner")
        parser.add_argument("--bom", action="store_true", help="with the mark by which spreadsheets know UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = acting(options["email"])
            formats = formats_for(by)
            with using(formats), translation.override(formats.language):
                self.write(Reader(by, formats=formats), options)
        except DaftarError as problem:
            raise CommandError(str(problem), returncode=2) from None

    def write(self, reader: Reader, options: dict[str, Any]) -> None:
        key = options["type"]
        type_ = reader.schema.types.get(key) or reader.schema.by_slug.get(key)
        if type_ is None:
            raise CommandError(f"There is no record type “{key}”: {', '.join(reader.schema.types)}.", returncode=2)
        format_ = format_of(options["format"], options["out"])
        if format_ is XLSX and not options["out"]:
            raise CommandError("An XLSX file needs a name: add --out FILE.", returncode=2)
        params = QueryDict(options["view"].lstrip("?"), mutable=True)
        if options["all_columns"]:
            params["cols"] = ALL
        export = begun(type_, params, reader, format_key=format_.key)
        made = format_.pieces(export, bom=options["bom"])
        if not options["out"]:
            for piece in made:
                self.stdout.write(piece.decode(), ending="")
            return
        path = Path(options["out"])
        part = path.with_name(f"{path.name}.part")
        try:
            with part.open("wb") as file:
                for piece in made:
                    file.write(piece)
            part.replace(path)
        except OSError as problem:
            part.unlink(missing_ok=True)
            raise CommandError(f"{path}: {problem.strerror}", returncode=2) from None
        print(f"{path}: {export.count:,} rows", file=sys.stderr)  # noqa: T201 - standard output may be the file


def format_of(said: str | None, out: str | None) -> Format:
    """The format that was said, else that of the file's name, else CSV."""
    return FORMATS[said] if said else FORMATS.get(Path(out or "").suffix.lower().removeprefix("."), CSV)
