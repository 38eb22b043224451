"""One row of a file as values of a record: each cell read by its field, links and options looked up, every fault told with its column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.by_key import KeyFinder
from daftar.exchange.importing.linking import LinkReader
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.ownerless import owner_for
from daftar.exchange.importing.readings import Filled, Parsed, Reading
from daftar.exchange.importing.report import CellError
from daftar.exchange.importing.targets import (
    BESIDE,
    CHANGED,
    CREATED,
    MOVED,
    SOURCE_ID,
    STOCK,
    WAS,
    Target,
    parse_target,
    target_of,
    was_of,
)
from daftar.exchange.importing.values import ValueReader
from daftar.exchange.reading.rows import RawRow
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.neutral import restored
from daftar.kernel.numbers import parse_decimal
from daftar.kernel.text import clean_text, fold
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType

KEPT = frozenset({"choice", "choices", "stage", "date"})
"""Kinds whose values repeat in files, so that one text is read once."""
MOST_KEPT = 50_000
MADE_BY = f"{WAS}created_by"


class RowReader:
    """Reads the rows of one file by one map, for one person. `mixed` are columns that hold two ways of writing."""

    def __init__(
        self,
        type_: RecordType,
        map_: ImportMap,
        headings: Sequence[str],
        reader: Reader,
        matcher: Matcher,
        bag: Bag | None = None,
        mixed: Collection[str] = (),
    ) -> None:
        self.type, self.map, self.headings = type_, map_, headings
        self.told_to = reader
        self.values = ValueReader(type_, map_, reader, bag or Bag(), matcher.fresh)
        self.values.mixed = mixed
        self.reader = self.values.reader
        self.keys = KeyFinder(self.reader, system_of(map_))
        self.links = LinkReader(type_, map_, self.reader, matcher, self.keys)
        self.plan: dict[str, list[tuple[int, str, Target]]] = {}
        for n, heading in enumerate(headings):
            for text in map_.columns.get(heading, ()):
                target = parse_target(text)
                if text in BESIDE or target_of(type_, text) is not None or self.may_say(text):
                    self.plan.setdefault(target.key, []).append((n, heading, target))
        self.first_plan = {
            said: [(headings.index(text[1:]), text[1:], parse_target(said))]
            for said, text in map_.defaults.items()
            if text.startswith("=") and target_of(type_, said) is not None
        }
        """Columns from which new records take a default."""
        title = type_.title_field.key
        self.titles = [n for key in (title, f"{WAS}{title}") for n, _heading, _target in self.plan.get(key, ())]
        self.kept: dict[tuple[str, str, str], Reading] = {}
        self.owner = owner_for(map_.owner, type_, self.reader)
        self.only = {key: (heading, {fold(text) for text in texts}) for key, (heading, texts) in map_.only.items()}

    def learn(self, rows: Iterable[RawRow]) -> None:
        """Look up what these rows link to."""
        self.links.learn(rows, {**self.plan, **{f"={said}": places for said, places in self.first_plan.items()}})

    def names_fresh(self, row: RawRow) -> bool:
        """Whether a link of the row names what this import made for another one."""
        return bool(self.links.matcher.fresh) and self.links.names_fresh(row, self.plan)

    def has_row_key(self, row: RawRow) -> bool:
        """Whether the whole row is its key."""
        return self.map.by_row or (self.map.is_own and not row.cells[self.plan[SOURCE_ID][0][0]].strip())

    def title_of(self, row: RawRow) -> str:
        """The name of the record as it stands in the row."""
        return " ".join(text for n in self.titles if (text := row.cells[n].strip()))

    def parse(self, row: RawRow) -> Parsed:
        """The row's values; what cannot be read stands in `errors` and the others are read all the same."""
        parsed = Parsed(row, title=self.title_of(row))
        texts = [restored(cell).strip() for cell in row.cells]
        cells = dict(zip(self.headings, texts, strict=True))
        shown = dict(cells)
        for key, places in self.plan.items():
            filled = [Filled(heading, target, texts[n]) for n, heading, target in places if texts[n]]
            if not filled or not self.is_asked(key, cells):
                continue
            heading, _target, text = filled[0]
            try:
                if key in BESIDE:
                    self.read_beside(key, heading, text, parsed)
                elif key.startswith(WAS):
                    self.read_was(self.type[key.removeprefix(WAS)], filled, parsed)
                else:
                    reading = self.read(self.type[key], filled, parsed)
                    if reading is not None:
                        if reading.is_said:
                            parsed.values[key] = reading.value
                        parsed.notes += reading.notes
                        parsed.wants += reading.wants
                        parsed.called += reading.called
                        shown[heading] = reading.shown or text
            except Invalid as refused:
                parsed.errors += [CellError(row.line, heading, text[:80], str(s)) for s in refused.errors.values()]
        if MADE_BY in self.plan and not any(texts[n] for n, _heading, _target in self.plan[MADE_BY]):
            parsed.was["created_by"] = None
        if self.map.source_column and not parsed.source_id and not parsed.errors and not self.map.is_own:
            parsed.errors.append(
                CellError(
                    row.line,
                    self.map.source_column,
                    "",
                    _("The source id is empty. Fill it in, or do not use this column as source id."),
                )
            )
        self.fill(parsed, cells, shown)
        return parsed

    def read_beside(self, key: str, heading: str, text: str, parsed: Parsed) -> None:
        """What stands beside the fields. A time that has not come yet is now."""
        if key == SOURCE_ID:
            parsed.source_id = clean_text(text, max_length=200)
        elif key == CREATED:
            parsed.at = self.values.moment(heading, text)
        elif key == CHANGED:
            parsed.changed = min(self.values.moment(heading, text), clock.now())
        elif key == MOVED:
            parsed.moved = self.values.moment(heading, text)
        elif key == STOCK:
            parsed.stock = parse_decimal(text, self.values.reader_of(heading).formats)

    def may_say(self, target: str) -> bool:
        """Whether the column tells a field that nobody sets by hand, to those who may."""
        return was_of(self.type, target) is not None and decide.may_settings(self.told_to.user)

    def read_was(self, field_: Field, filled: Sequence[Filled], parsed: Parsed) -> None:
        """What a field was where the file was written; people and records that are not here are left out."""
        is_link = self.links.is_link(field_)
        heading, _target, text = filled[0]
        if is_link:
            reading = self.links.known(field_, filled)
        elif field_.kind == "money" and any(one.target.part for one in filled):
            reading = self.values.joined(field_, filled)
        else:
            reading = self.values.one(field_, heading, text)
        parsed.notes += reading.notes
        if reading.is_said and reading.value is not None:
            parsed.was[field_.key] = reading.value
            parsed.wants += reading.wants
            parsed.called += reading.called

    def is_asked(self, key: str, cells: Mapping[str, str]) -> bool:
        """Whether the map lets this row fill the field."""
        if key not in self.only:
            return True
        heading, texts = self.only[key]
        return fold(cells.get(heading, "")) in texts

    def fill(self, parsed: Parsed, cells: Mapping[str, str], shown: Mapping[str, str]) -> None:
        """Composed and default values, for records that are new."""
        for key, ways in self.map.compose.items():
            for way in ways:
                words = [shown.get(heading, "") for heading in way]
                if all(words):
                    self.first_value(parsed, key, "", " · ".join(words))
                    break
        for key, text in self.map.defaults.items():
            field_key = parse_target(key).key
            if field_key in parsed.values or field_key in parsed.first or not self.is_asked(field_key, cells):
                continue
            if not text.startswith("="):
                self.first_value(parsed, key, "", text)
            elif cells.get(text[1:]):
                self.first_value(parsed, key, text[1:], cells[text[1:]])
        for key, person in self.owner.items():
            if key not in parsed.values:
                parsed.first.setdefault(key, person)

    def first_value(self, parsed: Parsed, said: str, heading: str, text: str) -> None:
        target = parse_target(said)
        key = target.key
        if key in parsed.values:
            return
        if not text:  # empty, whatever a new record starts with elsewhere
            parsed.first[key] = None
            return
        try:
            reading = self.read(self.type[key], [Filled(heading, target, text)], parsed)
        except Invalid as refused:
            parsed.errors.append(CellError(parsed.line, heading or str(self.type[key].label), text[:80], str(refused)))
            return
        if reading is not None and reading.is_said:
            parsed.first[key] = reading.value
            parsed.wants += reading.wants

    # -- by kind -----------------------------------------------------------------------------------

    def read(self, field_: Field, filled: Sequence[Filled], parsed: Parsed) -> Reading | None:
        """The value of one field out of its columns; None when it is looked up after all rows are in."""
        if self.links.is_link(field_):
            return self.links.read(field_, filled, parsed)
        if len(filled) > 1 or filled[0].target.part:
            return self.values.joined(field_, filled)
        heading, _target, text = filled[0]
        if field_.kind not in KEPT:
            return self.values.one(field_, heading, text)
        place = (field_.key, heading, text)
        kept = self.kept.get(place)
        if kept is None:
            kept = self.values.one(field_, heading, text)
            if len(self.kept) < MOST_KEPT and not kept.wants:
                self.kept[place] = kept
        return kept


def system_of(map_: ImportMap) -> str:
    return (map_.system or "file")[:64]
