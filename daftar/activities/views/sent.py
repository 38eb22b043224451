"""What forms of this room send, read by the field kinds of the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from daftar.activities.actions.complete import about_of
from daftar.activities.actions.keeping import activity_type
from daftar.activities.actions.plan import Plan
from daftar.activities.due_words import Due, parse_due
from daftar.activities.kinds import CALL_RESULTS, MEETING_RESULTS, PLANNABLE
from daftar.activities.models import Activity
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid
from daftar.records.fields.any_link import Target
from daftar.records.reader import Reader
from daftar.ui.answers import close_dialog, go, is_fragment, nothing, tell, toast
from daftar.ui.parts import Option, Widget

REMINDERS = (0, 10, 30, 60, 120, 1440)
NOW = "now"


def value(key: str, post: Mapping[str, Any], reader: Reader, name: str = "") -> Any:
    """The value of one field of an activity; its error is said about the name in the form."""
    field = activity_type()[key]
    raw = post.get(name or key, "")
    try:
        return field.parse(raw, reader) if raw else None
    except Invalid as refused:
        raise refused.at(name or key) from None


def due_of(post: Mapping[str, Any], reader: Reader, *, prefix: str = "") -> Due | None:
    """The planned moment: what was typed, else the quick choice; None when it took place just now."""
    text = str(post.get(f"{prefix}due_at") or "").strip() or str(post.get(f"{prefix}when") or "")
    if text == NOW:
        return None
    if not text:
        raise Invalid(_("Say when it is due."), field=f"{prefix}due_at")
    try:
        return parse_due(text, reader.formats)
    except Invalid as refused:
        raise refused.at(f"{prefix}due_at") from None


def plan_of(post: Mapping[str, Any], due: Due, reader: Reader, *, prefix: str = "") -> Plan:
    """What a form plans."""
    kind = str(post.get(f"{prefix}kind", ""))
    if kind not in PLANNABLE:
        raise Invalid(_("Choose a call, a meeting or a task."), field=f"{prefix}kind")
    return Plan(
        kind=kind,
        due_at=due.at,
        all_day=due.all_day,
        subject=value("subject", post, reader, f"{prefix}subject") or "",
        remind_minutes=value("remind_minutes", post, reader, f"{prefix}remind_minutes"),
        owner=value("owner", post, reader, f"{prefix}owner"),
        place=value("place", post, reader, f"{prefix}place") or "",
        text=value("body", post, reader, f"{prefix}body") or "",
    )


def call_of(post: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """Direction, result and length of a talk that took place."""
    duration: timedelta | None = value("duration", post, reader)
    return {
        "direction": value("direction", post, reader) or "",
        "result": value("result", post, reader) or "",
        "duration": duration,
    }


def park_day(post: Mapping[str, Any], reader: Reader) -> date:
    try:
        return parse_date(str(post.get("until") or ""), reader.formats)
    except Invalid as refused:
        raise refused.at("until") from None


def until_widget() -> Widget:
    return Widget("date", "until", label=_("Until"))


def result_options(kind: str, chosen: str = "") -> list[Option]:
    known = {"call": CALL_RESULTS, "meeting": MEETING_RESULTS}.get(kind, ())
    field: Any = activity_type()["result"]
    names = {"reached": _("Took place")} if kind == "meeting" else {}
    options = (field.option(key) for key in known)
    return [Option(o.key, names.get(o.key, o.label), o.colour, chosen=o.key == chosen) for o in options if o]


def reminder_options(reader: Reader, chosen: int | None = None) -> list[Option]:
    """No reminder, at the time, or some time before it."""
    made = [Option("", _("No reminder"), chosen=chosen is None)]
    for minutes in REMINDERS:
        span = reader.formats.duration(timedelta(minutes=minutes))
        label = _("%(time)s before") % {"time": span} if minutes else _("Remind at the time")
        made.append(Option(str(minutes), label, chosen=minutes == chosen))
    return made


def done(request: Any, back: str, words: Any, *, undo: str = "", about: Target | None = None) -> HttpResponseBase:
    """The answer after a verb: parts that show activities ask again; without scripts, the page it came from."""
    if not is_fragment(request):
        return go(request, back)
    answer = close_dialog(tell(toast(nothing(), words, undo=undo), "activities:changed"))
    return tell(answer, "record:changed", type=about.type, id=about.id) if about else answer


def back_of(request: Any, activity: Activity | None, reader: Reader) -> str:
    """Where the person came from, else the card of the record."""
    asked = str(request.POST.get("back") or request.GET.get("back") or "")
    if asked.startswith("/") and not asked.startswith("//"):
        return asked
    about = about_of(activity) if activity else None
    type_ = reader.schema.types.get(about.type) if about else None
    return f"{type_.address(about.id)}#timeline" if type_ and about else "/due/"
