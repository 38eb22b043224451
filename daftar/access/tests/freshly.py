"""Somebody who has just signed in, without the slow way through the page."""

from __future__ import annotations

from typing import Any

from daftar.access import sessions


def sign_in(client: Any, user: Any) -> Any:
    """Sign the person in, as freshly as by password, so that weighty pages do not ask again; the client."""
    client.force_login(user)
    session = client.session
    now = sessions.seconds_now()
    session[sessions.MARKS] = {"began": now, "fresh": now, "how": ["password"]}
    session.save()
    return client
