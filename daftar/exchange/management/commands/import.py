"""bin/daftar import [TYPE] FILE … · import --recipe RECIPE FOLDER · import --list · import --continue N · import --undo N"""

from __future__ import annotations

import csv
import shutil
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.exchange.importing import runs
from daftar.exchange.importing.attached import forget
from daftar.exchange.importing.kept import folder, keep_file, source_of
from daftar.exchange.importing.maps import EXISTING, ImportMap
from daftar.exchange.importing.proposing import propose
from daftar.exchange.importing.refused import WHY
from daftar.exchange.importing.report import Report, in_words
from daftar.exchange.importing.steps import steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, State
from daftar.exchange.people import acting
from daftar.exchange.recipes import RECIPES
from daftar.exchange.taking_back import whole
from daftar.kernel.errors import Conflict, DaftarError, NotAllowed
from daftar.kernel.formats import using
from daftar.kernel.neutral import neutral
from daftar.records import files
from daftar.records.bulk import beside
from daftar.records.bulk import runs as bulk_runs
from daftar.records.reader import Reader
from daftar.records.schema import current_schema

LISTED = 20


class Command(BaseCommand):
    help = (
        "Load files: into one record type, each into the type that it is recognised as, or a folder by a recipe. "
        "Ends with 0, 1 (rows were refused) or 2 (unreadable, or nothing to do)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "words",
            nargs="*",
            metavar="[TYPE] FILE … | FOLDER",
            help="e.g. company companies.csv; or the files of an export",
        )
        parser.add_argument("--recipe", help=f"load a folder: {', '.join(RECIPES)}")
        parser.add_argument("--list", action="store_true", help="the last imports, with their numbers")
        parser.add_argument(
            "--continue", dest="go_on", type=int, metavar="N", help="go on with import N where it stopped"
        )
        parser.add_argument(
            "--undo", type=int, metavar="N", help="take import N back; what was changed since stays and is listed"
        )
        parser.add_argument("--map", dest="map_file", help="a JSON file: columns and how they are read")
        parser.add_argument("--rehearse", action="store_true", help="say exactly what would happen, and change nothing")
        parser.add_argument("--as", dest="email", default="", help="act as this person (e-mail); by default the owner")
        parser.add_argument(
            "--encoding", default="", help="utf-8, utf-16, windows-1251, windows-1256 …; guessed by default"
        )
        parser.add_argument("--delimiter", default="", help=", ; | or tab; guessed by default")
        parser.add_argument("--sheet", default="", help="the sheet of a workbook; by default each that holds a table")
        parser.add_argument(
            "--no-headings", action="store_true", help="the first row is data; columns are called by numbers"
        )
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
                code = self.act(by, options)
        except DaftarError as problem:
            raise CommandError(str(problem), returncode=2) from None
        if code:
            sys.exit(code)

    def act(self, by: User, options: dict[str, Any]) -> int:
        if options["list"]:
            return self.list_last(by)
        if options["undo"] is not None:
            return self.take_back(run_of(options["undo"], by), by)
        if options["go_on"] is not None:
            return self.load(run_of(options["go_on"], by), options)
        run = self.prepared(by, options)
        try:
            return self.load(run, options)
        finally:
            if options["rehearse"]:
                runs.forget_files(run)
                run.delete()

    # -- one import ------------------------------------------------------------------------------------

    def prepared(self, by: User, options: dict[str, Any]) -> ImportRun:
        """The import of the files that the words name, with its steps. Errors: Unreadable with nothing kept."""
        type_key, paths = self.named(options)
        run = ImportRun(by=by, type=type_key, recipe=options["recipe"] or "")
        try:
            for path in paths:
                run.files.append(taken_in(path, options))
            if options["files"]:
                run.attached = taken_folder(Path(options["files"]))
            propose(run, Reader(by))
            run.steps = to_json(
                [step.but(map=worded(step.import_map(), options).to_json()) for step in steps_of(run.steps)]
            )
            self.tell_steps(run)
            for step in steps_of(run.steps):
                if step.type in current_schema().types:
                    step.import_map().check_for(current_schema().type(step.type), run.files[step.file]["headings"])
            if not runs.may_use(run, by):
                raise NotAllowed()
            run.save()
        except Exception:
            runs.forget_files(run)
            raise
        return run

    def named(self, options: dict[str, Any]) -> tuple[str, list[Path]]:
        """(the type's key or "", the files)"""
        words: list[str] = options["words"]
        if options["recipe"]:
            if options["recipe"] not in RECIPES or len(words) != 1:
                raise CommandError(
                    f"Say: import --recipe RECIPE FOLDER, with one of {', '.join(RECIPES)}.", returncode=2
                )
            return "", in_folder(Path(words[0]))
        type_ = current_schema().types.get(words[0]) or current_schema().by_slug.get(words[0]) if words else None
        if type_ is not None and len(words) > 1:
            return type_.key, [Path(word) for word in words[1:]]
        if not words or (len(words) == 1 and type_ is not None):
            raise CommandError("Say: import TYPE FILE, or import FILE …", returncode=2)
        if not Path(words[0]).exists() and len(words) == 2:
            raise CommandError(
                f"There is no record type “{words[0]}”: {', '.join(current_schema().types)}.", returncode=2
            )
        return "", [file for word in words for file in (in_folder(Path(word)) if Path(word).is_dir() else [Path(word)])]

    def tell_steps(self, run: ImportRun) -> None:
        for step in steps_of(run.steps):
            source = source_of(run.files[step.file])
            self.stdout.write(f"{source.name} → {step.type}: {source.encoding_name}, {source.delimiter_name}")
            for heading in source.headings:
                self.stdout.write(f"  {heading} → {', '.join(step.import_map().columns.get(heading, ())) or '—'}")

    def load(self, run: ImportRun, options: dict[str, Any]) -> int:
        began = time.monotonic()
        state = State.REHEARSING if options["rehearse"] else State.RUNNING
        if not runs.claim(run, state, queued=False):
            raise Conflict(f"Import {run.pk} is at work or done already.")
        runs.do(run.pk, at_a_stretch=True)
        run.refresh_from_db()
        reports = [Report.from_json(kept) for kept in [*run.reports, *([run.report] if run.report else [])]]
        self.stdout.write(in_words(reports, rehearsed=options["rehearse"]))
        if options["refused"]:
            write_refused(Path(options["refused"]), run)
        seconds = time.monotonic() - began
        self.stdout.write(f"{sum(r.rows for r in reports):,} rows, {seconds:.1f} s")
        if run.state not in (State.DONE, State.REHEARSED):
            raise CommandError(f"{run.problem or run.get_state_display()} (import --continue {run.pk})", returncode=2)
        if not options["rehearse"]:
            self.stdout.write(f"import {run.pk}")
        return int(any(report.refused for report in reports))

    # -- imports that are there ------------------------------------------------------------------------

    def list_last(self, by: User) -> int:
        for run in ImportRun.objects.filter(by=by).order_by("-at", "-id")[:LISTED]:
            made = run.lines_done
            self.stdout.write(f"{run.pk}\t{run.at:%Y-%m-%d %H:%M}\t{run.get_state_display()}\t{made:,}\t{run}")
        return 0

    def take_back(self, run: ImportRun, by: User) -> int:
        made = whole.begin(run, by)
        while made.is_at_work:
            bulk_runs.carry_out(made.pk)
            made.refresh_from_db()
        for told in beside.told_of(made):
            self.stdout.write(f"  {'!' if told.stays else '-'} {told.sentence}")
        self.stdout.write(
            f"{made.done:,} taken back, {made.moved_on:,} changed since and left, {made.refused:,} refused "
            f"(/changes/{made.pk}/)"
        )
        return int(bool(made.refused or made.moved_on))


def run_of(number: int, by: User) -> ImportRun:
    run = ImportRun.objects.filter(pk=number, by=by).first()
    if run is None:
        raise CommandError(f"There is no import {number} of {by.name}: see import --list.", returncode=2)
    return run


def in_folder(folder_: Path) -> list[Path]:
    if not folder_.is_dir():
        raise CommandError(f"There is no folder “{folder_}”.", returncode=2)
    return sorted(
        path for path in folder_.iterdir() if path.is_file() and not path.is_symlink() and path.name[0] != "."
    )


def taken_in(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """A copy of the file, as an upload is kept, so that nothing changes under the import."""
    if not path.is_file():
        raise Unreadable(_("There is no file “%(name)s”.") % {"name": path.name[:200]})
    try:
        with path.open("rb") as opened:
            file = keep_file(File(opened, name=path.name))
    except OSError as problem:
        raise Unreadable(f"{path}: {problem.strerror}") from None
    said = {name: options[name] for name in ("encoding", "delimiter", "sheet")}
    return file | said | {"has_headings": not options["no_headings"]}


def taken_folder(source: Path) -> list[dict[str, Any]]:
    """Copies of the files that cells name; of a folder, not of what lies deeper."""
    made: list[dict[str, Any]] = []
    try:
        for path in in_folder(source):
            kept = folder() / f"{files.random_name()}.file"
            made.append({"name": path.name, "path": kept.name, "size": path.stat().st_size})
            shutil.copyfile(path, kept)
    except OSError as problem:
        forget(made)
        raise Unreadable(f"{source}: {problem.strerror}") from None
    return made


def worded(map_: ImportMap, options: dict[str, Any]) -> ImportMap:
    """The map with what the command line says of it."""
    if options["map_file"]:
        map_ = ImportMap.from_file(Path(options["map_file"]))
    map_ = map_.but(date_order=options["date_order"], owner=options["owner"], existing=options["existing"])
    if options["create_missing"]:
        map_ = map_.but(unknown_choice="create", unknown_person="create", unknown_link="create")
    return map_


def write_refused(path: Path, run: ImportRun) -> None:
    """The refused rows with their reasons, ready to be corrected and loaded again."""
    headings: Sequence[str] = run.files[0]["headings"] if len(run.files) == 1 else ("file", "line")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*headings, WHY])
        for row in run.refusals.order_by("id").iterator(chunk_size=500):
            cells = [*row.cells, *[""] * len(headings)][: len(headings)]
            before = cells if len(run.files) == 1 else [row.file, str(row.line)]
            more = [] if len(run.files) == 1 else row.cells
            writer.writerow([neutral(cell) for cell in (*before, row.why, *more)])
