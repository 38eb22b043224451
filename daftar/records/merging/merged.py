"""Where a record went that was merged into another: read from the event that put it into the bin."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Missing
from daftar.records.models import Event
from daftar.records.reading import of_type
from daftar.records.types import RecordType

DAYS = 30
"""So long a merge, and any change of many, can be taken back."""
LONGEST = 20
"""So many merges one behind the other are followed."""


def merge_of(type_key: str, record_id: int) -> Event | None:
    """The event by which the record went into another one, while it has not come back since."""
    last = Event.objects.filter(type=type_key, record_id=record_id).order_by("-id").first()
    return last if last is not None and last.kind == "deleted" and last.data.get("into") else None


def living(type_: RecordType, record_id: int, by: User) -> int | None:
    """The record in which this one lives on, if it was merged and the person may see both."""
    id_ = record_id
    if not decide.within(of_type(type_).filter(pk=record_id, deleted_at__isnull=False), by, type_.key).exists():
        return None
    for _step in range(LONGEST):
        event = merge_of(type_.key, id_)
        if event is None:
            break
        id_ = int(event.data["into"])
    if id_ == record_id:
        return None
    rows = decide.within(of_type(type_).filter(pk=id_, deleted_at=None), by, type_.key)
    return id_ if rows.exists() else None


def gone(type_: RecordType, record_id: int, by: User) -> Missing | Conflict:
    """What to say of a record that is not there: that it was merged meanwhile, to those who see into which one."""
    into = living(type_, record_id, by)
    if into is None:
        return Missing()
    row = of_type(type_).get(pk=into)
    return Conflict(
        _("Meanwhile this was merged into “%(what)s”. Nothing was saved; make your change there.")
        % {"what": type_.title_of(row)},
        into=type_.address(into),
    )


def only_whole(type_: RecordType, record_id: int) -> str:
    """Why the record does not come back from the bin alone, as a sentence; "" when it does: too late for the merge to be taken back."""
    event = merge_of(type_.key, record_id)
    if event is None or event.at < clock.now() - timedelta(days=DAYS):
        return ""
    return _(
        "It was merged into another record. Take the merge back instead: that brings back all that belonged to it."
    )
