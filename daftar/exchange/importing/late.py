"""Links to records of the same file, set when all of its rows are in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.exchange.importing.by_hand import changed_by_hand
from daftar.exchange.importing.existing import differences, with_links
from daftar.exchange.importing.made_here import of_this_import
from daftar.exchange.importing.making import make_all, put_in
from daftar.exchange.importing.maps import CHANGED
from daftar.exchange.importing.readings import Filled
from daftar.exchange.importing.report import MOST_LISTED, CellError
from daftar.exchange.importing.targets import Target, parse_target
from daftar.exchange.importing.work import Keep, Work
from daftar.kernel.errors import DaftarError
from daftar.kernel.turns import let_others_save
from daftar.records import writing
from daftar.records.reading import visible

BATCH = 500
line_of = itemgetter(4)


def set_late_links(work: Work, keep: Keep | None) -> None:
    """Set them all; one that cannot be is told, and the row stays in without it."""
    if not work.place.late:
        return
    work.matcher.indexes.pop(work.type.key, None)
    work.reader.links.kept.clear()
    late, work.place.late = sorted(work.place.late, key=line_of), []
    work.matcher.learn(work.type, [entry[3] for entry in late if not parse_target(entry[1]).by])
    for start in range(0, len(late), BATCH):
        let_others_save()
        some = late[start : start + BATCH]
        learn_keys(work, [entry for entry in some if parse_target(entry[1]).by])
        rows = with_links(visible(work.type, work.by).filter(pk__in={entry[0] for entry in some}), work.type)
        known = {row.pk: row for row in rows}
        own = of_this_import(work, list(known)) if CHANGED in work.map.targets else set()
        by_hand = changed_by_hand(work.type, list(known)) if work.map.existing == "keep" else {}
        for record_id, target, heading, text, line, *repeats in some:
            try:
                set_link(
                    work, known[record_id], parse_target(target), Filled(heading, parse_target(target), text), line,
                    by_hand.get(record_id, ()), only_empty=any(repeats), is_own=record_id in own,
                )  # fmt: skip
            except (DaftarError, KeyError) as problem:
                why = problem if isinstance(problem, DaftarError) else _("The record is gone.")
                sentence = _("The row is in, but without this link. %(why)s") % {"why": why}
                if len(work.report.errors) < MOST_LISTED:
                    work.report.errors.append(CellError(line, heading, text[:80], sentence))
    if keep:
        keep(work.report, work.place, ())


def learn_keys(work: Work, entries: Sequence[Sequence[Any]]) -> None:
    wanted: dict[str, set[str]] = {}
    for _id, target, _heading, text, *_rest in entries:
        found = parse_target(target)
        wanted.setdefault(found.by, set()).update(work.reader.links.parts(work.type[found.key], text))
    for by, texts in wanted.items():
        work.reader.keys.learn(work.type, by, texts)


def set_link(
    work: Work,
    row: Row,
    target: Target,
    filled: Filled,
    line: int,
    by_hand: Collection[str],
    *,
    only_empty: bool,
    is_own: bool,
) -> None:
    """Set one link; what this import made (`is_own`) keeps the times of its file."""
    links, field = work.reader.links, work.type[target.key]
    reading = (
        links.several(field, [filled])
        if field.kind == "links"
        else links.one(field, target, filled.heading, filled.text)
    )
    with transaction.atomic():
        made = make_all(reading.wants, work.type, work.matcher, by=work.by, change_set=work.change_set)
        changed = differences(row, put_in({target.key: reading.value}, made), work.type) if reading.is_said else {}
        is_filled = not field.is_empty(field.get(row))
        if changed and target.key in by_hand:
            here = field.export(field.get(row), work.reader.reader)
            work.report.note(filled.heading, filled.text, "kept", line, here[:80] or "—")
        elif changed and not (is_filled and (only_empty or work.map.existing == "fill")):
            at = row.changed_at if is_own else None
            writing.change(work.type, row.pk, changed, by=work.by, via="import", change_set=work.change_set, at=at)
            field.put(row, changed[target.key])
    for note in reading.notes:
        work.report.note(note.column, note.value, note.what, line, note.near)
