from __future__ import annotations

from datetime import datetime, timedelta

from daftar.access.models import User
from daftar.activities.actions.keeping import keep_new
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.records.fields.any_link import Target


def log_call(
    about: Target,
    *,
    by: User,
    direction: str = "out",
    result: str = "reached",
    duration: timedelta | None = None,
    subject: str = "",
    text: str = "",
    phone: str = "",
    at: datetime | None = None,
    via: str = "page",
    once: str = "",
) -> Activity:
    """Write down a call that took place; one that reached somebody counts as two-sided contact with the record.

    Shapes: `direction` is out or in; `result` a key of `kinds.RESULTS`; `at` is when it took place, by default now.
    Errors: Missing when the person may not see the record, NotAllowed, Invalid (a time to come).
    """
    values = {
        "kind": "call", "direction": direction, "result": result, "duration": duration, "subject": subject,
        "body": text, "phone": phone, "done_at": at or clock.now(),
    }  # fmt: skip
    return keep_new(values, about, by=by, via=via, once=once)
