"""The value of a cell by the kind of its field: numbers and dates as the column writes them, options and stages looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.exchange.importing.attached import Bag, Named, not_there
from daftar.exchange.importing.maps import REST, ImportMap, factor_of
from daftar.exchange.importing.mixed import refuse_two_dates, refuse_two_numbers
from daftar.exchange.importing.odd import near, near_country
from daftar.exchange.importing.pieces import entries, pieces
from daftar.exchange.importing.readings import Filled, Fresh, Note, Reading, ToMake, listed
from daftar.exchange.importing.targets import LABELLED, WAS
from daftar.exchange.importing.units import BARE, has_sign, plainly, priced, seconds_of
from daftar.exchange.own_ids import is_name, numbers_here
from daftar.kernel.dates import parse_date, parse_date_time
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.kernel.money import Money, parse_money, quantize
from daftar.kernel.numbers import parse_decimal
from daftar.kernel.text import clean_text, fold
from daftar.records.custom_fields import MOST_OPTIONS
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.types import RecordType

HABIT = {".": "en", ",": "de"}
"""A language that writes numbers with this decimal sign, and thousands with the other one."""
NUMBERS = ("money", "decimal", "percent", "whole")
MOST_PLACES = 4
"""Digits behind the decimal sign of an amount that are read before it is rounded to the coin."""


class ValueReader:
    """Reads cells into the fields of one type by one map, for one person. `mixed` are columns that hold two ways of writing."""

    def __init__(self, type_: RecordType, map_: ImportMap, reader: Reader, bag: Bag, fresh: Fresh) -> None:
        self.type, self.map, self.bag, self.fresh = type_, map_, bag, fresh
        self.own_formats = reader.formats
        self.formats = replace(
            reader.formats,
            country=map_.country or reader.formats.country,
            currency=map_.currency or reader.formats.currency,
        )
        self.readers: dict[str, Reader] = {}
        self.reader = self.with_sign(reader, map_.decimal)
        self.mixed: Collection[str] = ()
        self.may_add_options = decide.may_settings(reader.user)
        self.options = {key.removeprefix(WAS): folded(table) for key, table in map_.choices.items()}
        self.stage_words = folded(map_.stages)
        self.pipeline_stages = stages_in(type_, map_.pipeline)

    def with_sign(self, reader: Reader, sign: str) -> Reader:
        """A reader who writes numbers with this decimal sign."""
        language = HABIT.get(sign, self.formats.language)
        return Reader(reader.user, schema=reader.schema, formats=replace(self.formats, language=language))

    def reader_of(self, heading: str) -> Reader:
        """Who reads the numbers of this column."""
        sign = self.map.numbers.get(heading, "")
        if not sign:
            return self.reader
        if sign not in self.readers:
            self.readers[sign] = self.with_sign(self.reader, sign)
        return self.readers[sign]

    # -- one column --------------------------------------------------------------------------------

    def one(self, field_: Field, heading: str, text: str) -> Reading:
        match field_.kind:
            case "choice":
                return self.option(field_, heading, text)
            case "choices":
                return listed([self.option(field_, heading, piece) for piece in pieces(field_, text)])
            case "files":
                return Reading([self.file(piece) for piece in self.file_names(text)])
            case "stage":
                return self.stage(field_, text)
            case "date":
                return Reading(field_.parse(self.day(heading, text), self.reader))
            case "date_time":
                return Reading(field_.parse(self.moment(heading, text), self.reader))
            case "money":
                return self.money(field_, heading, text, self.map.currency)
            case "duration":
                return Reading(field_.parse(self.span(heading, text), self.reader))
        return Reading(field_.parse(self.multiplied(field_, heading, text), self.reader_of(heading)))

    def moment(self, heading: str, text: str) -> datetime:
        return parse_date_time(text, self.own_formats, order=self.order_of(heading, text))

    def day(self, heading: str, text: str) -> Any:
        return parse_date(text, self.own_formats, order=self.order_of(heading, text))

    def order_of(self, heading: str, text: str) -> str:
        order = self.map.dates.get(heading) or self.map.date_order
        if not order and heading in self.mixed:
            refuse_two_dates(text, self.own_formats)
        return order

    def multiplied(self, field_: Field, heading: str, text: str) -> str:
        """The number times the column's factor, written so that it can be read in one way only."""
        if field_.kind in NUMBERS and heading in self.mixed and not self.map.numbers.get(heading):
            refuse_two_numbers(text)
        factor = factor_of(self.map.times[heading]) if heading in self.map.times else None
        formats = self.reader_of(heading).formats
        if factor is None:
            return plainly(priced(text, formats)) if field_.kind in BARE and has_sign(text) else text
        return plainly(priced(text, formats) * factor.numerator / factor.denominator)

    def span(self, heading: str, text: str) -> timedelta | str:
        """A bare number counts in the unit that the map or the heading says ("in seconds"); other texts say theirs."""
        factor = factor_of(self.map.times.get(heading, "")) or seconds_of(heading) / 60
        if factor == 1 or not text.replace(".", "").replace(",", "").isdecimal():
            return text
        minutes = parse_decimal(text, self.reader_of(heading).formats)
        return timedelta(seconds=round(minutes * 60 * factor.numerator / factor.denominator))

    def money(self, field_: Field, heading: str, text: str, currency: str) -> Reading:
        """An amount; one with more digits than its currency has coins is rounded, and told."""
        raw = {"amount": self.multiplied(field_, heading, text), "currency": currency}
        reader = self.reader_of(heading)
        try:
            return Reading(field_.parse(raw, reader))
        except Invalid as refused:
            exact = self.to_round(text, currency, reader)
            if exact is None:
                raise refused from None
        return Reading(quantize(exact), "", (Note(heading, text[:80], "rounded"),))

    def to_round(self, text: str, currency: str, reader: Reader) -> Money | None:
        """The amount as it was written, when all that is wrong with it is the number of its digits."""
        try:
            return parse_money(text, reader.formats, currency or reader.formats.currency, places=MOST_PLACES)
        except Invalid:
            return None

    # -- several columns ---------------------------------------------------------------------------

    def joined(self, field_: Field, filled: Sequence[Filled]) -> Reading:
        """One value out of several columns: lines of an address, labelled phones, words of a name, an amount and its currency."""
        notes: tuple[Note, ...] = ()
        raw: Any
        if field_.kind in LABELLED:
            raw = [
                {"value": piece, "label": one.target.part} if one.target.part else piece
                for one in filled
                for piece in (pieces(field_, one.text) if not one.target.part else [one.text])
            ]
        elif field_.kind == "address":
            raw = {one.target.part or "street": one.text for one in filled}
            notes = tuple(
                Note(one.heading, one.text, "near_country", guess)
                for one in filled
                if one.target.part == "country" and (guess := near_country(one.text))
            )
        elif field_.kind == "money":
            named = next((one.text for one in filled if one.target.part), self.map.currency).strip().upper()
            amounts = [one for one in filled if not one.target.part]
            if amounts:
                return self.money(field_, amounts[0].heading, amounts[0].text, named)
            raw = {"amount": "", "currency": named}
        elif field_.kind in ("text", "long_text"):
            raw = " ".join(one.text for one in filled)
        else:
            raise Invalid(_("Two columns fill “%(field)s”. Leave one of them out.") % {"field": field_.label})
        return Reading(field_.parse(raw, self.reader), "", notes)

    # -- options, stages, files --------------------------------------------------------------------

    def option(self, field_: Field, heading: str, text: str) -> Reading:
        """An option by the map's table, by key or name; an unknown one is made, or refused with its nearest neighbour."""
        field_any: Any = field_
        table = self.options.get(field_.key, {})
        said = table.get(fold(text))
        if said == "":
            return Reading(None, text)
        known = field_any.find(clean_text(said or text, max_length=200))
        if known is not None and not self.is_fresh(field_, known.label):
            return Reading(known.key, known.label)
        there = [o for o in field_any.options() if not self.is_fresh(field_, o.label)]
        guess = near(text, [word for o in there for word in (o.label, o.key)])
        new = Note(heading, text, "near_option" if guess else "new_option", guess)
        if known is not None:
            return Reading(known.key, known.label, (new,))
        if (self.map.unknown_choice == "create" or table.get(REST) == "+") and field_any.open:
            if not self.may_add_options:
                raise Invalid(
                    _("“%(text)s” is not in the list, and only those who run the company may add to it.")
                    % {"text": text[:80]}
                )
            if len(field_any.options()) >= MOST_OPTIONS:
                raise Invalid(
                    _("“%(text)s” is not in the list, which is full. Make this column a text instead.")
                    % {"text": text[:80]}
                )
            made = ToMake("option", field_.key, clean_text(text, max_length=100))
            return Reading(made, text, (new,), (made,))
        if guess:
            raise Invalid(
                _("“%(text)s” is not in the list. Did you mean “%(near)s”?") % {"text": text[:80], "near": guess}
            )
        names = joined(o.label for o in field_any.options()[:12]) or "—"
        raise Invalid(
            _("“%(text)s” is not in the list. Choose one of: %(names)s. Or let unknown ones be created.")
            % {"text": text[:80], "names": names}
        )

    def is_fresh(self, field_: Field, label: str) -> bool:
        return bool(self.fresh) and ToMake("option", field_.key, label).key in self.fresh

    def stage(self, field_: Field, text: str) -> Reading:
        if field_.custom:
            return Reading(field_.parse(text, self.reader))
        said = self.stage_words.get(fold(text))
        if said == "":
            return Reading(None, text, is_said=False)
        text = said or text
        if not self.map.pipeline:
            return Reading(field_.parse(text, self.reader))
        if fold(text) not in self.pipeline_stages:
            known = self.pipeline_stages.values()
            names = joined(s.label for p in self.type.pipelines for s in p.stages if s.id in known)
            raise Invalid(
                _("There is no stage “%(text)s” in this pipeline. Choose one of: %(names)s.")
                % {"text": text[:80], "names": names or "—"}
            )
        return Reading(self.pipeline_stages[fold(text)])

    def file_names(self, text: str) -> list[str]:
        """Names in a cell; a whole cell that is one file's name is not parted. The same file twice is one."""
        names = [text] if self.bag.find(text) is not None else entries(text)
        return list(dict.fromkeys(names))

    def file(self, name: str) -> Named | int:
        """The file of that name beside the table; else a stored one by its number, or as an export of here calls it."""
        given = self.bag.find(name)
        if given is not None:
            return Named(given)
        if is_name(name) and (here := numbers_here([name])):
            return here[name]
        if name.isascii() and name.isdigit() and len(name) < 19:
            return int(name)
        raise Invalid(not_there(name))


def folded(table: Mapping[str, str]) -> dict[str, str]:
    return {text if text == REST else fold(text): said for text, said in table.items()}


def stages_in(type_: RecordType, pipeline: str) -> dict[str, int]:
    """Folded name, key or id → stage, of the map's pipeline."""
    return {
        fold(word): stage.id
        for one in type_.pipelines
        if pipeline and (pipeline in (one.key, str(one.id)) or fold(one.label) == fold(pipeline))
        for stage in one.stages
        for word in (stage.label, stage.key, str(stage.id))
        if word
    }
