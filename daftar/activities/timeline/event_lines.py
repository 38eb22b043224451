"""Events of the engine as lines: what changed, with runs of small edits folded into one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.activities.timeline.lines import EVENT, Line, Place
from daftar.kernel.dates import parse_date
from daftar.records.history import Change, name_of, reason_of
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType

RUN = dt.timedelta(hours=12)
"""Edits of one person within this time are one run."""

Links = tuple[tuple[str, str], ...]
Words = tuple[str, Links]
"""What was done, and the names and addresses of what it led to."""
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
        return _("loaded it from a file"), ()
    return _("created it"), ()


@tells("moved", "arrow-right")
def moved(event: Event, type_: RecordType, reader: Reader) -> Words:
    """A stage; one that converted a lead also names what it became, as far as the reader may see it."""
    became = converted_to(event)
    if not became:
        return "", ()
    seen = [(reader.names.known.get(pair), pair) for pair in became if pair[0] in reader.schema.types]
    links = tuple((name, reader.schema.types[key].address(id_)) for name, (key, id_) in seen if name)
    return _("converted it"), links


@tells("deleted", "trash-2")
def deleted(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("put it into the bin"), ()


@tells("restored", "undo-2")
def restored(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("took it out of the bin"), ()


@tells("merged", "merge")
def merged(event: Event, type_: RecordType, reader: Reader) -> Words:
    return "", ()  # the reason says it


@tells("file", "paperclip")
def file_added(event: Event, type_: RecordType, reader: Reader) -> Words:
    name, id_ = str(event.data.get("name", "")), event.data.get("file")
    return _("added a file"), ((name, f"/files/{id_}/{quote(name, safe='')}" if isinstance(id_, int) else ""),)


@tells("parked", "circle-parking")
def parked(event: Event, type_: RecordType, reader: Reader) -> Words:
    until = str(event.data.get("until") or "")
    if not until:
        return _("ended the parking"), ()
    return _("parked it until %(day)s") % {"day": reader.formats.date(parse_date(until, reader.formats))}, ()


@tells("shared", "share-2")
def shared(event: Event, type_: RecordType, reader: Reader) -> Words:
    if event.data.get("why") == "leaver":
        return _("handed the share of a leaver on to"), shared_with(event, reader)
    if event.data.get("observer"):
        return _("added as an observer:"), shared_with(event, reader)
    if event.data.get("level") == "change":
        return _("shared it, to see and change, with"), shared_with(event, reader)
    return _("shared it with"), shared_with(event, reader)


@tells("unshared", "share-2")
def unshared(event: Event, type_: RecordType, reader: Reader) -> Words:
    return _("no longer shares it with"), shared_with(event, reader)


def shared_with(event: Event, reader: Reader) -> Links:
    """The person or department, as far as the reader may see them."""
    found = [(reader.names.get(*pair), pair) for pair in sharers(event) if pair[0] in reader.schema.types]
    return tuple((name, reader.schema.types[key].address(id_)) for name, (key, id_) in found if name)


def sharers(event: Event) -> list[tuple[str, int]]:
    """(type, id) of whom a record was shared with."""
    if event.kind not in ("shared", "unshared"):
        return []
    return [(key, id_) for key in ("user", "department") if isinstance(id_ := event.data.get(key), int)]


def named_in(event: Event) -> list[tuple[str, int]]:
    """(type, id) of everything that the words of an event name, to be looked up for a whole page at once."""
    return [*converted_to(event), *sharers(event), *papers(event)]


def papers(event: Event) -> list[tuple[str, int]]:
    """(type, id) of the paper that an event is about."""
    match event.data.get("paper"):
        case [str(key), int(id_)]:
            return [(key, id_)]
    return []


def paper_of(event: Event, reader: Reader) -> Links:
    """Name and address of that paper, as far as the reader may see it; else the number that it had."""
    seen = [
        (name, reader.schema.types[key].address(id_))
        for key, id_ in papers(event)
        if (name := reader.names.get(key, id_))
    ]
    return tuple(seen)


def converted_to(event: Event) -> list[tuple[str, int]]:
    """(type, id) of what a lead became."""
    became = event.data.get("converted")
    return [(str(k), v) for k, v in became.items() if isinstance(v, int)] if isinstance(became, dict) else []


def continues(newer: Event, older: Event) -> bool:
    same = older.kind == newer.kind == "changed" and older.by_id == newer.by_id and older.via == newer.via
    same = same and all(older.data.get(key) == newer.data.get(key) for key in ("why", "outsider", "by_itself"))
    return same and newer.at - older.at <= RUN


def line_of(run: Sequence[Event], changes: Mapping[int, list[Change]], type_: RecordType, reader: Reader) -> Line:
    """One line of a run of events (mostly one), newest first."""
    newest, oldest = run[0], run[-1]
    icon, telling = _told.get(newest.kind, ("pencil", changed))
    what, links = telling(newest, type_, reader)
    reason = reason_of(newest)
    stage = type_.stage_field.key if type_.stage_field else ""
    steps = [] if newest.kind == "created" else sorted(steps_of(run, changes), key=lambda c: c.field.key != stage)
    if newest.kind == "changed" and len(steps) > 1:
        what = folded_words(len({c.field.key for c in steps}), reader)
    if reason and not links:
        what = reason
    return Line(
        place=Place(oldest.at, EVENT, oldest.pk),
        icon=icon,
        when=reader.formats.when(newest.at),
        when_title=reader.formats.date_time(newest.at),
        who=who_did(newest, reader),
        what=what,
        links=links,
        changes=steps,
    )


def who_did(event: Event, reader: Reader) -> str:
    """Whose act it was: an outsider's (`outsider`, a name), the product's own (`by_itself`), else that of who is written beside it."""
    if outsider := str(event.data.get("outsider") or ""):
        return outsider
    return name_of(None if event.data.get("by_itself") else event.by_id, reader)


def changed(event: Event, type_: RecordType, reader: Reader) -> Words:
    return ("" if event.changes else _("changed something")), ()


def folded_words(count: int, reader: Reader) -> str:
    number = reader.formats.number(count)
    return ngettext("changed %(number)s field", "changed %(number)s fields", count) % {"number": number}


def steps_of(run: Sequence[Event], changes: Mapping[int, list[Change]]) -> Iterator[Change]:
    for event in run:
        yield from changes.get(event.pk, ())
