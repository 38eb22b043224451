"""All ways in of a person, ended at once: sessions, keys, open streams; and what they took with them lately."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.live.publishing import end_streams


@dataclass(frozen=True, slots=True)
class Export:
    """One file that somebody took out: of which record type, how many rows."""

    at: dt.datetime
    what: str
    rows: int


def end_access(user: User, *, by: User) -> None:
    """End sessions, keys and streams of the person; safe to repeat."""
    end_sessions(user)
    end_keys(user, by=by)
    end_streams(user.pk)


def end_sessions(user: User) -> None:
    """Delete every session in which the person is signed in."""
    # Sessions keep their person sealed inside; a list of sessions by person (branch `signin`) makes this one query.
    wanted = str(user.pk)
    living = Session.objects.filter(expire_date__gte=clock.now())
    mine = [row.session_key for row in living.iterator(chunk_size=500) if row.get_decoded().get(SESSION_KEY) == wanted]
    for start in range(0, len(mine), 500):
        Session.objects.filter(session_key__in=mine[start : start + 500]).delete()


def end_keys(user: User, *, by: User) -> None:
    """Seam: the room of keys ends those of the person here."""


def exports_of(user: User, since: dt.datetime) -> list[Export]:
    """What the person exported since then, newest first. Seam: read from the audit log once there is one."""
    return []
