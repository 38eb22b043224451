"""bin/daftar import TYPE FILE · bin/daftar import --recipe RECIPE FOLDER"""

from __future__ import annotations

import csv
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from daftar.access import audit
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.guessing import guess_map
from daftar.exchange.importing.maps import EXISTING, ImportMap
from daftar.exchange.importing.report import RefusedRow, Report, in_words, totals
from daftar.exchange.importing.running import Importer, Place, rehearsed
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.people import acting
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.source import Source
from daftar.exchange.recipes import RECIPES
from daftar.exchange.recipes.loading import load_recipe, sources_in
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import using
from daftar.kernel.neutral import neutral
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema


class Command(BaseCommand):
    help = "Load a CSV file into a record type, or a folder by a recipe. Ends with 0, 1 (rows were refused) or 2 (unreadable)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", nargs="+", metavar="TYPE FILE | FOLDER", help="e.g. company companies.csv")
        parser.add_argument("--recipe", help=f"load a folder: {', '.join(RECIPES)}")
        parser.add_argument("--map", dest="map_file", help="a JSON file: columns and how they are read")
        parser.add_argument("--rehearse", action="store_true", help="say exactly what would happen, and change nothing")
        parser.add_argument("--as", dest="email", default="", help="act as this person (e-mail); by default the owner")
        parser.add_argument(
            "--encoding", default="", help="utf-8, utf-16, windows-1251, windows-1256 …; guessed by default"
        )
        parser.add_argument("--delimiter", default="", help=", ; | or tab; guessed by default")
        parser.add_argument("--date-order", default="", choices=["mdy", "dmy", "ymd"])
        parser.add_argument(
            "--create-missing", action="store_true", help="make unknown options, people and linked records"
        )
        parser.add_argument(
            "--owner", default="", help="whose rows without an owner are: me (default), nobody, a name or an e-mail"
        )
        parser.add_argument(
            "--existing",
            default="",
            choices=EXISTING[1:],
            help="records that are here already: take what differs, keep what people changed, fill what is empty, leave them",
        )
        parser.add_argument("--files", metavar="DIR", help="the folder with the files that cells name")
        parser.add_argument("--refused", help="write the refused rows to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = acting(options["email"])
            formats = formats_for(by)
            with using(formats), translation.override(formats.language):
                reports = self.load(by, options)
        except Unreadable as problem:
            raise CommandError(str(problem), returncode=2) from None
        except DaftarError as problem:
            raise CommandError(str(problem), returncode=2) from None
        if any(report.refused for report in reports):
            sys.exit(1)

    def load(self, by: User, options: dict[str, Any]) -> list[Report]:
        began = time.monotonic()
        act = self.recipe if options["recipe"] else self.file
        reports: list[Report] = act(by, options)
        if not options["rehearse"]:
            name = " ".join(Path(word).name for word in options["words"])
            audit.record("imported", by=by, details={"name": name, **totals(reports)}, door="import")
        self.stdout.write(in_words(reports, rehearsed=options["rehearse"]))
        seconds = time.monotonic() - began
        self.stdout.write(f"{sum(r.rows for r in reports):,} rows, {seconds:.1f} s")
        return reports

    def recipe(self, by: User, options: dict[str, Any]) -> list[Report]:
        recipe = RECIPES.get(options["recipe"])
        if recipe is None or len(options["words"]) != 1:
            raise CommandError(f"Say: import --recipe RECIPE FOLDER, with one of {', '.join(RECIPES)}.", returncode=2)
        sources = sources_in(recipe, Path(options["words"][0]))

        def act() -> list[Report]:
            change_set = ChangeSet.objects.create(by=by, via="import", title=str(recipe.name)[:300])
            return load_recipe(recipe, sources, by=by, change_set=change_set, existing=options["existing"])

        return rehearsed(act) if options["rehearse"] else act()

    def file(self, by: User, options: dict[str, Any]) -> list[Report]:
        if len(options["words"]) != 2:
            raise CommandError("Say: import TYPE FILE.", returncode=2)
        key, name = options["words"]
        type_ = current_schema().types.get(key) or current_schema().by_slug.get(key)
        if type_ is None:
            raise CommandError(f"There is no record type “{key}”: {', '.join(current_schema().types)}.", returncode=2)
        source = open_source(Path(name), encoding=options["encoding"], delimiter=options["delimiter"])
        map_ = ImportMap.from_file(Path(options["map_file"])) if options["map_file"] else guess_map(type_, source)
        map_ = map_.but(date_order=options["date_order"], owner=options["owner"], existing=options["existing"])
        if options["create_missing"]:
            map_ = map_.but(unknown_choice="create", unknown_person="create", unknown_link="create")
        read_as = (source.encoding_name, source.delimiter_name, source.sheet)
        self.stdout.write(f"{source.name}: {', '.join(filter(None, read_as))}")
        for heading in source.headings:
            self.stdout.write(f"  {heading} → {', '.join(map_.columns.get(heading, ())) or '—'}")
        refused: list[RefusedRow] = []
        bag = Bag.of_folder(Path(options["files"]), dry=options["rehearse"]) if options["files"] else None

        def keep(_report: Report, _place: Place, rows: Sequence[RefusedRow]) -> None:
            refused.extend(rows if options["refused"] else ())

        def act() -> list[Report]:
            change_set = ChangeSet.objects.create(by=by, via="import", title=source.name[:300])
            return [Importer(type_.key, source, map_, by=by, change_set=change_set, keep=keep, bag=bag).run()]

        reports: list[Report] = rehearsed(act) if options["rehearse"] else act()
        if options["refused"]:
            write_refused(Path(options["refused"]), source, refused)
        return reports


def write_refused(path: Path, source: Source, refused: Sequence[RefusedRow]) -> None:
    """The refused rows with their reasons, ready to be corrected and loaded again."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*source.headings, "why"])
        for row in refused:
            why = " · ".join(f"{e.column}: {e.sentence}" if e.column else e.sentence for e in row.errors)
            cells = [*row.cells, *[""] * len(source.headings)][: len(source.headings)]
            writer.writerow([neutral(c.replace("\0", "")) for c in (*cells, why)])
