"""Search texts that an earlier version wrote are written anew, a batch at a time, while everybody works."""

from __future__ import annotations

import time

from django.db import transaction

from daftar.records.models import Entity, SearchState
from daftar.records.reading import of_type
from daftar.records.schema import Schema, current_schema
from daftar.records.searching import vocabulary
from daftar.records.searching.index import indexed_tables
from daftar.records.searching.text import VERSION, search_text
from daftar.records.types import RecordType

BATCH = 500


def renew(seconds: float = 60) -> bool:
    """Go on where the last run ended; whether everything is of this version now."""
    until = time.monotonic() + seconds
    done = set(SearchState.objects.filter(version=VERSION, written_to=-1).values_list("table", flat=True))
    schema = current_schema()
    for table in sorted(set(indexed_tables()) - done):
        while not renew_batch(table, schema):
            if time.monotonic() > until:
                return False
    return True


def renew_batch(table: str, schema: Schema) -> bool:
    """Some rows of a table, in one transaction with the note of how far it came; True when none is left."""
    with transaction.atomic():
        state, _new = SearchState.objects.select_for_update().get_or_create(table=table)
        if state.version != VERSION:
            state.version, state.written_to = VERSION, 0
        if state.written_to == -1:
            return True
        ids = next_ids(table, state.written_to)
        for type_ in schema.types.values():
            if type_.model._meta.db_table == table and ids:
                write_anew(type_, ids)
        state.written_to = ids[-1] if ids else -1
        state.save()
    return not ids


def next_ids(table: str, after: int) -> list[int]:
    rows = indexed_tables()[table]._default_manager.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def write_anew(type_: RecordType, ids: list[int]) -> None:
    rows = list(of_type(type_).filter(pk__in=ids).select_for_update(of=("self",)))
    changed = []
    vocabulary.learn(search_text(type_, row) for row in rows)
    for row in rows:
        text = search_text(type_, row)
        if text != row.search:
            row.search = text
            changed.append(row)
    if changed:
        manager = Entity.objects if type_.model is Entity else type_.model._default_manager
        manager.bulk_update(changed, ["search"])
