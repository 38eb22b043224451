"""The terms of a sale (currency, taxes, rounding, discount of the whole): kept with a line on the timeline, and taken back with their change set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.timeline.event_lines import Words, tells
from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import joined
from daftar.kernel.live.publishing import publish
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.bulk import beside
from daftar.records.bulk.beside import Beside, Told
from daftar.records.models import BulkRun, ChangeSet, Event
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.types import RecordType
from daftar.sales.choices import ROUNDINGS
from daftar.sales.lines.renewing import renew
from daftar.sales.lines.wanting import renew_for
from daftar.sales.models import DealLine, SaleTerms

TERMS = ("currency", "tax_included", "rounding", "discount_percent", "discount_amount", "price_list_id")
KIND = "terms_changed"
BATCH = 500


def kept(deal_id: int) -> SaleTerms | None:
    return SaleTerms.objects.filter(deal=deal_id).first()


def keep(deal: Deal, terms: SaleTerms) -> dict[str, Any]:
    """Store the terms of a deal, and give back those that stood there, as `plain`; of a deal without terms these without a discount."""
    before = kept(deal.pk)
    said = plain(before or terms)
    SaleTerms.objects.update_or_create(deal=deal, defaults={name: getattr(terms, name) for name in TERMS})
    return said if before is not None else {**said, "discount_percent": None, "discount_amount": None}


def plain(terms: SaleTerms) -> dict[str, Any]:
    """The terms as JSON."""
    values = {name: getattr(terms, name) for name in TERMS}
    return {name: f"{value.normalize():f}" if isinstance(value, Decimal) else value for name, value in values.items()}


def note(deal: Deal, before: dict[str, Any], after: dict[str, Any], *, by: User, change_set: ChangeSet | None) -> None:
    """Write onto the timeline of the deal what became of its terms; nothing where they are the same."""
    if before == after:
        return
    Event.objects.create(
        at=clock.now(),
        type="deal",
        record_id=deal.pk,
        version=deal.version,
        kind=KIND,
        by=by,
        via="lines",
        change_set=change_set,
        data={"terms": [before, after]},
    )
    publish(f"timeline:deal:{deal.pk}", {"type": "deal", "id": deal.pk, "by": by.pk})


@tells(KIND, "percent")
def terms_changed(event: Event, type_: RecordType, reader: Reader) -> Words:
    before, after = event.data["terms"]
    pairs = zip(in_words(before, reader), in_words(after, reader), strict=True)
    changed = [f"{label}: {old} → {new}" for (label, old), (_label, new) in pairs if old != new]
    return _("changed the terms of the sale (%(what)s)") % {"what": joined(changed)}, ()


def in_words(terms: dict[str, Any], reader: Reader) -> list[tuple[str, str]]:
    """(what, how it is) of each of the terms."""
    formats = reader.formats
    discount = "—"
    if terms["discount_percent"]:
        discount = formats.percent(Decimal(terms["discount_percent"]))
    elif terms["discount_amount"]:
        discount = formats.money(Money(Decimal(terms["discount_amount"]), terms["currency"]))
    pair = "price_list", terms["price_list_id"] or 0
    if pair[1]:
        reader.names.want([pair])
        reader.names.fetch()
    return [
        (_("Currency"), terms["currency"]),
        (_("Prices include tax"), _("yes") if terms["tax_included"] else _("no")),
        (_("Rounded"), str(dict(ROUNDINGS).get(terms["rounding"], terms["rounding"]))),
        (_("Discount of the whole"), discount),
        (_("Price list"), (reader.names.known.get(pair) or "—") if pair[1] else _("by itself")),
    ]


# -- taking back -----------------------------------------------------------------------------------------


def of_set(change_set: ChangeSet) -> list[Event]:
    return list(Event.objects.filter(change_set=change_set, type="deal", kind=KIND).order_by("-id"))


def ended(run: BulkRun) -> None:
    """The rows of a change set are what they were: its terms follow, and then all sums."""
    if run.undoes is None:
        return
    first, is_again = beside.first_set(run.undoes)
    deals = {event.record_id for event in of_set(first) if put_back(event, run, is_again=is_again)}
    lines = Event.objects.filter(change_set=run.change_set, type="deal_line").order_by().values("record_id")
    deals |= set(DealLine.objects.filter(pk__in=lines).order_by().values_list("deal_id", flat=True))
    ids = sorted(deals)
    for start in range(0, len(ids), BATCH):
        renew(ids[start : start + BATCH], by=run.by, change_set=run.change_set)
        renew_for(ids[start : start + BATCH])


def put_back(event: Event, run: BulkRun, *, is_again: bool) -> bool:
    """Give a deal the terms of before, unless somebody gave it others since or `run.by` may not change it."""
    from_, to = event.data["terms"] if is_again else reversed(event.data["terms"])
    try:
        deal: Any = writing.locked(current_schema().type("deal"), event.record_id, run.by, "change")
    except DaftarError:
        return False
    now = kept(deal.pk)
    if now is None or plain(now) != from_:
        return False
    SaleTerms.objects.filter(deal=deal.pk).update(**to)
    note(deal, from_, to, by=run.by, change_set=run.change_set)
    return True


def told(change_set: ChangeSet) -> list[Told]:
    """Whether the terms went back, on the page of the undoing."""
    run = BulkRun.objects.filter(change_set=change_set).select_related("undoes").first()
    if run is None or run.undoes is None:
        return []
    went = {event.record_id for event in of_set(change_set)}
    first, _is_again = beside.first_set(run.undoes)
    stays = [event for event in of_set(first) if event.record_id not in went]
    said = [Told(_("The terms of the sale are what they were."))] if went else []
    return [*said, *(Told(_("The terms of the sale stay: somebody changed them since."), stays=True) for _one in stays)]


def add_beside() -> None:
    beside.add(
        Beside(
            put_away=lambda change_set, by: False,
            bring_back=lambda change_set, by: False,
            told=told,
            why_not=lambda change_set: "",
            has_more=lambda change_set: False,
            begun=lambda run: None,
            ended=ended,
        )
    )
