"""One import: its map, its rehearsal, its progress and its report, all at one address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import User
from daftar.access.plain_form import PlainForm
from daftar.exchange.importing import runs
from daftar.exchange.importing.maps import EXISTING, ImportMap
from daftar.exchange.importing.ownerless import owner_for
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.saved_maps import proposed_map
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, State
from daftar.exchange.reading.delimiters import known_delimiter
from daftar.exchange.recipes import RECIPES
from daftar.exchange.views.attachments import attachment
from daftar.exchange.views.map_form import map_form, map_of
from daftar.exchange.views.upload import takes_files
from daftar.kernel.errors import BadAddress, Conflict, Missing, NotAllowed
from daftar.records.schema import current_schema
from daftar.records.views.opening import reader_of
from daftar.ui.addresses import address


def mine(request: Any, run_id: int) -> tuple[ImportRun, User]:
    """The import and the person; `Missing` for another person's. The right to load is asked again each time."""
    user = reader_of(request).user
    run = ImportRun.objects.filter(pk=run_id, by=user).first() if run_id < 2**63 else None
    if run is None:
        raise Missing()
    types = RECIPES[run.recipe].types if run.recipe in RECIPES else [run.type]
    if not all(key in current_schema().types and decide.may(user, "import", key) for key in types):
        raise NotAllowed()
    return run, user


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, run_id: int) -> HttpResponse:
    """Where the import stands; a post says what to do next."""
    run, _user = mine(request, run_id)
    if request.method != "POST":
        return page(request, run)
    try:
        act(request, run)
    except Unreadable as problem:
        return page(request, run, error=str(problem), status=422)
    return HttpResponseRedirect(address("exchange:run", run_id=run.pk))


def act(request: Any, run: ImportRun) -> None:
    """Read the file otherwise, rehearse, load, or go back to the map. Errors: Unreadable with nothing changed."""
    do = request.POST.get("do", "")
    if do not in ("read", "attach", "rehearse", "load", "change") or (do == "attach" and not run.type):
        raise BadAddress()
    if run.is_at_work or (run.state == State.DONE and do != "change"):
        raise Conflict(_("This import is at work or done already."))
    if do == "read":
        read_otherwise(request, run)
    elif do == "attach":
        uploads = request.FILES.getlist("attached")
        if not uploads:
            raise Unreadable(_("Choose a file first."))
        runs.attach(run, uploads)
        run.save(update_fields=["attached"])
    elif do == "change":
        ImportRun.objects.filter(pk=run.pk, state__in=[State.REHEARSED, State.FAILED], change_set=None).update(
            state=State.MAPPING
        )
    else:
        if run.type and "mapped" in request.POST:
            keep_map(request, run)
        elif run.recipe and "existing" in request.POST:
            run.map = {"existing": PlainForm(sent=request.POST).choice("existing", EXISTING)}
            run.save(update_fields=["map"])
        if do == "load":
            runs.remember_map(run)
        runs.start(run, State.REHEARSING if do == "rehearse" else State.RUNNING)


def read_otherwise(request: Any, run: ImportRun) -> None:
    """Another encoding or delimiter: the map is guessed anew."""
    for file in run.files:
        file["encoding"] = request.POST.get("encoding", "")[:20]
        file["delimiter"] = known_delimiter(request.POST.get("delimiter", "") or file["delimiter"])
    runs.prepare(run)
    if run.type:
        run.map = proposed_map(current_schema().type(run.type), runs.source_of(run.files[0]))[0].to_json()
    run.state = State.MAPPING
    run.save()


def keep_map(request: Any, run: ImportRun) -> None:
    source = runs.source_of(run.files[0])
    type_ = current_schema().type(run.type)
    made = map_of(request.POST, source, ImportMap.from_json(run.map))
    made.check_words()
    made.check_for(type_, source.headings)
    owner_for(made.owner, type_, reader_of(request))
    run.map = made.to_json()
    run.save(update_fields=["map"])


def page(request: Any, run: ImportRun, *, error: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"run": run, "error": error, "reports": reports_of(run)}
    if run.type:
        context["type"] = current_schema().type(run.type)
    if run.recipe:
        context["recipe"] = RECIPES[run.recipe]
        context["made_types"] = [current_schema().type(key) for key in RECIPES[run.recipe].types]
    if run.is_at_work:
        return render(request, "exchange/progress.html", context, status=status)
    if run.state == State.MAPPING:
        context |= map_form(run, reader_of(request))
        context["takes_files"] = bool(run.type) and takes_files(context["type"])
        return render(request, "exchange/map.html", context, status=status)
    return render(request, "exchange/report.html", context | {"refused": run.refusals.exists()}, status=status)


def reports_of(run: ImportRun) -> list[Report]:
    return [Report.from_json(kept) for kept in [*run.reports, *([run.report] if run.report else [])]]


@door("signed_in", "import")
@require_safe
def progress(request: Any, run_id: int) -> HttpResponse:
    """The bar alone, asked for every second; when the work is over the whole page is loaded instead."""
    run, _user = mine(request, run_id)
    if not run.is_at_work:
        return HttpResponse(status=204, headers={"HX-Redirect": address("exchange:run", run_id=run.pk)})
    return render(request, "exchange/_progress.html", {"run": run, "reports": reports_of(run)})


@door("signed_in", "import")
@require_safe
def refused(request: Any, run_id: int) -> HttpResponseBase:
    """The refused rows with their reasons, to be corrected and loaded again."""
    run, _user = mine(request, run_id)
    return attachment(runs.refused_csv(run), f"refused-{run.pk}.csv")
