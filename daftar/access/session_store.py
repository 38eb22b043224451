"""Django's sessions in the database, read by a prepared question: every page reads one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from daftar.kernel.prepared import Prepared


def open_session(key: str, now: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


OPEN_SESSION: Prepared[Session] = Prepared(open_session, str, dt.datetime)


class SessionStore(db.SessionStore):
    """As Django's own, whose table it uses; Django loads this name from the module that `SESSION_ENGINE` says."""

    def _get_session_from_db(self) -> Any:
        found = OPEN_SESSION.first(self.session_key, timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found
