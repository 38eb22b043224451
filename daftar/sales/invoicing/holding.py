"""The goods of an invoice: held when it is issued, shipped from what is held, free again when it is cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue.bundles import parts_of
from daftar.catalogue.models import Hold
from daftar.catalogue.stock import doors, levels
from daftar.catalogue.stock.doors import Item, OutOfStock
from daftar.kernel.errors import Conflict, Invalid
from daftar.records import writing
from daftar.records.models import Once
from daftar.records.schema import current_schema
from daftar.sales.invoicing.left import delivery_of, goods, to_ship
from daftar.sales.invoicing.settling import locked
from daftar.sales.models import DealLine, Invoice, InvoiceLine
from daftar.sales.telling import tell_deal

ZERO = Decimal(0)


def item(line: InvoiceLine, quantity: Decimal | None = None) -> Item:
    """So much of a line in the product's own unit."""
    many = line.quantity if quantity is None else quantity
    return Item(line.product_id or 0, many * line.factor, key=str(line.pk))


def hold_still(deal_id: int | None, lines: Sequence[InvoiceLine]) -> None:
    """Lock at once every product that issuing, cancelling or crediting may come to: those of the lines, of the deal, and their parts.

    One after another they would be locked out of their order, by lines, by what is released and held, by the deal that moves.
    """
    ids = {line.product_id for line in lines if line.product_id}
    ids |= set(DealLine.objects.filter(deal=deal_id or 0, product__isnull=False).values_list("product", flat=True))
    held = Hold.objects.filter(state="in_force", about_type="deal", about_id=deal_id or 0)
    ids |= set(held.values_list("product", flat=True))
    levels.hold_still(ids | {part for parts in parts_of(sorted(ids)).values() for part, _each in parts})


def hold_goods(
    invoice: Invoice, lines: Sequence[InvoiceLine], how: Literal["all", "available", "none"], *, by: User
) -> None:
    """Hold what a new invoice sells, in its transaction. What the deal itself held before goes over to it.

    Errors: OutOfStock with `how` "all"; with "available" lines that are not there in full are left out.
    """
    prefetch_related_objects(lines, "product")
    wanted = goods(lines)
    if not wanted:
        return
    hold_still(invoice.deal_id, wanted)
    doors.release(about=("deal", invoice.deal_id or 0), by=by)

    if how == "all":
        refuse_deleted(wanted)

    def keep(some: Sequence[InvoiceLine]) -> None:
        doors.hold(
            [item(line) for line in some],
            by=by,
            about=("invoice", invoice.pk),
            until=invoice.hold_until,
            owner_id=invoice.owner_id,
        )

    if how == "all":
        keep(wanted)
    elif how == "available":
        for line in wanted:
            if is_deleted(line):
                continue
            try:
                with transaction.atomic():
                    keep([line])
            except OutOfStock:
                continue


def is_deleted(line: InvoiceLine) -> bool:
    return line.product is not None and line.product.deleted_at is not None


def refuse_deleted(lines: Sequence[InvoiceLine]) -> None:
    """Errors: Conflict that names the first line whose product lies in the bin: no goods of it are held or leave."""
    for line in lines:
        if is_deleted(line):
            said = _(
                "The product of “%(name)s” was deleted, so its goods are not held or shipped. Bring it back from the bin, or hold nothing."
            )
            raise Conflict(said % {"name": line.name})


def ship(invoice_id: int, quantities: Mapping[int, Decimal] | None = None, *, by: User, once: str = "") -> Invoice:
    """Let goods of an invoice leave: from what is held for it, else from what is available.

    Shapes: `quantities` maps lines of the invoice to how many leave now, in the line's unit; None for all that is left. `once` is the key of
    the form: sent again nothing more leaves.
    Errors: Invalid, Conflict (cancelled, nothing left), OutOfStock. Nothing leaves when one is raised.
    """
    with transaction.atomic():
        invoice = locked(invoice_id)
        if once and Once.objects.filter(key=once).exists():
            return invoice
        if invoice.state == "cancelled" or invoice.kind == "credit":
            raise Conflict(_("Nothing is delivered by this paper."))
        lines = {line.pk: line for line in InvoiceLine.objects.filter(invoice=invoice.pk).select_related("product")}
        open_ = to_ship(list(lines.values()))
        chosen = {id_: q for id_, q in (open_ if quantities is None else quantities).items() if q}
        if not chosen:
            raise Conflict(_("Everything on this invoice has left already."))
        for id_, quantity in chosen.items():
            if id_ not in open_ or not 0 < quantity <= open_[id_]:
                raise Invalid(_("More cannot leave than is left on the invoice."), field=f"line.{id_}")
        refuse_deleted([lines[id_] for id_ in chosen])
        doors.ship_held(
            [item(lines[id_], quantity) for id_, quantity in chosen.items()],
            about=("invoice", invoice.pk),
            by=by,
            once=once,
        )
        line_type = current_schema().type("invoice_line")
        for id_, quantity in chosen.items():
            shipped = lines[id_].shipped + quantity
            writing.derive(line_type, lines[id_], {"shipped": shipped}, by=by, via="sale")
        renew_delivery(invoice, list(lines.values()), by=by)
        tell_deal(invoice.deal, "goods_shipped", ("invoice", invoice.pk), by=by)
        if once:
            Once.objects.create(key=once, by=by, type="invoice", record_id=invoice.pk)
    return invoice


def renew_delivery(invoice: Invoice, lines: Sequence[InvoiceLine] | None = None, *, by: User) -> None:
    """Write how far the delivery of a locked invoice is; of a paper that came from a file its system has said it."""
    if invoice.deal_id is None or invoice.kind == "credit" or invoice.state == "cancelled":
        return
    if lines is None:
        lines = list(InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None).select_related("product"))
    state = delivery_of(lines)
    if state != invoice.delivery:
        writing.derive(current_schema().type("invoice"), invoice, {"delivery": state}, by=by, via="sale")
