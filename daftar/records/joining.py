"""Somebody joined by an invitation or the company's account service: the engine makes them findable and begins their history."""

from __future__ import annotations

from daftar.access.invitations import PersonJoined
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.events import listens
from daftar.records.models import Event
from daftar.records.schema import current_schema
from daftar.records.searching.text import search_text


@listens(PersonJoined)
def begin_history(event: PersonJoined) -> None:
    person = User.objects.filter(pk=event.user_id).first()
    if person is None:
        return
    User.objects.filter(pk=person.pk).update(search=search_text(current_schema().type("user"), person))
    Event.objects.create(
        at=clock.now(), type="user", record_id=person.pk, version=person.version, kind="created", by=person, via="page",
        changes={},
    )  # fmt: skip
