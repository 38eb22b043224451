"""Which column goes where, and how its values are read: guessed, shown, changed, kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as parts_of
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from daftar.access.models import Role, User
from daftar.exchange.importing.targets import (
    BESIDE,
    CHANGED,
    CREATED,
    LABELLED,
    MOVED,
    NOT_FROM_FILES,
    PARTS,
    SOURCE_ID,
    fillable,
    is_key,
    is_new_field,
    parse_target,
    target_of,
    was_of,
)
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.own_ids import SYSTEM
from daftar.kernel.formats import joined
from daftar.kernel.money import CURRENCIES
from daftar.records.types import RecordType

__all__ = [
    "BESIDE", "CHANGED", "CREATED", "LABELLED", "MOVED", "NOT_FROM_FILES", "PARTS", "SOURCE_ID", "ImportMap", "fillable", "target_of",
]  # fmt: skip

UNKNOWN = ("create", "report")
UNKNOWN_PERSON = ("create", "report", "none")
EXISTING = ("", "update", "keep", "fill", "leave", "ask")
"""What happens to records that are here already: take what differs ("" is the same); the same, but keep what people changed by hand;
only fill what is empty; leave them as they are; wait for a word, row by row."""
REPEATED = ("", "each", "one")
"""What rows of one file with one title and no other key are: a record each ("" is the same), or one."""
ROW = "@row"
"""In `match`: the whole row is its key."""
DATE_ORDERS, DECIMALS = ("", "mdy", "dmy", "ymd"), ("", ".", ",")
REST = "*"
"""In a table of `choices`: every text that the table does not name."""


@dataclass(frozen=True)
class ImportMap:
    """How a file becomes records of one type.

    Shapes: `columns` maps a heading to targets (`targets.py`); none leaves the column out.
    `compose` maps a field to lists of headings whose values are joined; the first list without an empty value counts.
    `times` maps a heading to a factor ("revenue in millions"; "1/60" for seconds of a duration); `defaults` maps a field to text for rows
    without it ("": none; "=Heading": what stands in that column); `only` maps a field to a heading and the texts there with which it is filled.
    `choices`, `stages`: text of the file → option or stage (docs/exchange.md). `system` names where the file came from; `match` are the
    fields by which a row is known to be here already, tried in order, or `@row`. `dates`, `numbers`: heading → order, decimal sign.
    `sums` maps parts of a paper or line (`differences.PARTS`) to the columns that say them, to be compared with what we work out.
    `owner` is whose the new records without an owner are: "" or "me" (who imports), "nobody", or a person by id, e-mail or name.
    `role` is the key of the role in which new people start (only for people).
    `existing` is one of `EXISTING`. `date_order` mdy, dmy, ymd or "" (as the reader writes); `decimal` "." or "," or "" (as the reader writes).
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compose: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    decimal: str = ""
    currency: str = ""
    country: str = ""
    pipeline: str = ""
    system: str = ""
    match: tuple[str, ...] = ()
    unknown_choice: str = "report"
    unknown_person: str = "report"
    unknown_link: str = "report"
    owner: str = ""
    role: str = ""
    existing: str = ""
    repeated: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "match", listed(self.match))  # one word in maps that were saved before

    # -- JSON --------------------------------------------------------------------------------------

    @classmethod
    def from_json(cls, kept: Any) -> Self:
        """Errors: Unreadable with the word that is not understood."""
        if not isinstance(kept, Mapping) or not isinstance(kept.get("columns"), Mapping):
            raise Unreadable(_("A map is a JSON object with “columns”: heading → field."))
        known = {part.name for part in parts_of(cls)}
        if strange := sorted(set(map(str, kept)) - known):
            raise Unreadable(
                _("The map says “%(word)s”, which is not understood. Known words: %(known)s.")
                % {"word": strange[0][:60], "known": joined(sorted(known))}
            )
        words: dict[str, Any] = {name: str(kept[name]) for name in WORDS if kept.get(name)}
        words |= {name: texts(kept.get(name)) for name in TABLES}
        made = cls(
            columns={str(k): listed(v) for k, v in kept["columns"].items()},
            compose={str(k): tuple(listed(one) for one in v) for k, v in table_of(kept, "compose")},
            only={str(k): condition(v) for k, v in table_of(kept, "only")},
            choices={str(k): texts(v) for k, v in table_of(kept, "choices")},
            match=listed(kept.get("match")),
            **words,
        )
        made.check_words()
        return made

    @classmethod
    def from_file(cls, path: Path) -> Self:
        try:
            text = path.read_text(encoding="utf-8-sig")
            return cls.from_json(json.loads(text))
        except (OSError, ValueError, RecursionError) as problem:
            raise Unreadable(
                _("The map “%(name)s” cannot be read: %(why)s") % {"name": path.name, "why": problem}
            ) from None

    def to_json(self) -> dict[str, Any]:
        kept = {part.name: getattr(self, part.name) for part in parts_of(self)}
        return {k: v for k, v in kept.items() if v or k == "columns"}

    def but(self, **changes: Any) -> Self:
        """The same map with some words changed; empty ones are left as they are."""
        return replace(self, **{k: v for k, v in changes.items() if v})

    def in_order_of(self, headings: Sequence[str]) -> Self:
        """The same map with its columns in the order of the file, in which new fields are made; JSON in PostgreSQL keeps none."""
        return replace(self, columns={h: self.columns[h] for h in headings if h in self.columns})

    # -- checks ------------------------------------------------------------------------------------

    def check_words(self) -> None:
        allowed: Mapping[str, Sequence[str]] = {
            "date_order": DATE_ORDERS,
            "decimal": DECIMALS,
            "repeated": REPEATED,
            "unknown_choice": UNKNOWN,
            "unknown_person": UNKNOWN_PERSON,
            "unknown_link": UNKNOWN,
            "existing": EXISTING,
        }
        said = [(name, words, getattr(self, name)) for name, words in allowed.items()]
        said += [("dates", DATE_ORDERS, word) for word in self.dates.values()]
        said += [("numbers", DECIMALS, word) for word in self.numbers.values()]
        for name, words, word in said:
            if word not in words:
                raise Unreadable(
                    _("“%(name)s” can be %(words)s, not “%(said)s”.")
                    % {"name": name, "words": joined(w for w in words if w), "said": str(word)[:40]}
                )
        if self.currency and self.currency not in CURRENCIES:
            raise Unreadable(_("“%(code)s” is not a currency.") % {"code": self.currency[:10]})
        for factor in self.times.values():
            if factor_of(factor) is None:
                raise Unreadable(_("“%(factor)s” is not a factor.") % {"factor": factor[:30]})

    def check_for(self, type_: RecordType, headings: Sequence[str]) -> None:
        """Refuse columns that the file lacks and targets that the type lacks. Errors: Unreadable."""
        if missing := sorted(self.headings_named - set(headings)):
            raise Unreadable(
                _("The file has no column “%(column)s”. Its columns: %(columns)s.")
                % {"column": missing[0][:80], "columns": joined(headings)[:600]}
            )
        if self.role and (type_.model is not User or not Role.objects.filter(key=self.role, archived=False).exists()):
            raise Unreadable(
                _("“%(role)s” is no role in which new %(type)s can start.")
                % {"role": self.role[:80], "type": type_.plural}
            )
        for target in self.targets:
            if target not in BESIDE and not is_new_field(target) and not can_fill(type_, target):
                raise Unreadable(
                    _("“%(type)s” has no field “%(field)s” that a file can fill.")
                    % {"type": type_.name, "field": target[:80]}
                )
        for key in self.match:
            if key != ROW and not is_key(type_, key):
                raise Unreadable(_("Rows cannot be recognised by “%(field)s”.") % {"field": key[:80]})
        if (self.stages or self.pipeline.startswith("+")) and type_.stage_field is None:
            raise Unreadable(_("“%(type)s” has no stages.") % {"type": type_.name})
        if not any(self.columns.values()):
            raise Unreadable(_("No column has a field yet. Choose a field for at least one."))

    @property
    def source_column(self) -> str:
        """The heading of the source ids, or ""."""
        return next((h for h, targets in self.columns.items() if SOURCE_ID in targets), "")

    @property
    def is_own(self) -> bool:
        """Whether the file is one of ours, in which rows without an id are new ones that somebody added."""
        return self.system == SYSTEM and bool(self.source_column)

    @property
    def by_row(self) -> bool:
        """Whether the whole row is its key."""
        return ROW in self.match and not self.source_column

    @property
    def targets(self) -> list[str]:
        """Every target that the map names, columns first."""
        direct = [target for targets in self.columns.values() for target in targets]
        return list(dict.fromkeys([*direct, *self.compose, *self.defaults, *self.only, *self.choices]))

    @property
    def headings_named(self) -> set[str]:
        """Every column of the file that the map speaks of."""
        composed = (heading for ways in self.compose.values() for way in ways for heading in way)
        taken = (text[1:] for text in self.defaults.values() if text.startswith("="))
        asked = (heading for heading, _texts in self.only.values())
        return {*self.columns, *self.sums.values(), *self.times, *self.dates, *self.numbers, *composed, *taken, *asked}

    def fills(self, key: str) -> bool:
        """Whether some column goes into the field."""
        return any(parse_target(target).key == key for targets in self.columns.values() for target in targets)


def can_fill(type_: RecordType, target: str) -> bool:
    return target_of(type_, target) is not None or was_of(type_, target) is not None


TABLES = ("defaults", "times", "stages", "dates", "numbers", "sums")
WORDS = (
    "role",
    "date_order",
    "decimal",
    "currency",
    "country",
    "pipeline",
    "system",
    "unknown_choice",
    "unknown_person",
    "unknown_link",
    "owner",
    "existing",
    "repeated",
)


def listed(value: Any) -> tuple[str, ...]:
    """One target or several, as they stand in JSON."""
    if isinstance(value, list | tuple):
        return tuple(str(v) for v in value if v)
    return (str(value),) if value else ()


def texts(table: Any) -> dict[str, str]:
    """A table of texts. Errors: Unreadable."""
    if table and not isinstance(table, Mapping):
        raise Unreadable(_("“%(word)s” is not a table.") % {"word": str(table)[:60]})
    return {str(k): str(v) for k, v in (table or {}).items()}


def table_of(kept: Mapping[str, Any], word: str) -> Iterable[tuple[Any, Any]]:
    """The entries of one word of the map. Errors: Unreadable."""
    table = kept.get(word) or {}
    if not isinstance(table, Mapping):
        raise Unreadable(_("“%(word)s” is not a table.") % {"word": word})
    return table.items()


def condition(said: Any) -> tuple[str, tuple[str, ...]]:
    """A heading and the texts there. Errors: Unreadable."""
    if not isinstance(said, list | tuple) or len(said) != 2:
        raise Unreadable(_("“only” is a field with a column and its texts: {“done_at”: [“Status”, [“Completed”]]}."))
    return str(said[0]), listed(said[1])


def factor_of(text: str) -> Fraction | None:
    """A factor as written: "1000", "0.5", "1/60"; None when it is none."""
    try:
        return Fraction(text.strip()) if len(text) < 30 and "e" not in text.lower() else None
    except (ValueError, ZeroDivisionError):
        return None
