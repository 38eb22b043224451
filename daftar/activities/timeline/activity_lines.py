"""An activity as a line of the timeline."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.activities.due_words import said
from daftar.activities.kinds import ICONS, NAMES, shipped_subjects
from daftar.activities.models import Activity
from daftar.activities.timeline.lines import ACTIVITY, Line, Place
from daftar.kernel import clock
from daftar.records.history import name_of
from daftar.records.reader import Reader
from daftar.records.types import RecordType

FIRST = 160


def line_of(activity: Activity, type_: RecordType, reader: Reader) -> Line:
    """The activity as this reader sees it; names were fetched with the page."""
    formats = reader.formats
    is_text = activity.kind in ("note", "comment")
    content, more = first_and_rest("" if "body" in type_.hidden else activity.body)
    moment = activity.due_at if activity.is_planned and activity.due_at else activity.at
    is_day = activity.all_day and activity.is_planned
    by = activity.created_by_id if is_text else activity.owner_id or activity.created_by_id
    return Line(
        place=Place(activity.at, ACTIVITY, activity.pk),
        icon="circle-slash" if activity.cancelled else ICONS.get(activity.kind, "circle"),
        when=said(moment, is_day, formats),
        when_title=formats.date(moment) if is_day else formats.date_time(moment),
        who=activity.outsider if has_outsider(activity, type_) else name_of(by, reader),
        what=what_of(activity, type_, reader),
        content=content,
        more=more,
        tone=tone_of(activity, reader),
        activity=activity,
        may_change=decide.may(reader.user, "change", "activity", activity),
        may_delete=decide.may(reader.user, "delete", "activity", activity),
    )


def what_of(activity: Activity, type_: RecordType, reader: Reader) -> str:
    """ "Outgoing call · about the price · Reached · 5m"."""
    seen = type_.by_key.keys()
    if activity.kind == "note":
        named = "subject" in seen and has_own_subject(activity)
        if has_outsider(activity, type_):
            return activity.subject if named else _("wrote")
        return f"{_('wrote a note')} · {activity.subject}" if named else _("wrote a note")
    if activity.kind == "comment":
        return _("commented")
    parts = [_("called off") if activity.cancelled and "cancelled" in seen else "", kind_words(activity, type_)]
    if activity.subject not in shipped_subjects():
        parts.append(activity.subject)
    if activity.result and "result" in seen and not activity.cancelled:
        parts.append(type_["result"].show(activity.result, reader).text)
    if activity.duration and "duration" in seen:
        parts.append(reader.formats.duration(dt.timedelta(seconds=activity.duration)))
    if activity.moves and "moves" in seen:
        parts.append(put_off_words(activity.moves, reader))
    return " · ".join(p for p in [*parts, activity.place if "place" in seen else ""] if p)


def has_outsider(activity: Activity, type_: RecordType) -> bool:
    """Whether somebody said it who is nobody of us, and this reader may read who."""
    return bool(activity.outsider) and "outsider" in type_.by_key


def has_own_subject(activity: Activity) -> bool:
    """Whether a note is called otherwise than by its first words."""
    subject = activity.subject.removesuffix("…")
    return bool(subject) and subject not in shipped_subjects() and not activity.body.strip().startswith(subject)


def kind_words(activity: Activity, type_: RecordType) -> str:
    if activity.kind == "call" and activity.done_at and "direction" in type_.by_key:
        return {"out": _("Outgoing call"), "in": _("Incoming call")}.get(activity.direction, _("Call"))
    return str(NAMES.get(activity.kind, activity.kind))


def put_off_words(moves: int, reader: Reader) -> str:
    return _("put off %(times)s×") % {"times": reader.formats.number(moves)}


def tone_of(activity: Activity, reader: Reader) -> str:
    """Danger for late, ok for today; nothing for what is done."""
    if not activity.is_planned or activity.due_at is None or activity.late_from is None:
        return ""
    if activity.late_from < clock.now():
        return "danger"
    local = reader.formats.local(activity.due_at)
    return "ok" if local.date() == clock.today(reader.formats.zone) else ""


def first_and_rest(body: str) -> tuple[str, str]:
    """The first line of a text, and the whole text when that is not all."""
    first = body.partition("\n")[0][:FIRST].rstrip()
    return (first, "") if first == body else (f"{first}…", body)
