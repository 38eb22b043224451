from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.actions.keeping import activity_of, keep_change
from daftar.activities.models import Activity
from daftar.kernel.errors import Invalid


def cancel(activity_id: int, *, by: User, via: str = "page") -> Activity:
    """Call off a planned activity; it stays in the timeline as called off.

    Errors: Missing, NotAllowed, Invalid (done already).
    """
    if activity_of(activity_id, by, to_change=True).done_at is not None:
        raise Invalid(_("This is done already."))
    return keep_change(activity_id, {"cancelled": True}, by=by, via=via)
