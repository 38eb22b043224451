"""An import goes on behind a crash: what the rows before have shown is looked at once more, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db.models import Count

from daftar.access.models import Row
from daftar.exchange.importing.existing import find_existing
from daftar.exchange.importing.made_here import of_this_import
from daftar.exchange.importing.outcomes import REFUSED
from daftar.exchange.importing.readings import Parsed, ToMake
from daftar.exchange.importing.report import MADE
from daftar.exchange.importing.targets import parse_target
from daftar.exchange.importing.work import Work
from daftar.exchange.reading.rows import RawRow
from daftar.exchange.reading.source import Source
from daftar.kernel.text import fold
from daftar.records.models import Event


def see_again(work: Work, source: Source, until: int, batch: int) -> None:
    """Take in the rows up to that line: their titles, their equals, the records that they mean.

    Where every row so far made or changed a record, the events of the import name these, and no row is matched anew.
    """
    work.matcher.fresh.update(fresh_before(work))
    is_named = named_by_events(work)
    rows = (row for row in source.rows() if isinstance(row, RawRow))
    while some := [row for row in islice(rows, batch) if row.line <= until]:
        if is_named:
            see_texts(work, some)
        else:
            look_at(work, some)


def fresh_before(work: Work) -> Iterator[tuple[str, str, str]]:
    """What rows above wanted first, as the report tells it."""
    for odd in work.report.odd.values():
        for text in work.map.columns.get(odd.column, ()) if odd.what in MADE else ():
            target = parse_target(text)
            field = work.type.field(target.key)
            if field is not None and work.reader.links.is_link(field):
                to = work.reader.links.linked(field, target)
                yield ToMake("record", to.key if to else "", odd.value).key
            elif field is not None:
                yield ToMake("option", field.key, odd.value).key


def named_by_events(work: Work) -> bool:
    """Whether the events of the import tell all records that its rows met, and only these; they are taken in then."""
    if work.report.unchanged or work.change_set is None or work.map.repeated == "one":
        return False
    events = Event.objects.filter(change_set=work.change_set, type=work.type.key).order_by()
    counts: dict[str, int] = dict(events.values_list("kind").annotate(n=Count("id")))
    made = counts.pop("created", 0)
    if made != work.report.created or sum(counts.values()) != work.report.updated:
        return False
    for record_id, kind in events.values_list("record_id", "kind").iterator(chunk_size=5000):
        work.seen.met.add(record_id)
        if kind == "created":
            work.seen.made.add(record_id)
    return True


def see_texts(work: Work, rows: Sequence[RawRow]) -> None:
    for row in rows:
        if title := work.reader.title_of(row):
            work.seen.titles.see(title, row.line)
        if work.reader.has_row_key(row):
            work.seen.equals.key_of(row.cells)


def look_at(work: Work, rows: Sequence[RawRow]) -> None:
    work.reader.learn(rows)
    parsed = [work.reader.parse(row) for row in rows]
    for row in parsed:
        if row.title:
            work.seen.titles.see(row.title, row.line)
        if work.reader.has_row_key(row.row):
            row.row_key = work.seen.equals.key_of(row.row.cells)
    refused = {told.line for told in work.report.rows_told.get(REFUSED, ())}
    fine = [row for row in parsed if not row.errors and row.line not in refused]
    known = find_existing(fine, work.type, work.map, work.matcher, work.by, work.seen)
    met = {row.line: one.pk for row in fine if isinstance(one := known.rows.get(row.line), Row)}
    met |= by_title(work, [row for row in fine if row.line not in met])
    made = of_this_import(work, set(met.values()))
    if work.map.existing == "ask":
        met = {line: id_ for line, id_ in met.items() if line not in work.report.waits}
    for row in fine:
        if (id_ := met.get(row.line)) is not None:
            work.seen.met.add(id_)
            if id_ in made:
                work.seen.made.add(id_)
            if row.title and work.map.repeated == "one":
                work.seen.keep_title(row.title, id_)


def by_title(work: Work, rows: Sequence[Parsed]) -> dict[int, int]:
    """Where rows of one title are one record and have no other key: the record of that title which this import made."""
    if work.map.repeated != "one" or not rows:
        return {}
    work.matcher.learn(work.type, {row.title for row in rows})
    index = work.matcher.indexes[work.type.key]
    same = {row.line: set(index.folded.get(fold(row.title)) or ()) for row in rows if row.title}
    made = of_this_import(work, {id_ for ids in same.values() for id_ in ids})
    return {line: min(ids & made) for line, ids in same.items() if ids & made}
