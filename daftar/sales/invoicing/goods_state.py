"""How the goods of an invoice are, line by line: shipped, held until a day, not held any more; and holding them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.catalogue.bundles import parts_of
from daftar.catalogue.models import Hold, Product
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.age import age_words
from daftar.catalogue.stock.items import decimals_of
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.formats import Formats
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.invoicing.holding import item
from daftar.sales.invoicing.left import to_ship
from daftar.sales.models import Invoice, InvoiceLine, SalesSettings
from daftar.sales.telling import tell_deal

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(slots=True)
class Goods:
    """The goods of one line. Units: in the line's own unit; `needs` says how many of which product one of it takes, none where no stock is counted.

    Shapes: `left` has not been shipped or credited; `available` is there and held for nobody; `until` is the first day on which a hold of it
    ends, `ended` the last one on which one ended by itself.
    """

    line: InvoiceLine
    left: Decimal
    held: Decimal = ZERO
    available: Decimal = ZERO
    until: date | None = None
    ended: date | None = None
    needs: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def not_held(self) -> Decimal:
        return max(self.left - self.held, ZERO) if self.needs else ZERO

    @property
    def can_be_held(self) -> Decimal:
        return min(self.not_held, self.available)


def goods_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> dict[int, Goods]:
    """Line → how its goods are; only lines of goods, of a paper by which goods leave. A fixed number of queries, however many lines.

    Shapes: the lines have their products; what is available goes to the first line that wants it.
    """
    if invoice.deal_id is None or invoice.kind == "credit" or invoice.state == "cancelled":
        return {}
    left = to_ship(lines)
    found = {line.pk: Goods(line, left[line.pk]) for line in lines if line.pk in left}
    say_needs(found)
    say_held(invoice, found)
    say_available(found)
    return found


def say_needs(found: Mapping[int, Goods]) -> None:
    ids = {one.line.product_id for one in found.values() if one.line.product_id}
    kinds = {one.line.product_id: one.line.product.kind for one in found.values() if one.line.product is not None}
    parts = parts_of([id_ for id_ in ids if kinds[id_] == "bundle"])
    all_ids = ids | {id_ for some in parts.values() for id_, _each in some}
    counted = set(
        Product.objects.filter(pk__in=all_ids, kind="good", tracks_stock=True, deleted_at=None).values_list(
            "pk", flat=True
        )
    )
    for one in found.values():
        needs: dict[int, Decimal] = defaultdict(Decimal)
        for id_, each in parts.get(one.line.product_id or 0, [(one.line.product_id or 0, ONE)]):
            if id_ in counted:
                needs[id_] += each * one.line.factor
        one.needs = dict(needs)


def say_held(invoice: Invoice, found: Mapping[int, Goods]) -> None:
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    holds = Hold.objects.filter(
        about_type="invoice", about_id=invoice.pk, state__in=("in_force", "expired"), deleted_at=None
    )
    for key, product, quantity, until, state in holds.values_list("key", "product", "quantity", "until", "state"):
        one = found.get(int(key)) if key.isdigit() else None
        if one is None:
            continue
        if state == "expired":
            one.ended = max(filter(None, (one.ended, until)), default=None)
        else:
            sums[key, product] += quantity
            one.until = min(filter(None, (one.until, until)), default=None)
    for id_, one in found.items():
        if one.needs:
            one.held = min(sums[str(id_), product] / each for product, each in one.needs.items())


def say_available(found: Mapping[int, Goods]) -> None:
    numbers = doors.five_numbers(sorted({id_ for one in found.values() for id_ in one.needs}))
    there = {id_: max(five.available, ZERO) for id_, five in numbers.items()}
    for one in found.values():
        if one.needs:
            much = min(there[id_] / each for id_, each in one.needs.items())
            one.available = much.quantize(ONE.scaleb(-digits_of(one)), ROUND_DOWN)
            for id_, each in one.needs.items():
                there[id_] -= one.can_be_held * each


def digits_of(one: Goods) -> int:
    """Bundles and packs are only held whole."""
    product = one.line.product
    return 0 if product is None or product.kind == "bundle" or one.line.factor != 1 else decimals_of(product)


def words_of(one: Goods, formats: Formats, *, shows_stock: bool) -> tuple[str, str]:
    """(how the goods are, the tone in which that is said); "" where there is nothing to be said."""

    def number(much: Decimal) -> str:
        return formats.number(much.normalize())

    if not one.left:
        return (_("Shipped"), "ok") if one.line.shipped else ("", "")
    if not one.needs:
        return "", ""
    said = []
    if one.held:
        said.append(_("held until %(day)s") % {"day": formats.date(one.until)} if one.until else _("held"))
    if not one.not_held:
        return said[0], "ok"
    if one.held:
        said[0] = f"{number(one.held)} {said[0]}"
    elif one.ended is not None:
        said.append(_("the hold ended on %(day)s") % {"day": formats.date(one.ended)})
    else:
        said.append(_("not held"))
    is_there = one.available >= one.not_held
    if shows_stock:
        there = {"there": number(one.available), "wanted": number(one.not_held)}
        words = _("%(there)s available") if is_there else _("not enough: %(there)s available, %(wanted)s wanted")
        age = age_words(one.line.product, formats)
        said.append(f"{words % there} ({age})" if age else words % there)
    return " · ".join(said), "warn" if is_there else "danger"


def hold_again(
    invoice_id: int, quantities: Mapping[int, Decimal] | None = None, *, by: User, until: date | None = None
) -> Invoice:
    """Hold goods of an invoice that are not held, until a day.

    Shapes: `quantities` maps lines of the invoice to how many, in the line's unit; None for all that is not held. Without a day the days of
    the settings count.
    Errors: Missing, NotAllowed, Invalid, OutOfStock, Conflict when everything is held. Nothing is held when one is raised.
    """
    type_ = current_schema().type("invoice")
    with transaction.atomic():
        invoice = cast(Invoice, writing.locked(type_, invoice_id, by, "change"))
        today = clock.today(Installation.load().time_zone)
        until = until or today + timedelta(days=SalesSettings.load().hold_days)
        if until < today:
            raise Invalid(_("This day is over. Choose a later one."), field="until")
        rows = InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None).select_related("product__unit")
        goods = goods_of(invoice, list(rows.order_by("position", "id")))
        wanted = {id_: one.not_held for id_, one in goods.items()} if quantities is None else quantities
        wanted = {id_: quantity for id_, quantity in wanted.items() if quantity}
        if not any(one.not_held for one in goods.values()):
            raise Conflict(_("All goods of this invoice are held, or have left already."))
        if not wanted:
            raise Invalid(_("Say how much of which line is to be held."), field="")
        for id_, quantity in wanted.items():
            if id_ not in goods or not 0 < quantity <= goods[id_].not_held:
                raise Invalid(_("More cannot be held than is left on the invoice."), field=f"line.{id_}")
        items = [item(goods[id_].line, quantity) for id_, quantity in wanted.items()]
        doors.hold(items, by=by, about=("invoice", invoice.pk), until=until, owner_id=invoice.owner_id)
        writing.derive(type_, invoice, {"hold_until": until}, by=by, via="sale")
        tell_deal(invoice.deal, "goods_held", ("invoice", invoice.pk), by=by)
    return invoice
