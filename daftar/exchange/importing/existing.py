"""Which rows of a batch are here already: by the id of the source system, else by the keys of the map, which must not speak against each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import Row, User
from daftar.exchange.importing.cells import system_of
from daftar.exchange.importing.maps import ROW, ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.seen import Seen
from daftar.exchange.own_ids import SYSTEM, is_name, numbers_here
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.kernel.text import fold
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked, load_links
from daftar.records.models import ContactPoint, Event, ExternalId
from daftar.records.reading import of_type, visible
from daftar.records.types import RecordType

POINTS = {"phones": "phone", "emails": "email"}
UNDONE = "undone"
"""Why a record lies in the bin whose import was taken back."""


class Unclear(Invalid):
    """Several records can be meant; `records` are those."""

    code = "unclear_row"

    def __init__(self, sentence: str, records: Sequence[Row] = ()) -> None:
        super().__init__(sentence)
        self.records = list(records)


@dataclass(slots=True)
class Known:
    """What the rows of a batch mean.

    Shapes: `rows` line → the record or why it is not clear; `by_id` are lines whose id is known; `free` source id → the row of `ExternalId`
    whose record was taken back, so that it goes to the next one; `taken` the same for those that lead somewhere.
    """

    rows: dict[int, Row | Invalid] = field(default_factory=dict)
    by_id: set[int] = field(default_factory=set)
    free: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)


def keys_of(parsed: Parsed, type_: RecordType, map_: ImportMap) -> list[tuple[str, str]]:
    """Everything that tells this row from others; none when it is a record of its own."""
    keys = [("@id", parsed.external_id)] if parsed.external_id else []
    values = parsed.all_values
    for key in map_.match:
        if key != ROW:
            keys += [(key, form) for form in forms_of(type_[key], values.get(key))]
    if map_.repeated == "one" and parsed.title:
        keys.append(("@title", fold(parsed.title)))
    return keys


def forms_of(field_: Field, value: Any) -> list[str]:
    """The forms by which a value is compared: names as people write them, all else as exactly as the database does, for a batch with
    both “A1” and “a1” must know the same as two batches with one each."""
    if field_.is_empty(value):
        return []
    if field_.kind in POINTS:
        return [form[:320] for _kind, form in field_.points(value)]
    return [form_of(value) if field_.title else str(value)]


def find_existing(
    rows: Sequence[Parsed], type_: RecordType, map_: ImportMap, matcher: Matcher, by: User, seen: Seen | None = None
) -> Known:
    """What these rows mean; a fixed number of queries for the batch."""
    known = Known()
    ids = ids_by_source(rows, type_, map_, by, known)
    rest = [row for row in rows if row.line not in ids]
    strong = [found_by(key, rest, type_, by) for key in map_.match if key != ROW and not type_[key].title]
    titled = found_by_title(rest, type_, map_, matcher)
    of_file = {
        row.line: {id_}
        for row in rest
        if seen and map_.repeated == "one" and row.title and (id_ := seen.record_of(row.title))
    }
    wanted = {id_ for some in (*strong, titled, of_file) for found in some.values() for id_ in found}
    wanted |= {id_ for id_ in ids.values() if id_}
    live = {row.pk: row for row in with_links(visible(type_, by).filter(pk__in=wanted), type_)} if wanted else {}
    for row in rows:
        if row.line in ids:
            known.by_id.add(row.line)
            known.rows[row.line] = live.get(ids[row.line]) or gone(row.external_id)
        elif found := agreed(
            [{live[i].pk for i in some.get(row.line, ()) if i in live} for some in strong], live, type_
        ):
            known.rows[row.line] = found
        elif weak := titled.get(row.line, set()) & live.keys():
            known.rows[row.line] = one_of(weak, live, type_)
        elif of_file.get(row.line, set()) & live.keys():
            known.rows[row.line] = live[next(iter(of_file[row.line]))]
    return known


def ids_by_source(rows: Sequence[Parsed], type_: RecordType, map_: ImportMap, by: User, known: Known) -> dict[int, int]:
    """Line → record of the rows whose id is known. One whose import was taken back is as unknown."""
    keys = {row.external_id for row in rows if row.external_id}
    if not keys:
        return {}
    kept = ExternalId.objects.filter(system=system_of(map_), type=type_.key, key__in=keys)
    found = {key: (pk, record_id) for pk, key, record_id in kept.values_list("pk", "key", "record_id")}
    undone = taken_back(type_, {record_id for _pk, record_id in found.values()})
    known.free = {key: pk for key, (pk, record_id) in found.items() if record_id in undone}
    known.taken = {key: pk for key, (pk, record_id) in found.items() if record_id not in undone}
    meant = {key: record_id for key, (_pk, record_id) in found.items() if key not in known.free}
    if system_of(map_) == SYSTEM:
        meant |= of_here(keys - found.keys(), type_)
    return {row.line: meant[row.external_id] for row in rows if row.external_id in meant}


def of_here(names: Collection[str], type_: RecordType) -> dict[str, int]:
    """Records that this installation named so, whether they are seen, in the bin or never were; those gone for good are as unknown.

    A number that is still to come must not be given away.
    """
    numbers = numbers_here(names)
    if not numbers:
        return {}
    there = set(of_type(type_).filter(pk__in=numbers.values()).values_list("pk", flat=True))
    told = Event.objects.filter(type=type_.key).order_by("-record_id")
    last = (
        told.values_list("record_id", flat=True).first() or 0
    )  # of those gone for good their history may be all that is left
    return {name: number for name, number in numbers.items() if number in there or number > last}


def taken_back(type_: RecordType, ids: Collection[int]) -> set[int]:
    """Records that lie in the bin because the import that made them was taken back."""
    binned = (
        set(of_type(type_).filter(pk__in=ids, deleted_at__isnull=False).values_list("pk", flat=True)) if ids else set()
    )
    if not binned:
        return set()
    why: dict[int, str] = {}
    events = Event.objects.filter(type=type_.key, record_id__in=binned, kind="deleted").order_by("id")
    for record_id, data in events.values_list("record_id", "data"):
        why[record_id] = str((data or {}).get("why", ""))
    return {id_ for id_, reason in why.items() if reason == UNDONE}


def found_by(key: str, rows: Sequence[Parsed], type_: RecordType, by: User) -> dict[int, set[int]]:
    """Line → records that have the row's value of this field; one query."""
    field_ = type_[key]
    lines: dict[str, list[int]] = {}
    values: list[Any] = []
    for row in rows:
        value = row.all_values.get(key)
        for form in forms_of(field_, value):
            lines.setdefault(form, []).append(row.line)
        if not field_.is_empty(value):
            values.append(value)
    if not lines:
        return {}
    pairs: Any
    if field_.kind in POINTS:
        points = ContactPoint.objects.filter(type=type_.key, field=key, kind=POINTS[field_.kind], value__in=list(lines))
        pairs = points.values_list("value", "record_id")
    else:
        rows_here = visible(type_, by).filter(field_.where("in", [field_.sql_value(v) for v in values]))
        pairs = [(str(field_.get(row)), row.pk) for row in rows_here]
    found: dict[int, set[int]] = {}
    for form, record_id in pairs:
        for line in lines.get(form, ()):
            found.setdefault(line, set()).add(record_id)
    return found


def found_by_title(rows: Sequence[Parsed], type_: RecordType, map_: ImportMap, matcher: Matcher) -> dict[int, set[int]]:
    key = next((key for key in map_.match if key != ROW and type_[key].title), "")
    if not key:
        return {}
    titles = {row.line: str(title) for row in rows if not type_[key].is_empty(title := row.all_values.get(key))}
    matcher.learn(type_, set(titles.values()))
    index = matcher.indexes[type_.key]
    return {line: called(title, index.folded.get(fold(title)) or {}) for line, title in titles.items()}


def called(title: str, same: Mapping[int, str]) -> set[int]:
    """Records of that name; where several are told apart by capitals only, the one that is spelled so."""
    exact = {id_ for id_, here in same.items() if here == title}
    return exact if len(exact) == 1 else set(same)


def agreed(found: Sequence[set[int]], live: Mapping[int, Row], type_: RecordType) -> Row | Invalid | None:
    """The one record that every key of the row means, as far as it means any."""
    said = [some for some in found if some]
    if not said:
        return None
    common = set.intersection(*said)
    if common:
        return one_of(common, live, type_)
    every = sorted({id_ for some in said for id_ in some})
    sentence = _("Its keys lead to different records: %(several)s. Correct the row, or merge these records first.")
    return Unclear(sentence % {"several": names(every, live, type_)}, [live[id_] for id_ in every[:20]])


def one_of(ids: Collection[int], live: Mapping[int, Row], type_: RecordType) -> Row | Invalid:
    if len(ids) == 1:
        return live[next(iter(ids))]
    every = sorted(ids)
    sentence = _("Several records here can be meant: %(several)s. Merge them first, or use another key.")
    return Unclear(sentence % {"several": names(every, live, type_)}, [live[id_] for id_ in every[:20]])


def names(ids: Sequence[int], live: Mapping[int, Row], type_: RecordType) -> str:
    return joined(f"{type_.title_of(live[id_])[:80]} (№ {id_})" for id_ in ids[:5])


def with_links(rows: Any, type_: RecordType) -> list[Row]:
    kept = list(rows)
    load_links(kept, [f for f in type_.fields if f.kind == "links"])
    return kept


def gone(key: str) -> Invalid:
    if is_name(key):
        said = _(
            "No record that you may change is called “%(key)s”. Bring it back from the bin, or empty the cell to make a new one."
        )
        return Invalid(said % {"key": key})
    return Invalid(
        _("“%(key)s” was loaded before, but its record lies in the bin or is closed to you. Bring it back first.")
        % {"key": key[:80]}
    )


def differences(row: Row, values: Mapping[str, Any], type_: RecordType) -> dict[str, Any]:
    """The values that the record does not have yet; an empty cell never takes a value away."""
    changed = {}
    for key, value in values.items():
        field_ = type_[key]
        if not field_.is_empty(value) and not same(field_, field_.get(row), value):
            changed[key] = value
    return changed


def same(field_: Field, old: Any, new: Any) -> bool:
    if field_.kind == "links":
        return {link.id for link in old or ()} == {link.id for link in new if isinstance(link, Linked)}
    return bool(old == new)


def form_of(value: Any) -> str:
    """The form by which two values of a key are the same."""
    return fold(value) if isinstance(value, str) else str(value)
