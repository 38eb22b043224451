"""Conditions of a view as a tree, with the text form that stands in addresses: `and(stage.in(3,4),or(amount.gte(1000),owner.is(me)))`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.kernel.errors import BadAddress, Invalid
from daftar.records.reader import Reader
from daftar.records.types import RecordType

WORD = re.compile(r"[a-z][a-z0-9_]*")
PLAIN = re.compile(r'[^(),"]*')
DEEPEST, LONGEST, MOST = 6, 8000, 60


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared by one operator; `values` as typed."""

    field: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.field}.{self.operator}({','.join(quoted(v) for v in self.values)})"

    def sql(self, type_: RecordType, reader: Reader) -> Q:
        """The condition for the database; raises `BadAddress` naming the field."""
        field = type_.field(self.field)
        if field is None:
            raise BadAddress(_("There is no field “%(key)s” here.") % {"key": self.field[:60]}, field=self.field[:60])
        try:
            return field.condition(self.operator, self.values, reader)
        except Invalid as refused:
            raise BadAddress(
                _("The filter on “%(field)s” cannot be read: %(why)s") % {"field": field.label, "why": refused},
                field=self.field,
            ) from refused


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by and, or, not."""

    kind: Literal["and", "or", "not"]
    parts: tuple[Condition | Group, ...]

    def __str__(self) -> str:
        return f"{self.kind}({','.join(str(p) for p in self.parts)})"

    def sql(self, type_: RecordType, reader: Reader) -> Q:
        made = [part.sql(type_, reader) for part in self.parts]
        joined = Q()
        for one in made:
            joined = joined | one if self.kind == "or" else joined & one
        return ~joined if self.kind == "not" else joined


def quoted(value: str) -> str:
    """A value as it stands in the text form."""
    if value and PLAIN.fullmatch(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def parse_where(text: str) -> Condition | Group:
    """The tree that the text means; raises `BadAddress` with the place of the first mistake."""
    if len(text) > LONGEST:
        raise BadAddress(_("This filter is too long."), field="where")
    parser = Parser(text)
    tree = parser.part(0)
    if parser.at != len(text):
        parser.fail()
    return tree


class Parser:
    """A linear reader of the text form; counts parts and depth."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.count = text, 0, 0

    def fail(self) -> None:
        rest = self.text[self.at : self.at + 20] or _("the end")
        raise BadAddress(
            _("The filter cannot be read at place %(place)s: “%(rest)s”.") % {"place": self.at + 1, "rest": rest},
            field="where",
        )

    def take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def word(self) -> str:
        match = WORD.match(self.text, self.at)
        if match is None:
            self.fail()
            raise AssertionError
        self.at = match.end()
        return match.group()

    def part(self, depth: int) -> Condition | Group:
        self.count += 1
        if depth > DEEPEST or self.count > MOST:
            raise BadAddress(_("This filter has too many parts."), field="where")
        word = self.word()
        if word in ("and", "or", "not") and self.take("("):
            parts = [self.part(depth + 1)]
            while self.take(","):
                parts.append(self.part(depth + 1))
            if not self.take(")"):
                self.fail()
            if word == "not" and len(parts) != 1:
                raise BadAddress(_("“not” takes one condition."), field="where")
            return Group(word, tuple(parts))  # type: ignore[arg-type]  # checked by the line above
        if not self.take("."):
            self.fail()
        operator = self.word()
        if not self.take("("):
            self.fail()
        return Condition(word, operator, self.values())

    def values(self) -> tuple[str, ...]:
        if self.take(")"):
            return ()
        found = [self.value()]
        while self.take(","):
            found.append(self.value())
        if not self.take(")"):
            self.fail()
        return tuple(found)

    def value(self) -> str:
        if not self.take('"'):
            start = self.at
            while self.at < len(self.text) and self.text[self.at] not in '(),"':
                self.at += 1
            return self.text[start : self.at]
        made = []
        while True:
            end = self.text.find('"', self.at)
            if end < 0:
                self.at = len(self.text)
                self.fail()
            made.append(self.text[self.at : end])
            self.at = end + 1
            if not self.take('"'):
                return "".join(made)
            made.append('"')


def split_values(text: str) -> tuple[str, ...]:
    """Values of a simple condition (`field=a,b`); quoted ones may hold commas."""
    parser = Parser(text + ")")
    values = parser.values() if text else ()
    if text and parser.at != len(parser.text):
        parser.fail()
    return values


def joined_values(values: Sequence[str]) -> str:
    return ",".join(quoted(v) for v in values)
