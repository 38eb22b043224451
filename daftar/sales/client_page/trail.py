"""What the timeline of a deal says of its client's page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.timeline.event_lines import Words, paper_of, tells
from daftar.kernel import clock
from daftar.kernel.live.publishing import publish
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType


def tell_of_page(deal: Any, kind: str, *, by: User | None, via: str = "page", **data: Any) -> None:
    """Write a fact about the page onto the timeline, in the caller's transaction. Shapes: `kind` is one of those below; nobody of ours
    opened the page (`by` None)."""
    Event.objects.create(
        at=clock.now(), type="deal", record_id=deal.pk, version=deal.version, kind=kind, by=by, via=via, data=data
    )
    publish(f"timeline:deal:{deal.pk}", {"type": "deal", "id": deal.pk, "by": by.pk if by is not None else None})


@tells("page_made", "link")
def page_made(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("made the client's page"), ()


@tells("page_revoked", "link-2-off")
def page_revoked(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("revoked the client's page"), ()


@tells("page_opened", "eye")
def page_opened(event: Event, type_: RecordType, reader: Reader) -> Words:
    if not event.data.get("paper"):
        return _("noted that the client opened the page"), ()
    return _("noted that the client opened"), paper_of(event, reader)


@tells("paper_sent", "send")
def paper_sent(event: Event, type_: RecordType, reader: Reader) -> Words:
    words = _("sent to %(address)s:") if not event.data.get("reminder") else _("reminded %(address)s of")
    return words % {"address": event.data.get("to", "")}, paper_of(event, reader)


@tells("answer_sent", "send")
def answer_sent(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("wrote to %(address)s that an answer stands on the page") % {"address": event.data.get("to", "")}, ()
