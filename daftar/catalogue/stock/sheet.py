"""A sheet of goods that somebody types: rows of product, quantity and cost, and the one act that is done with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, cast

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue.models import Product, ProductPack, StockLevel, Warehouse
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.items import Item, OutOfStock
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.kernel.numbers import parse_decimal
from daftar.records.reader import Reader
from daftar.records.reading import visible

Act = Literal["receive", "transfer", "write_off", "count"]
ACTS: tuple[Act, ...] = ("receive", "transfer", "write_off", "count")
KINDS = ("receipt", "return", "opening", "correction")
MOST = 500
"""Rows of one sheet."""


@dataclass
class Line:
    """One row as typed. Shapes: `product` is an id as text, `words` what was typed without picking; `errors` by input."""

    product: str = ""
    words: str = ""
    quantity: str = ""
    cost: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    row: Product | None = None

    @property
    def is_empty(self) -> bool:
        return not any(text.strip() for text in (self.product, self.words, self.quantity, self.cost))


@dataclass(frozen=True)
class Deed:
    """What is done with the rows, where and why."""

    act: Act
    warehouse: Warehouse
    target: Warehouse | None = None
    kind: str = "receipt"
    reason: str = ""
    once: str = ""


def find_products(lines: Sequence[Line], reader: Reader) -> None:
    """Give each line its product: the one that was picked, or the only one of that code, barcode or name."""
    type_ = reader.schema.type("product")
    seen = cast("QuerySet[Product]", visible(type_, reader.user)).select_related("unit")
    picked = {int(one.product) for one in lines if one.product.isdecimal() and len(one.product) < 19}
    known = {row.pk: row for row in seen.filter(pk__in=picked)}
    typed = {one.words.strip() for one in lines if not one.product and one.words.strip()}
    by_word = of_words(typed, seen) if typed else {}
    for line in lines:
        if line.product:
            line.row = known.get(int(line.product)) if line.product.isdecimal() and len(line.product) < 19 else None
        elif line.words.strip():
            found = by_word.get(line.words.strip(), set())
            line.row = next(iter(found)) if len(found) == 1 else None
        if line.row is not None:
            line.product, line.words = str(line.row.pk), line.row.name


def of_words(words: set[str], seen: QuerySet[Product]) -> dict[str, set[Product]]:
    """Word → the products whose code, barcode (also of a pack) or whole name it is."""
    packs = dict(ProductPack.objects.filter(barcode__in=words, deleted_at=None).values_list("barcode", "product"))
    rows = list(
        seen.filter(Q(code__in=words) | Q(barcode__in=words) | Q(name__in=words) | Q(pk__in=packs.values()))[: MOST * 3]
    )
    return {
        word: {row for row in rows if word == row.code}
        or {row for row in rows if word in (row.barcode, row.name) or row.pk == packs.get(word)}
        for word in words
    }  # fmt: skip


def items_of(lines: Sequence[Line], act: Act, formats: Formats) -> list[Item]:
    """The items of the lines that say something; sentences stand at their inputs. Shapes: one item a line, in their order.

    A row of a count in which nothing was counted is left out.
    """
    found = []
    for line in lines:
        if line.is_empty or (act == "count" and line.row is not None and not line.quantity.strip()):
            continue
        if line.row is None:
            line.errors["product"] = _("Choose one from the list that opens when you type.")
        elif line.row.kind == "bundle":
            if act == "count":
                line.errors["product"] = _("A bundle is counted by its parts.")
        elif line.row.kind == "service" or not line.row.tracks_stock:
            line.errors["product"] = _("The stock of this product is not counted.")
        try:
            quantity = parse_decimal(line.quantity, formats, places=3)
        except Invalid as refused:
            line.errors["quantity"], quantity = str(refused.sentence), Decimal(0)
        cost = None
        if line.cost.strip():
            try:
                cost = Money(parse_decimal(line.cost, formats), formats.currency)
            except Invalid as refused:
                line.errors["cost"] = str(refused.sentence)
            if cost is not None and cost.amount < 0:
                line.errors["cost"] = _("Write how much, nothing or more.")
        if not line.errors and line.row is not None:
            found.append(Item(line.row.pk, quantity, cost))
    return found


def do(deed: Deed, lines: Sequence[Line], formats: Formats, *, by: User) -> int:
    """Do it with all rows or with none; how many rows. Errors: Invalid and OutOfStock, their sentences also at the rows."""
    items = items_of(lines, deed.act, formats)
    if any(line.errors for line in lines):
        raise Invalid(_("Nothing was done yet. Look at the rows that are marked."), field="rows")
    if not items:
        raise Invalid(_("Choose a product and write how many."), field="rows")
    said = [line for line in lines if not line.is_empty and (deed.act != "count" or line.quantity.strip())]
    try:
        act(deed, items, by=by)
    except OutOfStock as short:
        for one in short.items:
            for line in said:
                if line.row is not None and line.row.pk == one.product_id:
                    line.errors["quantity"] = _("%(there)s available here") % {
                        "there": formats.number(one.there.normalize())
                    }
        raise
    except Invalid as refused:
        for key, sentence in refused.errors.items():
            if key.startswith("item."):
                said[int(key.removeprefix("item."))].errors["quantity"] = str(sentence)
        raise
    return len(items)


def act(deed: Deed, items: Sequence[Item], *, by: User) -> None:
    place = deed.warehouse
    if deed.act == "receive":
        kind: Any = deed.kind
        doors.receive(items, by=by, kind=kind, warehouse=place, reason=deed.reason, once=deed.once)
    elif deed.act == "write_off":
        doors.write_off(items, by=by, reason=deed.reason, warehouse=place, once=deed.once)
    elif deed.act == "transfer":
        if deed.target is None:
            raise Invalid(_("Choose where the goods go."), field="target")
        doors.transfer(items, by=by, source=place, target=deed.target, reason=deed.reason, once=deed.once)
    else:
        doors.count(items, by=by, warehouse=place, reason=deed.reason, once=deed.once)


def lines_of_text(text: str) -> list[Line]:
    """Rows copied out of a table: code, barcode or name; quantity; cost. Parted by tabs, else by semicolons."""
    found = []
    for row in text.splitlines()[:MOST]:
        cells = [cell.strip() for cell in row.split("\t" if "\t" in row else ";")] + ["", "", ""]
        if cells[0] or cells[1]:
            found.append(Line(words=cells[0][:300], quantity=cells[1][:40], cost=cells[2][:40]))
    return found


def lying_in(warehouse: Warehouse, reader: Reader) -> list[tuple[Product, Decimal]]:
    """What lies in a warehouse by the books, by name: the sheet of a count."""
    seen = visible(reader.schema.type("product"), reader.user)
    levels = StockLevel.objects.filter(warehouse=warehouse, product__in=seen.values("pk")).exclude(
        on_hand=0, reserved=0
    )
    rows = levels.select_related("product__unit").order_by("product__name", "product")[:MOST]
    return [(level.product, level.on_hand) for level in rows]
