"""What was planned with a lead goes on with what it became."""

from __future__ import annotations

from typing import Any

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.activities.models import Activity
from daftar.records import following, writing
from daftar.records.fields.any_link import Target
from daftar.records.models import ChangeSet
from daftar.records.types import RecordType


def carry_on(
    lead: Row, type_: RecordType, row: Row, *, is_new: bool, by: User, via: str, change_set: ChangeSet
) -> None:
    """Let the lead's planned activities be about the record from now on, and a new one know when both sides last spoke."""
    activities = type_.schema.type("activity")
    for activity in Activity.objects.planned().about("lead", lead.pk).order_by("id"):
        if decide.may(by, "change", activities.key, activity):
            about = {"about": Target(type_.key, row.pk)}
            writing.change(activities, activity.pk, about, by=by, via=via, change_set=change_set)
    followed: Any = lead
    if is_new and followed.last_contact_at is not None:
        following.spoke(type_, row.pk, followed.last_contact_at)
