"""The timeline part of a card, its pages as fragments, and the composer's posts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row
from daftar.activities import actions
from daftar.activities.due_words import chips
from daftar.activities.timeline import page
from daftar.activities.views import sent
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.kernel.ids import new_key
from daftar.records import reading
from daftar.records.fields.any_link import Target
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import opened, reader_of
from daftar.ui.answers import go, is_fragment

TABS = ("note", "call", "meeting", "task", "comment")


def part(request: Any, type_: RecordType, row: Row) -> str:
    """The timeline of a record as a part of its card; reads `show`, `older` and `add` of the card's address."""
    if not type_.timeline:
        return ""
    return render_to_string("activities/_part.html", context(request, type_, row, request.GET), request)


@door("signed_in")
@require_safe
def timeline(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """The part alone, or with `older` only the next lines; a whole page is the card."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not is_fragment(request):
        return go(request, f"{type_.address(row.pk)}?{request.GET.urlencode()}#timeline")
    name = "activities/_lines.html" if request.GET.get("older") else "activities/_timeline.html"
    return render(request, name, context(request, type_, row, request.GET))


def context(request: Any, type_: RecordType, row: Row, params: QueryDict) -> dict[str, Any]:
    reader = reader_of(request)
    show = params.get("show", "") if params.get("show", "") in page.FILTERS else ""
    asked = params.get("add", "") if params.get("add", "") in TABS else ""
    add_kind = asked or TABS[0]
    base, own = type_.address(row.pk), f"/timeline/{type_.slug}/{row.pk}/"
    found = page.timeline(type_, row, reader, show=show, older=params.get("older", ""))
    return {
        "type": type_, "row": row, "reader": reader, "timeline": found, "base": base, "own": own, "show": show,
        "channel": f"timeline:{type_.key}:{row.pk}",
        "filters": [(str(label), address(base, show=key, add=asked), address(own, show=key, add=asked), key == show)
                    for key, label in page.FILTERS.items()],
        "tabs": [(label, address(base, show=show, add=key), address(own, show=show, add=key), key == add_kind)
                 for key, label in tab_names()],
        "own_here": address(own, show=show, add=asked), "newest": address(base, show=show, add=asked),
        "may_add": decide.may(reader.user, "add", "activity"),
        "kind": add_kind,
        "once": new_key(),
        "older": address(base, show=show, older=found.older) if found.older else "",
        "older_part": address(own, show=show, older=found.older) if found.older else "",
        "is_older": bool(params.get("older")),
        **composer(add_kind, reader),
    }  # fmt: skip


def composer(kind: str, reader: Reader) -> dict[str, Any]:
    """What the form of one tab offers."""
    if kind in ("note", "comment"):
        return {}
    person = reader.schema.type("activity")["owner"]
    reader.names.known["user", reader.user.pk] = reader.user.name
    return {
        "chips": chips(reader.formats),
        "results": sent.result_options(kind, "reached"),
        "reminders": sent.reminder_options(reader),
        "responsible": person.widget(reader.user.pk, reader),
    }


def tab_names() -> list[tuple[str, str]]:
    return [
        ("note", _("Note")), ("call", _("Call")), ("meeting", _("Meeting")), ("task", _("Task")),
        ("comment", _("Comment")),
    ]  # fmt: skip


def address(path: str, **words: str) -> str:
    params = QueryDict(mutable=True)
    params.update({key: word for key, word in words.items() if word})
    text = f"?{params.urlencode()}" if params else ""
    return f"{path}{text}" if path.startswith("/timeline/") else f"{path}{text}#timeline"


@door("signed_in", "add")
@require_POST
def add(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """What the composer sends: a note, a comment, a talk that took place, or a plan."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "add", "activity"):
        raise NotAllowed()
    about, post = Target(type_.key, row.pk), request.POST
    words = keep(about, post, reader, post.get("once", "")[:64])
    return sent.done(request, f"{type_.address(row.pk)}#timeline", words, about=about)


def keep(about: Target, post: Any, reader: Reader, once: str) -> str:
    """Store what the form says and return words about it."""
    user, kind = reader.user, post.get("kind", "")
    if kind in ("note", "comment"):
        verb = actions.add_note if kind == "note" else actions.comment
        verb(about, sent.value("body", post, reader) or "", by=user, once=once)
        return _("Note added.") if kind == "note" else _("Comment added.")
    due = sent.due_of(post, reader)
    if due is not None:
        actions.plan(about, sent.plan_of(post, due, reader), by=user, once=once)
        return _("Planned.")
    text: dict[str, Any] = {
        "subject": sent.value("subject", post, reader) or "",
        "text": sent.value("body", post, reader) or "",
    }
    if kind == "call":
        actions.log_call(about, by=user, once=once, **sent.call_of(post, reader), **text)
        return _("Call added.")
    if kind == "meeting":
        held = sent.call_of(post, reader)
        actions.log_meeting(about, by=user, once=once, result=held["result"], duration=held["duration"], **text)
        return _("Meeting added.")
    raise Invalid(_("Say when it is due."), field="due_at")


@door("signed_in", "change")
def park(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """Ask until when, and leave the record in peace until then."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    if request.method == "POST":
        about = Target(type_.key, row.pk)
        actions.park(about, sent.park_day(request.POST, reader), by=reader.user)
        return sent.done(request, request.POST.get("back") or type_.address(row.pk), _("Parked."), about=about)
    name = "activities/_park_form.html" if is_fragment(request) else "activities/form.html"
    return render(request, name, {
        "title": _("Park “%(what)s”") % {"what": type_.title_of(row)}, "action": request.path, "active": type_.key,
        "back": request.GET.get("back", ""), "until": sent.until_widget(), "part": "activities/_park_form.html",
    })  # fmt: skip
