"""What papers say on the timeline of their deal: issued, answered, shipped, paid."""

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


def tell_deal(deal: Any, kind: str, paper: tuple[str, int], *, by: User, via: str = "sale", **data: Any) -> None:
    """Write a fact about a paper onto the timeline of its deal, in the caller's transaction; nothing where there is no deal.

    Shapes: `kind` is one of those below; `paper` is (record type, id); `data` are plain values for its words.
    """
    if deal is None:
        return
    Event.objects.create(
        at=clock.now(), type="deal", record_id=deal.pk, version=deal.version, kind=kind, by=by, via=via,
        data={"paper": list(paper), **data},
    )  # fmt: skip
    publish(f"timeline:deal:{deal.pk}", {"type": "deal", "id": deal.pk, "by": by.pk})


@tells("quote_issued", "file-text")
def quote_issued(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("issued the quote"), paper_of(event, reader)


@tells("quote_accepted", "circle-check")
def quote_accepted(event: Event, type_: RecordType, reader: Reader) -> Words:
    return answered(event, _("accepts the quote"), _("noted that %(name)s accepts the quote")), paper_of(event, reader)


@tells("quote_declined", "circle-x")
def quote_declined(event: Event, type_: RecordType, reader: Reader) -> Words:
    return answered(event, _("declines the quote"), _("noted that %(name)s declines the quote")), paper_of(
        event, reader
    )


@tells("quote_expired", "calendar-x")
def quote_expired(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("noted that no answer came in time to the quote"), paper_of(event, reader)


def answered(event: Event, theirs: str, noted: str) -> str:
    """The client's own words on their page, or what somebody of us noted."""
    return theirs if event.data.get("outsider") else noted % {"name": event.data.get("name", "")}


@tells("invoice_issued", "receipt-text")
def invoice_issued(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("issued the invoice"), paper_of(event, reader)


@tells("credit_issued", "receipt")
def credit_issued(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("issued the credit note"), paper_of(event, reader)


@tells("invoice_cancelled", "ban")
def invoice_cancelled(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("cancelled the invoice"), paper_of(event, reader)


@tells("goods_shipped", "truck")
def goods_shipped(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("let goods leave for the invoice"), paper_of(event, reader)


@tells("goods_held", "lock")
def goods_held(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("held goods again for the invoice"), paper_of(event, reader)


@tells("invoice_paid", "banknote")
def invoice_paid(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("noted that everything is paid of the invoice"), paper_of(event, reader)
