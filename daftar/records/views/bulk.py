"""An act on picked rows: the form that asks how, in a dialog or as a page, and its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.kernel.errors import BadAddress, Invalid, Missing, NotAllowed, Sentence
from daftar.kernel.ids import new_key, parse_id
from daftar.records.bulk import acts, runs
from daftar.records.bulk.runs import Picked
from daftar.records.fields.base import Field
from daftar.records.forms import RecordForm
from daftar.records.merging.merge import MOST, may_merge
from daftar.records.models import BulkRun
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import at, chips
from daftar.ui.answers import go, is_fragment
from daftar.ui.parts import Option, Widget

MASS_ROWS = 1_000
"""Whoever deletes more shows again who it is."""
TITLES = {
    "owner": lambda: _("Give to somebody"), "move": lambda: _("Move to a stage"), "tags": lambda: _("Tags"),
    "change": lambda: _("Change fields"), "merge": lambda: _("Merge"), "delete": lambda: _("Delete"),
}  # fmt: skip
ICONS = {
    "owner": "user-round",
    "move": "arrow-right",
    "tags": "tag",
    "change": "pencil",
    "merge": "merge",
    "delete": "trash-2",
}


@dataclass(frozen=True)
class Selection:
    """What is picked in a list: rows by id, or all that its address finds."""

    view: View
    ids: tuple[int, ...]
    is_all: bool

    @classmethod
    def read(cls, type_: RecordType, sent: QueryDict, reader: Reader) -> Selection:
        """Errors: BadAddress, also when nothing is picked."""
        view = View.parse(type_, QueryDict(sent.get("of", "")[:8000].removeprefix("?")), reader)
        is_all = sent.get("all") == "1"
        if is_all:
            if view.problems:
                raise view.problems[0]
            return cls(view, (), True)
        words = [word for text in sent.getlist("ids") for word in text[:20_000].split(",") if word.strip()]
        if not words:
            raise BadAddress(_("Pick some rows first."))
        if len(words) > runs.MOST_PICKED:
            raise BadAddress(_("At most %(count)s rows are picked one by one.") % {"count": runs.MOST_PICKED})
        try:
            return cls(view, tuple(dict.fromkeys(parse_id(word.strip()) for word in words)), False)
        except Missing:
            raise BadAddress() from None

    def picked(self) -> Picked:
        address = self.view.address()
        said = " · ".join(f"{chip.label}: {chip.value}" for chip in chips(self.view, "", "list"))[:2000]
        if self.is_all:
            return Picked(self.view.rows(), address, said)
        return Picked.by_ids(self.view.type, self.ids, self.view.reader.user, address=address, words=said)

    def count(self) -> int:
        return self.picked().rows.count()

    @property
    def back(self) -> str:
        return at(self.view.type.address(), self.view.address())


def bar_of(view: View, count: int, shown: int) -> dict[str, Any] | None:
    """What the bar of picked rows offers to this reader; None for nothing. No query."""
    offered = acts.acts_for(view.type, view.reader.user)
    if may_merge(view.type, view.reader.user):
        offered.insert(-1 if offered[-1:] == ["delete"] else len(offered), "merge")
    if not offered:
        return None
    base = f"{view.type.address()}bulk/"
    return {
        "acts": [(f"{base}{act}", TITLES[act](), ICONS[act]) for act in offered],
        "view": view.address(),
        "has_more": count > shown,
    }


@door("signed_in", "bulk")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: Any, slug: str, act: str) -> HttpResponseBase:
    """GET: the form for the rows that are picked. POST: do it; with `more` another field joins the form."""
    reader, type_ = opened(request, slug)
    if act not in TITLES:
        raise Missing()
    sent = request.POST if request.method == "POST" else request.GET
    if act == "merge":
        return to_merge(request, type_, Selection.read(type_, sent, reader))
    if act not in acts.acts_for(type_, reader.user):
        raise NotAllowed()
    picked = Selection.read(type_, sent, reader)
    form = form_of(act, type_, sent, reader)
    if request.method != "POST":
        return show(request, act, picked, form)
    is_read = form.read(sent)
    if sent.get("more"):
        form.errors = {}
        return show(request, act, picked, form)
    try:
        values = tags_sent(sent, type_, reader) if act == "tags" else form.values
        if is_read and act not in ("delete", "tags") and not values:
            raise Invalid(_("Choose at least one field."))
        if is_read and "asked" not in sent and (needs := needs_words(form)):
            return show(request, act, picked, form, needs=needs)
        if is_read:
            return begun(request, act, values, picked)
    except Invalid as refused:
        form.refuse(refused)
    return show(request, act, picked, form, status=422)


def to_merge(request: Any, type_: RecordType, picked: Selection) -> HttpResponseBase:
    """Few picked rows are merged on a page of their own, side by side."""
    if not may_merge(type_, picked.view.reader.user):
        raise NotAllowed()
    if picked.is_all or not 2 <= len(picked.ids) <= MOST:
        raise BadAddress(_("Pick two to %(most)s different records.") % {"most": MOST})
    return go(request, f"{type_.address()}merge?ids={','.join(map(str, picked.ids))}")


def form_of(act: str, type_: RecordType, sent: QueryDict, reader: Reader) -> RecordForm:
    able = {f.key: f for f in acts.able_fields(type_)}
    chosen = acts.fields_of(act, type_) if act in ("owner", "move") else []
    if act in ("owner", "move", "change"):
        chosen += [able[key] for key in [*sent.getlist("field")[:50], sent.get("more", "")] if key in able]
    fields = list(dict.fromkeys(chosen))
    return RecordForm(type_, fields, reader, initial={f.key: None for f in fields})


def tags_sent(sent: QueryDict, type_: RecordType, reader: Reader) -> dict[str, list[str]]:
    field = acts.tags_field(type_)
    made = {key: field.parse(sent.getlist(key), reader) if field else [] for key in ("add", "remove")}
    if not made["add"] and not made["remove"]:
        raise Invalid(_("Name at least one tag."))
    return made


def begun(request: Any, act: str, values: dict[str, Any], picked: Selection) -> HttpResponseBase:
    what = picked.picked()
    if act == "delete" and not sessions.fresh(request) and what.rows[: MASS_ROWS + 1].count() > MASS_ROWS:
        return ask_again(request, picked.back)
    run = runs.begin(picked.view.type, act, values, what, by=request.user, once=request.POST.get("once", "")[:64])
    if run.is_at_work or run.refused or run.problem:
        return go(request, f"/changes/{run.pk}/")
    messages.success(
        request, done_words(run, picked.view.reader), extra_tags=f"undo:/changes/{run.pk}/undo" if run.done else ""
    )
    return go(request, picked.back)


def done_words(run: BulkRun, reader: Reader) -> str:
    number = reader.formats.number(run.done)
    if run.is_undo:
        return ngettext("%(count)s row is as it was before.", "%(count)s rows are as they were before.", run.done) % {
            "count": number
        }
    if run.act == "delete":
        return ngettext("%(count)s row lies in the bin.", "%(count)s rows lie in the bin.", run.done) % {
            "count": number
        }
    return ngettext("%(count)s row changed.", "%(count)s rows changed.", run.done) % {"count": number}


def needs_words(form: RecordForm) -> str:
    """What the chosen stages demand and the form does not bring: asked once, before rows that lack it are refused."""
    type_, schema = form.type, form.reader.schema
    for field in (f for f in form.fields if f.kind == "stage"):
        stage = schema.stage(form.values.get(field.key))
        missing = [key for key in stage.required if key in type_.by_key and key not in form.values] if stage else []
        if stage and missing:
            names = form.reader.formats.joined(str(type_.by_key[key].label) for key in missing)
            return _(
                "“%(stage)s” needs: %(fields)s. Rows that lack it are refused. Add it under “One more field”, or press again."
            ) % {"stage": stage.label, "fields": names}
    return ""


def show(
    request: Any, act: str, picked: Selection, form: RecordForm, *, needs: str = "", status: int = 200
) -> HttpResponse:
    type_, reader, in_dialog = picked.view.type, form.reader, is_fragment(request)
    count = picked.count()
    if not count:
        raise BadAddress(_("Pick some rows first."))
    return render(request, "records/_bulk_act.html" if in_dialog else "records/bulk_act.html", {
        "type": type_, "active": type_.key, "act": act, "title": TITLES[act](), "action": request.path, "back": picked.back,
        "note": note_of(type_, count, reader), "submit": submit_words(act, count, reader), "kind": "danger" if act == "delete" else "primary",
        "hidden": [("ids", ",".join(map(str, picked.ids))), ("all", "1" if picked.is_all else ""), ("of", picked.view.address()),
                   ("once", request.POST.get("once", "")[:64] or new_key()), *(("field", f.key) for f in form.fields),
                   *(("lists", key) for key in form.lists)],
        "widgets": tags_widgets(type_, request.POST, reader) if act == "tags" else form.widgets(),
        "needs": needs, "whole": form.errors.get(""), "more": more_widget(act, type_, form), "in_dialog": in_dialog,
    }, status=status)  # fmt: skip


def note_of(type_: RecordType, count: int, reader: Reader) -> str:
    return f"{type_.heading}: {reader.formats.number(count)}"


def submit_words(act: str, count: int, reader: Reader) -> str:
    number = {"count": reader.formats.number(count)}
    if act == "delete":
        return ngettext("Delete %(count)s row", "Delete %(count)s rows", count) % number
    return ngettext("Change %(count)s row", "Change %(count)s rows", count) % number


def tags_widgets(type_: RecordType, sent: QueryDict, reader: Reader) -> list[Widget]:
    labels: list[tuple[str, Sentence]] = [("add", _("Add tags")), ("remove", _("Remove tags"))]
    return [Widget("tags", key, label=str(label), value=",".join(sent.getlist(key))) for key, label in labels]


def more_widget(act: str, type_: RecordType, form: RecordForm) -> Widget | None:
    """The choice of one more field; None for acts without fields of their own."""
    if act not in ("owner", "move", "change"):
        return None
    rest: list[Field] = [f for f in acts.able_fields(type_) if f not in form.fields]
    options = (Option("", _("Choose a field")), *(Option(f.key, str(f.label)) for f in rest))
    return Widget("select", "more", label=_("One more field") if form.fields else _("Field"), value="", options=options)
