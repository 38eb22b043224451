"""What the timeline of a deal says of its discounts: asked for, approved, declined, taken back."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.timeline.event_lines import Words, tells
from daftar.kernel import clock
from daftar.kernel.live.publishing import publish
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.sales.issuing import VIA
from daftar.sales.lines import approvals
from daftar.sales.models import DiscountApproval

LONGEST = 80


def address_of(approval_id: int) -> str:
    """Where a request is looked at and decided."""
    return f"/sales/approvals/{approval_id}/"


def tell_of(row: DiscountApproval, kind: str, *, by: User) -> None:
    """Write a fact about a request onto the timeline of its deal, in the caller's transaction. Shapes: `kind` is one of those below."""
    percent = approvals.highest(approvals.asked_in(row).values())
    data = {"approval": row.pk, "percent": str(percent), "words": row.answer if row.decided_by_id else row.comment}
    Event.objects.create(
        at=clock.now(), type="deal", record_id=row.deal_id, version=row.deal.version, kind=kind, by=by, via=VIA, data=data
    )  # fmt: skip
    publish(f"timeline:deal:{row.deal_id}", {"type": "deal", "id": row.deal_id, "by": by.pk})


def words(event: Event, reader: Reader, sentence: str) -> Words:
    percent = reader.formats.percent(Decimal(str(event.data.get("percent", 0))))
    said = " ".join(str(event.data.get("words", "")).split())
    link = _("Request") if not said else said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    return sentence % {"percent": percent}, ((link, address_of(int(event.data.get("approval", 0)))),)


@tells("discount_asked", "badge-percent")
def discount_asked(event: Event, type_: RecordType, reader: Reader) -> Words:
    return words(event, reader, _("asked for a discount of %(percent)s:"))


@tells("discount_approved", "badge-check")
def discount_approved(event: Event, type_: RecordType, reader: Reader) -> Words:
    return words(event, reader, _("approved the discount of %(percent)s:"))


@tells("discount_declined", "badge-x")
def discount_declined(event: Event, type_: RecordType, reader: Reader) -> Words:
    return words(event, reader, _("declined the discount of %(percent)s:"))


@tells("discount_withdrawn", "undo-2")
def discount_withdrawn(event: Event, type_: RecordType, reader: Reader) -> Words:
    return words(event, reader, _("took back the question for a discount of %(percent)s:"))
