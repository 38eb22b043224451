"""Changes of many: who did which act on how many rows, what was refused and why, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.kernel.errors import BadAddress, Missing
from daftar.kernel.ids import LARGEST_ID, parse_id
from daftar.records.bulk import acts, beside, runs, undo
from daftar.records.history import Change, changes_of
from daftar.records.merging import unmerging
from daftar.records.models import BulkItem, BulkRun, Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.bulk import done_words
from daftar.records.views.opening import reader_of
from daftar.records.views.view_bar import at
from daftar.ui.answers import go, is_fragment, nothing

BASE = "/changes/"
PAGE, MOST = 50, 100


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a run as the reader sees it; without `href` it may not be seen. `changes` are those since the run."""

    item_id: int
    title: str
    href: str
    sentence: str
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One run in the list of all."""

    run: BulkRun
    words: str
    type_name: str
    state: str
    colour: str
    is_undone: bool


@door("signed_in")
@require_safe
def index(request: Any) -> HttpResponse:
    """The runs, newest first: one's own; of everybody for who runs the company. `before` is the last one of the page before."""
    reader = reader_of(request)
    rows = seen_by(reader).select_related("by", "change_set", "undoes").order_by("-id")
    if before := request.GET.get("before", ""):
        rows = rows.filter(pk__lt=number(before))
    page = list(rows[: PAGE + 1])
    undone: set[int | None] = set(
        BulkRun.objects.filter(undoes__in=[r.change_set_id for r in page]).values_list("undoes_id", flat=True)
    )
    return render(request, "records/bulk_runs.html", {
        "title": _("Changes of many"), "active": "changes", "base": BASE, "is_all": decide.may_settings(reader.user),
        "lines": [told(run, reader, undone) for run in page[:PAGE]],
        "next": f"{BASE}?before={page[PAGE - 1].pk}" if len(page) > PAGE else "",
    })  # fmt: skip


def seen_by(reader: Reader) -> QuerySet[BulkRun]:
    return BulkRun.objects.all() if decide.may_settings(reader.user) else BulkRun.objects.filter(by=reader.user)


def number(text: str) -> int:
    try:
        return parse_id(text)
    except Missing:
        raise BadAddress() from None


def told(run: BulkRun, reader: Reader, undone: set[int | None]) -> Told:
    type_ = reader.schema.types.get(run.type)
    word, colour = state_of(run)
    return Told(
        run, words_of(run, reader), type_.heading if type_ else run.type, word, colour, run.change_set_id in undone
    )


def words_of(run: BulkRun, reader: Reader) -> str:
    """What the run does, in the reader's language."""
    type_ = reader.schema.types.get(run.type)
    if run.is_undo:
        first = BulkRun.objects.filter(change_set=run.undoes).first()
        what = words_of(first, reader) if first else (run.undoes.title if run.undoes else "")
        return _("Taken back: %(what)s") % {"what": what}
    return (acts.words(run.act, run.values, run.slots, type_, reader) if type_ else "") or run.change_set.title


def state_of(run: BulkRun) -> tuple[str, str]:
    colours = {"waiting": "grey", "working": "blue", "stopping": "amber", "stopped": "red", "done": "green"}
    return str(run.get_state_display()), colours[run.state]


def one(request: Any, run_id: int) -> BulkRun:
    """The run; `Missing` for another person's, unless one runs the company."""
    rows = seen_by(reader_of(request)).select_related("by", "change_set", "undoes")
    run = rows.filter(pk=run_id).first() if run_id <= LARGEST_ID else None
    if run is None:
        raise Missing()
    return run


@door("signed_in")
@require_safe
def show(request: Any, run_id: int) -> HttpResponse:
    """How far it got, what was refused and why, what was changed meanwhile."""
    run, reader = one(request, run_id), reader_of(request)
    word, colour = state_of(run)
    by_run = BulkRun.objects.filter(undoes=run.change_set).first()
    first = BulkRun.objects.filter(change_set=run.undoes).first() if run.undoes else None
    type_ = reader.schema.types.get(run.type)
    why_not = undo.why_not(run.change_set)
    return render(request, "records/bulk_run.html", {
        "run": run, "words": words_of(run, reader), "active": "changes", "here": f"{BASE}{run.pk}/", "base": BASE, "state": word,
        "colour": colour, "type": type_, "list_href": at(type_.address(), run.view) if type_ and run.view else type_.address() if type_ else "",
        "refused": refused_lines(run, reader), "moved_on": moved_on_lines(run, reader), "most": MOST,
        "added": added_lines(run, reader), "owners": owners_of(run, reader),
        "why_not": why_not, "merge_undone": unmerging.is_merge(run.undoes),
        "is_over": undo.is_over(run.change_set), "undone_by": by_run, "first": first,
        "may_decide": run.by_id == reader.user.pk and not run.is_at_work, "days": undo.DAYS, "told": beside.told_of(run),
    })  # fmt: skip


@door("signed_in")
@require_safe
def progress(request: Any, run_id: int) -> HttpResponse:
    """The bar alone, asked for every second; when the work is over the whole page is loaded instead."""
    run = one(request, run_id)
    if not run.is_at_work:
        return HttpResponse(status=204, headers={"HX-Redirect": f"{BASE}{run.pk}/"})
    return render(request, "records/_bulk_progress.html", {"run": run, "here": f"{BASE}{run.pk}/"})


@door("signed_in")
@require_POST
def stop(request: Any, run_id: int) -> HttpResponseBase:
    run = one(request, run_id)
    runs.stop(run.pk)
    return go(request, f"{BASE}{run.pk}/")


@door("signed_in")
@require_POST
def go_on(request: Any, run_id: int) -> HttpResponseBase:
    run = one(request, run_id)
    runs.go_on(run.pk)
    return go(request, f"{BASE}{run.pk}/")


@door("signed_in")
@require_POST
def take_back(request: Any, run_id: int) -> HttpResponseBase:
    """Undo, or redo what an undo took back; a small one that went well ends in a toast where the button stood."""
    run, reader = one(request, run_id), reader_of(request)
    back = runs.begin_undo(run.change_set, by=reader.user)
    page = f"{BASE}{back.pk}/"
    if back.is_at_work or back.refused or back.moved_on or not is_fragment(request):
        return go(request, page)
    may_again = back.done and not unmerging.is_merge(run.change_set)
    messages.success(request, done_words(back, reader), extra_tags=f"undo:{page}undo" if may_again else "")
    return nothing()


@door("signed_in")
@require_POST
def decide_kept(request: Any, run_id: int) -> HttpResponseBase:
    """`do` is back or leave; `item` one row, without it all that were changed meanwhile."""
    run = one(request, run_id)
    do = request.POST.get("do", "")
    if do not in ("back", "leave"):
        raise BadAddress()
    items = [number(text) for text in request.POST.getlist("item")[:MOST]] or None
    runs.decide_kept(run, do, items, by=request.user)
    return go(request, f"{BASE}{run.pk}/")


@door("signed_in")
@require_POST
def give_added(request: Any, run_id: int) -> HttpResponseBase:
    """What was added to a merged record before the merge was taken back goes to the record `to`; `item` one of it, without it all."""
    run = one(request, run_id)
    items = [number(text) for text in request.POST.getlist("item")[:MOST]] or None
    runs.give_added(run, number(request.POST.get("to", "")), items, by=request.user)
    return go(request, f"{BASE}{run.pk}/")


# -- rows in words -------------------------------------------------------------------------------------


def refused_lines(run: BulkRun, reader: Reader) -> list[Line]:
    items = list(run.items.filter(state=BulkItem.State.REFUSED).order_by("id")[:MOST])
    return [line(item, reader) for item in named(items, reader)]


def added_lines(run: BulkRun, reader: Reader) -> list[Line]:
    """What was added to a merged record since and waits for somebody's word to whom it belongs."""
    items = list(run.items.filter(state=BulkItem.State.ADDED).order_by("id")[:MOST])
    return [line(item, reader) for item in named(items, reader)]


def owners_of(run: BulkRun, reader: Reader) -> list[tuple[int, str]]:
    """The records among which added things are divided: the one that stayed first."""
    parts = unmerging.parts_of(run)
    if parts is None:
        return []
    type_, ids = parts
    reader.names.want((type_.key, id_) for id_ in ids)
    reader.names.fetch()
    return [(id_, name) for id_ in ids if (name := reader.names.get(type_.key, id_))]


def named(items: list[BulkItem], reader: Reader) -> list[BulkItem]:
    reader.names.want((item.type, item.record_id) for item in items)
    reader.names.fetch()
    return items


def line(item: BulkItem, reader: Reader, changes: Sequence[Change] = ()) -> Line:
    type_, name = reader.schema.types.get(item.type), reader.names.get(item.type, item.record_id)
    href = type_.address(item.record_id) if type_ and name is not None else ""
    return Line(
        item.pk, name if name is not None else _("not visible to you"), href, item.sentence, changes if href else ()
    )


def moved_on_lines(run: BulkRun, reader: Reader) -> list[Line]:
    """The rows that stayed because somebody changed them, each with these changes: who, when, from what to what."""
    items = list(run.items.filter(state=BulkItem.State.MOVED_ON).order_by("id")[:MOST])
    if not items or run.undoes is None:
        return []
    named(items, reader)
    changes: dict[tuple[str, int], list[Change]] = {}
    for key in {item.type for item in items}:
        type_ = reader.schema.types.get(key)
        if type_ is not None:
            changes |= since(run, type_, [item.record_id for item in items if item.type == key], reader)
    return [line(item, reader, changes.get((item.type, item.record_id), ())) for item in items]


def since(run: BulkRun, type_: RecordType, ids: Sequence[int], reader: Reader) -> dict[tuple[str, int], list[Change]]:
    """(type, record) → what happened to it after the set that is taken back."""
    left = (
        {e.record_id: e for e in undo.events_of(run.undoes).filter(type=type_.key, record_id__in=ids)}
        if run.undoes
        else {}
    )
    first = min((event.pk for event in left.values()), default=0)
    later = Event.objects.filter(type=type_.key, record_id__in=ids, pk__gt=first).order_by("id")
    events = [e for e in later[: MOST * 10] if e.record_id in left and e.version > left[e.record_id].version]
    made = changes_of(events, type_, reader)
    found: dict[tuple[str, int], list[Change]] = {}
    for event in events:
        found.setdefault((type_.key, event.record_id), []).extend(made[event.pk])
    return found
