"""Conditions of a view as a tree, with the text form that stands in addresses: `and(stage.in(3,4),or(amount.gte(1000),owner.is(me)))`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from daftar.kernel.errors import BadAddress, Invalid
from daftar.records.query.json import comparison
from daftar.records.query.paths import Path, resolve
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

WORD = re.compile(r"[a-z][a-z0-9_]*")
PLAIN = re.compile(r'[^(),"]*')
DEEPEST, LONGEST, MOST = 6, 8000, 60
MOST_VALUES, MOST_WORDS = 300, 8


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared by one operator; `values` as typed, `field` a key, or a path to a linked record's field (`company.sector`)."""

    field: str
    operator: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.field}.{self.operator}({','.join(quoted(v) for v in self.values)})"

    def sql(self, type_: RecordType, reader: Reader) -> Q:
        """The condition for the database; raises `BadAddress` naming the field."""
        path = resolve(type_, self.field, reader)
        if len(self.values) > MOST_VALUES:
            raise BadAddress(
                _("The filter on “%(field)s” has more than %(most)s values.")
                % {"field": path.label, "most": MOST_VALUES},
                field=self.field,
            )
        try:
            asked = path.field.condition(self.operator, self.values, reader)
        except Invalid as refused:
            raise BadAddress(
                _("The filter on “%(field)s” cannot be read: %(why)s") % {"field": path.label, "why": refused},
                field=self.field,
            ) from refused
        return linked(path, asked, reader)


def linked(path: Path, asked: Q, reader: Reader) -> Q:
    """The rows for which there is a record at the end of the path that this reader may see and for which `asked` holds."""
    for link in reversed(path.chain):
        asked = link.among(visible(reader.schema.type(link.to), reader.user).filter(asked))
    return asked


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
        return fails(joined) if self.kind == "not" else joined

    def leaves(self) -> Iterator[Condition]:
        """The conditions in it, in order."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.leaves()
            else:
                yield part


Tree = Condition | Group


def leaves(tree: Tree | None) -> list[Condition]:
    """All conditions of a tree, in order."""
    return [] if tree is None else list(tree.leaves()) if isinstance(tree, Group) else [tree]


def fails(asked: Q) -> Q:
    """The rows for which the condition does not hold. NOT alone leaves out the rows of which the database cannot tell (empty values)."""
    verdict = Case(When(asked or Q(pk__isnull=False), then=Value(1)), default=Value(0), output_field=IntegerField())
    return comparison(verdict, "exact", 0)


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
        words = [word]
        while self.take(".") and len(words) < MOST_WORDS:
            words.append(self.word())
        if len(words) < 2 or not self.take("("):
            self.fail()
        return Condition(".".join(words[:-1]), words[-1], self.values())

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
