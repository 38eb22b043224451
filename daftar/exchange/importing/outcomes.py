"""What became of each row, as a report lists it: the first rows of every outcome, groups of one name, sums by stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

CREATED, UPDATED, UNCHANGED, REPEATED, REFUSED, WAITING = (
    "created",
    "updated",
    "unchanged",
    "repeated",
    "refused",
    "waiting",
)
OUTCOMES = (CREATED, UPDATED, UNCHANGED, REPEATED, REFUSED, WAITING)
"""Every row of a file is in exactly one of these."""
MOST_ROWS, MOST_LINES, LONGEST = 200, 20, 200
"""Rows of an outcome and groups that a report lists, lines of one group, letters of one value; the counts go on."""
KeepOutcome = Callable[[int, str, int | None, str], None]
"""Told of every row: line, outcome, record (None where there is none), a sentence for people."""


@dataclass(slots=True)
class Change:
    """One value of a record before and after, as texts."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class Candidate:
    """A record here that may be the same as a new row, and why."""

    record: int
    title: str
    score: int
    reasons: list[str]


@dataclass(slots=True)
class RowTold:
    """A row in a list of the report.

    Shapes: `record` is the record here that it means, None for what the import itself makes (a rehearsal takes that back, so its number
    says nothing); `others` are records among which somebody must choose; `repeats` marks a row that repeats one above.
    """

    line: int
    title: str
    record: int | None = None
    changes: list[Change] = field(default_factory=list)
    others: list[Candidate] = field(default_factory=list)
    why: str = ""
    repeats: bool = False

    def to_json(self) -> dict[str, Any]:
        told = asdict(self)
        return {k: v for k, v in told.items() if v or k in ("line", "title", "record")}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> RowTold:
        made = cls(
            kept["line"], kept["title"], kept.get("record"), why=kept.get("why", ""), repeats=kept.get("repeats", False)
        )
        made.changes = [Change(**c) for c in kept.get("changes", ())]
        made.others = [Candidate(**c) for c in kept.get("others", ())]
        return made


@dataclass(slots=True)
class Group:
    """Rows of the file with one title: the first lines of them and how many there are."""

    title: str
    lines: list[int]
    count: int


@dataclass(slots=True)
class StageSum:
    """Rows of one stage and the sums of their amounts. Shapes: `sums` of the type's first amount by currency, `more` of its others by field."""

    rows: int = 0
    sums: dict[str, str] = field(default_factory=dict)
    more: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, key: str, amount: Decimal, currency: str) -> None:
        """`key` is "" for the type's first amount."""
        sums = self.sums if not key else self.more.setdefault(key, {})
        sums[currency] = plain(Decimal(sums.get(currency, "0")) + amount)


def plain(amount: Decimal) -> str:
    """An amount as it stands in JSON: always with two digits or more, never with an exponent."""
    text = f"{amount:f}"
    if "." not in text:
        return f"{text}.00"
    whole, _point, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
