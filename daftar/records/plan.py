"""What a type asks of each new record, worked out once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from daftar.records.fields.base import Field

if TYPE_CHECKING:
    from daftar.records.types import RecordType


class Plan:
    """Which fields of a type have a word in a rule, so that the others are not asked for each record."""

    def __init__(self, type_: RecordType) -> None:
        self.type = type_

    @cached_property
    def links(self) -> list[str]:
        """Keys of the fields whose links stand in a table of their own."""
        return [f.key for f in self.type.fields if f.kind == "links"]

    @cached_property
    def first(self) -> list[Field]:
        """The fields with which a new record may begin."""
        return [f for f in self.type.writable if type(f).first is not Field.first or f.default is not None]

    @cached_property
    def required(self) -> list[Field]:
        return [f for f in self.type.writable if f.required]

    @cached_property
    def asking(self) -> list[Field]:
        """The fields that must be filled in when a condition holds."""
        return [f for f in self.type.fields if f.require_if and not f.readonly]

    @cached_property
    def searched(self) -> list[Field]:
        """What the search text is made of, in order: the name first, long texts last."""
        searched = [f for f in self.type.fields if f.searched]
        return sorted(searched, key=lambda f: (not f.title, f.kind == "long_text"))

    @cached_property
    def pointing(self) -> list[Field]:
        """Phones and mail addresses, by which people are found."""
        return [f for f in self.type.fields if f.kind in ("phones", "emails")]
