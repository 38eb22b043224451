"""Two to five records side by side: which one stays, which value holds, and what comes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access.doors import door
from daftar.access.models import Row
from daftar.kernel.errors import BadAddress, Conflict, Invalid, Missing, Sentence
from daftar.kernel.ids import new_key, parse_id
from daftar.records.merging import choosing, hanging, moving
from daftar.records.merging.choosing import ALL, Choice
from daftar.records.merging.merge import MOST, Merge, merge
from daftar.records.merging.merged import gone
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType
from daftar.records.views.same import may_work, opened_to_merge
from daftar.ui.answers import go
from daftar.ui.parts import Shown


@dataclass(frozen=True, slots=True)
class Line:
    """A field in which the records differ: what each has, and what is chosen. `together` is everything in one, where that can be."""

    key: str
    label: str
    values: Sequence[tuple[int, Shown]]
    chosen: str
    together: Shown | None = None
    error: Sentence = ""


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def merging(request: Any, slug: str) -> HttpResponseBase:
    """GET `ids`: the choice. POST: make one of them."""
    reader, type_ = opened_to_merge(request, slug)
    sent = request.POST if request.method == "POST" else request.GET
    ids = sent_ids(sent)
    if request.method != "POST":
        return show(request, type_, rows_of(type_, ids, reader), reader)
    rows = rows_of(type_, ids, reader)
    into = number(sent.get("into", "")) or ids[0]
    picks = {key.removeprefix("pick."): choice(value) for key, value in sent.items() if key.startswith("pick.")}
    versions = {id_: number(sent.get(f"version.{id_}", "")) for id_ in ids}
    try:
        if not all(versions.values()):
            raise Invalid(_("This form is broken. Open the record again."))
        run = merge(type_, Merge(ids, into, picks, versions), by=reader.user, once=sent.get("once", "")[:64])
    except Conflict as conflict:
        rows = rows_of(type_, ids, reader)  # as they are now
        return show(request, type_, rows, reader, errors={"": conflict.sentence}, status=409)
    except Invalid as refused:
        return show(request, type_, rows, reader, into=into, picks=picks, errors=refused.errors, status=422)
    said = _("Merged. Everything of the others is here now.")
    messages.success(request, said, extra_tags=f"undo:/changes/{run.pk}/undo")
    return go(request, f"{type_.address()}same/" if sent.get("then") == "same" else type_.address(into))


def sent_ids(sent: QueryDict) -> list[int]:
    words = [word.strip() for text in sent.getlist("ids") for word in text[:400].split(",") if word.strip()]
    try:
        ids = list(dict.fromkeys(parse_id(word) for word in words))
    except Missing:
        raise BadAddress() from None
    if len(ids) < 2 and len(words) > 1:
        raise BadAddress(_("A record cannot be merged with itself. Pick two different ones."))
    if not 2 <= len(ids) <= MOST:
        raise BadAddress(_("Pick two to %(most)s different records.") % {"most": MOST})
    return ids


def number(text: str) -> int:
    try:
        return parse_id(text)
    except Missing:
        return 0


def choice(text: str) -> Choice:
    return ALL if text == ALL else number(text)


def rows_of(type_: RecordType, ids: Sequence[int], reader: Reader) -> list[Row]:
    """The records in the order in which they were picked. Errors: Missing; Conflict when one was merged meanwhile."""
    rows = {row.pk: row for row in visible(type_, reader.user).filter(pk__in=list(ids))}
    for id_ in ids:
        if id_ not in rows:
            raise gone(type_, id_, reader.user)
    found = [rows[id_] for id_ in ids]
    reader.load(type_, found)
    return found


def show(
    request: Any, type_: RecordType, rows: Sequence[Row], reader: Reader, *, into: int = 0, picks: Mapping[str, Choice] | None = None,
    errors: Mapping[str, Sentence] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    ids = [row.pk for row in rows]
    into = into if into in ids else ids[0]
    sent, said = request.POST or request.GET, dict(errors or {})
    lines = [line(type_, key, rows, into, reader, picks or {}, said.pop(key, "")) for key in differing(type_, rows)]
    rest = [str(sentence) for sentence in said.values()]
    return render(request, "records/merge.html", {
        "type": type_, "reader": reader, "active": type_.key, "rows": rows, "ids": ",".join(map(str, ids)), "into": into, "lines": lines,
        "titles": [(row, type_.title_of(row), row.version) for row in rows], "problems": rest, "then": sent.get("then", ""),
        "alike": [(str(f.label), shown) for f in type_.fields if f.key not in {x.key for x in lines} and (shown := same_in_all(f, rows, reader))],
        "moves": [(row.pk, moves_of(type_, row, reader)) for row in rows], "once": request.POST.get("once", "")[:64] or new_key(),
        "back": f"{type_.address()}same/" if may_work(type_, reader) else type_.address(),
        "title": _("Merge: %(what)s") % {"what": type_.plural},
    }, status=status)  # fmt: skip


def differing(type_: RecordType, rows: Sequence[Row]) -> list[str]:
    return [f.key for f in choosing.fields_to_choose(type_, rows)]


def line(
    type_: RecordType,
    key: str,
    rows: Sequence[Row],
    into: int,
    reader: Reader,
    picks: Mapping[str, Choice],
    error: Sentence,
) -> Line:
    field = type_.by_key[key]
    by_id = {row.pk: row for row in rows}
    first = choosing.first_choice(field, by_id[into], [row for row in rows if row.pk != into])
    together = None
    if field.kind in choosing.TOGETHER and sum(not field.is_empty(field.get(row)) for row in rows) > 1:
        together = field.show(choosing.value_of(field, ALL, by_id, into), reader)
    values = [(row.pk, field.show(field.get(row), reader)) for row in rows]
    return Line(key, str(field.label), values, str(picks.get(key, first)), together, error)


def same_in_all(field: Any, rows: Sequence[Row], reader: Reader) -> Shown:
    """The value of a field in which they do not differ; empty for what nobody sets."""
    return Shown() if field.readonly else field.show(field.get(rows[0]), reader)


def moves_of(type_: RecordType, row: Row, reader: Reader) -> list[str]:
    """What hangs on a record, counted: "Deals: 3"."""
    counted = [(other.heading, count) for other, count in moving.counts(type_, [row.pk], reader.user)]
    counted += [(capfirst(str(name)), count) for name, count in hanging.counts(type_.key, [row.pk]) if count]
    return [f"{name}: {reader.formats.number(count)}" for name, count in counted]
