"""Who is known already by these phones and mail addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from daftar.access.models import Row
from daftar.records.models import ContactPoint
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

TYPES = ("contact", "company", "lead")
MOST = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A record that has one of the phones or addresses; `by` are those that agree."""

    type: RecordType
    row: Row
    by: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.type.title_of(self.row)

    @property
    def href(self) -> str:
        return self.type.address(self.row.pk)


def same_person(
    values: Mapping[str, Any],
    reader: Reader,
    *,
    of: RecordType | None = None,
    types: Sequence[str] = TYPES,
    but: tuple[str, int] | None = None,
) -> list[Match]:
    """The contacts, companies and leads that the reader may see and that share a phone or mail address; best first.

    Shapes: `values` are Python values by field key, those of phones and mail addresses count; `of` is the type whose values they are, if not
    the lead's; `but` is the record that asks.
    """
    points = points_of(values, of or reader.schema.type("lead"))
    if not points:
        return []
    condition = Q(pk__in=[])
    for kind, value in points:
        condition |= Q(kind=kind, value=value)
    found: dict[tuple[str, int], list[str]] = {}
    rows = ContactPoint.objects.filter(condition, type__in=types).order_by("-id")[: MOST * 20]
    # Whoever may not see the phones of contacts does not learn by typing one whose it is.
    hidden = {key: reader.schema.type(key).hidden_from(reader.user) for key in types}
    for point in rows:
        if (point.type, point.record_id) != but and point.field not in hidden[point.type]:
            found.setdefault((point.type, point.record_id), []).append(point.value)
    matches: list[Match] = []
    for key in types:
        type_ = reader.schema.type(key)
        ids = [id_ for (type_key, id_) in found if type_key == key]
        if ids:
            seen = visible(type_, reader.user).filter(pk__in=ids).order_by("id")[:MOST]
            matches += [Match(type_, row, tuple(dict.fromkeys(found[key, row.pk]))) for row in seen]
    return sorted(matches, key=lambda m: (-len(m.by), types.index(m.type.key)))


def points_of(values: Mapping[str, Any], type_: RecordType) -> list[tuple[str, str]]:
    """(kind, value) of every phone and mail address, as the index keeps them."""
    fields = [f for f in type_.fields if f.kind in ("phones", "emails")]
    made = (point for f in fields for point in f.points(values.get(f.key) or []))
    return list(dict.fromkeys(made))
