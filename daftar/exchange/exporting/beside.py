"""Columns of a whole export that are no fields: what the record and its links are called everywhere, since when it stands in its stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.exchange.importing.targets import LINKING
from daftar.exchange.own_ids import RecordNames
from daftar.records.fields.base import Field
from daftar.records.fields.date_time import DateTime
from daftar.records.fields.links import Linked
from daftar.records.reader_protocol import Reader
from daftar.records.types import RecordType

ID, SINCE = "id", "since"
"""What stands behind "@" in the keys of such columns: "company@id"."""
NO_BREAKS = str.maketrans(";؛", ",،")
"""Semicolons part the records of a cell."""
worded: Any = lazy(lambda form, label: form() % {"field": label} if label else form(), str)


def id_words() -> str:
    return _("ID")


def link_words() -> str:
    return _("%(field)s: ID")


def since_words() -> str:
    return _("%(field)s: since")


class Named(Field):
    """A column of names that records have everywhere (`own_ids.py`). Shapes: `names` are those of the page, looked up by `learn`."""

    kind = "record_name"
    can_be_custom = False

    def __init__(self, key: str, label: Any, names: RecordNames) -> None:
        super().__init__(key, label, readonly=True)
        self.names = names

    def pairs(self, values: Iterable[Any]) -> Iterable[tuple[str, int]]:
        """(type, number) of every record that the values name."""
        raise NotImplementedError


class OwnName(Named):
    """What the record itself is called."""

    @property
    def reads(self) -> tuple[str, ...]:
        return ("id",)

    def pairs(self, values: Iterable[Any]) -> Iterable[tuple[str, int]]:
        return ((self.type.key, value) for value in values)

    def get(self, row: Any) -> Any:
        return row.id

    def export(self, value: Any, reader: Reader) -> str:
        return self.names.get(self.type.key, value)


class LinkName(Named):
    """What the records are called to which a field links, each with its role in brackets; nothing of those that the reader may not see.

    Fields of the company's own say the type, too ("contact:bcdfgh-12"), since another installation may not know them.
    """

    def __init__(self, key: str, label: Any, names: RecordNames, of: Any) -> None:
        super().__init__(key, label, names)
        self.of, self.slot = of, of.slot

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(self.of.reads)

    def wants(self, value: Any) -> Iterable[tuple[str, int]]:
        return tuple(self.of.wants(value))

    def pairs(self, values: Iterable[Any]) -> Iterable[tuple[str, int]]:
        return (pair for value in values for pair in self.of.wants(value))

    def get(self, row: Row) -> Any:
        return self.of.get(row)

    def export(self, value: Any, reader: Reader) -> str:
        links: Sequence[Any] = value if isinstance(value, list) else [value] if value else []
        return "; ".join(text for one in links if (text := self.text_of(one, reader)))

    def text_of(self, one: Any, reader: Reader) -> str:
        id_, role = (one.id, one.role) if isinstance(one, Linked) else (one, "")
        if reader.names.get(self.of.to, id_) is None:
            return ""
        name = self.names.get(self.of.to, id_)
        if self.of.custom:
            name = f"{self.of.to}:{name}"
        return f"{name} ({role.translate(NO_BREAKS)})" if role else name


class AnyLinkName(LinkName):
    """A link to a record of any type, in the place of its field: "deal:bcdfgh-12"."""

    def export(self, value: Any, reader: Reader) -> str:
        if not value or reader.names.get(value.type, value.id) is None:
            return ""
        return f"{value.type}:{self.names.get(value.type, value.id)}"


class FileNames(Named):
    """Files by what they are called everywhere, in the place of their field."""

    kind = "files"

    def __init__(self, field: Field, names: RecordNames) -> None:
        super().__init__(field.key, field.label, names)
        self.of, self.slot = field, field.slot

    @property
    def reads(self) -> tuple[str, ...]:
        return self.of.reads

    def pairs(self, values: Iterable[Any]) -> Iterable[tuple[str, int]]:
        return ()

    def get(self, row: Row) -> Any:
        return self.of.get(row)

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(self.names.get("file", id_) for id_ in value or ())


class Since(DateTime):
    """Since when the record stands in its stage."""

    can_be_custom = False

    @property
    def reads(self) -> tuple[str, ...]:
        return ("stage_since",)

    def get(self, row: Row) -> dt.datetime | None:
        return getattr(row, "stage_since", None)


def learn(found: Iterable[tuple[Field, Iterable[Any]]]) -> None:
    """Look up what these values of the columns name: at most one query for each type."""
    wanted: dict[str, set[int]] = {}
    named = [(column, values) for column, values in found if isinstance(column, Named)]
    for column, values in named:
        for type_key, id_ in column.pairs(values):
            wanted.setdefault(type_key, set()).add(id_)
    for column, _values in named[:1]:
        column.names.known.clear()
        for type_key, ids in wanted.items():
            column.names.learn(type_key, ids)


def with_names(type_: RecordType, fields: Sequence[Field], names: RecordNames, *, whole: bool) -> list[Field]:
    """The columns of a file: files and links to any record by name; a `whole` one has names beside all links, the stage's day, its own name.

    A file that begins with "ID" is no CSV to some spreadsheets.
    """
    columns: list[Field] = []
    for field in fields:
        if field.kind == "any_link":
            columns.append(AnyLinkName(field.key, field.label, names, field))
            continue
        columns.append(FileNames(field, names) if field.kind == "files" else field)
        if whole and field.kind in LINKING:
            columns.append(LinkName(f"{field.key}@{ID}", worded(link_words, field.label), names, field))
        if whole and field is type_.stage_field and is_dated(type_):
            columns.append(Since(f"{field.key}@{SINCE}", worded(since_words, field.label), readonly=True))
    if whole:
        columns.append(OwnName(ID, worded(id_words, ""), names))
    return [field if field in fields else field.bind(type_, custom=True) for field in columns]


def is_dated(type_: RecordType) -> bool:
    return any(column.attname == "stage_since" for column in type_.model._meta.concrete_fields)
