"""What one search finds: records of all types that the reader may see, likeliest first, in a bounded number of queries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from daftar.access import decide
from daftar.access.models import Row
from daftar.kernel.text import fold
from daftar.records.fields.base import Field
from daftar.records.fields.links import load_links
from daftar.records.models import Entity
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.searching import index
from daftar.records.searching.asked import Asked, digits_of
from daftar.records.searching.holding import holds, in_text
from daftar.records.types import RecordType
from daftar.records.whole_rows import whole_rows

MOST_TYPES, LOOKED_AT, BEGINNING = 8, 50, 25
TELLING = ("stage", "link", "links", "phones", "emails")
"""Kinds of the facts that stand beside a name, in order; two of them do."""
MOST_OPENED = 10
OPENED = re.compile(r"/([a-z0-9-]{1,64})/(\d{1,18})/")
NOTHING = Asked("", ())

Opened = Mapping[tuple[str, int], int]
"""(type, id) → place among the records that the reader opened lately, the last one first."""


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    href: str
    hints: tuple[str, ...] = ()
    tier: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one type; `more` is the list of all of it, "" when all stands here."""

    type: RecordType
    hits: Sequence[Hit]
    more: str = ""


def found(asked: Asked, reader: Reader, *, opened: Opened, most: int) -> list[Found]:
    """What the words find, the type with the likeliest record first. Queries: one to weigh the words, one or two per type with any, names."""
    if not asked:
        return []
    few = index.how_few([t.model for t in seen_types(reader)], asked)
    types = searched_types(reader, asked, few)
    rows = {
        t.key: ranked(
            t, rows_of(t, asked, reader, are_few=few[t.model._meta.db_table] is not None), asked, reader, opened
        )
        for t in types
    }
    told = {t.key: [row for row, _tier in rows[t.key][:most]] for t in types}
    load([(t, told[t.key]) for t in types], reader)
    made = []
    for type_ in types:
        hits = [hit(type_, row, reader, tier) for row, tier in rows[type_.key][:most]]
        if hits:
            made.append(Found(type_, hits, "more" if len(rows[type_.key]) > most else ""))
    return sorted(made, key=lambda one: one.hits[0].tier)


def last_opened(opened: Opened, reader: Reader) -> list[Hit]:
    """The records that the reader opened lately and may still see, the last one first."""
    types = reader.schema.types
    rows: list[tuple[RecordType, list[Row]]] = []
    for key in dict.fromkeys(key for key, _id in opened):
        ids = [id_ for type_key, id_ in opened if type_key == key]
        rows.append((types[key], list(visible(types[key], reader.user).filter(pk__in=ids))))
    load(rows, reader)
    placed = [(opened[t.key, row.pk], hit(t, row, reader)) for t, of_type in rows for row in of_type]
    return [one for _place, one in sorted(placed, key=lambda pair: pair[0])]


def read_opened(text: str, reader: Reader) -> Opened:
    """The records that a browser remembers, as paths of their cards ("/deals/3/,/contacts/7/"); what is no card is left out."""
    places: dict[tuple[str, int], int] = {}
    for slug, id_ in OPENED.findall(text[:2000])[:MOST_OPENED]:
        type_ = reader.schema.by_slug.get(slug)
        if type_ and decide.may(reader.user, "see", type_.key) and int(id_) < 2**63:
            places.setdefault((type_.key, int(id_)), len(places))
    return places


def seen_types(reader: Reader) -> list[RecordType]:
    able = [t for t in reader.schema.types.values() if t.is_found]
    seen = [t for t in able if decide.may(reader.user, "see", t.key)]
    return sorted(seen, key=lambda t: t.menu_order)


def searched_types(reader: Reader, asked: Asked, few: Mapping[str, int | None]) -> list[RecordType]:
    """The types to look into: those of whose tables the index names any row.

    Of the general table only the ones in which the text stands at all, one query for them.
    """
    types = [t for t in seen_types(reader) if few[t.model._meta.db_table] != 0]
    own = [t.key for t in types if t.model is Entity]
    if len(types) > MOST_TYPES and own and few[Entity._meta.db_table] is not None:
        text = index.by_index(Entity, asked) & reduce(and_, (in_text(token) for token in asked.tokens))
        holding = Entity.objects.filter(text, type__in=own, deleted_at__isnull=True)
        found = set(holding.order_by().values_list("type", flat=True).distinct())
        types = [t for t in types if t.model is not Entity or t.key in found]
    return types[:MOST_TYPES]


def rows_of(type_: RecordType, asked: Asked, reader: Reader, *, are_few: bool) -> list[Row]:
    """Some rows that hold what was asked: those that begin so, then the newest."""
    rows = visible(type_, reader.user).values_list("pk", flat=True)
    return whole_rows(type_.model, ids_of(type_, rows, asked, reader, are_few))


def ids_of(type_: RecordType, rows: QuerySet[Row, int], asked: Asked, reader: Reader, are_few: bool) -> list[int]:
    holding = rows.filter(holds(type_, asked, reader, by_index=are_few))
    if type_.hidden:
        return list(holding.order_by("-created_at", "-id")[:LOOKED_AT])
    if are_few:
        first = Case(
            When(Q(search__startswith=asked.folded), then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        return list(holding.order_by(first, "-created_at", "-id")[:LOOKED_AT])
    begun: list[int] = []
    if len(asked.folded) > 1:
        named = index.by_index(type_.model, NOTHING, asked.folded)
        begun = list(rows.filter(named, search__startswith=asked.folded).order_by("-id")[:BEGINNING])
    return list(dict.fromkeys([*begun, *holding.order_by("-created_at", "-id")[:LOOKED_AT]]))


def ranked(
    type_: RecordType, rows: Sequence[Row], asked: Asked, reader: Reader, opened: Opened
) -> list[tuple[Row, int]]:
    """The rows with their tier, likeliest first."""

    def order(pair: tuple[Row, int]) -> tuple[Any, ...]:
        row, tier = pair
        is_near = row.owner_id == reader.user.pk or (type_.key, row.pk) in opened
        return tier, not is_near, -row.created_at.timestamp(), -row.pk

    return sorted(((row, tier_of(type_, row, asked)) for row in rows), key=order)


def tier_of(type_: RecordType, row: Row, asked: Asked) -> int:
    """0 the very number or address, 1 the very name, 2 a name that begins so, 3 a word of it does, 4 anything else."""
    if is_exact(type_, row, asked):
        return 0
    title = fold(type_.title_of(row))
    if title == asked.folded:
        return 1
    if title.startswith(asked.folded):
        return 2
    return 3 if all(any(w.startswith(word) for w in title.split()) for word in asked.words) else 4


def is_exact(type_: RecordType, row: Row, asked: Asked) -> bool:
    for field in type_.fields:
        if not field.searched:
            continue
        if field.kind == "phones" and asked.is_number:
            ways = {way.lstrip("0") for way in asked.tokens[0].spellings}
            for item in field.get(row) or ():
                number = digits_of(item.value.partition(";")[0])
                if any(number == way or (len(way) > 6 and number.endswith(way)) for way in ways):
                    return True
        elif field.kind == "emails":
            if any(item.value == asked.text.lower() for item in field.get(row) or ()):
                return True
        elif getattr(field, "code", False) and asked.folded and fold(str(field.get(row) or "")) == asked.folded:
            return True
    return False


# -- what is told ----------------------------------------------------------------------------------------


def telling_fields(type_: RecordType) -> list[Field]:
    able = [f for f in type_.fields if f.kind in TELLING and f.key in type_.foremost and not f.title]
    by_kind = {kind: next((f for f in able if f.kind == kind), None) for kind in TELLING}
    return [f for f in by_kind.values() if f is not None][:2]


def load(rows: Sequence[tuple[RecordType, Sequence[Row]]], reader: Reader) -> None:
    """Names for all that is told, one query for each type that is named."""
    for type_, of_type in rows:
        fields = telling_fields(type_)
        load_links(of_type, [f for f in fields if f.kind == "links"])
        for row in of_type:
            for field in fields:
                reader.names.want(field.wants(field.get(row)))
    reader.names.fetch()


def hit(type_: RecordType, row: Row, reader: Reader, tier: int = 0) -> Hit:
    shown = (field.show(field.get(row), reader) for field in telling_fields(type_))
    hints = ((s.items[0].text if s.items else s.text) for s in shown)
    return Hit(type_.title_of(row), type_.address(row.pk), tuple(h[:60] for h in hints if h), tier)
