from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.actions.keeping import keep_new
from daftar.activities.kinds import PLANNABLE
from daftar.activities.models import Activity
from daftar.kernel.errors import Invalid
from daftar.records.fields.any_link import Target


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall be done and when.

    Shapes: `kind` is call, meeting or task; with `all_day` the moment is the noon of the day.
    Units: `remind_minutes` before it; None for no reminder. `owner` is the id of who does it, by default who plans it.
    """

    kind: str
    due_at: datetime
    subject: str = ""
    all_day: bool = False
    remind_minutes: int | None = None
    owner: int | None = None
    place: str = ""
    phone: str = ""
    text: str = ""
    duration: timedelta | None = None


def plan(about: Target | None, what: Plan, *, by: User, via: str = "page", once: str = "") -> Activity:
    """Plan a call, a meeting or a task; the earliest planned one becomes the next step of the record.

    Errors: Missing when the person may not see the record, NotAllowed, Invalid.
    """
    if what.kind not in PLANNABLE:
        raise Invalid(_("Choose a call, a meeting or a task."), field="kind")
    values = {
        "kind": what.kind, "subject": what.subject, "due_at": what.due_at, "all_day": what.all_day or None,
        "remind_minutes": what.remind_minutes, "owner": what.owner, "place": what.place, "phone": what.phone,
        "body": what.text, "duration": what.duration,
    }  # fmt: skip
    return keep_new(values, about, by=by, via=via, once=once)
