"""One row of a file as values of a record: each cell read by its field, links and options looked up, every fault told with its column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.exchange.importing.attached import Bag, Named, not_there
from daftar.exchange.importing.maps import BESIDE, CREATED, LABELLED, MOVED, SOURCE_ID, ImportMap, target_of
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.odd import near, near_country
from daftar.exchange.importing.ownerless import owner_for
from daftar.exchange.importing.report import CellError
from daftar.exchange.reading.rows import RawRow
from daftar.kernel.dates import parse_date, parse_date_time
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.kernel.neutral import restored
from daftar.kernel.numbers import parse_decimal
from daftar.kernel.text import clean_text, fold
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked
from daftar.records.models import StoredFile
from daftar.records.reader import Reader
from daftar.records.types import RecordType

LINKING = ("link", "person", "links")
KEPT = frozenset({"choice", "choices", "stage", "link", "person", "links", "date"})
"""Kinds whose values repeat in files, so that one text is read once."""
MOST_KEPT = 50_000
HABIT = {".": "en", ",": "ru"}
"""A language that writes numbers with this decimal sign."""


@dataclass(frozen=True, slots=True)
class ToMake:
    """An option or a record that a row needs and that is not there yet; made just before the row is.

    Shapes: `place` is the field key of an option, or the type key of a record; equal names in one file are one thing.
    """

    kind: str
    place: str
    name: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.place, fold(self.name)


@dataclass(frozen=True, slots=True)
class Note:
    """An odd value of a row, for the report."""

    column: str
    value: str
    what: str
    near: str = ""


@dataclass(slots=True)
class Reading:
    """What one cell gave: a value (perhaps with things to make in it), how it reads, and what was odd."""

    value: Any
    shown: str = ""
    notes: tuple[Note, ...] = ()
    wants: tuple[ToMake, ...] = ()


@dataclass(slots=True)
class Parsed:
    """A row on its way; `first` are values for new records only, `late` links to records of the same type, `files` what was stored for it."""

    row: RawRow
    values: dict[str, Any] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    wants: list[ToMake] = field(default_factory=list)
    late: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    source_id: str = ""
    at: datetime | None = None
    moved: datetime | None = None

    @property
    def line(self) -> int:
        return self.row.line


class RowReader:
    """Reads the rows of one file by one map, for one person."""

    def __init__(
        self,
        type_: RecordType,
        map_: ImportMap,
        headings: Sequence[str],
        reader: Reader,
        matcher: Matcher,
        bag: Bag | None = None,
    ) -> None:
        self.type, self.map, self.headings, self.matcher = type_, map_, headings, matcher
        self.bag = bag or Bag()
        formats = reader.formats
        self.reader = Reader(
            reader.user,
            schema=reader.schema,
            formats=replace(
                formats, language=HABIT.get(map_.decimal, formats.language), country=map_.country or formats.country
            ),
        )
        self.own_formats = formats
        self.plan: dict[str, list[tuple[int, str, str]]] = {}
        for n, heading in enumerate(headings):
            for target in map_.columns.get(heading, ()):
                key, _dot, part = target.partition(".")
                if target in BESIDE or target_of(type_, target) is not None:
                    self.plan.setdefault(key, []).append((n, heading, part))
        self.kept: dict[tuple[str, str], Reading] = {}
        self.owner = owner_for(map_.owner, type_, self.reader)
        self.may_add_options = decide.may_settings(reader.user)
        self.stages = {
            fold(word): stage.id
            for pipeline in type_.pipelines
            if map_.pipeline and (pipeline.key == map_.pipeline or fold(pipeline.label) == fold(map_.pipeline))
            for stage in pipeline.stages
            for word in (stage.label, stage.key)
        }

    def names_for(self, rows: Iterable[RawRow]) -> dict[str, set[str]]:
        """Type key → names that these rows link to, to be looked up together."""
        found: dict[str, set[str]] = {}
        rows = list(rows)
        for key, places in self.plan.items():
            linking = self.type.field(key)
            if linking is None or linking.kind not in LINKING:
                continue
            names = found.setdefault(linking.to, set())  # type: ignore[attr-defined]  # these kinds have it
            for n, _heading, _part in places:
                names.update(text for row in rows for text in pieces(linking, row.cells[n]))
        return found

    def parse(self, row: RawRow) -> Parsed:
        """The row's values; what cannot be read stands in `errors` and the others are read all the same."""
        parsed = Parsed(row)
        texts = [restored(cell).strip() for cell in row.cells]
        shown = dict(zip(self.headings, texts, strict=True))
        for key, places in self.plan.items():
            filled = [(heading, part, texts[n]) for n, heading, part in places if texts[n]]
            if not filled:
                continue
            heading, _part, text = filled[0]
            try:
                if key == SOURCE_ID:
                    parsed.source_id = clean_text(text, max_length=200)
                elif key == CREATED:
                    parsed.at = parse_date_time(text, self.own_formats, order=self.map.date_order)
                elif key == MOVED:
                    parsed.moved = parse_date_time(text, self.own_formats, order=self.map.date_order)
                else:
                    reading = self.read(self.type[key], filled, parsed)
                    if reading is not None:
                        parsed.values[key] = reading.value
                        parsed.notes += reading.notes
                        parsed.wants += reading.wants
                        shown[heading] = reading.shown or text
            except Invalid as refused:
                parsed.errors += [CellError(row.line, heading, text[:80], str(s)) for s in refused.errors.values()]
        if self.map.source_column and not parsed.source_id and not parsed.errors:
            parsed.errors.append(
                CellError(
                    row.line,
                    self.map.source_column,
                    "",
                    _("The source id is empty. Fill it in, or do not use this column as source id."),
                )
            )
        self.fill(parsed, shown)
        return parsed

    def fill(self, parsed: Parsed, shown: Mapping[str, str]) -> None:
        """Composed and default values, for records that are new."""
        for key, ways in self.map.compose.items():
            for way in ways:
                words = [shown.get(heading, "") for heading in way]
                if all(words):
                    self.first_value(parsed, key, " · ".join(words))
                    break
        for key, text in self.map.defaults.items():
            if key not in parsed.values and key not in parsed.first:
                self.first_value(parsed, key, text)
        for key, person in self.owner.items():
            if key not in parsed.values:
                parsed.first.setdefault(key, person)

    def first_value(self, parsed: Parsed, key: str, text: str) -> None:
        if key in parsed.values:
            return
        if not text:  # empty, whatever a new record starts with elsewhere
            parsed.first[key] = None
            return
        try:
            reading = self.read(self.type[key], [("", "", text)], parsed)
        except Invalid as refused:
            parsed.errors.append(CellError(parsed.line, str(self.type[key].label), text[:80], str(refused)))
            return
        if reading is not None:
            parsed.first[key] = reading.value
            parsed.wants += reading.wants

    # -- by kind -----------------------------------------------------------------------------------

    def read(self, field_: Field, filled: Sequence[tuple[str, str, str]], parsed: Parsed) -> Reading | None:
        """The value of one field out of its columns; None when it is looked up after all rows are in."""
        heading, part, text = filled[0]
        if field_.kind in LINKING and field_.to == self.type.key:  # type: ignore[attr-defined]  # these kinds have it
            parsed.late.append((field_.key, heading, text))
            return None
        if len(filled) > 1 or part:
            return Reading(*self.joined(field_, filled))
        if field_.kind not in KEPT:
            return self.one(field_, heading, text)
        kept = self.kept.get((field_.key, text))
        if kept is None:
            kept = self.one(field_, heading, text)
            if len(self.kept) < MOST_KEPT:
                self.kept[field_.key, text] = kept
        return kept

    def one(self, field_: Field, heading: str, text: str) -> Reading:
        match field_.kind:
            case "choice":
                return self.option(field_, heading, text)
            case "choices":
                return listed([self.option(field_, heading, piece) for piece in pieces(field_, text)])
            case "link" | "person":
                return self.record(field_, heading, text)
            case "links":
                found = listed([self.record(field_, heading, piece) for piece in self.names_in(field_, text)])
                found.value = [v if isinstance(v, ToMake) else Linked(v) for v in found.value]
                return found
            case "files":
                return Reading([self.file(piece) for piece in self.file_names(text)])
            case "stage":
                return Reading(self.stage(field_, text))
            case "date":
                return Reading(field_.parse(parse_date(text, self.own_formats, order=self.map.date_order), self.reader))
            case "date_time":
                return Reading(
                    field_.parse(parse_date_time(text, self.own_formats, order=self.map.date_order), self.reader)
                )
            case "money":
                return Reading(
                    field_.parse({"amount": self.multiplied(heading, text), "currency": self.map.currency}, self.reader)
                )
        return Reading(field_.parse(self.multiplied(heading, text), self.reader))

    def multiplied(self, heading: str, text: str) -> str:
        """The number times the column's factor, written so that it can be read in one way only."""
        if heading not in self.map.times:
            return text
        number = parse_decimal(text, self.reader.formats) * Decimal(self.map.times[heading])
        plain = f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
        return f"{plain}0" if len(plain.partition(".")[2]) == 3 else plain

    def joined(self, field_: Field, filled: Sequence[tuple[str, str, str]]) -> tuple[Any, str, tuple[Note, ...]]:
        """One value out of several columns: lines of an address, labelled phones, words of a name, an amount and its currency."""
        notes: tuple[Note, ...] = ()
        raw: Any
        if field_.kind in LABELLED:
            raw = [
                {"value": piece, "label": part} if part else piece
                for _heading, part, text in filled
                for piece in (pieces(field_, text) if not part else [text])
            ]
        elif field_.kind == "address":
            raw = {part or "street": text for _heading, part, text in filled}
            notes = tuple(
                Note(heading, text, "near_country", guess)
                for heading, part, text in filled
                if part == "country" and (guess := near_country(text))
            )
        elif field_.kind == "money":
            amounts = [(heading, text) for heading, part, text in filled if not part]
            named = next((text for _heading, part, text in filled if part), self.map.currency)
            raw = {"amount": self.multiplied(*amounts[0]) if amounts else "", "currency": named.strip().upper()}
        elif field_.kind in ("text", "long_text"):
            raw = " ".join(text for _heading, _part, text in filled)
        else:
            raise Invalid(_("Two columns fill “%(field)s”. Leave one of them out.") % {"field": field_.label})
        return field_.parse(raw, self.reader), "", notes

    def option(self, field_: Field, heading: str, text: str) -> Reading:
        """An option by key or name; an unknown one is made, or refused with its nearest neighbour."""
        field_any: Any = field_
        known = field_any.find(clean_text(text, max_length=200))
        if known is not None:
            return Reading(known.key, known.label)
        guess = near(text, [word for o in field_any.options() for word in (o.label, o.key)])
        if self.map.unknown_choice == "create" and field_any.open:
            if not self.may_add_options:
                raise Invalid(
                    _("“%(text)s” is not in the list, and only those who run the company may add to it.")
                    % {"text": text[:80]}
                )
            made = ToMake("option", field_.key, clean_text(text, max_length=100))
            return Reading(made, text, (Note(heading, text, "near_option" if guess else "new_option", guess),), (made,))
        if guess:
            raise Invalid(
                _("“%(text)s” is not in the list. Did you mean “%(near)s”?") % {"text": text[:80], "near": guess}
            )
        names = joined(o.label for o in field_any.options()[:12]) or "—"
        raise Invalid(
            _("“%(text)s” is not in the list. Choose one of: %(names)s. Or let unknown ones be created.")
            % {"text": text[:80], "names": names}
        )

    def record(self, field_: Field, heading: str, text: str) -> Reading:
        """A record or a person by name; an unknown one is made, left empty or refused as the map says."""
        target = self.type.schema.type(field_.to)  # type: ignore[attr-defined]  # these kinds have it
        name = clean_text(text, max_length=300)
        found = self.matcher.find(target, name)
        if found is not None:
            notes = (Note(heading, name, "matched", found.odd),) if found.odd else ()
            return Reading(found.id, found.title, notes)
        rule = self.map.unknown_person if target.key == "user" else self.map.unknown_link
        if rule == "none":
            return Reading(None, name, (Note(heading, name, "no_person"),))
        if rule == "create" and decide.may(self.reader.user, "add", target.key):
            made = ToMake("record", target.key, name)
            return Reading(
                made, name, (Note(heading, name, "new_person" if target.key == "user" else "new_record"),), (made,)
            )
        raise self.matcher.unknown(target, name)

    def names_in(self, field_: Field, text: str) -> list[str]:
        """Names of several links; a whole cell that is one record's name is not parted."""
        target = self.type.schema.type(field_.to)  # type: ignore[attr-defined]  # these kinds have it
        return [text] if ";" in text and self.matcher.find(target, text) is not None else pieces(field_, text)

    def file_names(self, text: str) -> list[str]:
        """Names in a cell; a whole cell that is one file's name is not parted. The same file twice is one."""
        names = [text] if self.bag.find(text) is not None else entries(text)
        return list(dict.fromkeys(names))

    def file(self, name: str) -> Named | int:
        """The file of that name beside the table; else the number of a stored one, as an export writes it."""
        given = self.bag.find(name)
        if given is not None:
            return Named(given)
        if name.isascii() and name.isdigit() and len(name) < 19:
            return int(name)
        raise Invalid(not_there(name))

    def stage(self, field_: Field, text: str) -> int | None:
        if not self.map.pipeline or field_.custom:
            found: int | None = field_.parse(text, self.reader)
            return found
        if fold(text) not in self.stages:
            names = joined(s.label for p in self.type.pipelines for s in p.stages if s.id in self.stages.values())
            raise Invalid(
                _("There is no stage “%(text)s” in this pipeline. Choose one of: %(names)s.")
                % {"text": text[:80], "names": names or "—"}
            )
        stage_id: int = self.stages[fold(text)]
        return stage_id


def pieces(field_: Field, text: str) -> list[str]:
    """The entries of a cell that holds several ("a; b")."""
    if field_.kind in ("links", "choices") or field_.kind in LABELLED:
        return entries(text)
    return [text.strip()] if text.strip() else []


def entries(text: str) -> list[str]:
    return [piece.strip() for piece in text.replace("؛", ";").replace("\n", ";").split(";") if piece.strip()]


def listed(found: Sequence[Reading]) -> Reading:
    """Readings of one cell's entries as one."""
    return Reading(
        [r.value for r in found if r.value is not None],
        "; ".join(r.shown for r in found),
        tuple(note for r in found for note in r.notes),
        tuple(want for r in found for want in r.wants),
    )
