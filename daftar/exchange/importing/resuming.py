"""An import goes on behind a crash: what the rows before have shown is looked at once more, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from daftar.access.models import Row
from daftar.exchange.importing.existing import find_existing
from daftar.exchange.importing.reading import RawRow, Source
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.work import Work
from daftar.kernel.text import fold
from daftar.records.models import Event


def see_again(work: Work, source: Source, until: int, batch: int) -> None:
    """Take in the rows up to that line: their titles, their equals, the records that they mean."""
    rows = (row for row in source.rows() if isinstance(row, RawRow))
    while some := list(islice(rows, batch)):
        some = [row for row in some if row.line <= until]
        if not some:
            return
        look_at(work, some)


def look_at(work: Work, rows: Sequence[RawRow]) -> None:
    work.reader.learn(rows)
    parsed = [work.reader.parse(row) for row in rows]
    for row in parsed:
        if row.title:
            work.seen.titles.see(row.title, row.line)
        if work.map.by_row:
            row.row_key = work.seen.equals.key_of(row.row.cells)
    fine = [row for row in parsed if not row.errors]
    known = find_existing(fine, work.type, work.map, work.matcher, work.by, work.seen)
    met = {row.line: found.pk for row in fine if isinstance(found := known.rows.get(row.line), Row)}
    met |= by_title(work, [row for row in fine if row.line not in met])
    made = made_here(work, set(met.values()))
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
    made = made_here(work, {id_ for ids in same.values() for id_ in ids})
    return {line: min(ids & made) for line, ids in same.items() if ids & made}


def made_here(work: Work, ids: set[int]) -> set[int]:
    """Those of the records that this import made."""
    if work.change_set is None or not ids:
        return set()
    events = Event.objects.filter(change_set=work.change_set, type=work.type.key, kind="created", record_id__in=ids)
    return set(events.values_list("record_id", flat=True))
