"""Moving a card to another column: the record decides, and the answer brings the board up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.records import writing
from daftar.records.boards import EMPTY, BoardView, board_field
from daftar.records.fields.base import Field
from daftar.records.forms import RecordForm
from daftar.records.gate import StageRefused
from daftar.records.models import Event
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.board import cards_of, column_words, moving, with_columns
from daftar.records.views.opening import live, looked_at, opened
from daftar.records.views.view_bar import Choice
from daftar.ui.answers import close_dialog, go, is_fragment, tell, toast


@dataclass(frozen=True)
class Move:
    """One wish: this record, this field, to this column. `asked` are the fields that a form asked for on the way."""

    request: Any
    reader: Reader
    type: RecordType
    row: Row
    field: Field
    to: str
    form: RecordForm

    home: str = ""

    @property
    def back(self) -> str:
        """The page to go to when all is done; a card moved on its own page comes back to it."""
        own = self.type.address(self.row.pk)
        return (
            self.home or str(self.request.POST.get("back", "")) or (own if looked_at(self.request).path == own else "")
        )

    @property
    def came_from_dialog(self) -> bool:
        return bool(self.form.fields)


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """POST `to` (and `field`, `version`): move, ask for what is missing, or say why not. GET: choose the column."""
    reader, type_ = opened(request, slug)
    row = live(type_, record_id, reader.user)
    sent = request.POST if request.method == "POST" else request.GET
    named = sent.get("field") or request.GET.get("field") or ""
    field = board_field(type_, named)
    if field is None:
        raise Invalid(_("A board cannot stand on “%(key)s”.") % {"key": named[:60]}, field="field")
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    if request.method != "POST":
        return choose(request, type_, row, field, reader)
    wanted = [
        f for key in sent.getlist("ask")[:50] if (f := type_.field(key)) and not f.readonly and f.key != field.key
    ]
    return carry_out(
        Move(request, reader, type_, row, field, sent.get("to", ""), RecordForm(type_, wanted, reader, row=row))
    )


def carry_out(wish: Move) -> HttpResponseBase:
    version = version_of(wish.request.POST.get("version", ""))
    target = target_of(wish)
    if not wish.form.read(wish.request.POST, wish.request.FILES):
        return ask(wish)
    try:
        row = writing.change(
            wish.type,
            wish.row.pk,
            {**wish.form.values, wish.field.key: target},
            by=wish.reader.user,
            via="board",
            version=version,
        )
    except Conflict as conflict:
        return meanwhile(wish, version or 0, conflict)
    except Invalid as refused:
        if not can_be_asked(wish, refused):
            raise
        return asked(wish, refused)
    return moved(wish, row)


def wished(request: Any, type_: RecordType, row: Row, field: Field, *, back: str) -> Move:
    """The move that editing a stage where it stands means."""
    to = request.POST.get(field.key, "") or EMPTY
    return Move(request, request.reader, type_, row, field, to, RecordForm(type_, [], request.reader, row=row), back)


def asked(wish: Move, refused: Invalid) -> HttpResponse:
    """The form with what the refusal is about."""
    wish.form.refuse(refused)
    return ask(wish)


def in_dialog(answer: HttpResponse) -> HttpResponse:
    """The answer to a small form of a page, shown in the dialog instead of in its place."""
    return retarget(reswap(answer, "innerHTML"), "#dialog-body")


def version_of(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(_("This form is broken. Open the record again."), field="version")
    return int(text)


def target_of(wish: Move) -> Any:
    """The value that the column means; a stage or option that is gone is told as such."""
    if wish.to == EMPTY and wish.field.may_be_empty:
        return None
    try:
        value = wish.field.parse(wish.to, wish.reader)
    except Invalid:
        value = None
    if value is None and wish.field.kind == "stage":
        raise StageRefused(_("This stage does not exist any more. Choose another one."), field=wish.field.key)
    if value is None:
        raise Invalid(_("This column does not exist any more. Choose another one."), field=wish.field.key)
    return value


def can_be_asked(wish: Move, refused: Invalid) -> bool:
    """Whether a form could mend it: the sentences are about other fields that a person can set."""
    keys = [*refused.errors, *getattr(refused, "missing", ())]
    return all((f := wish.type.field(key)) is not None and not f.readonly and key != wish.field.key for key in keys)


def ask(wish: Move) -> HttpResponse:
    """The form with only what is missing; it posts back here and completes the move in one change."""
    stage = wish.type.schema.stage(target_of(wish)) if wish.field.kind == "stage" else None
    return render(
        wish.request,
        "records/_move_form.html" if is_fragment(wish.request) else "records/move_form.html",
        {
            "type": wish.type,
            "active": wish.type.key,
            "row": wish.row,
            "name": wish.type.title_of(wish.row),
            "widgets": wish.form.widgets(),
            "asked": [f.key for f in wish.form.fields],
            "to": wish.to,
            "field": wish.field.key,
            "back": wish.back,
            "column": wish.field.show(target_of(wish), wish.reader).text,
            "script": stage.words_for_seller if stage else "",
            "version": wish.request.POST.get("version", ""),
            "action": f"{wish.type.address(wish.row.pk)}move",
            "whole": str(wish.form.errors.get("", "")),
        },
        status=422,
    )


def moved(wish: Move, row: Row) -> HttpResponseBase:
    """After a drag the card as it now is; after a form only events, for the board behind the form."""
    if not is_fragment(wish.request) or wish.back:
        return go(wish.request, wish.back or wish.type.address(row.pk))
    board = board_looked_at(wish)
    if not wish.came_from_dialog:
        board.load([row])
        return with_numbers(
            render(wish.request, "records/_moved.html", {**moving(board), "card": cards_of(board, [row])[0]}), board
        )
    answer = with_numbers(HttpResponse(headers={"HX-Reswap": "none"}), board)
    said = _("“%(what)s” is now in “%(column)s”.") % {"what": wish.type.title_of(row), "column": column_name(wish, row)}
    tell(answer, "record:moved", id=str(row.pk), to=column_key(wish, row), version=row.version)
    return close_dialog(toast(answer, said))


def meanwhile(wish: Move, version: int, conflict: Conflict) -> HttpResponseBase:
    """Somebody else moved it first: who, and where to; on a board the card goes to where it now is."""
    row = live(wish.type, wish.row.pk, wish.reader.user)
    said = who_moved(wish, row, version) if wish.field.key in conflict.fields else str(conflict)
    card_now = None
    if is_fragment(wish.request) and not wish.back:
        columns = json.dumps(column_words(board_looked_at(wish)))
        card_now = {"id": row.pk, "to": column_key(wish, row), "version": row.version, "columns": columns}
    return render(
        wish.request,
        "records/_move_conflict.html" if is_fragment(wish.request) else "records/move_conflict.html",
        {
            "type": wish.type,
            "active": wish.type.key,
            "said": said,
            "href": wish.type.address(row.pk),
            "name": wish.type.title_of(row),
            "card_now": card_now,
        },
        status=409,
    )


def who_moved(wish: Move, row: Row, version: int) -> str:
    """The sentence about the latest move since `version`."""
    events = (
        Event.objects.filter(type=wish.type.key, record_id=row.pk, version__gt=version)
        .select_related("by")
        .order_by("-id")
    )
    event = next((e for e in events[:50] if wish.field.key in e.changes), None)
    where = column_name(wish, row)
    if event is None or event.by is None:
        return _("This card was moved to “%(column)s” meanwhile. Your move was not saved.") % {"column": where}
    name = _("You, in another window,") if event.by_id == wish.reader.user.pk else event.by.name
    return _("%(who)s moved this card to “%(column)s” (%(when)s). Your move was not saved.") % {
        "who": name,
        "column": where,
        "when": wish.reader.formats.when(event.at),
    }


def column_key(wish: Move, row: Row) -> str:
    value = wish.field.get(row)
    return EMPTY if value in (None, "") else str(value)


def column_name(wish: Move, row: Row) -> str:
    return wish.field.show(wish.field.get(row), wish.reader).text or _("Empty")


def with_numbers(answer: HttpResponse, board: BoardView) -> HttpResponse:
    """The answer, which brings the heads of the board up to date; a very full board asks for its numbers itself."""
    return trigger_client_event(answer, "board:count") if board.is_counted_apart else with_columns(answer, board)


def board_looked_at(wish: Move) -> BoardView:
    """The board whose page sent the move, by its address; another page of ours gives the plain board."""
    looked = looked_at(wish.request)
    query = looked.query if looked.path == f"/{wish.type.slug}/board/" else ""
    view = View.parse(wish.type, query, wish.reader)
    return BoardView.of(replace(view, others={**view.others, "by": wish.field.key}))


def choose(request: Any, type_: RecordType, row: Row, field: Field, reader: Reader) -> HttpResponse:
    """The plain way without scripts: a select of all columns."""
    own = type_.pipelines_of(field) if field.kind == "stage" else []
    several = len(own) > 1
    now = str(field.get(row) or EMPTY)
    names = {str(p.id): p.label for p in own}
    heads = [
        Choice(f"{names[o.group]} / {o.label}" if several else o.label, o.value, o.value == now)
        for o in field.column_heads(reader.schema)
    ]
    return render(
        request,
        "records/_move_choose.html" if is_fragment(request) else "records/move_choose.html",
        {
            "type": type_,
            "active": type_.key,
            "row": row,
            "name": type_.title_of(row),
            "field": field,
            "columns": heads,
            "may_be_empty": field.may_be_empty,
            "action": f"{type_.address(row.pk)}move",
            "is_empty": now == EMPTY,
            "back": f"/{type_.slug}/board/?by={field.key}",
        },
    )
