"""Parts of a record as a table on its card, edited where they stand: packs and parts of a product, prices of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.kernel.errors import Invalid, Missing
from daftar.records import writing
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.types import RecordType
from daftar.ui.parts import Shown, Widget

FIND = "/products/find"
"""The look-up that puts exact codes and barcodes first."""
MOST = 200
"""So many parts stand on a card; the list of the part type has all of them."""


@dataclass(frozen=True, slots=True)
class Block:
    """One table. Shapes: `link` is the field of the part that names the whole; `fixed` are columns that stay once a row is made."""

    name: str
    whole: str
    part: str
    link: str
    columns: tuple[str, ...]
    heading: Any
    empty: Any
    fixed: tuple[str, ...] = ()


BLOCKS: Mapping[str, Block] = {
    one.name: one
    for one in (
        Block(
            "packs", "product", "product_pack", "product", ("name", "factor", "barcode"), _("Packs"),
            _("It is bought and sold by its own unit only."),
        ),
        Block(
            "parts", "product", "bundle_part", "bundle", ("product", "quantity"), _("Parts of the bundle"),
            _("A bundle is made of products. Add the first one below."), fixed=("product",),
        ),
        Block(
            "items", "price_list", "price_item", "price_list", ("product", "min_quantity", "price"), _("Prices"),
            _("No product has a price of its own here yet."), fixed=("product",),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """Shapes: `widget` is None where nothing can be changed."""

    key: str
    kind: str
    shown: Shown
    widget: Widget | None = None


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    version: int
    name: str
    cells: tuple[Cell, ...]


class PartRows:
    """The table as one reader sees it; what is wrong with a row that was sent stands at its fields."""

    def __init__(self, block: Block, whole: Row, reader: Reader) -> None:
        self.block, self.whole, self.reader = block, whole, reader
        self.type = reader.schema.type(block.part)
        self.fields: list[Field] = [f for key in block.columns if (f := self.type.field(key)) is not None]
        self.may_change = decide.may(reader.user, "change", block.whole, whole)
        self.typed: dict[int, Mapping[str, Any]] = {}
        """Row (0: the new one) → what was typed and could not be kept."""
        self.errors: dict[int, Mapping[str, Any]] = {}

    # -- writing -----------------------------------------------------------------------------------

    def add(self, sent: Any) -> bool:
        """Add the row that was sent; False with sentences at its fields."""
        return self.keep(0, sent, self.fields)

    def change(self, part_id: int, sent: Any) -> bool:
        """Change a row. Errors: Missing, NotAllowed, Conflict."""
        self.own(part_id)
        return self.keep(part_id, sent, [f for f in self.fields if f.key not in self.block.fixed])

    def remove(self, part_id: int) -> None:
        self.own(part_id)
        writing.remove(self.type, part_id, by=self.reader.user, via="page")

    def keep(self, part_id: int, sent: Any, fields: list[Field]) -> bool:
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        raws = {field.key: field.read(sent) for field in fields}
        for field in fields:
            if raws[field.key] is None and part_id:
                continue
            try:
                values[field.key] = field.parse(raws[field.key], self.reader)
            except Invalid as refused:
                errors[field.key] = refused.sentence
        if not errors:
            try:
                self.store(part_id, values, sent)
            except Invalid as refused:
                errors = {key if key in raws else "": sentence for key, sentence in refused.errors.items()}
        if errors:
            self.typed[part_id], self.errors[part_id] = raws, errors
        return not errors

    def store(self, part_id: int, values: Mapping[str, Any], sent: Any) -> None:
        by = self.reader.user
        if not part_id:
            values = {
                **{key: value for key, value in values.items() if value is not None},
                self.block.link: self.whole.pk,
            }
            writing.create(self.type, values, by=by, via="page", once=str(sent.get("once", ""))[:64])
            return
        version = str(sent.get("version", ""))
        writing.change(
            self.type, part_id, values, by=by, via="page", version=int(version) if version.isdecimal() else None
        )

    def own(self, part_id: int) -> None:
        """Refuse a row of another record."""
        if not self.rows().filter(pk=part_id).exists():
            raise Missing()

    # -- showing -----------------------------------------------------------------------------------

    def rows(self) -> Any:
        return of_type(self.type).filter(**{self.block.link: self.whole.pk}, deleted_at=None)

    def lines(self) -> list[Line]:
        order = ("product__name", "min_quantity", "id") if self.block.part == "price_item" else ("id",)
        rows = list(self.rows().order_by(*order)[:MOST])
        self.reader.load(self.type, rows, self.fields)
        return [
            Line(row.pk, row.version, self.name_of(row), tuple(self.cell(row, f) for f in self.fields)) for row in rows
        ]

    def name_of(self, row: Row) -> str:
        first = self.fields[0]
        return first.show(first.get(row), self.reader).text or self.type.title_of(row)

    def cell(self, row: Row, field: Field) -> Cell:
        shown = field.show(field.get(row), self.reader)
        is_open = self.may_change and not field.readonly and field.key not in self.block.fixed
        return Cell(field.key, field.kind, shown, self.widget(field, row) if is_open else None)

    def blank(self) -> list[Widget]:
        """The widgets of the row that can be added."""
        return [self.widget(field, None) for field in self.fields] if self.may_change else []

    def widget(self, field: Field, row: Row | None) -> Widget:
        id_ = 0 if row is None else row.pk
        is_typed = id_ in self.typed and field.key in self.typed[id_]
        value = self.typed[id_][field.key] if is_typed else field.first(self.reader) if row is None else field.get(row)
        widget = plain(field.widget(value, self.reader), self.currency)
        url = FIND if widget.kind == "lookup" and field.key == "product" else widget.url
        return replace(widget, url=url, error=str(self.errors.get(id_, {}).get(field.key, "")), help="")

    @property
    def all_rows(self) -> tuple[int, str]:
        """(how many rows there are, the list of all of them; "" when they stand here)."""
        count = self.rows().count()
        return count, f"{self.type.address()}?{self.block.link}={self.whole.pk}" if count > MOST else ""

    @property
    def currency(self) -> str:
        return getattr(self.whole, "currency", "") or self.reader.formats.currency

    @property
    def problem(self) -> str:
        """What is wrong and belongs to no field."""
        return " ".join(str(errors[""]) for errors in self.errors.values() if errors.get(""))


def plain(widget: Widget, currency: str) -> Widget:
    """Money in a currency that the whole fixes is one input; the currency goes along unseen."""
    if widget.kind != "group" or not widget.parts:
        return widget
    return replace(widget.parts[0], required=widget.required, attrs={**widget.parts[0].attrs, "currency": currency})


def rows_of(name: str, whole: Row, reader: Reader) -> PartRows:
    """The table `name` of a record. Errors: Missing for no such table."""
    if name not in BLOCKS:
        raise Missing()
    return PartRows(BLOCKS[name], whole, reader)


def type_of_whole(name: str, reader: Reader) -> RecordType:
    return reader.schema.type(BLOCKS[name].whole)
