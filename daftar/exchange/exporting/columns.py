"""The columns of a file, some thousand rows at a time: a value that stands there often is made ready once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

import orjson

from daftar.exchange.exporting.beside import Named, learn
from daftar.records.fields._json_list import JsonKept
from daftar.records.fields.base import Field
from daftar.records.fields.links import LINKS, links_of
from daftar.records.query.raw_rows import RawRows, loaded
from daftar.records.reader import Reader

C = TypeVar("C")
T = TypeVar("T")
CUSTOM = "custom"
row_with: Any = SimpleNamespace
"""Of a record only what one field looks at."""
KEPT = 5_000
"""So many values of a column are remembered for the next rows; where more are different, they hardly come again."""


@dataclass(frozen=True, slots=True)
class Page(Generic[C]):
    """Shapes: `cells` has for each field a cell of each of the `ids`."""

    ids: Sequence[int]
    cells: Sequence[Sequence[C]]


class Column(Generic[C]):
    """One field of a file; `cell` makes what stands in it of a value."""

    def __init__(self, field: Field, cell: Callable[[Any], C]) -> None:
        self.field, self.cell = field, cell
        self.is_naming = type(field).wants is not Field.wants or isinstance(field, Named)
        self.known: dict[Any, C] = {}
        """What a row keeps → its cell."""

    def kept(self, page: RawRows, beside: Beside) -> Sequence[Any]:
        """What each row keeps, as something that finds its equal."""
        name, *more = self.field.reads
        if more:
            return list(zip(*(page.columns[one] for one in self.field.reads), strict=True))
        if name.startswith(LINKS):
            links = beside.links[name]
            return [tuple(links[id_]) if id_ in links else () for id_ in page.ids]
        if name == CUSTOM:
            slot = self.field.slot
            return [told_apart(custom.get(slot)) for custom in beside.customs]
        return page.columns[name]

    def valuing(self, page: RawRows) -> Callable[[Any], Any]:
        """What makes of that the value which `Field.get` finds in such a row."""
        field = self.field
        name, *more = field.reads
        if more:
            reads = [page.read[one] for one in field.reads]
            return lambda kept: field.get(
                row_with(**{n: read(one) for n, read, one in zip(field.reads, reads, kept, strict=True)})
            )
        if name.startswith(LINKS):
            return lambda kept: field.get(row_with(_links={name.removeprefix(LINKS): list(kept)}))
        if name == CUSTOM:
            return lambda kept: field.get(
                row_with(custom={field.slot: loaded(kept) if isinstance(kept, bytes) else kept})
            )
        read = page.read[name]
        if type(field).get is Field.get:
            return read
        if type(field).get is JsonKept.get:
            return lambda kept: field.load(read(kept))
        return lambda kept: field.get(row_with(**{name: read(kept)}))

    def fresh(self, kept: Iterable[Any], make: Callable[[Any], T]) -> dict[Any, T]:
        """What is made of each that has no cell yet."""
        return {one: make(one) for one in set(kept).difference(self.known)}

    def cells(self, kept: Sequence[Any], page: RawRows) -> list[C]:
        """The cells of these rows."""
        value, cell, known = self.valuing(page), self.cell, self.known
        known |= self.fresh(kept, lambda one: cell(value(one)))
        found = [known[one] for one in kept]
        if len(known) > KEPT:
            known.clear()
        return found


class Beside:
    """What the columns of a page share: custom values, and links that stand in a table of their own."""

    def __init__(self, columns: Sequence[Column[Any]], page: RawRows) -> None:
        texts = page.columns.get(CUSTOM, ())
        known = {text: loaded(text) for text in set(texts)}
        self.customs = [known[text] for text in texts]
        named = {name: c.field for c in columns for name in c.field.reads if name.startswith(LINKS)}
        self.links: dict[str, dict[int, list[Any]]] = {}
        if named:
            type_key = next(iter(named.values())).type.key
            found = links_of(type_key, [name.removeprefix(LINKS) for name in named], page.ids)
            self.links = {f"{LINKS}{key}": of_rows for key, of_rows in found.items()}


def columns_read(columns: Iterable[Column[Any]]) -> list[str]:
    """Of the table, each once."""
    names = dict.fromkeys(name for column in columns for name in column.field.reads)
    return [name for name in names if not name.startswith(LINKS)]


def page_of(columns: Sequence[Column[C]], page: RawRows, reader: Reader) -> Page[C]:
    """The cells of a page; the names of all records in it are looked up together."""
    beside = Beside(columns, page)
    kept = [column.kept(page, beside) for column in columns]
    naming = [(c, c.fresh(found, c.valuing(page))) for c, found in zip(columns, kept, strict=True) if c.is_naming]
    for column, values in naming:
        for value in values.values():
            reader.names.want(column.field.wants(value))
    reader.names.fetch()
    learn((column.field, values.values()) for column, values in naming)
    for column, values in naming:
        column.known |= {one: column.cell(value) for one, value in values.items()}
    return Page(page.ids, [column.cells(found, page) for column, found in zip(columns, kept, strict=True)])


def told_apart(value: Any) -> Any:
    """A JSON value that finds its equal and nothing else: True is 1 to Python."""
    return value if value is None or value.__class__ is str else orjson.dumps(value)
