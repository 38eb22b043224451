"""One import: its steps, its rehearsal, its progress and its report, all at one address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access.doors import door
from daftar.access.models import User
from daftar.exchange.importing import again, deciding, differences, named, progress, runs
from daftar.exchange.importing.answering import check_answered
from daftar.exchange.importing.attached import take_in
from daftar.exchange.importing.kept import source_of
from daftar.exchange.importing.proposing import propose, remember_maps
from daftar.exchange.importing.refused import files_with_refused, refused_csv
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.saved_maps import forget_name, names_of
from daftar.exchange.importing.steps import steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, State
from daftar.exchange.taking_back import whole
from daftar.exchange.views import step_form, steps_form, told
from daftar.exchange.views.attachments import attachment
from daftar.exchange.views.questions import asked
from daftar.exchange.views.upload import takes_files
from daftar.kernel.errors import BadAddress, Conflict, Missing, NotAllowed
from daftar.records.bulk import undo
from daftar.records.schema import current_schema
from daftar.records.views.opening import reader_of
from daftar.ui.addresses import address

SUMS = 200
"""Differences on one page."""
EARLIER = frozenset(
    {"save", "order", "read", "attach", "files", "rehearse", "load", "change", "keep_map", "use_map", "forget_map"}
)
"""What can be said to an import that is not at work and not done."""


def mine(request: Any, run_id: int) -> tuple[ImportRun, User]:
    """The import and the person; `Missing` for another person's. The right to load is asked again each time."""
    user = reader_of(request).user
    run = ImportRun.objects.filter(pk=run_id, by=user).first() if run_id < 2**63 else None
    if run is None:
        raise Missing()
    if not runs.may_use(run, user):
        raise NotAllowed()
    return run, user


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: Any, run_id: int) -> HttpResponse:
    """Where the import stands; a post says what to do next."""
    run, user = mine(request, run_id)
    if request.method != "POST":
        return page(request, run)
    try:
        if request.POST.get("do") == "undo":
            return take_back(run, user)
        act(request, run)
    except Unreadable as problem:
        return page(request, run, error=str(problem), status=422)
    return HttpResponseRedirect(address("exchange:run", run_id=run.pk))


def act(request: Any, run: ImportRun) -> None:
    """Change the steps, rehearse, load, pause, or take corrected rows in. Errors: Unreadable with nothing changed."""
    do = request.POST.get("do", "").partition(":")[0]
    if do == "pause":
        return runs.pause(run)
    if do == "again":
        return take_corrected(request, run)
    if do == "decide":
        return say_of_waiting(request, run)
    if do == "decide_all":
        return say_of_all(request, run)
    if do == "repeated":
        return choose_repeated(request, run)
    if do not in EARLIER:
        raise BadAddress()
    if run.is_at_work or run.state == State.DONE:
        raise Conflict(_("This import is at work or done already."))
    runs.check_files(run)
    if do == "change":
        back = ImportRun.objects.filter(pk=run.pk, state__in=[State.REHEARSED, State.FAILED], change_set=None)
        back.update(state=State.MAPPING)
        return None
    if do == "attach":
        return attach(request, run)
    if do == "files":
        return add_files(request, run)
    if run.change_set_id is None:
        keep_choices(request, run)
        maps_by_name(request, run, do)
    if do in ("rehearse", "load"):
        begin(run, State.REHEARSING if do == "rehearse" else State.RUNNING)
    return None


def keep_choices(request: Any, run: ImportRun) -> None:
    """What the form says of the steps, or of the only one. Errors: Unreadable with nothing changed."""
    reader = reader_of(request)
    if "mapped" in request.POST:
        step_form.keep(run, 0, request.POST, reader)
    elif request.POST.get("do") == "read":
        step_form.read_otherwise(run, 0, request.POST, reader)
    elif "steps" in request.POST:
        steps_form.keep(run, request.POST, reader)


def maps_by_name(request: Any, run: ImportRun, do: str) -> None:
    """Keep the maps under a name, take kept ones, or forget them."""
    name, reader = request.POST.get("map_name", "")[:200], reader_of(request)
    if do == "keep_map":
        named.keep(run, name, shared="map_shared" in request.POST, by=reader.user)
    elif do == "use_map":
        named.use(run, request.POST.get("map_used", "")[:200], reader)
        run.save(update_fields=["steps", "lines_total"])
    elif do == "forget_map":
        own = names_of(reader.user).filter(name=request.POST.get("map_used", "")[:200]).first()
        if own is None:
            raise Unreadable(_("Only your own maps can be removed here."))
        forget_name(own.pk, by=reader.user)


def begin(run: ImportRun, state: State) -> None:
    if not any(not step.off for step in steps_of(run.steps)):
        raise Unreadable(_("All files are left out. Choose at least one."))
    if run.change_set_id is None:
        check_answered(run)
    if state == State.RUNNING and run.change_set_id is None:
        remember_maps(run, [source_of(file) for file in run.files])
    runs.start(run, state)


def say_of_waiting(request: Any, run: ImportRun) -> None:
    """What becomes of rows that wait: each has a select, `rest` is for those in which nothing was chosen."""
    rest = request.POST.get("rest", "")
    said = {key[len("row-") :]: value or rest for key, value in request.POST.items() if key.startswith("row-")}
    lines = {int(line): word[:30] for line, word in said.items() if line.isdecimal() and len(line) < 12 and word}
    deciding.decide(run, place_in(request), lines, by=reader_of(request).user)


def say_of_all(request: Any, run: ImportRun) -> None:
    """The same for all rows of a step that wait, as a part of the import that goes on."""
    deciding.decide_all(run, place_in(request), request.POST.get("all", ""))
    runs.start(ImportRun.objects.get(pk=run.pk), State.RUNNING)


def place_in(request: Any) -> int:
    place = request.POST.get("place", "")
    if not place.isdecimal() or len(place) > 6:
        raise BadAddress()
    return int(place)


def choose_repeated(request: Any, run: ImportRun) -> None:
    """Rows that repeat a name: one record or each its own; then it is rehearsed again."""
    place, steps = place_in(request), steps_of(run.steps)
    if run.state != State.REHEARSED or run.change_set_id is not None:
        raise Conflict(_("This import is at work or done already."))
    if request.POST.get("repeated") not in ("each", "one") or place >= len(steps):
        raise BadAddress()
    runs.check_files(run)
    step_ = steps[place]
    steps[place] = step_.but(map={**step_.map, "repeated": request.POST["repeated"]})
    run.steps = to_json(steps)
    run.save(update_fields=["steps"])
    begin(run, State.REHEARSING)


def attach(request: Any, run: ImportRun) -> None:
    uploads = request.FILES.getlist("attached")
    if not uploads:
        raise Unreadable(_("Choose a file first."))
    run.attached = take_in(uploads, run.attached)
    run.save(update_fields=["attached"])


def add_files(request: Any, run: ImportRun) -> None:
    """More files for the same import; the steps are proposed anew for all of them."""
    if run.change_set_id is not None or run.recipe:
        raise BadAddress()
    uploads = request.FILES.getlist("file")
    if not uploads:
        raise Unreadable(_("Choose a file first."))
    again.add_files(run, uploads, lambda: propose(run, reader_of(request)))
    run.state = State.MAPPING
    run.save()


def take_corrected(request: Any, run: ImportRun) -> None:
    """Refused rows that somebody corrected go on with the same import."""
    uploads = request.FILES.getlist("corrected")
    if not uploads:
        raise Unreadable(_("Choose a file first."))
    again.take_corrected(run, uploads[0])
    runs.start(run, State.RUNNING)


def take_back(run: ImportRun, user: User) -> HttpResponse:
    """The undo of the whole import, as a run of its own with its own page."""
    made = whole.begin(run, user)
    return HttpResponseRedirect(address("records:changes_run", run_id=made.pk))


# -- showing -----------------------------------------------------------------------------------------


def page(request: Any, run: ImportRun, *, error: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"run": run, "error": error, "reports": reports_of(run)}
    context["types"] = types_of(run)
    if len(context["types"]) == 1:
        context["type"] = context["types"][0]
    if run.is_at_work:
        return render(request, "exchange/progress.html", context | done_of(run), status=status)
    if run.state == State.MAPPING and run.files:
        reader = reader_of(request)
        context["maps"] = named.names_for(run, reader)
        if len(run.steps) == 1 and "type" in context:
            context |= step_form.context_of(run, 0, reader) | {"questions": asked(run)}
            context["takes_files"] = takes_files(context["type"])
            return render(request, "exchange/map.html", context, status=status)
        context |= steps_form.context_of(run, reader)
        return render(request, "exchange/steps.html", context, status=status)
    context["refused"] = files_with_refused(run)
    context |= told.context_of(run, context["reports"], reader_of(request).formats)
    context |= undo_of(run)
    if request.GET.get("do") == "undo" and context.get("may_undo"):
        context["outlook"] = whole.what_would_happen(run, reader_of(request))
    return render(request, "exchange/report.html", context, status=status)


def types_of(run: ImportRun) -> list[Any]:
    """The record types that the run fills and that are here already, in the order of its steps."""
    made = {new["key"]: new.get("made", "") for new in run.types}
    keys = dict.fromkeys(made.get(step.type, step.type) for step in steps_of(run.steps) if not step.off)
    return [current_schema().types[key] for key in keys if key in current_schema().types]


def undo_of(run: ImportRun) -> dict[str, Any]:
    """How the import can be taken back, or by what it was."""
    if run.change_set is None:
        return {}
    undone = whole.undone_by(run)
    if undone is not None:
        return {"undone": address("records:changes_run", run_id=undone.pk)}
    why_not = whole.why_not(run)
    return {"why_not": why_not, "may_undo": not why_not, "days": undo.DAYS}


def done_of(run: ImportRun) -> dict[str, Any]:
    done = progress.lines_done(run.pk) if run.state == State.REHEARSING else run.lines_done
    return {"lines_done": done, "percent": min(100, done * 100 // max(run.lines_total, 1))}


def reports_of(run: ImportRun) -> list[Report]:
    return [Report.from_json(kept) for kept in [*run.reports, *([run.report] if run.report else [])]]


@door("signed_in", "import")
@require_safe
def progressed(request: Any, run_id: int) -> HttpResponse:
    """The bar alone, asked for every second; when the work is over the whole page is loaded instead."""
    run, _user = mine(request, run_id)
    if not run.is_at_work:
        return HttpResponse(status=204, headers={"HX-Redirect": address("exchange:run", run_id=run.pk)})
    return render(request, "exchange/_progress.html", {"run": run, "reports": reports_of(run), **done_of(run)})


@door("signed_in", "import")
@require_safe
def refused(request: Any, run_id: int, place: int = 0) -> HttpResponseBase:
    """The refused rows of one file with their reasons, to be corrected and loaded again."""
    run, _user = mine(request, run_id)
    if place >= len(run.files):
        raise Missing()
    return attachment(refused_csv(run, place), f"refused-{run.pk}{f'-{place + 1}' if place else ''}.csv")


@door("signed_in", "import")
@require_safe
def sums(request: Any, run_id: int) -> HttpResponse:
    """What papers and lines come to otherwise than their file says, page by page."""
    run, _user = mine(request, run_id)
    said = request.GET.get("behind", "")
    behind = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    rows = list(differences.of_run(run, behind)[: SUMS + 1])
    compared = [
        differences.Compared(report.title, report.compared, report.differing)
        for report in reports_of(run)
        if report.compared
    ]
    context = {
        "run": run,
        "rows": rows[:SUMS],
        "compared": compared,
        "next": rows[SUMS - 1].pk if len(rows) > SUMS else 0,
    }
    return render(request, "exchange/sums.html", context | {"behind": behind})


@door("signed_in", "import")
@require_safe
def sums_file(request: Any, run_id: int) -> HttpResponseBase:
    """All differences as a file."""
    run, _user = mine(request, run_id)
    return attachment(differences.differences_csv(run), f"sums-{run.pk}.csv")


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: Any, run_id: int, place: int) -> HttpResponse:
    """The columns of one step among several: where each goes and how its values are read."""
    run, _user = mine(request, run_id)
    if place >= len(run.steps) or not run.files:
        raise Missing()
    reader, error = reader_of(request), ""
    if request.method == "POST":
        if run.state not in (State.MAPPING, State.REHEARSED, State.FAILED) or run.change_set_id is not None:
            raise Conflict(_("This import is at work or done already."))
        try:
            if request.POST.get("do") == "read":
                step_form.read_otherwise(run, place, request.POST, reader)
                return HttpResponseRedirect(address("exchange:step", run_id=run.pk, place=place))
            step_form.keep(run, place, request.POST, reader)
            return HttpResponseRedirect(address("exchange:run", run_id=run.pk))
        except Unreadable as problem:
            error = str(problem)
    context = {"run": run, "error": error, **step_form.context_of(run, place, reader)}
    return render(request, "exchange/step.html", context, status=422 if error else 200)
