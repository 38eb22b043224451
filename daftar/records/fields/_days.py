"""What dates and moments have in common: named ranges, days and spans in the reader's calendar."""

from __future__ import annotations

import functools
import operator as words
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.kernel.dates import RANGES, named_range, parse_date
from daftar.kernel.errors import Invalid
from daftar.records.fields._about import about, is_blank, missing
from daftar.records.fields.base import BETWEEN, EMPTY, FILLED, Field, Operator
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Widget

IN = Operator("in", _("is in"), "many")
ON = Operator("is", _("is on"))
FROM = Operator("gte", _("from"))
UNTIL = Operator("lte", _("until"))

Span = tuple[Any, Any]
"""First and last value of a stretch of time; whether the last one still belongs to it says `Days.last_lookup`."""


class Days(Field):
    """A field on the time line. Every value of a condition is a stretch: a named range, a day or a minute."""

    width, style = "date", "date"
    operator_set = (IN, ON, FROM, UNTIL, BETWEEN, EMPTY, FILLED)
    last_lookup: ClassVar[str] = "lte"

    def span(self, raw: str, reader: Reader) -> Span:
        """The stretch that typed words mean which are no named range."""
        raise NotImplementedError

    def days_span(self, first: Any, last: Any, reader: Reader) -> Span:
        """The stretch of whole days."""
        raise NotImplementedError

    def plain(self, value: Any, reader: Reader) -> str:
        """The value as it stands in an input."""
        raise NotImplementedError

    def parse_operand(self, raw: str, reader: Reader) -> Span:
        text = raw.strip()
        if is_blank(text):
            raise missing(self)
        with about(self):
            if text in RANGES:
                return self.days_span(*named_range(text, reader.formats, clock.today(reader.formats.zone)), reader)
            return self.span(text, reader)

    def sql_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(self.sql_value, value))
        return super().sql_value(value)

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        match operator:
            case "in" | "is":
                return functools.reduce(words.or_, (self.between(*span) for span in values))
            case "gte":
                return self.where("gte", values[0][0])
            case "lte":
                return self.where(self.last_lookup, values[0][1])
            case "between" if len(values) == 2:
                return self.between(values[0][0], values[1][1])
        raise Invalid(_("Give two values: from, to."), field=self.key)

    def between(self, first: Any, last: Any) -> Q:
        return self.where("gte", first) & self.where(self.last_lookup, last)

    def widget(self, value: Any, reader: Reader) -> Widget:
        return self.make_widget(self.kind, value=self.text_of(value, reader))

    def text_of(self, value: Any, reader: Reader) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return self.plain(value, reader)

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        label = str(self.label)
        if operator in ("empty", "filled"):
            return Widget("group", self.key, label=label)
        if operator == "in":
            return Widget(
                "select", self.key, label=label, value=raw[0] if raw else "", options=self.ranges(raw, reader)
            )
        values = [self.in_calendar(v, reader) for v in (*raw, "", "")][: 2 if operator == "between" else 1]
        inputs = [Widget("date", self.key, label=label, value=v) for v in values]
        return inputs[0] if len(inputs) == 1 else Widget("group", self.key, label=label, parts=tuple(inputs))

    def ranges(self, raw: Sequence[str], reader: Reader) -> tuple[Option, ...]:
        """The named ranges, and what else stands in the address now."""
        named = [Option(name, str(label), chosen=name in raw) for name, label in RANGES.items()]
        others = [Option(r, self.in_calendar(r, reader), chosen=True) for r in raw if r and r not in RANGES]
        return (*named, *others)

    def in_calendar(self, raw: str, reader: Reader) -> str:
        """A day of an address as this reader writes it; anything else as it came."""
        if raw in RANGES or ":" in raw:
            return raw
        try:
            return reader.formats.date_numeric(parse_date(raw, reader.formats))
        except Invalid:
            return raw
