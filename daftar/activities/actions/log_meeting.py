from __future__ import annotations

from datetime import datetime, timedelta

from daftar.access.models import User
from daftar.activities.actions.keeping import keep_new
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.records.fields.any_link import Target


def log_meeting(
    about: Target,
    *,
    by: User,
    result: str = "reached",
    duration: timedelta | None = None,
    subject: str = "",
    text: str = "",
    place: str = "",
    at: datetime | None = None,
    via: str = "page",
    once: str = "",
) -> Activity:
    """Write down a meeting; one that took place counts as two-sided contact with the record.

    Shapes: `result` is reached or did_not_happen; `at` is when it was, by default now.
    Errors: Missing when the person may not see the record, NotAllowed, Invalid (a time to come).
    """
    values = {
        "kind": "meeting",
        "result": result or "reached",
        "duration": duration,
        "subject": subject,
        "body": text,
        "place": place,
        "done_at": at or clock.now(),
    }
    return keep_new(values, about, by=by, via=via, once=once)
