"""Large exports: asked for on the page, written by the worker (what becomes of the file then: `kept.py`).

The file is written under another name and renamed when it is whole. A worker that was killed begins again from the first row.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.activities.notifying.writing import News, tell
from daftar.exchange.exporting import kept
from daftar.exchange.exporting.formats import FORMATS, XLSX, Format
from daftar.exchange.exporting.rows import Export, begun, meant
from daftar.exchange.models import EXPORT_AT_WORK, ExportRun
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, StorageFull, TooMany
from daftar.kernel.formats import using
from daftar.kernel.storage_errors import storage_failure
from daftar.records import files
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

log = logging.getLogger("daftar.exchange")
AT_ONCE, SHEET_AT_ONCE = 5_000, 2_000
"""Files with more rows are written by the worker; a workbook takes longer."""
MOST_AT_WORK = 3
EVERY_SECONDS = 0.4
"""So often the work says how far it is, and looks whether it is still wanted."""
State = ExportRun.State


class Stopped(Exception):
    """Somebody cancelled it, or another worker has taken it over."""


def is_large(format_: Format, rows: int) -> bool:
    """Whether the worker makes such a file."""
    return rows > (SHEET_AT_ONCE if format_ is XLSX else AT_ONCE)


# -- asking --------------------------------------------------------------------------------------------------


def begin(type_: RecordType, params: QueryDict, reader: Reader, *, format_key: str, words: str = "") -> ExportRun:
    """Note that rows are taken out, and let the worker write them. Errors: as `rows.begun`; TooMany while three are at work."""
    with transaction.atomic():
        check_few(reader.user)
        run = ExportRun(by=reader.user, type=type_.key, format=format_key, query=params.urlencode(), words=words)
        run.total = begun(type_, params, reader, format_key=format_key).count
        run.save()
        hand_on(run.pk)
    return run


def again(run: ExportRun, reader: Reader) -> None:
    """The same once more: what stopped, was cancelled, or whose file is gone. Errors: as `begin`; Conflict for any other."""
    type_ = kept.type_of(run, reader)
    with transaction.atomic():
        check_few(reader.user)
        total = begun(type_, run.query, reader, format_key=run.format).count
        over = ExportRun.objects.filter(pk=run.pk, path="").exclude(state__in=EXPORT_AT_WORK)
        if not over.update(state=State.WAITING, at=clock.now(), done=0, total=total, problem="", finished_at=None):
            raise Conflict(_("This file is being written or is ready already."))
        hand_on(run.pk)


def check_few(user: User) -> None:
    """Errors: TooMany. Two requests of one person wait for each other here."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    if ExportRun.objects.filter(by=user, state__in=EXPORT_AT_WORK).count() >= MOST_AT_WORK:
        raise TooMany(
            _("%(most)s of your exports are waiting or being written. Wait until one is ready, or cancel one under “Exports”.")
            % {"most": MOST_AT_WORK}
        )  # fmt: skip


def hand_on(run_id: int) -> None:
    """Give it to the worker, in the caller's transaction."""
    from daftar.exchange.jobs import write_export

    write_export.enqueue(run_id)


def cancel(run: ExportRun) -> bool:
    """End it; who writes it sees that at once. False when it had ended already."""
    at_work = ExportRun.objects.filter(pk=run.pk, state__in=EXPORT_AT_WORK)
    return bool(at_work.update(state=State.CANCELLED, finished_at=clock.now()))


# -- writing -------------------------------------------------------------------------------------------------


def do(run_id: int) -> None:
    """Write the file, as the person who asked for it; safe to call again after a crash."""
    run = claimed(run_id)
    if run is None:
        return
    formats = formats_for(run.by)
    with using(formats), translation.override(formats.language):
        try:
            write(run, Reader(run.by, formats=formats))
        except Stopped:
            log.info("export given up", extra={"export": run.pk})
        except DaftarError as problem:
            stop(run, str(problem))
        except Exception as problem:
            log.exception("export stopped", extra={"export": run.pk})
            stop(run, sentence_for(problem))
        finally:
            part_of(run).unlink(missing_ok=True)


def claimed(run_id: int) -> ExportRun | None:
    """The run, with a turn of its own; None when there is nothing to do. Who had it before is dead, or stops when it looks."""
    with transaction.atomic():
        at_work = ExportRun.objects.filter(pk=run_id, state__in=EXPORT_AT_WORK)
        if not at_work.update(state=State.RUNNING, turn=F("turn") + 1, done=0):
            return None
        run = ExportRun.objects.select_related("by").get(pk=run_id)
    for left in kept.shelf.folder().glob(f".{run.pk}-*.part"):
        left.unlink(missing_ok=True)
    return run


def mine(run: ExportRun) -> QuerySet[ExportRun]:
    """The row, as long as nobody else has taken it over or ended it."""
    return ExportRun.objects.filter(pk=run.pk, state=run.state, turn=run.turn)


class Teller:
    """Says how many rows are done. Errors: Stopped when nobody wants the rest."""

    def __init__(self, run: ExportRun) -> None:
        self.run, self.done, self.next = run, 0, 0.0

    def __call__(self, done: int) -> None:
        self.done = done
        if (now := time.monotonic()) < self.next:
            return
        self.next = now + EVERY_SECONDS
        if not mine(self.run).update(done=done):
            raise Stopped


def write(run: ExportRun, reader: Reader) -> None:
    """The rows as the person sees them now. Errors: Stopped; NotAllowed, Missing, BadAddress with what became of the list."""
    type_ = kept.type_of(run, reader)
    kept.check_right(reader, type_)
    teller, part = Teller(run), part_of(run)
    export = replace(meant(type_, run.query, reader), told=teller)
    mine(run).update(total=export.count)
    with part.open("wb") as file:
        for piece in FORMATS[run.format].pieces(export, bom=True):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    finish(run, export, teller.done)


def finish(run: ExportRun, export: Export, rows: int) -> None:
    """The whole file gets its name, then the row says so. Errors: Stopped."""
    part, name = part_of(run), f"{files.random_name()}.{run.format}"
    size = part.stat().st_size
    files.place(part, kept.shelf.path_of(name))
    with transaction.atomic():
        is_mine = mine(run).update(
            state=State.DONE, path=name, size_bytes=size, done=rows, total=rows, finished_at=clock.now(),
            columns=[field.key for field in export.fields], reach=kept.reach_of(export.reader.user, run.type),
        )  # fmt: skip
        if is_mine:
            tell_person(run)
    if not is_mine:
        kept.shelf.path_of(name).unlink(missing_ok=True)
        raise Stopped


def stop(run: ExportRun, problem: str) -> None:
    with transaction.atomic():
        if mine(run).update(state=State.FAILED, finished_at=clock.now(), problem=problem):
            tell_person(run, "failed")


def sentence_for(problem: Exception) -> str:
    if isinstance(storage_failure(problem), StorageFull):
        return _("The disk of the server is full, so no file was kept. Ask who runs the server for room, then press “Again”.")  # fmt: skip
    return _("Something went wrong, so no file was kept. Press “Again”; if it stops once more, the log of the server says why.")  # fmt: skip


def part_of(run: ExportRun) -> Path:
    return kept.shelf.folder() / f".{run.pk}-{run.turn}.part"


def tell_person(run: ExportRun, what: str = "") -> None:
    data = {"name": kept.title_of(run, current_schema().types)[:200], "href": f"/me/exports/{run.pk}/", "what": what}
    tell([News(run.by_id, "export_done", data=data)])


def stop_abandoned() -> None:
    """What no task will write any more must not look as if it were at work."""
    from daftar.exchange.jobs import write_export

    if DBTaskResult.objects.filter(task_path=write_export.module_path, status__in=("READY", "RUNNING")).exists():
        return
    for run in ExportRun.objects.select_related("by").filter(
        state__in=EXPORT_AT_WORK, at__lt=clock.now() - timedelta(minutes=10)
    ):
        with translation.override(formats_for(run.by).language):
            stop(run, _("The server was stopped meanwhile. Press “Again”."))
