"""One activity: close it, move it, change its words, call it off, pin it, delete it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.activities import actions
from daftar.activities.actions.complete import about_of
from daftar.activities.actions.keeping import activity_of, activity_type, keep_change
from daftar.activities.due_words import chips, said
from daftar.activities.kinds import PLANNABLE
from daftar.activities.models import Activity
from daftar.activities.views import sent
from daftar.kernel.errors import Invalid
from daftar.records import following, writing
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.views.opening import reader_of
from daftar.ui.answers import is_fragment


@door("signed_in", "change")
def complete(request: Any, activity_id: int) -> HttpResponseBase:
    """Close a planned activity. The form asks how it went and, for an open lead or deal, what comes next."""
    reader = reader_of(request)
    activity = activity_of(activity_id, reader.user, to_change=True)
    asks = actions.asks_for_next(activity, reader.user)
    if request.method != "POST":
        return form(request, "complete", activity, reader, {
            "title": _("Done: %(what)s") % {"what": activity.subject},
            "asks": asks, "may_park": may_park(activity, reader), "until": sent.until_widget(),
            "results": sent.result_options(activity.kind, "reached"), "chips": chips(reader.formats),
            "directions": choice("direction").choices([activity.direction or "out"]),
            "kinds": choice("kind").choices([activity.kind])[: len(PLANNABLE)],
            "reminders": sent.reminder_options(reader),
        })  # fmt: skip
    post, then = request.POST, request.POST.get("then", "")
    due = sent.due_of(post, reader, prefix="next_") if then == "plan" else None
    if then == "plan" and due is None:
        raise Invalid(_("Say when it is due."), field="next_due_at")
    actions.complete(
        activity.pk, by=reader.user, text=sent.value("body", post, reader), **sent.call_of(post, reader),
        next_plan=sent.plan_of(post, due, reader, prefix="next_") if due else None,
        park_until=sent.park_day(post, reader) if then == "park" else None,
    )  # fmt: skip
    undo = "" if then in ("plan", "park") else f"/activities/{activity.pk}/reopen"
    return answer(request, activity, reader, _("Done."), undo=undo)


def choice(key: str) -> Any:
    return activity_type()[key]


def may_park(activity: Activity, reader: Reader) -> bool:
    """Whether the record can be left in peace by this person."""
    about = about_of(activity)
    type_ = reader.schema.types.get(about.type) if about else None
    if type_ is None or about is None or not following.is_followed(type_):
        return False
    row = visible(type_, reader.user).filter(pk=about.id).first()
    return row is not None and decide.may(reader.user, "change", type_.key, row)


@door("signed_in", "change")
def postpone(request: Any, activity_id: int) -> HttpResponseBase:
    """Move a planned activity to another time."""
    reader = reader_of(request)
    activity = activity_of(activity_id, reader.user, to_change=True)
    if request.method != "POST":
        return form(request, "postpone", activity, reader, {
            "title": _("Postpone: %(what)s") % {"what": activity.subject}, "chips": chips(reader.formats),
            "due": said(activity.due_at, activity.all_day, reader.formats) if activity.due_at else "",
        })  # fmt: skip
    due = sent.due_of(request.POST, reader)
    if due is None:
        raise Invalid(_("Say when it is due."), field="due_at")
    actions.postpone(activity.pk, due.at, all_day=due.all_day, by=reader.user)
    return answer(request, activity, reader, _("Moved."))


@door("signed_in", "change")
def words(request: Any, activity_id: int) -> HttpResponseBase:
    """Change what was written: subject and text."""
    reader = reader_of(request)
    activity = activity_of(activity_id, reader.user, to_change=True)
    type_ = reader.schema.type("activity")
    if request.method != "POST":
        fields = ("body",) if activity.kind in ("note", "comment") else ("subject", "body", "place")
        return form(request, "words", activity, reader, {
            "title": _("Edit"), "widgets": [f.widget(f.get(activity), reader) for key in fields if (f := type_.field(key))],
        })  # fmt: skip
    values = {key: sent.value(key, request.POST, reader) for key in ("subject", "body", "place") if key in request.POST}
    if activity.kind in ("note", "comment"):
        if not values.get("body"):
            raise Invalid(_("Write something, or delete it."), field="body")
        values["subject"] = None
    keep_change(activity.pk, values, by=reader.user)
    return answer(request, activity, reader, _("Saved."))


@door("signed_in", "change")
@require_POST
def cancel(request: Any, activity_id: int) -> HttpResponseBase:
    reader = reader_of(request)
    activity = actions.cancel(activity_id, by=reader.user)
    return answer(request, activity, reader, _("Called off."), undo=f"/activities/{activity.pk}/reopen")


@door("signed_in", "change")
@require_POST
def reopen(request: Any, activity_id: int) -> HttpResponseBase:
    reader = reader_of(request)
    return answer(request, actions.reopen(activity_id, by=reader.user), reader, _("Planned again."))


@door("signed_in", "change")
@require_POST
def pin(request: Any, activity_id: int) -> HttpResponseBase:
    """Pin, or unpin when it is pinned."""
    reader = reader_of(request)
    activity = activity_of(activity_id, reader.user, to_change=True)
    actions.pin(activity_id, by=reader.user, pinned=not activity.pinned)
    return answer(request, activity, reader, _("Unpinned.") if activity.pinned else _("Pinned."))


@door("signed_in", "delete")
@require_POST
def remove(request: Any, activity_id: int) -> HttpResponseBase:
    """Into the bin, with a way back."""
    reader = reader_of(request)
    activity: Any = writing.remove(activity_type(), activity_id, by=reader.user, via="page")
    return answer(request, activity, reader, _("Deleted."), undo=f"/activities/{activity.pk}/put-back")


@door("signed_in", "delete")
@require_POST
def put_back(request: Any, activity_id: int) -> HttpResponseBase:
    reader = reader_of(request)
    activity: Any = writing.bring_back(activity_type(), activity_id, by=reader.user, via="page")
    return answer(request, activity, reader, _("It is back."))


def form(request: Any, name: str, activity: Activity, reader: Reader, values: dict[str, Any]) -> HttpResponseBase:
    """The form of one verb: in the dialog, or as a page without scripts."""
    reader.load(activity_type(), [activity])
    page = f"activities/_{name}_form.html" if is_fragment(request) else "activities/form.html"
    return render(request, page, {
        "part": f"activities/_{name}_form.html", "action": request.path, "activity": activity, "reader": reader,
        "back": sent.back_of(request, activity, reader), "active": "due",
        "about": activity_type()["about"].show(about_of(activity), reader), **values,
    })  # fmt: skip


def answer(request: Any, activity: Activity, reader: Reader, said: Any, *, undo: str = "") -> HttpResponseBase:
    back = sent.back_of(request, activity, reader)
    return sent.done(request, back, said, undo=undo, about=about_of(activity))
