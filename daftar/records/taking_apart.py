"""Made record types whose days in the bin are over go for good: their records with all that belongs to them, then what describes them."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from daftar.access import audit
from daftar.access.held import grants_of
from daftar.access.models import Role
from daftar.kernel import clock, personal
from daftar.kernel.jobs import vacuum
from daftar.kernel.personal import Subject
from daftar.records.custom_fields import bound
from daftar.records.custom_types import BIN_DAYS
from daftar.records.models import (
    ChoiceOption,
    CustomField,
    CustomType,
    Entity,
    FieldCount,
    ListSetting,
    Pipeline,
    RetentionRule,
    Retyping,
    SavedView,
    Stage,
)
from daftar.records.query import indexes
from daftar.records.reading import of_type
from daftar.records.schema import current_schema, schema_changed

BATCH = 50


def take_apart_due(*, seconds: float = 0) -> bool:
    """Take apart what has lain in the bin for long enough, for so many seconds (0: until it is done); whether all of it is gone."""
    until = time.monotonic() + seconds if seconds else math.inf
    due = CustomType.objects.filter(deleted_at__lt=clock.now() - timedelta(days=BIN_DAYS))
    return all(take_apart(row, until) for row in due)


def take_apart(row: CustomType, until: float) -> bool:
    """One type; False when the time was over first. What was done is done, and the next turn goes on."""
    while erase_some(row):
        if time.monotonic() > until:
            return False
    while empty_some_links(row):
        if time.monotonic() > until:
            return False
    with transaction.atomic():
        if not is_due(row):
            return True
        forget(row)
        audit.record_change("type_changed", audit.columns(row), {}, by=None, name=row.plural)
        transaction.on_commit(lambda: vacuum.enqueue())
    return True


def is_due(row: CustomType) -> bool:
    """Whether nobody has brought it back meanwhile; the row is locked from here on."""
    kept = CustomType.objects.select_for_update().filter(pk=row.pk).first()
    return kept is not None and kept.deleted_at == row.deleted_at


def erase_some(row: CustomType) -> int:
    """Some records with their history, links, files and whatever else belongs to them; how many."""
    with transaction.atomic():
        if not is_due(row):
            return 0
        ids = list(Entity.objects.filter(type=row.key).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if ids:
            subject = Subject(tuple((row.key, id_) for id_ in ids), record_only=True)
            for place in personal.places():
                place.erase(subject)
        return len(ids)


def empty_some_links(row: CustomType) -> int:
    """What records of other types keep in fields that linked to the type."""
    types = current_schema().kept_types
    with transaction.atomic():
        if not is_due(row):
            return 0
        for field in CustomField.objects.filter(kind="link", settings__to=row.key).exclude(type=row.key):
            if field.type in types:
                rows = list(
                    of_type(types[field.type])
                    .filter(custom__has_key=field.kept_in)
                    .select_for_update(of=("self",))[:BATCH]
                )
                for one in rows:
                    one.custom = {key: value for key, value in one.custom.items() if key != field.kept_in}
                    one.save(update_fields=["custom"])
                if rows:
                    return len(rows)
    return 0


def forget(row: CustomType) -> None:
    """Everything that describes the type, and what it was for others."""
    types = current_schema().kept_types
    fields = CustomField.objects.filter(Q(type=row.key) | Q(kind__in=("link", "links"), settings__to=row.key))
    for field in fields:
        if field.type in types:
            indexes.drop(types[field.type], bound(types[field.type], field))
    fields.delete()
    for model in (ChoiceOption, SavedView, ListSetting, RetentionRule, FieldCount, Retyping):
        model._default_manager.filter(type=row.key).delete()
    Stage.objects.filter(pipeline__type=row.key).delete()
    Pipeline.objects.filter(type=row.key).delete()
    for role in Role.objects.select_for_update().exclude(grants=None):
        grants = grants_of(role)
        left = replace(
            grants, types={k: v for k, v in grants.types.items() if k != row.key},
            ownerless={k: v for k, v in grants.ownerless.items() if k != row.key},
            fields={k: v for k, v in grants.fields.items() if k != row.key},
            narrowed=tuple(n for n in grants.narrowed if n.type != row.key),
        )  # fmt: skip
        if left != grants:
            role.grants = left.to_json()
            role.save(update_fields=["grants"])
    CustomType.objects.filter(pk=row.pk).delete()
    schema_changed()
