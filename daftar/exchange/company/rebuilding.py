"""What no archive carries because it follows from the records: search texts, contact points, indexes, numbers that say that all is new."""

from __future__ import annotations

from typing import Any

from daftar.access.models import Row
from daftar.access.rights_marks import leave_mark
from daftar.access.shipped_roles import install_roles
from daftar.records.fields.base import Field
from daftar.records.models import ContactPoint, CustomField, Entity, SearchState
from daftar.records.query import indexes
from daftar.records.retention.rules import install_rules
from daftar.records.schema import Schema, build_custom, install_pipelines, schema_changed
from daftar.records.searching.index import indexed_tables
from daftar.records.searching.text import VERSION, search_text
from daftar.records.searching.vocabulary import EVENTS
from daftar.records.types import RecordType

POINTED = ("phones", "emails")
LONGEST_POINT = 320


class Derived:
    """Works out, batch by batch, what records are found by."""

    def __init__(self, schema: Schema) -> None:
        self.by_table = {
            type_.model._meta.label: type_ for type_ in schema.kept_types.values() if type_.model is not Entity
        }
        self.made = {key: type_ for key, type_ in schema.kept_types.items() if type_.model is Entity}
        self.pointed = {key: pointed_fields(type_) for key, type_ in schema.kept_types.items()}
        self.points: list[ContactPoint] = []

    def type_of(self, model: type[Row], values: dict[str, Any]) -> RecordType | None:
        return self.made.get(values["type"]) if model is Entity else self.by_table.get(model._meta.label)

    def work_out(self, model: type[Row], batch: list[dict[str, Any]]) -> None:
        """Put the search text into each row's values, and note where its phones and addresses are found."""
        names = [f.attname for f in model._meta.concrete_fields]
        for values in batch:
            type_ = self.type_of(model, values)
            if type_ is None:
                continue
            row: Any = model.from_db("default", names, [values[name] for name in names])
            values["search"] = search_text(type_, row)
            for field in self.pointed[type_.key]:
                self.points += [
                    ContactPoint(
                        type=type_.key, record_id=row.pk, field=field.key, kind=kind, value=value[:LONGEST_POINT]
                    )
                    for kind, value in dict.fromkeys(field.points(field.get(row)))
                ]
        if len(self.points) > 5_000:
            self.write_points()

    def write_points(self) -> None:
        ContactPoint.objects.bulk_create(self.points, batch_size=1_000)
        self.points = []


def pointed_fields(type_: RecordType) -> list[Field]:
    """The fields of phones and mail addresses, also those that are hidden or in the bin, for they may come back."""
    hidden = CustomField.objects.filter(type=type_.key, kind__in=POINTED).exclude(key__in=type_.by_key)
    return [f for f in type_.fields if f.kind in POINTED] + [
        build_custom(row).bind(type_, custom=True) for row in hidden
    ]


def after(*, is_other_version: bool) -> None:
    """What has to be said or made once all rows are there, in the transaction that wrote them.

    Jobs do the rest within minutes: words for typing mistakes, pairs that may be the same, counts.
    """
    if is_other_version:
        install_roles()
        install_pipelines()
        install_rules()
    SearchState.objects.filter(table=EVENTS).delete()
    for table in indexed_tables():
        SearchState.objects.update_or_create(table=table, defaults={"version": VERSION, "written_to": -1})
    schema_changed()
    indexes.make_missing()
    leave_mark()
