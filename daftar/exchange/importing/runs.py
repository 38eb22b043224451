"""An import: its files are kept, rehearsed, run as a job, and it goes on after a crash or a pause at the row where it stopped."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.activities.notifying.writing import News, tell
from daftar.exchange.importing import progress
from daftar.exchange.importing.attached import forget
from daftar.exchange.importing.carrying import SECONDS, Later, Paused, load, rehearse
from daftar.exchange.importing.report import Report, totals
from daftar.exchange.importing.steps import NEW, steps_of
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import AT_WORK, ImportRun, Refusal, State, SumDifference
from daftar.exchange.recipes import RECIPES
from daftar.exchange.taking_back import whole
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, NotAllowed, StorageFull
from daftar.kernel.formats import using
from daftar.kernel.storage_errors import storage_failure

log = logging.getLogger("daftar.exchange")
AT_ONCE = 1000
"""Files with more lines are loaded by the worker."""
READY = (State.MAPPING, State.REHEARSED, State.FAILED, State.PAUSED)


def may_use(run: ImportRun, user: User) -> bool:
    """Whether the person may load into every type of the run; a type that it makes needs the right to change settings."""
    types = {step.type for step in steps_of(run.steps) if not step.off} or {run.type} - {""}
    types |= set(RECIPES[run.recipe].types) if run.recipe in RECIPES else set()
    makes = any(key.startswith(NEW) for key in types)
    known = [key for key in types if not key.startswith(NEW)]
    return all(decide.may(user, "import", key) for key in known) and (not makes or decide.may_settings(user))


def with_files_before(moment: datetime) -> QuerySet[ImportRun]:
    """Imports whose files were kept since before the moment, and that are not at work."""
    return ImportRun.objects.filter(at__lt=moment).exclude(state__in=AT_WORK).exclude(files=[])


def files_named() -> set[str]:
    """Names on the disk of all files that an import keeps."""
    rows = ImportRun.objects.exclude(files=[], attached=[]).values_list("files", "attached")
    return {str(file["path"]) for some in rows.iterator() for part in some for file in part}


def check_loaded(run: ImportRun) -> None:
    """Errors: Conflict unless the import is loaded to its end and was not taken back."""
    if run.state != State.DONE or run.change_set_id is None:
        raise Conflict(_("This import is not loaded to its end yet. Load it, or continue it, first."))
    if whole.undone_by(run) is not None:
        raise Conflict(_("This import was taken back. Load the rows as a new import."))


def check_files(run: ImportRun) -> None:
    """Errors: Unreadable when the days of its files are over."""
    if not run.files:
        raise Unreadable(_("The files of this import are not kept any more. Load them again."))


def forget_files(run: ImportRun) -> None:
    forget([*run.files, *run.attached])


# -- starting, pausing -------------------------------------------------------------------------------


def start(run: ImportRun, state: State) -> bool:
    """Claim the run for rehearsal or loading and do it: at once when it is small, else by the worker. False when it is at work already."""
    if claim(run, state) and run.lines_total <= AT_ONCE:
        do(run.pk)
        return True
    return ImportRun.objects.filter(pk=run.pk, state=state).exists()


def claim(run: ImportRun, state: State, *, queued: bool = True) -> bool:
    """Mark the run as at work, with its task on the queue when it is large; without `queued` the caller does it."""
    from daftar.exchange.jobs import carry_out

    fresh = {"lines_done": 0, "reports": [], "report": {}, "line": 0, "late": []} if not is_resumed(run, state) else {}
    with transaction.atomic():
        claimed = ImportRun.objects.filter(pk=run.pk, state__in=READY).update(
            state=state, problem="", at=clock.now(), **fresh
        )
        if not claimed:
            return False
        if fresh:
            Refusal.objects.filter(run=run).delete()
            SumDifference.objects.filter(run=run).delete()
        if queued and run.lines_total > AT_ONCE:
            carry_out.enqueue(run.pk)
    progress.forget(run.pk)
    return True


def pause(run: ImportRun) -> None:
    """End after the batch at which it is; what is in stays, and it can go on. A rehearsal is given up. Errors: Conflict."""
    if run.state == State.REHEARSING:
        progress.ask_to_stop(run.pk)
    elif not ImportRun.objects.filter(pk=run.pk, state=State.RUNNING).update(state=State.PAUSING):
        raise Conflict(_("This is not being loaded just now."))


def stop_interrupted() -> None:
    """An import that a request or a command carried out when it died goes on by “Continue”; those of the worker go on by themselves."""
    from daftar.exchange.jobs import carry_out

    dead = ImportRun.objects.filter(state__in=AT_WORK, at__lt=clock.now() - timedelta(minutes=10))
    if DBTaskResult.objects.filter(task_path=carry_out.module_path, status__in=("READY", "RUNNING")).exists():
        dead = dead.filter(lines_total__lte=AT_ONCE)
    dead.update(
        state=State.FAILED, problem=_("The server was stopped meanwhile. Rows before are in; press “Continue”.")
    )


def is_resumed(run: ImportRun, state: State) -> bool:
    """Whether loading goes on where it stopped."""
    return state == State.RUNNING and run.is_resumable


# -- doing -------------------------------------------------------------------------------------------


def do(run_id: int, *, at_a_stretch: bool = False) -> None:
    """Carry the run out, as the person who started it; safe to call again after a crash.

    A large one stands in the queue again after a while, so that others have their turn; not `at_a_stretch`.
    """
    run = ImportRun.objects.select_related("by").filter(pk=run_id).first()
    if run is None or not run.is_at_work:
        return
    if run.state == State.PAUSING:  # it was killed before it could
        finish(run, State.PAUSED)
        return
    formats = formats_for(run.by)
    with using(formats), translation.override(formats.language):
        try:
            check_person(run)
            patience = None if at_a_stretch else SECONDS
            reports = rehearse(run) if run.state == State.REHEARSING else load(run, seconds=patience)
        except Paused:
            finish(run, State.PAUSED if run.state == State.RUNNING else State.MAPPING)
        except Later:
            from daftar.exchange.jobs import carry_out

            carry_out.enqueue(run.pk)
        except DaftarError as problem:
            finish(run, State.FAILED, problem=str(problem))
        except Exception as problem:
            log.exception("import stopped", extra={"run": run.pk})
            is_full = isinstance(storage_failure(problem), StorageFull)
            finish(run, State.FAILED, problem=no_room(run) if is_full else stopped_at(run))
            if not is_full:
                raise
        else:
            finish(run, State.REHEARSED if run.state == State.REHEARSING else State.DONE, reports=reports)
        finally:
            progress.forget(run.pk)


def stopped_at(run: ImportRun) -> str:
    if run.state == State.REHEARSING:
        return _("The rehearsal stopped by itself; nothing was changed. Try again.")
    line = ImportRun.objects.get(pk=run.pk).line
    return _("Stopped at line %(line)s. Rows before it are in; press “Continue”.") % {"line": line}


def no_room(run: ImportRun) -> str:
    if run.state == State.REHEARSING:
        return _("The storage is full, so the rehearsal stopped; nothing was changed. Make room and try again.")
    line = ImportRun.objects.get(pk=run.pk).line
    return _(
        "The storage is full: stopped at line %(line)s. Rows before it are in. Make room and press “Continue”."
    ) % {"line": line}


def check_person(run: ImportRun) -> None:
    """Rights are those of now, not of when the button was pressed."""
    if not run.by.is_active or not may_use(run, run.by):
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
        if state == State.DONE or (state == State.FAILED and run.state == State.RUNNING) or run.lines_total > AT_ONCE:
            tell_person(run, state)
    if state == State.DONE and not any(report.waiting for report in reports or ()):
        forget_files(run)


def tell_person(run: ImportRun, state: State) -> None:
    """A notice for who started it, who may have gone on to other pages meanwhile; who paused it knows."""
    if state in (State.PAUSED, State.MAPPING):
        return
    what = {State.FAILED: "failed", State.REHEARSED: "rehearsed"}.get(state, "")
    data = {"name": str(run)[:200], "href": f"/import/{run.pk}/", "what": what}
    tell([News(run.by_id, "import_done", data=data)])
