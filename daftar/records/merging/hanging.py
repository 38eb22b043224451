"""Rows that belong to a record by its type and number and are no fields of it: files, shares, consents. They go with it when it is merged.

Rooms declare theirs with `hangs`; what was moved stands in the event of the record that lost it, so that it comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Share
from daftar.records.fields.base import Label
from daftar.records.models import ExternalId, RecordHold, StoredFile


@dataclass(frozen=True, slots=True)
class Hanging:
    """A model whose rows name their record in `type` and `record_id`.

    Shapes: of rows that are alike in the columns of one of the sets in `once` a record has only one: a second one stays with its
    record. `name` is what the rows are called beside a number; "" where nobody counts them.
    """

    model: type[Model]
    once: Sequence[Sequence[str]] = ()
    name: Label = ""

    def of(self, type_key: str, ids: Sequence[int]) -> QuerySet[Any]:
        return self.model._default_manager.filter(type=type_key, record_id__in=list(ids))


_hanging: dict[str, Hanging] = {}


def hangs(model: type[Model], *, once: Sequence[Sequence[str]] = (), name: Label = "") -> None:
    """Declare that rows of the model go with their record when it is merged into another."""
    _hanging[model._meta.label] = Hanging(model, once, name)


def counts(type_key: str, ids: Sequence[int]) -> list[tuple[Label, int]]:
    """How many rows of each kind with a name hang on the records."""
    named = ((one.name, one.of(type_key, ids)) for one in _hanging.values() if one.name)
    return [(name, rows.count()) for name, rows in named]


def move(type_key: str, loser: int, winner: int) -> dict[str, list[int]]:
    """Let the rows of one record belong to another; which ones went, by label of their model."""
    took: dict[str, list[int]] = {}
    for label, one in _hanging.items():
        rows = one.of(type_key, [loser])
        for columns in one.once:
            rows = without_doubles(rows, one.of(type_key, [winner]), columns)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            one.model._default_manager.filter(pk__in=ids).update(record_id=winner)
            took[label] = ids
    return took


def without_doubles(rows: QuerySet[Any], kept: QuerySet[Any], columns: Sequence[str]) -> QuerySet[Any]:
    """Those of the rows of which the winner has none that is alike; without columns it may have one at all."""
    if not columns:
        return rows.none() if kept.exists() else rows
    for values in kept.values(*columns):
        if all(value is not None for value in values.values()):
            rows = rows.exclude(**values)
    return rows


def put_back(type_key: str, loser: int, winner: int, took: Mapping[str, Sequence[int]]) -> None:
    """The rows that went to the winner belong to their record again, as far as they are still with the winner."""
    for label, ids in took.items():
        if label in _hanging:
            _hanging[label].of(type_key, [winner]).filter(pk__in=list(ids)).update(record_id=loser)


hangs(StoredFile, name=_("files"))
hangs(Share, once=[["user_id"], ["department_id"]])
hangs(ExternalId)
hangs(RecordHold, once=[[]])
