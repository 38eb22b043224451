"""Linked records by a key that the file holds: their id in the source system, a mail address, a code; a few queries for a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.targets import ID
from daftar.exchange.own_ids import SYSTEM, numbers_here
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.records.fields.base import Field
from daftar.records.models import ContactPoint, ExternalId
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

MOST_KEPT = 50_000
POINTS = ("phones", "emails")
"""Kinds whose values stand in the index of contact points."""


class KeyFinder:
    """Finds records by a key, among what the person may see. Shapes: `system` is the one whose ids `@id` means."""

    def __init__(self, reader: Reader, system: str) -> None:
        self.reader, self.system = reader, system
        self.found: dict[tuple[str, str], dict[str, tuple[int, ...]]] = {}

    def learn(self, type_: RecordType, by: str, texts: Iterable[str]) -> None:
        """Look up what a batch of rows will ask for."""
        known = self.found.setdefault((type_.key, by), {})
        if len(known) > MOST_KEPT:
            known.clear()
        wanted = {text for text in texts if not known.get(text)}
        if not wanted:
            return
        known.update(dict.fromkeys(wanted, ()))
        ids = self.by_id(type_, wanted) if by == ID else self.by_field(type_, type_[by], wanted)
        every = {id_ for some in ids.values() for id_ in some}
        live = (
            set(visible(type_, self.reader.user).filter(pk__in=every).values_list("pk", flat=True)) if every else set()
        )
        known.update({text: tuple(sorted(some & live)) for text, some in ids.items()})

    def find(self, type_: RecordType, by: str, text: str) -> int | None:
        """The one record with that key, or None. Errors: Invalid when there are several."""
        if text not in self.found.get((type_.key, by), {}):  # a default, which no column holds
            self.learn(type_, by, [text])
        some = self.found[type_.key, by].get(text, ())
        if len(some) > 1:
            told = joined(f"№ {id_}" for id_ in some[:5])
            raise Invalid(
                _("“%(name)s” can mean several: %(several)s. Rename all but one, or correct the file.")
                % {"name": text[:80], "several": told}
            )
        return some[0] if some else None

    def by_id(self, type_: RecordType, texts: Collection[str]) -> dict[str, set[int]]:
        rows = ExternalId.objects.filter(system=self.system, type=type_.key, key__in=texts)
        found = {key: {id_} for key, id_ in rows.values_list("key", "record_id")}
        if self.system == SYSTEM:
            found |= {name: {id_} for name, id_ in numbers_here(set(texts) - found.keys()).items()}
        return found

    def by_field(self, type_: RecordType, field: Field, texts: Collection[str]) -> dict[str, set[int]]:
        values: dict[str, list[str]] = {}
        """Normal form → the texts that mean it. As exact as the database compares: else a batch with both “Beer” and “beer” knows neither."""
        parsed: list[Any] = []
        for text in texts:
            with suppress(Invalid):
                value = field.parse(text, self.reader)
                forms = [v for _k, v in field.points(value)] if field.kind in POINTS else [str(value)]
                for form in forms:
                    values.setdefault(form, []).append(text)
                parsed.append(value)
        found: dict[str, set[int]] = {}
        for form, id_ in self.points(type_, field, values) if field.kind in POINTS else self.rows(type_, field, parsed):
            for text in values.get(form, ()):
                found.setdefault(text, set()).add(id_)
        return found

    def points(self, type_: RecordType, field: Field, values: Iterable[str]) -> Iterable[tuple[str, int]]:
        rows = ContactPoint.objects.filter(
            type=type_.key, field=field.key, kind=field.kind[:-1], value__in=list(values)
        )
        return rows.values_list("value", "record_id")

    def rows(self, type_: RecordType, field: Field, values: list[Any]) -> Iterable[tuple[str, int]]:
        rows = visible(type_, self.reader.user).filter(field.where("in", [field.sql_value(v) for v in values]))
        return [(str(field.get(row)), row.pk) for row in rows]
