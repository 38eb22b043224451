"""A record type that the company made on a page: the same object as a declared one, built from its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    Date,
    DateTime,
    DaysInStage,
    Idle,
    Link,
    NextStep,
    Person,
    Stage,
    Text,
)
from daftar.records.fields.base import Field
from daftar.records.followed import FollowedType
from daftar.records.models import CustomType
from daftar.records.shapes import PipelineInfo
from daftar.records.types import SYSTEM, Board, Section

if TYPE_CHECKING:
    from daftar.records.reader import Reader
    from daftar.records.schema import Schema

FIRST_IN_MENU = 60
"""Behind the types that ship."""
LONG_KINDS = frozenset({"long_text", "files", "address"})
LONG = "(long)"
"""The place of the company's own fields that are long to read; the others stand before all of these."""
END = ("next_step", "owner", "idle", LONG, "department", "days_in_stage", "parked_until", "last_contact_at")
SEARCHED = frozenset({"text", "long_text", "phones", "emails", "messengers", "tags"})
"""Kinds of the company's fields by whose words a record is found."""
NOT_QUICK = frozenset({"long_text", "files", "formula", "address", "stage"})
MOST_QUICK = 6
HEAD = ("stage", "money", "link", "next_step", "person", "idle")
"""Kinds of the facts in the head of a card, one of each."""
FACE = ("money", "link", "next_step", "date", "person", "idle")
"""Kinds of the facts on the face of a board's card, one of each."""


class MadeType(FollowedType):
    """One made type in one schema. It is declared nowhere; what a declaration would say of it is said in `__init__`."""

    def __init__(
        self,
        row: CustomType,
        schema: Schema,
        custom: Sequence[Field] = (),
        pipelines: Sequence[PipelineInfo] = (),
        *,
        slug: str = "",
    ) -> None:
        self.key, self.slug, self.icon, self.colour = row.key, slug or row.slug, row.icon, row.colour
        self.names = (row.name, row.plural)
        self.in_menu, self.menu_order = row.in_menu, FIRST_IN_MENU + row.position
        self.declared = tuple(fields_of(row))
        super().__init__(schema, custom, pipelines)
        self.fields = sorted(self.fields, key=place_of)
        self.__dict__.pop("stage_fields", None)
        own = [f for f in self.fields if f.custom]
        for field in own:
            field.searched = field.searched or field.kind in SEARCHED
        for field in [f for f in own if f.kind not in NOT_QUICK][:MOST_QUICK]:
            field.quick = True
        self.own_block = capfirst(row.name)
        here = (f.key for f in self.fields if f.key not in SYSTEM and not (f.custom and f.place))
        self.card = [Section(self.own_block, " ".join(here))]
        self.head = " ".join(first_of(self.fields, HEAD))
        if row.staged:
            self.board = Board(by="stage", face=" ".join(first_of(self.fields, FACE)))

    @property
    def foremost(self) -> frozenset[str]:
        return frozenset(self.by_key)

    def row_tone(self, row: Row, reader: Reader) -> str:
        return super().row_tone(row, reader) if self.stage_field else ""


def fields_of(row: CustomType) -> Iterator[Field]:
    """What every made type has of itself; everything else about its records is a custom field."""
    yield Text(row.title_key, row.title_label or _("Name"), title=True, max_length=300, personal="personal")
    if row.staged:
        yield Stage("stage", _("Stage"))
        yield NextStep("next_step", _("Next step"))
    yield Person("owner", _("Owner"), assigns=True)
    if row.staged:
        yield Idle("idle", _("Idle"))
    yield Link("department", _("Department"), to="department", help=_("Who may take it while it has no owner."))
    if row.staged:
        yield DaysInStage("days_in_stage", _("Days in this stage"))
        yield Date("parked_until", _("Parked until"), readonly=True)
        yield DateTime("last_contact_at", _("Last contact"), readonly=True)


def first_of(fields: Sequence[Field], kinds: Sequence[str]) -> list[str]:
    """The key of the first field of each of these kinds, in the order of the kinds; of people the owner, and no department."""
    able = [
        f for f in fields if f.key not in SYSTEM and f.key != "department" and not (f.custom and f.kind == "person")
    ]
    first = {f.kind: f.key for f in reversed(able)}
    return [first[kind] for kind in kinds if kind in first]


def place_of(field: Field) -> int:
    """Name and stage first, then the company's fields, then who takes care of it."""
    if field.custom:
        return 3 + END.index(LONG) if field.kind in LONG_KINDS else 2
    if field.title or field.key == "stage":
        return 0 if field.title else 1
    return 3 + (END.index(field.key) if field.key in END else len(END))
