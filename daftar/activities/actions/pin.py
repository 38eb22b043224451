from __future__ import annotations

from daftar.access.models import User
from daftar.activities.actions.keeping import keep_change
from daftar.activities.models import Activity


def pin(activity_id: int, *, by: User, pinned: bool = True, via: str = "page") -> Activity:
    """Keep an activity on top of the timeline, or let it go.

    Errors: Missing, NotAllowed.
    """
    return keep_change(activity_id, {"pinned": pinned}, by=by, via=via)
