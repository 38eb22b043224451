"""Keeps signs and pairs up to date: everything once, then what was stored since, by the events of the records."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter

from django.db import transaction
from django.db.models import Max

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.turns import let_others_save
from daftar.records.models import Event, SameKey, SamePair, SameState
from daftar.records.same import keys, pairs
from daftar.records.same.declaring import SameBy, Values
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

BATCH, AT_ONCE = 25_000, 200
"""So many records are worked out, and so many stored ones looked at, in one step."""
WRITTEN_AT_ONCE, LEAST, MOST = 5_000, 1_000, 50_000
"""So many signs are written in the first transaction, and in any."""
WAIT = 0.2
"""Nobody is to wait longer than about so many seconds for a transaction of ours."""
MANY = 20_000
"""When more was stored since the last time, everything is looked through anew: that is quicker."""


def types() -> Iterator[RecordType]:
    """The types that say what makes two the same."""
    return (type_ for type_ in current_schema().types.values() if keys.rules_of(type_))


def lacking() -> list[RecordType]:
    """Types of which everything is still to be looked through."""
    known = dict(SameState.objects.values_list("type", "rules"))
    return [type_ for type_ in types() if known.get(type_.key) != keys.fingerprint(type_)]


def state_of(type_: RecordType) -> SameState:
    return SameState.objects.get_or_create(type=type_.key)[0]


# -- everything ----------------------------------------------------------------------------------------------


def look_through(type_: RecordType, *, seconds: float = 60) -> bool:
    """Keep the signs of every record, then find all pairs; False when the time was over before: call it again."""
    state, until = state_of(type_), time.monotonic() + seconds
    if not state.place:
        state.read_to = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        state.rules = ""
        state.save()
    forget_signs(type_, behind=state.place)
    for rows, last in batches(type_, state.place):
        write(rows)
        state.place = last
        state.save(update_fields=["place"])
        if time.monotonic() > until:
            return False
    pairs.find_all(type_)
    state.rules, state.place, state.at = keys.fingerprint(type_), 0, clock.now()
    state.save()
    return True


def batches(type_: RecordType, after: int) -> Iterator[tuple[list[keys.Row], int]]:
    """The signs of batch after batch of records, in the order of their numbers, with the last record of each.

    While its taker writes one batch, a thread works out the next: it asks no database, and writing leaves it the second processor.
    """
    rules, ready = keys.kept_rules(type_), None
    with ThreadPoolExecutor(1, "signs") as aside:
        while True:
            values, last = keys.next_values(type_, rules, after, BATCH)
            coming = aside.submit(sorted_rows, type_, rules, values)
            if ready:
                yield ready.result(), after
            if not last:
                return
            ready, after = coming, last


def sorted_rows(type_: RecordType, rules: Sequence[SameBy], values: Mapping[int, Values]) -> list[keys.Row]:
    return sorted(keys.rows_of(type_, rules, values), key=itemgetter(2))


def write(rows: list[keys.Row]) -> None:
    """Write signs in the order of their numbers, a part at a time: each part touches one stretch of the index and not all of it.

    Who is killed in between has written some twice: so `look_through` begins by forgetting those behind its place.
    """
    start, most = 0, WRITTEN_AT_ONCE
    while start < len(rows):
        began = time.monotonic()
        with transaction.atomic():
            keys.insert(rows[start : start + most])
        start, most = start + most, as_many(most, time.monotonic() - began)
        let_others_save()


def as_many(written: int, seconds: float) -> int:
    """How many signs to write next, after so many took that long: on a quick machine more, on a busy one less."""
    return max(LEAST, min(written * 2, MOST, int(written * WAIT / max(seconds, 0.001))))


def forget_signs(type_: RecordType, *, behind: int) -> None:
    """Forget the signs of all records behind this one."""
    old = SameKey.objects.filter(type=type_.key, record_id__gt=behind).order_by("type", "record_id")
    most = WRITTEN_AT_ONCE
    while ids := list(old.values_list("record_id", flat=True)[:most]):
        began = time.monotonic()
        old.filter(record_id__lte=ids[-1]).delete()
        most = as_many(most, time.monotonic() - began)
        let_others_save()


# -- what was stored since -----------------------------------------------------------------------------------


def keep_up(seconds: float = 30) -> None:
    """Look at the records that were stored since the last time."""
    until = time.monotonic() + seconds
    for type_ in types():
        while time.monotonic() < until and step(type_):
            let_others_save()


def step(type_: RecordType) -> bool:
    """The next records of one type; False when there are none."""
    state = SameState.objects.filter(type=type_.key).first()
    if state is None or state.rules != keys.fingerprint(type_):
        return False  # that is looked through as a whole first
    since = Event.objects.filter(pk__gt=state.read_to, type=type_.key)
    events = list(since.order_by("pk").values_list("pk", "record_id")[: AT_ONCE * 5])
    if not events:
        return False
    if len(events) == AT_ONCE * 5 and since.count() > MANY:
        SameState.objects.filter(pk=state.pk).update(rules="", place=0)
        return False
    ids: list[int] = []
    for pk, id_ in events:
        if id_ not in ids:
            if len(ids) == AT_ONCE:
                break
            ids.append(id_)
        state.read_to = pk
    with transaction.atomic():
        renew(type_, ids)
        state.save(update_fields=["read_to"])
    return True


def renew(type_: RecordType, ids: list[int]) -> None:
    """Signs and pairs of these records as they are now, in the caller's transaction."""
    keys.keep(type_, ids)
    pairs.find_of(type_, ids)


def say_different(type_: RecordType, low: int, high: int, *, by: User) -> None:
    """Remember for good that these two are not the same."""
    SamePair.objects.update_or_create(
        type=type_.key, low=min(low, high), high=max(low, high),
        defaults={"verdict": SamePair.Verdict.DIFFERENT, "by": by, "at": clock.now()},
    )  # fmt: skip


def ask_again(pair: SamePair) -> None:
    """Take the word "not the same" back; the next look says whether it is a pair at all."""
    pair.verdict, pair.by, pair.at = SamePair.Verdict.OPEN, None, clock.now()
    pair.save(update_fields=["verdict", "by", "at"])
