"""What a formula is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Base = Literal["number", "text", "yes_no", "date", "moment", "empty"]
BASES: tuple[Base, ...] = ("number", "text", "yes_no", "date", "moment")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a part gives: one value of a kind, or those of many linked records (`many`)."""

    base: Base
    many: bool = False


NUMBER, TEXT, YES_NO, DATE, MOMENT, EMPTY = map(Kind, (*BASES, "empty"))


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, yes, no or empty that stands in the formula itself."""

    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A field; with more than one key a field of linked records. `at` is its place in the text, from 0."""

    path: tuple[str, ...]
    at: int = 0

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Call:
    """A function or operator with what it works on."""

    name: str
    parts: tuple[Part, ...]
    at: int = 0


Part = Constant | Name | Call


def names_in(part: Part) -> Iterator[Name]:
    """Every field that the formula reads, in order, as often as it is named."""
    if isinstance(part, Name):
        yield part
    elif isinstance(part, Call):
        for inner in part.parts:
            yield from names_in(inner)
