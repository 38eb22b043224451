from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.actions.keeping import activity_of, activity_type, keep_change
from daftar.activities.actions.park import park
from daftar.activities.actions.plan import Plan, plan
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.records import following, reading, writing
from daftar.records.fields.any_link import Target
from daftar.records.schema import current_schema


def complete(
    activity_id: int,
    *,
    by: User,
    result: str = "",
    direction: str = "",
    duration: timedelta | None = None,
    text: str | None = None,
    at: datetime | None = None,
    next_plan: Plan | None = None,
    park_until: date | None = None,
    via: str = "page",
) -> Activity:
    """Close a planned activity and, together with it, plan the next one or park the record.

    Shapes: `result` and `direction` as in `log_call`, for calls; `text` is what came out of it and joins the body.
    Errors: Missing, NotAllowed, Invalid (done already). Nothing is saved when one is raised, the next step neither.
    """
    with transaction.atomic():
        row: Any = writing.locked(activity_type(), activity_id, by, "change")
        if row.done_at is not None:
            raise Invalid(_("This is done already."))
        values: dict[str, Any] = {"done_at": at or clock.now()}
        if row.kind == "call":
            values |= {"result": result or "reached", "direction": direction or row.direction or "out"}
        elif row.kind == "meeting":
            values |= {"result": result or "reached"}
        if duration is not None:
            values["duration"] = duration
        if text:
            values["body"] = f"{row.body}\n{text}".strip()
        activity = keep_change(activity_id, values, by=by, via=via)
        about = about_of(activity)
        if next_plan is not None:
            plan(about, next_plan, by=by, via=via)
        if park_until is not None and about is not None:
            park(about, park_until, by=by, via=via)
    return activity


def reopen(activity_id: int, *, by: User, via: str = "page") -> Activity:
    """Take a closed or cancelled activity back to the planned ones.

    Errors: Missing, NotAllowed, Invalid for one that was never planned.
    """
    activity = activity_of(activity_id, by, to_change=True)
    if activity.due_at is None:
        raise Invalid(_("This was never planned."))
    return keep_change(activity_id, {"done_at": None, "cancelled": False, "result": None}, by=by, via=via)


def asks_for_next(activity: Activity, by: User) -> bool:
    """Whether closing this one leaves an open lead or deal with nothing planned, so that the next step is asked for."""
    about = about_of(activity)
    if about is None or about.type not in current_schema().types:
        return False
    type_ = current_schema().type(about.type)
    if not following.is_followed(type_):
        return False
    row = reading.visible(type_, by).filter(pk=about.id).first()
    if row is None or not following.is_open(type_, row):
        return False
    others = Activity.objects.planned().about(about.type, about.id).exclude(pk=activity.pk)
    return not others.filter(due_at__isnull=False).exists()


def about_of(activity: Activity) -> Target | None:
    """The record that the activity is about."""
    return Target(activity.about_type, activity.about_id) if activity.about_type and activity.about_id else None
