"""Kinds whose value is a list (or an object) in JSON, in a column of its own or inside `custom`."""

from __future__ import annotations

import functools
import operator as words
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Q

from daftar.access.models import Row
from daftar.records.fields.base import Field
from daftar.records.query.fold_sql import ListTextHas
from daftar.records.query.json import JsonListHas


class JsonKept(Field):
    """Reads and writes the JSON form alike from a column and from `custom`."""

    json_as = "list"
    many = True
    part: ClassVar[str] = ""
    """The text of an item that is an object."""
    lines: ClassVar[bool] = False
    """Whether the value is one object of texts."""

    def get(self, row: Row) -> Any:
        return self.load(getattr(row, self.column) if self.column else row.custom.get(self.slot))

    def put(self, row: Row, value: Any) -> None:
        if self.column:
            setattr(row, self.column, self.dump(value) or self.empty_column())
        else:
            super().put(row, value)

    def empty_column(self) -> Any:
        return {} if self.lines else []

    def dump(self, value: Any) -> Any:
        return list(value) if value else None

    def load(self, stored: Any) -> Any:
        return list(stored or ())

    def empty_q(self) -> Q:
        if not self.column:
            return self.where("isnull", True)
        return self.where("isnull", True) | self.where("exact", []) | self.where("exact", {})

    def holds(self, values: Iterable[str]) -> Q:
        """Whether some item is one of the values."""
        found = [Q(JsonListHas(v, **self.kept_in, part=self.part)) for v in values]
        return functools.reduce(words.or_, found)

    def mentions(self, values: Iterable[str]) -> Q:
        """Whether some item holds one of the words."""
        found = [Q(ListTextHas(v, **self.kept_in, part=self.part, lines=self.lines)) for v in values]
        return functools.reduce(words.or_, found)

    @property
    def kept_in(self) -> dict[str, str]:
        return {"column": self.column} if self.column else {"key": self.slot}
