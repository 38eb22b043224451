"""Large exports: asked for on the page, written by the worker, downloaded by who asked, forgotten after some days.

The file is written under another name and renamed when it is whole. A worker that was killed begins again from the first row.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.activities.notifying.writing import News, tell
from daftar.exchange.exporting.formats import FORMATS, XLSX, Format
from daftar.exchange.exporting.rows import Export, begun, meant
from daftar.exchange.models import EXPORT_AT_WORK, ExportRun
from daftar.exchange.shelf import OLD_SECONDS, Shelf
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Missing, NotAllowed, StorageFull, TooMany
from daftar.kernel.formats import using
from daftar.kernel.storage_errors import storage_failure
from daftar.records import files
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

log = logging.getLogger("daftar.exchange")
AT_ONCE, SHEET_AT_ONCE = 5_000, 2_000
"""Files with more rows are written by the worker; a workbook is made whole before its first byte goes out."""
MOST_AT_WORK = 3
EVERY_SECONDS = 0.4
"""So often the work says how far it is, and looks whether it is still wanted."""
KEPT_DAYS = 90
"""How long it is listed that there was an export, when its file is gone."""
State = ExportRun.State
shelf = Shelf("exports")


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
    type_ = type_of(run, reader)
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
    for left in shelf.folder().glob(f".{run.pk}-*.part"):
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
    type_ = type_of(run, reader)
    check_right(reader, type_)
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
    files.place(part, shelf.path_of(name))
    with transaction.atomic():
        kept = mine(run).update(
            state=State.DONE, path=name, size_bytes=size, done=rows, total=rows, finished_at=clock.now(),
            columns=[field.key for field in export.fields], reach=reach_of(export.reader.user, run.type),
        )  # fmt: skip
        if kept:
            tell_person(run)
    if not kept:
        shelf.path_of(name).unlink(missing_ok=True)
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
    return shelf.folder() / f".{run.pk}-{run.turn}.part"


def tell_person(run: ExportRun, what: str = "") -> None:
    data = {"name": title_of(run, current_schema().types)[:200], "href": f"/me/exports/{run.pk}/", "what": what}
    tell([News(run.by_id, "export_done", data=data)])


def title_of(run: ExportRun, types: Mapping[str, RecordType]) -> str:
    """ "Contacts, Excel (XLSX)" in the language of now."""
    name = capfirst(types[run.type].plural) if run.type in types else run.type
    return _("%(what)s, %(format)s") % {"what": name, "format": FORMATS[run.format].label}


# -- having --------------------------------------------------------------------------------------------------


def type_of(run: ExportRun, reader: Reader) -> RecordType:
    """Errors: Missing, said of the type."""
    if run.type not in reader.schema.types:
        raise Missing(_("The records of this export are not here any more, so there is nothing to export."))
    return reader.schema.types[run.type]


def check_right(reader: Reader, type_: RecordType) -> None:
    """Errors: NotAllowed, saying which right is gone."""
    if not (decide.may(reader.user, "see", type_.key) and decide.may(reader.user, "export", type_.key)):
        raise NotAllowed(
            _("You may not export these records any more: %(what)s. Ask who runs the company if you need them.")
            % {"what": type_.plural}
        )


def check_may_have(run: ExportRun, reader: Reader) -> None:
    """Whether the person may still have all that is in the file. Errors: Missing, NotAllowed."""
    type_ = type_of(run, reader)
    check_right(reader, type_)
    reach, there = reach_of(reader.user, run.type), current_schema().types[run.type].by_key
    hidden = [key for key in run.columns if key in there and key not in type_.by_key]
    if hidden or reach not in ("all", run.reach):
        raise NotAllowed(
            _("Your rights have changed since this file was written, and it holds what you may not have now. Export the list again.")
        )  # fmt: skip


def reach_of(user: User, type_key: str) -> str:
    """How far the person's rights to see and export the type go: "all", or words that are equal as long as the rights are."""
    standing = decide.standing(user)
    scopes = [standing.scope(action, type_key) for action in ("see", "export")]
    whole = all(type_key in decide.COMPANY_ONLY or standing.reaches_all(a, type_key) for a in ("see", "export"))
    if whole and scopes == ["all", "all"]:
        return "all"
    return " ".join([*scopes, *map(str, sorted(standing.departments_below))])


def is_kept(run: ExportRun) -> bool:
    """Whether the file can be had."""
    return bool(run.path) and shelf.path_of(run.path).is_file()


def path_of(run: ExportRun) -> Path:
    """Where the file lies. Errors: Missing when there is none."""
    if not is_kept(run):
        raise Missing(_("There is no file, or it is not kept any more. Look under “Exports”."))
    return shelf.path_of(run.path)


# -- keeping -------------------------------------------------------------------------------------------------


def kept() -> QuerySet[ExportRun]:
    return ExportRun.objects.exclude(path="")


def kept_before(moment: datetime) -> QuerySet[ExportRun]:
    return kept().filter(finished_at__lt=moment)


def forget_file(run: ExportRun) -> None:
    """The file goes; that it was written stays in the list for a while."""
    ExportRun.objects.filter(pk=run.pk).update(path="", size_bytes=0)
    unlink(run)


def forget(run: ExportRun) -> None:
    """It goes whole. Errors: Conflict while it is at work."""
    if not ExportRun.objects.filter(pk=run.pk).exclude(state__in=EXPORT_AT_WORK).delete()[0]:
        raise Conflict(_("This file is being written. Cancel it first."))
    unlink(run)


def unlink(run: ExportRun) -> None:
    shelf.path_of(run.path).unlink(missing_ok=True)


def clean_up(moment: datetime | None) -> None:
    """Files of before the moment go, rows without a file after three months, and what killed work left after a day."""
    for run in kept_before(moment) if moment else ():
        forget_file(run)
    old = ExportRun.objects.filter(path="", at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    old.exclude(state__in=EXPORT_AT_WORK).delete()
    shelf.clean_up(set(kept().values_list("path", flat=True)))
    for folder in Path(tempfile.gettempdir()).glob("daftar-export-*"):  # where a workbook was made when it was killed
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < time.time() - OLD_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


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


def note_fetched(run: ExportRun) -> None:
    """The log says who took the file, each time."""
    with transaction.atomic():
        details = {"type": run.type, "rows": run.total, "format": run.format}
        audit.record("export_fetched", by=run.by, about=(run.type, None), details=details)
