"""The declaration of activities: calls, meetings, tasks, notes and comments about any record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.activities.kinds import DIRECTIONS, KINDS, NAMES, PLANNABLE, RESULTS
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.records.draft import Draft
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    AnyLink,
    Choice,
    DateTime,
    Duration,
    LongText,
    Person,
    Text,
    Whole,
    YesNo,
)
from daftar.records.reader import Reader
from daftar.records.types import RecordType, Section

MORNING = dt.timedelta(hours=3)
"""A reminder of a day without a time comes at nine: that much before its noon."""


class ActivityType(RecordType):
    key, model, slug, icon = "activity", Activity, "activities", "list-checks"
    names = _("activity"), _("activities")
    in_menu = False
    timeline = False
    default_sort = "-at"
    default_columns = 8
    fields = [
        Text("subject", _("Subject"), title=True),
        Choice("kind", _("Kind"), options=KINDS, open=False, required=True),
        AnyLink("about", _("About")),
        DateTime("due_at", _("Due"), quick=True),
        Person("owner", _("Responsible"), assigns=True, quick=True),
        DateTime("done_at", _("Done")),
        Choice("result", _("Result"), options=RESULTS, open=False),
        Choice("direction", _("Direction"), options=DIRECTIONS, open=False),
        Duration("duration", _("Duration")),
        Text("place", _("Place"), searched=True),
        Text("phone", _("Phone"), max_length=64, code=True, searched=True),
        LongText("body", _("Text"), searched=True),
        Text("outsider", _("Said by"), readonly=True, in_list=False),
        YesNo("all_day", _("Whole day"), in_list=False),
        Whole("remind_minutes", _("Remind (minutes before)"), in_list=False),
        YesNo("pinned", _("Pinned"), in_list=False),
        YesNo("cancelled", _("Cancelled")),
        Whole("moves", _("Times put off"), readonly=True),
        DateTime("at", _("When"), readonly=True),
    ]
    card = [
        Section(_("Activity"), "subject kind about due_at all_day owner done_at result"),
        Section(_("Details"), "direction duration place phone outsider body remind_minutes pinned moves"),
    ]
    head = "kind due_at owner about"

    def prepare(self, draft: Draft) -> None:
        kind = draft.value("kind") or ""
        if draft.is_empty("subject"):
            draft.set("subject", subject_of(kind, draft.value("body") or ""))
        if draft.is_empty("done_at"):
            if (draft.value("cancelled") and "cancelled" in draft.changed) or (kind and kind not in PLANNABLE):
                draft.set("done_at", draft.at)
            elif draft.value("cancelled"):
                draft.set("cancelled", False)
        draft.set("at", draft.value("done_at") or draft.value("due_at") or draft.row.created_at)
        put_off = (
            not draft.is_new and draft.old("due_at") and "due_at" in draft.changed and not draft.is_empty("due_at")
        )
        if put_off and draft.value("due_at") > draft.old("due_at") and draft.is_empty("done_at"):
            draft.set("moves", min((draft.old("moves") or 0) + 1, 1000))
        set_reminder(draft)

    def check(self, draft: Draft) -> Mapping[str, str]:
        errors: dict[str, str] = {}
        done_at = draft.value("done_at")
        if draft.value("kind") in PLANNABLE and draft.is_new and not done_at and draft.is_empty("due_at"):
            errors["due_at"] = _now("Say when it is due.")
        if done_at and "done_at" in draft.changed and done_at > clock.now() + dt.timedelta(minutes=5):
            errors["done_at"] = _now("This is in the future; plan it instead.")
        if not 0 <= (draft.value("remind_minutes") or 0) <= 60 * 24 * 60:
            errors["remind_minutes"] = _now("Give between 0 minutes and 60 days.")
        if draft.value("duration") and draft.value("duration") < dt.timedelta():
            errors["duration"] = _now("A duration cannot be negative.")
        if draft.value("outsider") and not draft.is_new and "body" in draft.changed:
            errors["body"] = _now("This is what %(name)s wrote. Write a note beside it.") % {
                "name": draft.value("outsider")
            }
        return errors

    def unfinished(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        return rows.filter(Q(done_at=None))

    def row_tone(self, row: Row, reader: Reader) -> str:
        activity: Any = row
        if activity.done_at is not None or activity.due_at is None:
            return ""
        if activity.late_from < clock.now():
            return "late"
        today = clock.today(reader.formats.zone)
        return "today" if reader.formats.local(activity.due_at).date() == today else "later"


def subject_of(kind: str, body: str) -> str:
    """What an activity is called when nobody gave it a name: the first words of its text, or its kind."""
    first = body.strip().split("\n")[0].strip()
    if kind in ("note", "comment") and first:
        return first if len(first) <= 80 else f"{first[:79].rstrip()}…"
    return str(NAMES.get(kind, ""))


def was_put_off(draft: Draft) -> bool:
    """Whether a planned step is being moved to a later time."""
    before, after = draft.old("due_at"), draft.value("due_at")
    return bool(before and after and after > before and draft.is_empty("done_at"))


def set_reminder(draft: Draft) -> None:
    """The moment of the reminder follows from the due time; moving it means reminding again."""
    row: Any = draft.row
    minutes, due_at = draft.value("remind_minutes"), draft.value("due_at")
    moment = None
    if minutes is not None and due_at is not None and draft.is_empty("done_at"):
        moment = due_at - dt.timedelta(minutes=minutes) - (MORNING if draft.value("all_day") else dt.timedelta())
    if moment != row.remind_at:
        row.remind_at, row.reminded_at = moment, None
