"""All ways in of a person, ended at once: sessions, keys, open streams; and what they took with them lately."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from daftar.access import keys, sessions
from daftar.access.audit.naming import type_name
from daftar.access.models import AuditDetail, User


@dataclass(frozen=True, slots=True)
class Export:
    """One file that somebody took out: the name of its record type, how many rows."""

    at: dt.datetime
    what: str
    rows: int


def end_access(user: User, *, by: User) -> None:
    """End sessions, keys and streams of the person; safe to repeat."""
    sessions.end_all(user)
    keys.revoke_keys_of(user, by=by)


def exports_of(user: User, since: dt.datetime) -> list[Export]:
    """What the person exported since then, newest first, as the audit log has it. What was erased from the log counts no rows."""
    rows = AuditDetail.objects.filter(entry__what="exported", entry__by_id=user.pk, entry__at__gte=since)
    found = []
    for row in rows.select_related("entry").order_by("-entry_id")[:200]:
        told = json.loads(row.body)["data"] if row.body else {}
        found.append(Export(row.entry.at, type_name(row.entry.about_type), int(told.get("rows") or 0)))
    return found
