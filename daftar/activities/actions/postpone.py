from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.actions.keeping import activity_of, keep_change
from daftar.activities.models import Activity
from daftar.kernel.errors import Invalid


def postpone(activity_id: int, due_at: datetime, *, by: User, all_day: bool = False, via: str = "page") -> Activity:
    """Move a planned activity to another time. Putting it off is counted: a step put off three times counts as idle.

    Shapes: with `all_day` the moment is the noon of the day. Errors: Missing, NotAllowed, Invalid (done already).
    """
    if activity_of(activity_id, by, to_change=True).done_at is not None:
        raise Invalid(_("This is done already."))
    return keep_change(activity_id, {"due_at": due_at, "all_day": all_day}, by=by, via=via)
