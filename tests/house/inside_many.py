"""What the product itself can say of its tables, asked in a process of its own: `troubles()` names what does not agree.

Kinds: each value fits the kind of its field, and each change of a kind turned every record by its rules. Beside the records:
search texts and their index, phones and mail addresses, pairs that may be the same, unique values, counts of fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import translation

from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import using
from daftar.records import field_counts
from daftar.records.models import ContactPoint, CustomField, Event, Retyping, SameKey, SamePair
from daftar.records.query import unique
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.retyping.runs import Work, is_same
from daftar.records.same import keeping, keys, pairs
from daftar.records.schema import current_schema
from daftar.records.searching.asked import Asked
from daftar.records.searching.holding import holds
from daftar.records.searching.text import search_text

WORDS = ("c1", "c17", "m 12", "person 7", "t3", "5550001")


def troubles() -> list[str]:
    type_ = current_schema().type("lead").whole
    rows = list(of_type(type_).order_by("pk"))
    found = [*values(type_, rows), *search(type_, rows), *points(type_, rows), *same(type_), *counts(type_, rows)]
    for run in Retyping.objects.filter(type="lead", state="done").select_related("by", "undoes").order_by("id"):
        found += turned(run, rows)
    return found


def values(type_: Any, rows: list[Any]) -> Iterator[str]:
    """Each value is one of the field's kind; no unique one stands twice."""
    for field in (f for f in type_.fields if f.custom):
        options = {option.key for option in field.options()} if field.kind in ("choice", "choices") else set()
        for row in rows:
            stored = row.custom.get(field.slot)
            try:
                value = None if stored is None else field.load(stored)
                is_whole = stored is None or is_same(field, field.dump(field.clean(value)), stored)
            except (Invalid, ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as problem:
                yield f"lead {row.pk}: {field.key} is {stored!r}, which is no {field.kind}: {problem!r}"
                continue
            chosen = set(value if isinstance(value, list) else [value]) if options and value else set()
            if not is_whole or not chosen <= options:
                yield f"lead {row.pk}: {field.key} is {stored!r}, which is no {field.kind}"
        if field.unique and (doubles := unique.doubles(type_, field)):
            yield f"{field.key} has doubles: {doubles[:3]}"


def turned(run: Retyping, rows: list[Any]) -> Iterator[str]:
    """Every record was turned, by the rules of the change; what was written after it counts from then on."""
    written = written_after(run)
    formats = formats_for(run.by)
    with using(formats), translation.override(formats.language):
        work = Work(run)
        work.turn.ready(row.custom.get(run.slot_from) for row in rows)
        if work.before is not None and run.undoes is not None:
            work.before.ready(row.custom.get(run.undoes.mark) for row in rows)
        for row in rows:
            stored, here = row.custom.get(run.slot_from), row.custom.get(run.slot_to)
            if row.custom.get(run.mark) != stored:
                yield f"lead {row.pk}: {run} ({run.pk}) turned {row.custom.get(run.mark)!r}, {stored!r} stands there"
                continue
            try:
                wanted = work.turned(row, stored)
            except Invalid:
                wanted = None
            if row.pk not in written and not is_same(work.new, wanted, here):
                yield f"lead {row.pk}: {run} ({run.pk}) made {here!r} of {stored!r}, not {wanted!r}"
    if work.turn.made:
        yield f"{run} ({run.pk}): options are lost: {work.turn.made}"


def written_after(run: Retyping) -> set[int]:
    """The records whose field somebody wrote in the kind that this change made."""
    row = CustomField.objects.get(type=run.type, key=run.key)
    ends = [was["to"] for was in row.past]
    slots = [*(was["slot"] for was in row.past), row.kept_in]
    at = slots.index(run.slot_to)
    events = Event.objects.filter(type=run.type, id__gt=ends[at - 1], changes__has_key=run.key)
    events = events.filter(id__lte=ends[at]) if at < len(ends) else events
    return {id_ for id_, data in events.values_list("record_id", "data") if data.get("why") != "retyped"}


def search(type_: Any, rows: list[Any]) -> Iterator[str]:
    """The search text is that of the record, and the index names each record that holds a word."""
    yield from (f"lead {row.pk}: its search text is old" for row in rows if row.search != search_text(type_, row))
    reader = Reader(User.objects.order_by("pk")[0])
    for word in WORDS:
        asks = (holds(type_, Asked.of(word), reader, by_index=one) for one in (True, False))
        named, holding = (set(type_.model._default_manager.filter(one).values_list("pk", flat=True)) for one in asks)
        if named != holding:
            yield f"search for {word} does not find {sorted(named ^ holding)[:5]}"


def points(type_: Any, rows: list[Any]) -> Iterator[str]:
    """The index of phones and mail addresses is that of the records."""
    here: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for point in ContactPoint.objects.filter(type=type_.key):
        here[point.record_id].append((point.field, point.kind, point.value))
    pointed = [f for f in type_.fields if f.kind in ("phones", "emails")]
    known = {f.key for f in pointed}
    for row in rows:
        wanted = [(f.key, *pair) for f in pointed for pair in dict.fromkeys(f.points(f.get(row)))]
        if sorted(wanted) != sorted(point for point in here[row.pk] if point[0] in known):
            yield f"lead {row.pk}: its phones are {wanted}, the index says {here[row.pk]}"


def same(type_: Any) -> Iterator[str]:
    """Signs and pairs, once the job has caught up, are those that a look through everything would find."""
    keeping.keep_up(600)
    ids = list(of_type(type_).filter(deleted_at=None).values_list("pk", flat=True))
    kept = sorted(SameKey.objects.filter(type=type_.key).values_list("type", "rule", "key", "record_id"))
    rules = keys.kept_rules(type_)
    parts = (ids[start : start + 500] for start in range(0, len(ids), 500))
    wanted = sorted(
        row for part in parts for row in keys.rows_of(type_, rules, keys.values_of(type_, rules, {"in": part}))
    )
    if kept != wanted:
        yield f"signs differ: {sorted(set(kept) ^ set(wanted))[:5]}"
    with pairs.found_in(type_, None), connection.cursor() as cursor:
        cursor.execute(f"SELECT low, high FROM {pairs.FOUND}")  # noqa: S608  # our own name
        found = set(cursor.fetchall())
    open_ones = set(SamePair.objects.filter(type=type_.key, verdict="").values_list("low", "high"))
    if open_ones != found:
        yield f"pairs differ, too many {sorted(open_ones - found)[:5]}, too few {sorted(found - open_ones)[:5]}"


def counts(type_: Any, rows: list[Any]) -> Iterator[str]:
    """What is counted of the fields is what stands in the records."""
    counted = field_counts.count(type_)
    live = [row for row in rows if row.deleted_at is None]
    if counted.rows != len(live):
        yield f"{counted.rows} records are counted, {len(live)} are there"
    for field in (f for f in type_.fields if f.custom):
        filled = sum(not field.is_empty(field.get(row)) for row in live)
        if counted.counts[field.key]["filled"] != filled:
            yield f"{field.key}: {counted.counts[field.key]['filled']} are counted, {filled} are filled"
