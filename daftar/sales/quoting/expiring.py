"""A quote that nobody answered until its last day is over: its state says so, and who takes care of it is told.

What came by an import stays as it came, so that the import can be taken back.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from daftar.access.models import Installation
from daftar.activities.notifying.writing import News, tell
from daftar.kernel import clock
from daftar.records import writing
from daftar.records.models import Event
from daftar.records.schema import current_schema
from daftar.sales.acting import acting
from daftar.sales.models import Quote
from daftar.sales.moving import BY_ITSELF
from daftar.sales.telling import tell_deal

AT_ONCE = 200
"""So many quotes in one transaction."""
NEWS = timedelta(days=7)
"""What was over for longer before anybody noticed (the server did not run) is marked and nobody told."""


def expire_quotes() -> int:
    """Mark the open quotes whose last day, by the company's clock, is over; how many."""
    today = clock.today(Installation.load().time_zone)
    over = Quote.objects.filter(state="issued", deleted_at=None, valid_until__lt=today)
    came = Event.objects.filter(type="quote", record_id=OuterRef("pk"), kind="created", via="import")
    ids = list(over.exclude(Exists(came)).order_by("valid_until", "id").values_list("pk", flat=True))
    return sum(expire(ids[start : start + AT_ONCE]) for start in range(0, len(ids), AT_ONCE))


def expire(ids: list[int]) -> int:
    """Mark those of these that are still open and over, in one transaction, each in the name of who takes care of it; how many."""
    today = clock.today(Installation.load().time_zone)
    type_ = current_schema().type("quote")
    with transaction.atomic():
        rows = Quote.objects.select_for_update(of=("self",), no_key=True).select_related("deal", "owner")
        found = list(rows.filter(pk__in=ids, state="issued", valid_until__lt=today).order_by("id"))
        for quote in found:
            by = acting(quote.owner, "change", "quote", quote)
            writing.derive(type_, quote, {"state": "expired"}, by=by, via="sale", data=BY_ITSELF)
            tell_deal(quote.deal, "quote_expired", ("quote", quote.pk), by=by, by_itself=True)
            if quote.owner_id and quote.valid_until is not None and quote.valid_until >= today - NEWS:
                tell([News(quote.owner_id, "quote_answered", None, "quote", quote.pk, data={"what": "expired"})])
    return len(found)
