"""One's own exports that the worker writes: how far each is, and its file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.exchange.exporting import kept, rows, runs
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.models import ExportRun
from daftar.exchange.views.attachments import kept_file
from daftar.kernel import keeping
from daftar.kernel.errors import Missing, TooMany
from daftar.records.reader import Reader
from daftar.records.views.opening import reader_of
from daftar.records.views.view_bar import at
from daftar.ui.addresses import address

MOST_LISTED = 50
COLOURS = {"waiting": "blue", "running": "blue", "done": "green", "failed": "red", "cancelled": "grey"}


def mine(request: Any, run_id: int) -> ExportRun:
    """The export; `Missing` for another person's."""
    run = ExportRun.objects.select_related("by").filter(pk=run_id, by=request.user).first() if run_id < 2**63 else None
    if run is None:
        raise Missing()
    return run


def told(run: ExportRun, reader: Reader, days: int) -> dict[str, Any]:
    """What the pages say of it."""
    type_ = reader.schema.types.get(run.type)
    is_kept = kept.is_kept(run)
    is_gone = run.state == ExportRun.State.DONE and not is_kept
    return {
        "run": run, "title": kept.title_of(run, reader.schema.types), "is_kept": is_kept, "may_again": not is_kept and not run.is_at_work,
        "list_href": at(type_.address(), f"?{run.query}") if type_ else "",
        "state": _("File deleted") if is_gone else run.get_state_display(),
        "colour": "grey" if is_gone else COLOURS[run.state],
        "megabytes": max(round(run.size_bytes / 1_048_576, 1), 0.1),
        "until": run.finished_at + timedelta(days=days) if run.finished_at else None,
    }  # fmt: skip


@door("signed_in")
@require_safe
def index(request: Any) -> HttpResponse:
    """The last ones, newest first."""
    found = ExportRun.objects.filter(by=request.user).order_by("-pk")[:MOST_LISTED]
    reader, days = reader_of(request), keeping.days_of("export_files")
    context = {
        "lines": [told(run, reader, days) for run in found], "active": "exports", "days": days,
        "is_at_work": any(run.is_at_work for run in found),
    }  # fmt: skip
    return render(request, "exchange/exports.html", context)


@door("signed_in")
@require_safe
def show(request: Any, run_id: int) -> HttpResponse:
    """Where it stands, and its file."""
    return page(request, mine(request, run_id))


def page(request: Any, run: ExportRun, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "active": "exports",
        "error": error,
        "line": told(run, reader_of(request), keeping.days_of("export_files")),
    }
    return render(request, "exchange/export_run.html", context, status=status)


@door("signed_in")
@require_safe
def progress(request: Any, run_id: int) -> HttpResponse:
    """The bar alone; when the work is over the whole page is loaded instead."""
    run = mine(request, run_id)
    if not run.is_at_work:
        return HttpResponse(status=204, headers={"HX-Redirect": here(run)})
    return render(request, "exchange/_export_progress.html", {"run": run, "state": run.get_state_display()})


@door("signed_in", "export")
@require_safe
def download(request: Any, run_id: int) -> HttpResponseBase:
    """The file, to who asked for it and may still have what is in it. The log says that it was taken."""
    run, reader = mine(request, run_id), reader_of(request)
    path = kept.path_of(run)
    kept.check_may_have(run, reader)
    if run.total > rows.MASS_ROWS and not sessions.fresh(request):
        return ask_again(request)
    kept.note_fetched(run)
    type_, format_ = kept.type_of(run, reader), FORMATS[run.format]
    day = reader.formats.local(run.finished_at or run.at).date().isoformat()
    return kept_file(path, f"{type_.slug}-{day}.{format_.key}", format_.content_type)


@door("signed_in")
@require_POST
def cancel(request: Any, run_id: int) -> HttpResponseBase:
    """End it. One that has ended meanwhile shows what became of it."""
    run = mine(request, run_id)
    runs.cancel(run)
    return HttpResponseRedirect(here(run))


@door("signed_in", "export")
@require_POST
def again(request: Any, run_id: int) -> HttpResponseBase:
    """Write what stopped, was cancelled or is not kept any more anew, with the rows of now."""
    run, reader = mine(request, run_id), reader_of(request)
    type_ = kept.type_of(run, reader)
    kept.check_right(reader, type_)
    if not sessions.fresh(request) and rows.is_mass(type_, run.query, reader):
        return ask_again(request, here(run))
    try:
        runs.again(run, reader)
    except TooMany as problem:
        return page(request, run, error=str(problem), status=problem.status)
    return HttpResponseRedirect(here(run))


@door("signed_in")
@require_POST
def delete(request: Any, run_id: int) -> HttpResponseBase:
    """The file goes before its days are over, and with it the line of the list."""
    kept.forget(mine(request, run_id))
    messages.success(request, _("The file is deleted."))
    return HttpResponseRedirect(address("exchange:exports"))


def here(run: ExportRun) -> str:
    return address("exchange:export_run", run_id=run.pk)
