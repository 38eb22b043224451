"""Taking a record to another day of a calendar: the one gate decides, and the answer is the calendar as it is then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.records import reading, saved_views, writing
from daftar.records.calendars import CalendarView, day_field
from daftar.records.fields.base import Field
from daftar.records.models import Event
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.calendar import body
from daftar.records.views.move import version_of
from daftar.records.views.opening import looked_at, opened
from daftar.ui.answers import go, is_fragment, nothing, toast


@door("signed_in", "change")
@require_POST
def move(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """Set the date `by` to the day `to`, a moment keeping its time. Shapes: `undo` gives the very value that `to` says."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    word = {**request.GET.dict(), **request.POST.dict()}
    field = field_of(type_, word.get("by", ""))
    if field.readonly or not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed(_("“%(field)s” cannot be changed here.") % {"field": field.label})
    version = version_of(word.get("version", ""))
    before = field.get(row)
    value = value_of(field, word.get("to", ""), before, reader, is_whole=bool(word.get("undo")))
    try:
        saved = writing.change(type_, row.pk, {field.key: value}, by=reader.user, via="page", version=version)
    except Conflict:
        return meanwhile(request, type_, row.pk, field, version or 0, reader)
    if not is_fragment(request):
        return go(request, word.get("back") or type_.address(row.pk))
    if word.get("undo"):
        return nothing()
    answer = render(request, "records/_calendar_body.html", body(calendar_looked_at(request, type_, field, reader)))
    said = _("“%(what)s”: %(field)s is %(value)s now.") % {
        "what": type_.title_of(saved), "field": field.label, "value": field.show(field.get(saved), reader).text
    }  # fmt: skip
    return toast(answer, said, undo=undo_address(type_, saved, field, before, reader))


def field_of(type_: RecordType, key: str) -> Field:
    field = day_field(type_, key)
    if field is None:
        raise Invalid(_("A calendar cannot stand on “%(key)s”.") % {"key": key[:60]}, field="by")
    return field


def value_of(field: Field, text: str, before: Any, reader: Reader, *, is_whole: bool) -> Any:
    """The value that `text` means: one as exported, or a day to which the value of before is taken."""
    days = field.days
    if is_whole or days is None:
        return field.parse(text, reader)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid(_("This day cannot be read. Load the page again."), field=field.key) from None
    return days.on_day(before, day, reader)


def undo_address(type_: RecordType, row: Row, field: Field, before: Any, reader: Reader) -> str:
    """Where the value of before is set again, as long as nobody else changed it."""
    words = {"by": field.key, "to": field.dump(before) or "", "version": row.version, "undo": 1}
    return f"{type_.address(row.pk)}day?{urlencode(words)}"


def calendar_looked_at(request: Any, type_: RecordType, field: Field, reader: Reader) -> CalendarView:
    """The calendar whose page sent the move, by its address; another page of ours gives the plain one."""
    looked = looked_at(request)
    query = looked.query if looked.path == saved_views.path(type_, "calendar") else ""
    view = View.parse(type_, query, reader)
    return CalendarView.of(replace(view, others={**view.others, "by": field.key}))


def meanwhile(
    request: Any, type_: RecordType, record_id: int, field: Field, version: int, reader: Reader
) -> HttpResponse:
    """Somebody else set the date first: who, when and to what."""
    row = reading.get(type_, record_id, reader.user)
    said = who_set(type_, row, field, version, reader)
    if is_fragment(request) and request.GET.get("undo"):
        return toast(nothing(409), said, tone="danger")
    return render(
        request,
        "records/_move_conflict.html" if is_fragment(request) else "records/move_conflict.html",
        {
            "type": type_, "active": type_.key, "said": said, "href": type_.address(row.pk),
            "name": type_.title_of(row), "card_now": None,
        },
        status=409,
    )  # fmt: skip


def who_set(type_: RecordType, row: Row, field: Field, version: int, reader: Reader) -> str:
    """The sentence about the latest change of the date since `version`."""
    events = Event.objects.filter(type=type_.key, record_id=row.pk, version__gt=version).select_related("by")
    event = next((e for e in events.order_by("-id")[:50] if field.key in e.changes), None)
    value = field.show(field.get(row), reader).text or _("Empty")
    words = {"field": field.label, "value": value}
    if event is None or event.by is None:
        return _("%(field)s was changed to %(value)s meanwhile. Your move was not saved.") % words
    who = _("You, in another window,") if event.by_id == reader.user.pk else event.by.name
    return _("%(who)s changed %(field)s to %(value)s (%(when)s). Your move was not saved.") % {
        **words, "who": who, "when": reader.formats.when(event.at)
    }  # fmt: skip
