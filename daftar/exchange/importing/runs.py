"""An import through the page: its file is kept, rehearsed, run as a job, and goes on after a crash at the row where it stopped."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access import audit
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.activities.notifying.writing import News, tell
from daftar.exchange.importing.attached import Bag, forget, take_in
from daftar.exchange.importing.kept import keep_upload
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.report import RefusedRow, Report, totals
from daftar.exchange.importing.running import Importer, Keep, Place, rehearsed
from daftar.exchange.importing.saved_maps import remember
from daftar.exchange.models import ImportRun, Refusal, State
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.source import Source
from daftar.exchange.recipes import RECIPES
from daftar.exchange.recipes.loading import check_rights, load_recipe
from daftar.kernel import clock
from daftar.kernel.errors import DaftarError, NotAllowed
from daftar.kernel.formats import using
from daftar.kernel.neutral import neutral
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema

log = logging.getLogger("daftar.exchange")
AT_ONCE = 1000
"""Files with more lines are loaded by the worker."""
KeepFile = Callable[[str, int], Keep]
"""File and the lines of the steps before it → what is told after each batch."""
MOST_REFUSALS = 20_000
"""Refused rows of a rehearsal that can be downloaded."""


# -- files ----------------------------------------------------------------------------------------


def keep_file(upload: UploadedFile[Any]) -> dict[str, Any]:
    """Store an uploaded table under a random name."""
    path = keep_upload(upload, ".csv")
    return {
        "name": (upload.name or "file.csv")[:200],
        "path": path.name,
        "encoding": "",
        "delimiter": "",
        "headings": [],
    }


def source_of(file: Mapping[str, Any]) -> Source:
    """The kept file, read as it was guessed or chosen. Errors: Unreadable."""
    path = Path(settings.DATA) / "imports" / Path(file["path"]).name
    return open_source(path, encoding=file["encoding"], delimiter=file["delimiter"], name=file["name"])


def with_files_before(moment: datetime) -> QuerySet[ImportRun]:
    """Imports whose files were kept since before the moment, and that are not at work."""
    return ImportRun.objects.filter(at__lt=moment).exclude(state=State.RUNNING).exclude(files=[])


def forget_files(run: ImportRun) -> None:
    forget([*run.files, *run.attached])


def attach(run: ImportRun, uploads: Sequence[Any]) -> None:
    """Keep the files that the table's cells name. Errors: Unreadable."""
    run.attached = take_in(uploads, run.attached)


# -- starting --------------------------------------------------------------------------------------


def start(run: ImportRun, state: State) -> bool:
    """Claim the run for rehearsal or loading and do it: at once when it is small, else by the worker. False when it is at work already."""
    from daftar.exchange.jobs import carry_out

    ready = [State.MAPPING, State.REHEARSED, State.FAILED]
    fresh = {"lines_done": 0, "reports": [], "report": {}, "line": 0, "late": []} if not is_resumed(run, state) else {}
    with transaction.atomic():
        claimed = ImportRun.objects.filter(pk=run.pk, state__in=ready).update(
            state=state, problem="", at=clock.now(), **fresh
        )
        if not claimed:
            return False
        if fresh:
            Refusal.objects.filter(run=run).delete()
        if run.lines_total > AT_ONCE:
            carry_out.enqueue(run.pk)
    if run.lines_total <= AT_ONCE:
        do(run.pk)
    return True


def stop_interrupted() -> None:
    """An import that a request carried out when the server died goes on by “Continue”; those of the worker go on by themselves."""
    long_ago = clock.now() - timedelta(minutes=10)
    dead = ImportRun.objects.filter(
        state__in=[State.REHEARSING, State.RUNNING], lines_total__lte=AT_ONCE, at__lt=long_ago
    )
    dead.update(
        state=State.FAILED, problem=_("The server was stopped meanwhile. Rows before are in; press “Continue”.")
    )


def is_resumed(run: ImportRun, state: State) -> bool:
    """Whether loading goes on where it stopped."""
    return state == State.RUNNING and run.state == State.FAILED and run.change_set_id is not None


def do(run_id: int) -> None:
    """Carry the run out, as the person who started it; safe to call again after a crash."""
    run = ImportRun.objects.select_related("by").filter(pk=run_id).first()
    if run is None or not run.is_at_work:
        return
    formats = formats_for(run.by)
    with using(formats), translation.override(formats.language):
        try:
            check_person(run.by)
            reports = rehearse(run) if run.state == State.REHEARSING else load(run)
        except DaftarError as problem:
            finish(run, State.FAILED, problem=str(problem))
        except Exception:
            log.exception("import stopped", extra={"run": run.pk})
            finish(
                run,
                State.FAILED,
                problem=_("Stopped at line %(line)s. Rows before it are in; press “Continue”.")
                % {"line": ImportRun.objects.get(pk=run.pk).line},
            )
            raise
        else:
            state = State.REHEARSED if run.state == State.REHEARSING else State.DONE
            finish(run, state, reports=reports)


def check_person(by: User) -> None:
    """Rights are those of now, not of when the button was pressed."""
    if not by.is_active:
        raise NotAllowed()


def finish(run: ImportRun, state: State, *, problem: str = "", reports: Sequence[Report] | None = None) -> None:
    changes: dict[str, object] = {"state": state, "problem": problem, "finished_at": clock.now()}
    if reports is not None:
        changes |= {"reports": [r.to_json() for r in reports], "report": {}, "lines_done": run.lines_total}
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk).update(**changes)
        if state == State.DONE:
            details = {"name": str(run), "type": run.type or run.recipe, **totals(reports or ())}
            audit.record("imported", by=run.by, about=("import", run.pk), details=details, door="import")
        if state == State.DONE or (state == State.FAILED and run.state == State.RUNNING):
            tell_person(run, state)
    if state == State.DONE:
        forget_files(run)


def tell_person(run: ImportRun, state: State) -> None:
    """A notice for who started it, who may have gone on to other pages meanwhile."""
    data = {"name": str(run)[:200], "href": f"/import/{run.pk}/", "what": "failed" if state == State.FAILED else ""}
    tell([News(run.by_id, "import_done", data=data)])


# -- carrying out ----------------------------------------------------------------------------------


def rehearse(run: ImportRun) -> list[Report]:
    """The whole import, taken back; refused rows are kept for download."""
    kept: list[Refusal] = []

    def keep(file: str, _before: int) -> Keep:
        def note(_report: Report, _place: Place, rows: Sequence[RefusedRow]) -> None:
            kept.extend(refusals(run, file, rows) if len(kept) < MOST_REFUSALS else ())

        return note

    reports: list[Report] = rehearsed(lambda: carry(run, None, keep))
    with transaction.atomic():
        Refusal.objects.filter(run=run).delete()
        Refusal.objects.bulk_create(kept, batch_size=500)
    return reports


def load(run: ImportRun) -> list[Report]:
    """The import in earnest; after each batch the run says where it stands, in the batch's own transaction."""
    if run.change_set is None:
        with transaction.atomic():
            run.change_set = ChangeSet.objects.create(by=run.by, via="import", title=str(run)[:300])
            run.save(update_fields=["change_set"])

    def keep(file: str, before: int) -> Keep:
        def note(report: Report, place: Place, rows: Sequence[RefusedRow]) -> None:
            Refusal.objects.bulk_create(refusals(run, file, rows), batch_size=500)
            ImportRun.objects.filter(pk=run.pk).update(
                report=report.to_json(), line=place.line, late=place.late, lines_done=before + place.line
            )

        return note

    return carry(run, run.change_set, keep)


def carry(run: ImportRun, change_set: ChangeSet | None, keep: KeepFile) -> list[Report]:
    running = run.state == State.RUNNING
    report = Report.from_json(run.report) if running and run.report else None
    place = Place(run.line, list(run.late)) if running and run.line else None
    if not run.recipe:
        source = source_of(run.files[0])
        importer = Importer(
            run.type,
            source,
            ImportMap.from_json(run.map),
            by=run.by,
            title=source.name,
            change_set=change_set,
            report=report,
            place=place,
            keep=keep(source.name, 0),
            bag=Bag.of_kept(run.attached, dry=not running),
        )
        return [importer.run()]
    recipe = RECIPES[run.recipe]
    sources = recipe.sort_out([source_of(file) for file in run.files])
    done = tuple(Report.from_json(kept) for kept in run.reports) if running else ()
    reports = list(done)

    def next_step(n: int) -> Keep:
        before = sum(sources[step.file].count_lines() for step in recipe.steps[:n])
        return keep(sources[recipe.steps[n].file].name, before)

    def step_done(made: Report) -> None:
        reports.append(made)
        if running:
            kept = [r.to_json() for r in reports]
            ImportRun.objects.filter(pk=run.pk).update(reports=kept, report={}, line=0, late=[])

    return load_recipe(
        recipe,
        sources,
        by=run.by,
        change_set=change_set,
        done=done,
        report=report,
        place=place,
        keep=next_step,
        step_done=step_done,
        existing=str(run.map.get("existing", "")),
    )


# -- preparing and refused rows ---------------------------------------------------------------------


def prepare(run: ImportRun) -> None:
    """Look at the uploaded files: encoding, delimiter, lines; for a recipe also whether all are there. Errors: Unreadable, NotAllowed."""
    sources = [source_of(file) for file in run.files]
    for file, source in zip(run.files, sources, strict=True):
        file |= {"encoding": source.encoding, "delimiter": source.delimiter, "headings": list(source.headings)}
    if run.recipe:
        recipe = RECIPES[run.recipe]
        check_rights(recipe, run.by)
        by_name = recipe.sort_out(sources)
        run.lines_total = sum(by_name[step.file].count_lines() for step in recipe.steps)
    else:
        run.lines_total = sources[0].count_lines()


def remember_map(run: ImportRun) -> None:
    if run.type:
        remember(current_schema().type(run.type), source_of(run.files[0]), ImportMap.from_json(run.map), by=run.by)


def refusals(run: ImportRun, file: str, rows: Iterable[RefusedRow]) -> list[Refusal]:
    return [
        Refusal(
            run=run,
            file=file[:200],
            line=row.line,
            why=without_nul(" · ".join(f"{e.column}: {e.sentence}" if e.column else e.sentence for e in row.errors)),
            cells=[without_nul(cell)[:100_000] for cell in row.cells],
        )
        for row in rows
    ]


def without_nul(text: str) -> str:
    """The text as every database takes it."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode("utf-8")


def refused_csv(run: ImportRun) -> Iterator[str]:
    """The refused rows under their headings with the reasons behind, ready to be corrected and loaded again."""
    headings: tuple[str, ...] = tuple(run.files[0].get("headings", ()))
    yield csv_line(["file", "line", "why"] if run.recipe else [*headings, "why"])
    for row in run.refusals.order_by("id").iterator(chunk_size=500):
        cells = [*row.cells, *[""] * (len(headings) - len(row.cells))]
        yield csv_line([row.file, str(row.line), row.why, *row.cells] if run.recipe else [*cells, row.why])


def csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue()
