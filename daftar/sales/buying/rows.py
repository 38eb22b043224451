"""The lines of a purchase order as a table on its card, edited where they stand as long as it is a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.catalogue.models import ProductPack
from daftar.catalogue.part_rows import Block, Cell, Line, PartRows
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.sales.buying.expecting import OPEN
from daftar.sales.buying.lines import Wish, currency_of
from daftar.sales.buying.orders import add_line, change_line, remove_line
from daftar.sales.models import PurchaseLine, PurchaseOrder
from daftar.ui.parts import Option, Shown, Widget

LINES = Block(
    "lines", "purchase_order", "purchase_line", "order", ("product", "quantity", "unit", "price"), _("Lines"),
    _("Nothing is ordered yet. Add the first product below."), fixed=("product",),
)  # fmt: skip


class OrderRows(PartRows):
    """Shapes: the unit of a row is chosen among the product's own and its packs, by the id of the pack."""

    whole: PurchaseOrder

    def __init__(self, order: PurchaseOrder, reader: Reader) -> None:
        super().__init__(LINES, order, reader)
        self.may_change = self.may_change and order.state == "draft"
        self.packs: dict[int, list[ProductPack]] = {}

    @property
    def currency(self) -> str:
        return currency_of(self.whole)

    # -- writing -----------------------------------------------------------------------------------

    def store(self, part_id: int, values: Mapping[str, Any], sent: Any) -> None:
        by = self.reader.user
        if not part_id:
            if values.get("product") is None:
                raise Invalid(_now("Choose a product from the list that opens when you type."), field="product")
            if values.get("quantity") is None:
                raise Invalid(_now("Write how many, more than nothing."), field="quantity")
            wish = Wish(values["product"], values["quantity"], price=values.get("price"))
            add_line(self.whole.pk, wish, by=by, once=str(sent.get("once", ""))[:64])
            return
        version = str(sent.get("version", ""))
        changed = dict(values)
        if "unit" in changed:
            changed |= self.in_unit(part_id, str(changed.pop("unit") or ""), changed.get("price"))
        change_line(part_id, changed, by=by, version=int(version) if version.isdecimal() else None)

    def in_unit(self, line_id: int, pack: str, price: Money | None) -> dict[str, Any]:
        """Another unit: its name, how many it holds, and the price of one such where nobody wrote another."""
        line = PurchaseLine.objects.select_related("product__unit").get(pk=line_id)
        if line.product is None or pack == "kept":
            return {}
        chosen = (
            ProductPack.objects.filter(pk=int(pack), product=line.product_id, deleted_at=None).first()
            if pack.isdecimal()
            else None
        )
        if pack and chosen is None:
            raise Invalid(_now("This pack is none of this product. Choose one of the list."), field="unit")
        own = line.product.unit
        name = chosen.name if chosen is not None else (own.symbol or own.name) if own is not None else ""
        factor = chosen.factor if chosen is not None else Decimal(1)
        said: dict[str, Any] = {"unit": name, "factor": factor}
        if line.price is not None and price is not None and price.amount == line.price and factor != line.factor:
            said["price"] = Money((line.price / line.factor * factor).quantize(Decimal("0.0001")), line.price_currency)
        return said

    def remove(self, part_id: int) -> None:
        self.own(part_id)
        remove_line(part_id, by=self.reader.user)

    # -- showing -----------------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        if self.may_change:
            products = self.rows().exclude(product=None).values("product")
            for pack in ProductPack.objects.filter(product__in=products, deleted_at=None).order_by("factor", "id"):
                self.packs.setdefault(pack.product_id, []).append(pack)
        rows = list(self.rows().select_related("product__unit").order_by("position", "id"))
        self.reader.load(self.type, rows, self.fields)
        return [Line(row.pk, row.version, row.name, tuple(self.cell(row, f) for f in self.fields)) for row in rows]

    def cell(self, row: Row, field: Field) -> Cell:
        cell = super().cell(row, field)
        if field.key == "product" and not cell.shown:
            return replace(cell, shown=Shown(getattr(row, "name", ""), direction="auto"))
        return cell

    def widget(self, field: Field, row: Any) -> Widget:
        if field.key != "unit":
            return super().widget(field, row)
        widget = Widget(
            "select",
            "unit",
            label=str(field.label),
            error=str(self.errors.get(row.pk if row else 0, {}).get("unit", "")),
        )
        if row is None or row.product_id is None:
            return replace(widget, options=(Option("kept", row.unit if row is not None else _now("own unit")),))
        packs = self.packs.get(row.product_id, [])
        now = next((pack for pack in packs if pack.name == row.unit and pack.factor == row.factor), None)
        own = row.product.unit
        options = [
            Option(
                "",
                (own.symbol or own.name) if own is not None else _now("own unit"),
                chosen=now is None and row.factor == 1,
            )
        ]
        options += [
            Option(
                str(pack.pk), f"{pack.name} ({self.reader.formats.number(pack.factor.normalize())})", chosen=pack is now
            )
            for pack in packs
        ]
        if not any(option.chosen for option in options):
            options.append(Option("kept", row.unit, chosen=True))
        return replace(widget, options=tuple(options))


def more_columns(rows: OrderRows) -> tuple[list[str], dict[int, list[str]], list[tuple[str, str]]]:
    """(heads, line → what stands there, sums): what a line comes to, what has come of it, the whole order."""
    reader, order = rows.reader, rows.whole
    shows_sums = rows.type.field("gross") is not None
    shows_received = order.state in (*OPEN, "received", "cancelled")
    heads = [*([_now("Sum")] if shows_sums else []), *([_now("Received")] if shows_received else [])]
    more: dict[int, list[str]] = {}
    for line in rows.rows().order_by("position", "id"):
        said = []
        if shows_sums:
            is_known = line.price is not None and line.net is not None
            said.append(reader.formats.money(Money(line.net, line.net_currency)) if is_known else "—")
        if shows_received:
            said.append(reader.formats.number(line.received.normalize()))
        more[line.pk] = said
    sums: list[tuple[str, str]] = []
    type_ = reader.schema.type("purchase_order")
    if more and order.total is not None and type_.field("total") is not None:
        if order.net is not None and order.net != order.total:
            sums.append((_now("Without tax"), reader.formats.money(Money(order.net, order.net_currency))))
        sums.append((_now("Total"), reader.formats.money(Money(order.total, order.total_currency))))
    return heads, more, sums
