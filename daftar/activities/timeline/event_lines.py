"""Events of the engine as lines: what changed, with runs of small edits folded into one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.activities.timeline.lines import EVENT, Line, Place
from daftar.kernel.dates import parse_date
from daftar.records.history import Change, name_of
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType

RUN = dt.timedelta(hours=12)
"""Edits of one person within this time are one run."""

Words = tuple[str, str, str]
"""What was done, and the name and address of what it led to."""
Telling = Callable[[Event, RecordType, Reader], Words]
_told: dict[str, tuple[str, Telling]] = {}


def tells(kind: str, icon: str) -> Callable[[Telling], Telling]:
    """Decorator: this function puts events of that kind into words (see `Words`). Rooms above add their own kinds."""

    def keep(telling: Telling) -> Telling:
        _told[kind] = icon, telling
        return telling

    return keep


@tells("created", "plus")
def created(event: Event, type_: RecordType, reader: Reader) -> Words:
    if event.via == "import":
        return _("loaded it from a file"), "", ""
    return _("created it"), "", ""


@tells("moved", "arrow-right")
def moved(event: Event, type_: RecordType, reader: Reader) -> Words:
    return "", "", ""


@tells("deleted", "trash-2")
def deleted(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("put it into the bin"), "", ""


@tells("restored", "undo-2")
def restored(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("took it out of the bin"), "", ""


@tells("file", "paperclip")
def file_added(event: Event, type_: RecordType, reader: Reader) -> Words:
    name, id_ = str(event.data.get("name", "")), event.data.get("file")
    return _("added a file"), name, f"/files/{id_}/{quote(name, safe='')}" if isinstance(id_, int) else ""


@tells("parked", "circle-parking")
def parked(event: Event, type_: RecordType, reader: Reader) -> Words:
    until = str(event.data.get("until") or "")
    if not until:
        return _("ended the parking"), "", ""
    return _("parked it until %(day)s") % {"day": reader.formats.date(parse_date(until, reader.formats))}, "", ""


@tells("converted", "git-merge")
def converted(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("converted it"), "", ""


def continues(newer: Event, older: Event) -> bool:
    same = older.kind == newer.kind == "changed" and older.by_id == newer.by_id and older.via == newer.via
    return same and newer.at - older.at <= RUN


def line_of(run: Sequence[Event], changes: Mapping[int, list[Change]], type_: RecordType, reader: Reader) -> Line:
    """One line of a run of events (mostly one), newest first."""
    newest, oldest = run[0], run[-1]
    icon, telling = _told.get(newest.kind, ("pencil", changed))
    what, named, href = telling(newest, type_, reader)
    stage = type_.stage_field.key if type_.stage_field else ""
    steps = [] if newest.kind == "created" else sorted(steps_of(run, changes), key=lambda c: c.field.key != stage)
    if newest.kind == "changed" and len(steps) > 1:
        what = folded_words(len({c.field.key for c in steps}), reader)
    return Line(
        place=Place(oldest.at, EVENT, oldest.pk),
        icon=icon,
        when=reader.formats.when(newest.at),
        when_title=reader.formats.date_time(newest.at),
        who=name_of(newest.by_id, reader),
        what=what,
        named=named,
        href=href,
        changes=steps,
    )


def changed(event: Event, type_: RecordType, reader: Reader) -> Words:
    return ("" if event.changes else _("changed something")), "", ""


def folded_words(count: int, reader: Reader) -> str:
    number = reader.formats.number(count)
    return ngettext("changed %(number)s field", "changed %(number)s fields", count) % {"number": number}


def steps_of(run: Sequence[Event], changes: Mapping[int, list[Change]]) -> Iterator[Change]:
    for event in run:
        yield from changes.get(event.pk, ())
