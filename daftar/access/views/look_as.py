from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST

from daftar.access import looking
from daftar.access.doors import door
from daftar.kernel.ids import parse_id


@door("settings", "settings")
@require_POST
def start(request: Any, person_id: str) -> HttpResponseBase:
    """Look as this person from their first page on."""
    looking.start(request, parse_id(person_id))
    return HttpResponseRedirect("/")


@door("signed_in")
@require_POST
def stop(request: Any) -> HttpResponseBase:
    """Be oneself again, at the page of the person one looked as."""
    was = looking.looking_of(request)
    looking.stop(request)
    return HttpResponseRedirect(f"/settings/people/{was.person.pk}/" if was else "/")
