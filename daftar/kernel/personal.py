"""Where traces of a person lie: every room names its places here, and export and erasure of a person walk through all of them.

A place covers columns ("records.Event": "changes data"); a column that may hold a person's words and that no place covers
must be excused with a reason. `troubles()` finds what is neither, and a test fails then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

from daftar.kernel.data_classes import class_of, our_models

Record = tuple[str, int]
HIDDEN = "…"
"""What stands in a text where it named the person."""
SHORTEST_NAME, SHORTEST_PHONE, LONGEST_PHONE = 3, 7, 10
MOST_TOLD = 100_000
GUESTS = ("account", "mfa", "usersessions", "socialaccount", "sessions", "django_tasks_database")
"""Apps of others whose tables hold people too."""
LOOSE_IDS = ("record_id", "about_id", "to_id", "subject_id")
"""Columns that point to a record of any type, which the database does not know as a link."""


@dataclass(frozen=True)
class Subject:
    """The person whose traces are looked for.

    Shapes: `records` are (type, id) of every record that is this person, the chosen one first; `names`, `emails` and `phones`
    (E.164) are all that these records say.
    """

    records: tuple[Record, ...]
    names: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    keeps_rows: bool = False
    """The records stay, without anything that says whose they were; so do places that say nothing then (`stays_nameless`)."""
    record_only: bool = False
    """One record goes with all that belongs to it; what others say of the person stays, for the person is still here."""

    def ids(self, type_key: str) -> list[int]:
        return [id_ for key, id_ in self.records if key == type_key]

    @property
    def user_ids(self) -> list[int]:
        return self.ids("user")

    @property
    def whole_names(self) -> frozenset[str]:
        """Names of more than one word: those that can be looked for where nothing else says that the person is meant."""
        return frozenset(name for name in self.names if " " in name.strip())

    @cached_property
    def strict(self) -> re.Pattern[str] | None:
        """Mail addresses, phones however they are written, and names of several words."""
        return pattern(self.whole_names, self.emails, self.phones)

    @cached_property
    def loose(self) -> re.Pattern[str] | None:
        """The same with names of one word and each word of a name: for what is linked to the person."""
        words = {word for name in self.names for word in name.split()}
        return pattern(self.names | words, self.emails, self.phones)

    def is_in(self, value: Any) -> bool:
        """Whether a text, or any text inside of a JSON value, names the person."""
        return self.strict is not None and any(self.strict.search(text) for text in texts_of(value))

    def out_of(self, value: Any, *, linked: bool = False) -> Any:
        """The value without what names the person. With `linked` also without names of one word."""
        found = self.loose if linked else self.strict
        return value if found is None else without(value, found)


def pattern(names: Iterable[str], emails: Iterable[str], phones: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for all of them, the longest first; None when there is nothing to look for."""
    parts = [rf"(?<![\w.+-]){re.escape(mail)}(?![\w-])" for mail in emails if mail]
    words = (r"\s+".join(map(re.escape, name.split())) for name in names if len(name.strip()) >= SHORTEST_NAME)
    parts += [rf"(?<!\w){word}(?!\w)" for word in words]
    parts += [digits(phone) for phone in phones if sum(c.isdigit() for c in phone) >= SHORTEST_PHONE]
    return re.compile("|".join(sorted(parts, key=len, reverse=True)), re.IGNORECASE) if parts else None


def digits(phone: str) -> str:
    """The last digits of a number with anything that people write between them, and what stands before."""
    last = [c for c in phone if c.isdigit()][-LONGEST_PHONE:]
    each = [f"[{d}{chr(0x06F0 + int(d))}{chr(0x0660 + int(d))}]" for d in last]
    return r"\+?(?:\d{1,4}[ \t().\-]{0,3})?" + r"[ \t().\-]{0,3}".join(each) + r"(?!\d)"


def texts_of(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def without(value: Any, found: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return found.sub(HIDDEN, value)
    if isinstance(value, Mapping):
        return {without(key, found): without(item, found) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without(item, found) for item in value]
    return value


# -- the list of places ---------------------------------------------------------------------------------

Find = Callable[[Subject], list[dict[str, Any]]]
Erase = Callable[[Subject], int]
Refuse = Callable[[Subject], str]
Covers = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Model → columns; a function where that is known only once every room has declared its own."""


@dataclass(frozen=True)
class Place:
    """One kind of trace. `find` gives what is kept, as plain JSON values; `erase` takes it away, is safe to repeat, and says how many."""

    key: str
    label: Any
    covers: Covers
    find: Find
    erase: Erase
    order: int = 50
    files: Find | None = None
    """{"name", "path"} of the files on the disk that go into an export."""
    stays_nameless: bool = False
    """Says nothing about a person once the record that it belongs to names nobody."""


@dataclass
class Registry:
    places: dict[str, Place] = field(default_factory=dict)
    excused: dict[str, dict[str, str]] = field(default_factory=dict)
    same: list[Callable[[Record], Iterable[Record]]] = field(default_factory=list)
    refusals: list[Refuse] = field(default_factory=list)


_all = Registry()


def add(place: Place) -> None:
    """Name a place; call it in the `personal.py` of a room, which its `apps.ready` imports."""
    _all.places[place.key] = place


def rows(
    key: str,
    label: Any,
    covers: Mapping[str, str],
    query: Callable[[Subject], models.QuerySet[Any]],
    *,
    order: int = 50,
    stays_nameless: bool = False,
) -> None:
    """Name a place whose rows are found by one query and go as they are. Secrets in them are not told."""

    def find(subject: Subject) -> list[dict[str, Any]]:
        return [told(row) for row in query(subject)[:MOST_TOLD]]

    def erase(subject: Subject) -> int:
        return int(query(subject).delete()[0])

    add(Place(key, label, covers, find, erase, order, stays_nameless=stays_nameless))


def told(row: models.Model) -> dict[str, Any]:
    """The columns of a row as plain values, without secrets and empty ones."""
    secret = {column.name for column in row._meta.concrete_fields if class_of(type(row), column.name) == "secret"}
    columns = ((column.name, getattr(row, column.attname)) for column in row._meta.concrete_fields)
    return {name: plain(value) for name, value in columns if name not in secret and value not in (None, "", [], {})}


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    return value if isinstance(value, bool | int | float | str | list | dict | None) else str(value)


def excuse(model: str, columns: str, why: str) -> None:
    """Say why these columns of a model hold nothing that must be looked for ("*" for the whole model)."""
    _all.excused.setdefault(model, {}).update(dict.fromkeys(columns.split(), why))


def same_person(find: Callable[[Record], Iterable[Record]]) -> Callable[[Record], Iterable[Record]]:
    """Say which other records are the same person as this one."""
    _all.same.append(find)
    return find


def refuse_when(why: Refuse) -> None:
    """Ask this before an erasure: "" to let it go on, else the sentence that says why it may not (kept invoices, work under way)."""
    _all.refusals.append(why)


def places() -> Sequence[Place]:
    """All places in the order in which they are erased."""
    return sorted(_all.places.values(), key=lambda place: (place.order, place.key))


def every_record_of(first: Record) -> tuple[Record, ...]:
    """The record and all that are the same person, in the order in which they were found."""
    found, waiting = [first], [first]
    while waiting:
        here = waiting.pop()
        for find in _all.same:
            for other in find(here):
                if other not in found:
                    found.append(other)
                    waiting.append(other)
    return tuple(found)


def refusals(subject: Subject) -> list[str]:
    return [sentence for why in _all.refusals if (sentence := why(subject))]


# -- what a test asks -----------------------------------------------------------------------------------


def watched(model: type[models.Model], columns: Iterable[Any] | None = None) -> list[str]:
    """Columns that may hold a person: of a class from personal on, JSON, and loose or undeletable links to records."""
    is_ours = model in our_models()
    names = []
    for column in model._meta.concrete_fields if columns is None else columns:
        is_classed = columns is None and is_ours and class_of(model, column.name) in ("personal", "sensitive", "secret")
        is_json = isinstance(column, models.JSONField)
        is_guest = not is_ours and isinstance(
            column, models.CharField | models.TextField | models.GenericIPAddressField
        )
        is_loose = isinstance(column, models.BigIntegerField) and column.name in LOOSE_IDS
        if is_json or is_guest or is_loose or is_hard_link(column) or is_classed:
            names.append(column.name)
    return names


def is_hard_link(column: Any) -> bool:
    """Whether a row could not live without the record that it links to. People's own rows stay, emptied."""
    target = column.related_model if isinstance(column, models.ForeignKey) else None
    if target is None or column.null or target._meta.label == "access.User":
        return False
    return any(field.name == "search" for field in target._meta.concrete_fields)


def troubles() -> list[str]:
    """Columns that neither a place covers nor a room excuses, and words that name none."""
    ours = [m for m in our_models() if ".tests." not in m.__module__]
    models_ = [*ours, *(m for m in apps.get_models() if m._meta.app_label in GUESTS)]
    covered: dict[str, set[str]] = {}
    for place in _all.places.values():
        covers = place.covers() if callable(place.covers) else place.covers
        for label, names in covers.items():
            covered.setdefault(label, set()).update(names.split())
    found, labels = [], {m._meta.label: m for m in models_}
    for label, model in labels.items():
        said = covered.get(label, set()) | set(_all.excused.get(label, ()))
        if "*" in said:
            continue
        found += [f"{label}.{name}: no place, no excuse" for name in watched(model) if name not in said]
        real = {column.name for column in model._meta.concrete_fields}
        found += [f"{label}: {name} is no column" for name in said if name not in real]
    found += [f"{label} is no model" for label in {*covered, *_all.excused} if label not in labels]
    return found
