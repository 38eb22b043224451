"""What dates and moments have in common: named ranges, days and spans in the reader's calendar."""

from __future__ import annotations

import datetime as dt
import functools
import operator as words
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.kernel.dates import RANGES, is_range, named_range, parse_date, range_words
from daftar.kernel.errors import Invalid
from daftar.kernel.ranges import days_of
from daftar.kernel.text import ascii_digits
from daftar.records.fields._about import about, is_blank, missing
from daftar.records.fields.base import BETWEEN, EMPTY, FILLED, Field, Operator
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Widget

IN = Operator("in", _("is in"), "many", _("%(field)s is within %(values)s"))
ON = Operator("is", _("is on"), says=_("%(field)s is on %(values)s"))
FROM = Operator("gte", _("from"), says=_("%(field)s is from %(values)s on"))
UNTIL = Operator("lte", _("until"), says=_("%(field)s is until %(values)s"))

ANY_DAYS = {"last_N_days": _("Last … days"), "next_N_days": _("Next … days")}
"""Ranges whose number of days is chosen beside them."""

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

    # -- in a calendar -----------------------------------------------------------------------------

    @property
    def days(self) -> Days:
        return self

    def day(self, value: Any, reader: Reader) -> dt.date:
        """The day of a value on the reader's wall."""
        raise NotImplementedError

    def on_day(self, value: Any, day: dt.date, reader: Reader) -> Any:
        """The value when it is taken to another day. Errors: Invalid for a moment that does not exist there."""
        raise NotImplementedError

    def time_words(self, value: Any, reader: Reader) -> str:
        """The time of day of the value; "" for a kind that has none."""
        return ""

    # -- find --------------------------------------------------------------------------------------

    def parse_operand(self, raw: str, reader: Reader) -> Span:
        text = raw.strip()
        if is_blank(text):
            raise missing(self)
        with about(self):
            if is_range(text):
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

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        if self.is_empty(value):
            return False
        match operator:
            case "in" | "is":
                return any(first <= value and self.is_before_end(value, last) for first, last in values)
            case "gte":
                return bool(value >= values[0][0])
            case "lte":
                return self.is_before_end(value, values[0][1])
            case "between" if len(values) == 2:
                return bool(values[0][0] <= value) and self.is_before_end(value, values[1][1])
        return False

    def is_before_end(self, value: Any, last: Any) -> bool:
        return bool(value <= last) if self.last_lookup == "lte" else bool(value < last)

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
            return self.range_widget(raw, reader)
        values = [self.in_calendar(v, reader) for v in (*raw, "", "")][: 2 if operator == "between" else 1]
        inputs = [Widget("date", self.key, label=label, value=v) for v in values]
        return inputs[0] if len(inputs) == 1 else Widget("group", self.key, label=label, parts=tuple(inputs))

    def range_widget(self, raw: Sequence[str], reader: Reader) -> Widget:
        """A range by its name; beside it the number for "last … days"."""
        first = raw[0] if raw else ""
        days = "" if first in RANGES else str(abs(days_of(first)) or "")
        number = {"type": "number", "inputmode": "numeric", "min": "1", "max": "3660", "data-days": True}
        label = str(self.label)
        parts = (
            Widget("select", self.key, label=label, options=self.ranges(raw, reader)),
            Widget("input", self.key, label=str(_("Number of days")), value=days, attrs=number),
        )
        return Widget("group", self.key, label=label, parts=parts)

    def sent(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """What a sent `range_widget` means: with "last … days" the number stands beside it, else it means nothing."""
        first, *numbers = values or ("",)
        if first in ANY_DAYS:
            return (first.replace("N", ascii_digits(numbers[0]).strip()[:9] if numbers else "N"),)
        return (first,) if first and (is_range(first) or not first.isdigit()) else ()

    def ranges(self, raw: Sequence[str], reader: Reader) -> tuple[Option, ...]:
        """The named ranges, any number of days, and what else stands in the address now."""
        named = [Option(name, str(label), chosen=name in raw) for name, label in RANGES.items()]
        counted = {("last_N_days", "next_N_days")[days_of(r) > 0] for r in raw if r not in RANGES and days_of(r)}
        free = [Option(name, str(label), chosen=name in counted) for name, label in ANY_DAYS.items()]
        others = [Option(r, self.in_calendar(r, reader), chosen=True) for r in raw if r and not is_range(r)]
        return (*named, *free, *others)

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [self.said(text, reader) for text in raw]

    def said(self, raw: str, reader: Reader) -> str:
        """A range or day of an address in words; anything else as it came."""
        if is_range(raw):
            return range_words(raw, reader.formats)
        if ":" in raw:
            return raw
        try:
            return reader.formats.date(parse_date(raw, reader.formats))
        except Invalid:
            return raw

    def phrase(self, operator: Operator, name: str, words: Sequence[str], reader: Reader) -> str:
        """Ranges are named with a capital, which has no place inside a sentence."""
        return super().phrase(operator, name, [w[:1].lower() + w[1:] for w in words], reader)

    def in_calendar(self, raw: str, reader: Reader) -> str:
        """A day of an address as this reader writes it; anything else as it came."""
        if is_range(raw) or ":" in raw:
            return raw
        try:
            return reader.formats.date_numeric(parse_date(raw, reader.formats))
        except Invalid:
            return raw
