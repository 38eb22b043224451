"""What links to records that are merged, wherever a declaration says so, and how it comes to link to the one that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access.models import Row, User
from daftar.kernel.errors import Invalid
from daftar.records import along
from daftar.records.draft import Draft
from daftar.records.fields.any_link import Target
from daftar.records.fields.base import Field
from daftar.records.fields.links import load_links
from daftar.records.merging.choosing import united
from daftar.records.models import RecordLink
from daftar.records.reading import of_type, visible
from daftar.records.types import RecordType

MOST = 20_000
"""So much may hang on merged records at most: all of it is moved in one transaction."""
BATCH = 500
LINKS = ("link", "links", "any_link")


def fields_to(type_: RecordType) -> Iterator[tuple[RecordType, list[Field]]]:
    """Every type with those of its fields that can lead to records of this one, custom fields too; ledgers lead where they led."""
    for other in type_.schema.types.values():
        if along.of(other.key).is_ledger:
            continue
        fields = [f for f in other.fields if f.kind in LINKS and getattr(f, "to", type_.key) == type_.key]
        if fields:
            yield other, fields


def leads(type_key: str, other: RecordType, field: Field, ids: Sequence[int]) -> Q:
    """The condition that a row of `other` leads to one of the records by this field."""
    if field.kind == "any_link":
        return Q(**{f"{field.key}_type": type_key, f"{field.key}_id__in": list(ids)})
    if field.kind == "links":
        links = RecordLink.objects.filter(type=other.key, field=field.key, to_type=type_key, to_id__in=list(ids))
        return Q(pk__in=links.values("record_id"))
    return field.where("in", list(ids))


def linking(
    type_: RecordType, other: RecordType, fields: Sequence[Field], ids: Sequence[int], rows: QuerySet[Row]
) -> list[int]:
    """Ids of those of the rows that lead to one of the records, but not of records of the merge itself.

    Each field is asked for by itself, so that each can use its index.
    """
    found: set[int] = set()
    for field in fields:
        found.update(rows.filter(leads(type_.key, other, field, ids)).values_list("pk", flat=True)[: MOST + 1])
    return sorted(found)


def counts(type_: RecordType, ids: Sequence[int], by: User) -> list[tuple[RecordType, int]]:
    """How many records of each type lead to these, of those that the person may see; `type_` as they see it."""
    found = []
    for other, fields in fields_to(type_):
        rows = visible(other, by)
        if other.key == type_.key:
            rows = rows.exclude(pk__in=list(ids))
        if count := len(linking(type_, other, fields, ids, rows)):
            found.append((other, count))
    return found


def drafts_of(type_: RecordType, losers: Sequence[int], winner: int, *, by: User, via: str) -> Iterator[list[Draft]]:
    """Everything that leads to the losers, ready to lead to the winner; a batch of one type each time. Locks the rows.

    Nobody's right to these rows is asked: that they follow is part of the merge. Rows in the bin follow too, for they may come
    back. Errors: Invalid when it is too much.
    """
    left = MOST
    for other, fields in fields_to(type_.whole):
        rows = of_type(other)
        if other.key == type_.key:
            rows = rows.exclude(pk__in=[winner, *losers])
        ids = linking(type_, other, fields, losers, rows)
        stay = set(along.of(other.key).staying(ids, losers, winner)) if ids else set()
        ids = [id_ for id_ in ids if id_ not in stay]
        left -= len(ids)
        if left < 0:
            raise Invalid(
                _("More than %(most)s records belong to these. Move some of them by hand first.") % {"most": MOST}
            )
        for start in range(0, len(ids), BATCH):
            batch = list(of_type(other).filter(pk__in=ids[start : start + BATCH]).order_by("pk").select_for_update())
            load_links(batch, [f for f in other.fields if f.kind == "links"])
            made = (redirected(Draft(other, row, by=by, via=via), fields, type_.key, losers, winner) for row in batch)
            yield [draft for draft in made if draft.changed]


def redirected(draft: Draft, fields: Sequence[Field], type_key: str, losers: Sequence[int], winner: int) -> Draft:
    for field in fields:
        draft.set(field.key, led_to(field, draft.old(field.key), type_key, losers, winner))
    return draft


def led_to(field: Field, value: Any, type_key: str, losers: Sequence[int], winner: int) -> Any:
    """The value with the winner in the place of the losers."""
    if field.kind == "any_link":
        is_one = isinstance(value, Target) and value.type == type_key and value.id in losers
        return Target(type_key, winner) if is_one else value
    if field.kind == "links":
        return united(field, [[type(link)(winner, link.role) if link.id in losers else link for link in value or ()]])
    return winner if value in losers else value
