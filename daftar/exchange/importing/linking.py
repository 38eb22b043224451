"""Links of a row: by a key of the linked record or by its name, to one type or to any; what is not found is made, left empty or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any

from daftar.access import decide
from daftar.exchange.importing.by_key import KeyFinder
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.pieces import entries, pieces
from daftar.exchange.importing.readings import Filled, Note, Parsed, Reading, ToMake, listed
from daftar.exchange.importing.targets import ID, LINKING, WAS, Target
from daftar.exchange.own_ids import SYSTEM, entry_of, name_in, numbers_here
from daftar.exchange.reading.rows import RawRow
from daftar.kernel.errors import Invalid
from daftar.kernel.text import clean_text
from daftar.records.fields.any_link import Target as AnyTarget
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked
from daftar.records.models import ExternalId
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

MOST_KEPT = 50_000
Places = Sequence[tuple[int, str, Target]]
NOTHING = "0"
"""What some systems write for "no record"; no id unless there is a record with it."""


class LinkReader:
    """Reads the links of one type's rows by one map, for one person."""

    def __init__(self, type_: RecordType, map_: ImportMap, reader: Reader, matcher: Matcher, keys: KeyFinder) -> None:
        self.type, self.map, self.reader, self.matcher, self.keys = type_, map_, reader, matcher, keys
        self.kept: dict[tuple[str, str], Reading] = {}

    def is_link(self, field: Field) -> bool:
        return field.kind in LINKING or field.kind == "any_link"

    def learn(self, rows: Iterable[RawRow], plan: Mapping[str, Places]) -> None:
        """Look up what these rows link to: a fixed number of queries."""
        rows = list(rows)
        names: dict[str, set[str]] = {}
        keyed: dict[tuple[str, str], set[str]] = {}
        for n, _heading, target in (place for places in plan.values() for place in places):
            field = self.type.field(target.key.removeprefix(WAS))
            if field is not None and field.kind == "any_link" and not target.part:
                for type_key, name in filter(None, (any_name(row.cells[n]) for row in rows)):
                    keyed.setdefault((type_key, ID), set()).add(name)
            to = self.linked(field, target) if field is not None and self.is_link(field) else None
            if field is None or to is None:
                continue
            texts = {name_in(text) or text for row in rows for text in self.parts(field, row.cells[n])}
            (keyed.setdefault((to.key, target.by), set()) if target.by else names.setdefault(to.key, set())).update(
                texts
            )
        for type_key, some in names.items():
            self.matcher.learn(self.type.schema.type(type_key), some)
        for (type_key, by), some in keyed.items():
            if type_key in self.type.schema.types:
                self.keys.learn(self.type.schema.type(type_key), by, some)

    def linked(self, field: Field, target: Target) -> RecordType | None:
        """The type that the column leads to; None for texts such as "deal:12"."""
        key = target.part if field.kind == "any_link" else field.to  # type: ignore[attr-defined]  # these kinds have it
        return self.type.schema.type(key) if key else None

    def parts(self, field: Field, text: str) -> list[str]:
        """The entries of a cell, which may be names of our files with a role behind them."""
        return pieces(field, text) if field.kind == "links" else [text.strip()] if text.strip() else []

    def names_fresh(self, row: RawRow, plan: Mapping[str, Places]) -> bool:
        """Whether a link of the row names what this import made for another one."""
        for key, places in plan.items():
            field = self.type.field(key)
            if field is None or not self.is_link(field):
                continue
            for n, _heading, target in places:
                to = self.linked(field, target)
                texts = [row.cells[n], *(entries(row.cells[n]) if field.kind == "links" else ())]
                if to is not None and not target.by and any(self.matcher.is_fresh(to, text.strip()) for text in texts):
                    return True
        return False

    # -- reading -----------------------------------------------------------------------------------

    def read(self, field: Field, filled: Sequence[Filled], parsed: Parsed) -> Reading | None:
        """The link or links out of one column or several; None when it is looked up after all rows are in.

        Columns with a key come before those with a name, else the order of the file counts; the first that leads to a record is taken.
        """
        ordered = sorted(filled, key=lambda one: not one.target.by)
        if field.kind == "any_link":
            return self.first(field, ordered)
        if field.to == self.type.key:  # type: ignore[attr-defined]  # these kinds have it
            return self.within(field, ordered, parsed)
        if field.kind == "links":
            return self.several(field, ordered)
        if ours := self.of_ours(field, ordered):
            return self.own(field, *ours)
        return self.first(field, ordered)

    def within(self, field: Field, ordered: Sequence[Filled], parsed: Parsed) -> Reading | None:
        """A link to a record of the same type: known by its key already, or looked up when all rows are in. Names count where no key stands."""
        ordered = [one for one in ordered if one.target.by] or ordered
        if all(one.target.by for one in ordered) and field.kind != "links":
            found = self.first(field, ordered)
            if found.value is not None:
                return found
        parsed.late += [(said(field, one.target), one.heading, one.text) for one in ordered]
        return None

    def first(self, field: Field, ordered: Sequence[Filled]) -> Reading:
        taken: Reading | None = None
        notes: list[Note] = []
        for one in ordered:
            if taken is not None and not one.target.by and field.kind != "any_link":
                break  # a key says it more exactly than a name
            found = self.one(field, one.target, one.heading, one.text)
            if not found.is_said or found.value is None:
                notes += found.notes
            elif taken is None:
                taken = found
            elif found.value != taken.value:
                notes.append(Note(one.heading, one.text[:80], "other_link"))
        if taken is None:
            return Reading(None, ordered[0].text, tuple(notes), is_said=False)
        told = [note for note in notes if note.what == "other_link"]
        return Reading(taken.value, taken.shown, (*taken.notes, *told), taken.wants, called=taken.called)

    def of_ours(self, field: Field, ordered: Sequence[Filled]) -> tuple[Filled, Filled] | None:
        """The columns of our own file that hold the id and the name of what the field links to."""
        keyed = next(
            (one for one in ordered if one.target.by == ID and any(map(name_in, self.parts(field, one.text)))), None
        )
        named = next((one for one in ordered if not one.target.by), None)
        is_ours = self.keys.system == SYSTEM and field.kind != "any_link"
        return (keyed, named) if is_ours and keyed and named else None

    def own(self, field: Field, keyed: Filled, named: Filled) -> Reading:
        """By the id; where that is not known yet, who is called so, or is made, is known by it from now on. Namesakes stay apart."""
        to = self.type.schema.type(field.to)  # type: ignore[attr-defined]  # links have it
        keyed = keyed._replace(text=name_in(keyed.text) or keyed.text)
        if self.keys.find(to, ID, keyed.text) is not None:
            return self.one(field, keyed.target, keyed.heading, keyed.text)
        name, found = clean_text(named.text, max_length=300), None
        with suppress(Invalid):
            found = self.matcher.find(to, name)
        if found is None or found.odd or self.has_sibling(to, found.id, keyed.text):
            reading = self.unknown(to, named.heading, name, called=keyed.text)
        else:
            reading = self.one(field, named.target, named.heading, name)
        if reading.value is not None and not numbers_here([keyed.text]):  # our own names are not given away
            reading = replace(reading, called=((to.key, keyed.text, reading.value),))
        return reading

    def has_sibling(self, to: RecordType, record_id: int, name: str) -> bool:
        """Whether the record is known by another id of the same installation, and so is another one."""
        kept = ExternalId.objects.filter(system=SYSTEM, type=to.key, record_id=record_id)
        return kept.filter(key__startswith=name.partition("-")[0] + "-").exists()

    def several(self, field: Field, ordered: Sequence[Filled]) -> Reading:
        found: list[Reading] = []
        roles: dict[Any, str] = {}
        ours = self.of_ours(field, ordered)
        ids = self.parts(field, ours[0].text) if ours else []
        names = [ours[1].text] if ours and len(ids) == 1 else self.names_in(field, ours[1].text) if ours else []
        if ours and len(ids) == len(names):
            for text, name in zip(ids, names, strict=True):
                found.append(self.own(field, ours[0]._replace(text=text), ours[1]._replace(text=name)))
                roles[found[-1].value] = role_in(text)
        else:
            for one in ordered:
                if ours and one is ours[1]:
                    continue  # some of the names have a “;” in them
                texts = self.parts(field, one.text) if one.target.by else self.names_in(field, one.text)
                for text in texts:
                    found.append(self.one(field, one.target, one.heading, text))
                    roles.setdefault(found[-1].value, role_in(text) if one.target.by == ID else "")
        whole = listed(found)
        of = roles.get
        links = [replace(v, role=of(v, "")) if isinstance(v, ToMake) else Linked(v, of(v, "")) for v in whole.value]
        whole.value = list({(v.key if isinstance(v, ToMake) else v.id): v for v in links}.values())
        whole.is_said = bool(whole.value)
        return whole

    def known(self, field: Any, filled: Sequence[Filled]) -> Reading:
        """The first of the columns that leads to a record; of those who are not here only people are made, as owners are."""
        ordered = sorted(filled, key=lambda one: not one.target.by)
        ours = self.of_ours(field, ordered)
        if ours and field.to == "user":
            return self.own(field, *ours)
        notes: tuple[Note, ...] = ()
        for one in ordered:
            found = self.one(field, one.target, one.heading, one.text) if one.target.by or field.to == "user" else None
            if found is not None and found.value is not None:
                return found
            notes += found.notes if found is not None and self.keys.system != SYSTEM else ()
        return Reading(None, notes=notes, is_said=False)

    def one(self, field: Field, target: Target, heading: str, text: str) -> Reading:
        """What one text leads to; repeated ones are looked up once."""
        place = (said(field, target), text)
        kept = self.kept.get(place)
        if kept is None:
            kept = self.looked_up(field, target, heading, text)
            if len(self.kept) < MOST_KEPT and not kept.wants and kept.is_said:
                self.kept[place] = kept
        return kept

    def looked_up(self, field: Field, target: Target, heading: str, text: str) -> Reading:
        to = self.linked(field, target)
        if to is None:
            return self.any_named(field, heading, text)
        is_keyed = target.by or field.kind == "any_link"
        found = self.keyed(to, target.by, heading, text) if is_keyed else self.record(to, heading, text)
        if field.kind == "any_link" and isinstance(found.value, int):
            found.value = AnyTarget(to.key, found.value)
        if field.key == self.type.part_of and target.by == ID:
            found = self.standing_in(to, heading, text, found)
        if getattr(field, "assigns", False) and found.value in self.left:
            return Reading(None, found.shown or text, (Note(heading, text, "left_person"),), is_said=False)
        return found

    def standing_in(self, to: RecordType, heading: str, text: str, found: Reading) -> Reading:
        """A whole that no file holds is made for its parts, so that they are not lost; it says what it is."""
        name = clean_text(name_in(text) or text, max_length=60)
        made, note = ToMake("record", to.key, name, name), Note(heading, name, "stand_in")
        if found.value is not None:
            return replace(found, notes=(note,)) if made.key in self.matcher.fresh else found
        if self.map.unknown_link != "create" or not to.made_from or not decide.may(self.reader.user, "add", to.key):
            return found
        return Reading(made, name, (note,), (made,), called=((to.key, name, made),))

    def any_named(self, field: Field, heading: str, text: str) -> Reading:
        """A text such as "deal:bcdfgh-12", as our files have it, or "deal:12"."""
        type_key, name = any_name(text) or ("", "")
        if type_key not in self.type.schema.types:
            return Reading(field.parse(text, self.reader))
        found = self.keyed(self.type.schema.type(type_key), ID, heading, name)
        if found.value is not None:
            found.value = AnyTarget(type_key, found.value)
        return found

    def keyed(self, to: RecordType, by: str, heading: str, text: str) -> Reading:
        """By a key, or by the name where a link to any record has no other."""
        if by:
            try:
                id_ = self.keys.find(to, by, (name_in(text) or text) if by == ID else text)
            except Invalid:
                if by != to.title_field.key:
                    raise
                return Reading(None, text, (Note(heading, text[:80], "several"),), is_said=False)
        else:
            found = self.matcher.find(to, text)
            id_ = found.id if found else None
        if id_ is not None:
            return Reading(id_)
        notes = () if by == ID and text == NOTHING else (Note(heading, text[:80], "no_link"),)
        return Reading(None, text, notes, is_said=False)

    def record(self, to: RecordType, heading: str, text: str) -> Reading:
        """A record or a person by name; an unknown one is made, left empty or refused as the map says."""
        name = clean_text(text, max_length=300)
        found = self.matcher.find(to, name)
        new = Note(heading, name, "new_person" if to.key == "user" else "new_record")
        if found is not None:
            odd = (Note(heading, name, "matched", found.odd),) if found.odd else ()
            return Reading(found.id, found.title, (new,) if self.matcher.is_fresh(to, name) else odd)
        return self.unknown(to, heading, name)

    def unknown(self, to: RecordType, heading: str, name: str, called: str = "") -> Reading:
        """A name that nobody has: made, left empty or refused as the map says."""
        new = Note(heading, name, "new_person" if to.key == "user" else "new_record")
        rule = self.map.unknown_person if to.key == "user" else self.map.unknown_link
        if rule == "none":
            return Reading(None, name, (Note(heading, name, "no_person"),))
        if rule == "create" and wants_more(to):
            return Reading(None, name, (Note(heading, name[:80], "no_link"),), is_said=False)
        if rule == "create" and decide.may(self.reader.user, "add", to.key):
            made = ToMake("record", to.key, name, called)
            return Reading(made, name, (new,), (made,))
        raise self.matcher.unknown(to, name)

    def names_in(self, field: Field, text: str) -> list[str]:
        """Names of several links; a whole cell that is one record's name is not parted."""
        to = self.type.schema.type(field.to)  # type: ignore[attr-defined]  # these kinds have it
        return [text] if ";" in text and self.matcher.find(to, text) is not None else entries(text)

    @cached_property
    def left(self) -> frozenset[Any]:
        """People who have left: they own nothing new."""
        people: Any = visible(self.type.schema.type("user"), self.reader.user)
        return frozenset(people.filter(is_active=False).values_list("pk", flat=True))


def wants_more(type_: RecordType) -> bool:
    """Whether a record cannot be made of its name alone: a tax class needs its rate."""
    asked = (f for f in type_.whole.declared if f.required and not f.title and not f.readonly)
    return any(f.default is None and f.kind not in ("stage", "choice") for f in asked)


def any_name(text: str) -> tuple[str, str] | None:
    """(type, name) of "deal:bcdfgh-12", or None."""
    found = entry_of(text.strip())
    return (found.type, found.name) if found and found.type else None


def role_in(text: str) -> str:
    """The role behind a name of our files: "buyer" of "bcdfgh-12 (buyer)"."""
    found = entry_of(text)
    return found.role if found else ""


def said(field: Field, target: Target) -> str:
    """The target as a map says it."""
    return f"{field.key}{'.' if target.part else ''}{target.part}{'@' if target.by else ''}{target.by}"
