"""Which fields a formula may read, whether it can be worked out at all, and who may see what comes out.

A path of one key is a field of the record; of two keys a field of a linked record (`company.sector`), or of all live records of
another type that link to it (`deals.amount`: the word is the type's word in addresses).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records.fields.base import Field
from daftar.records.fields.formula import Formula
from daftar.records.formula.checking import kind_of
from daftar.records.formula.reading import read, written
from daftar.records.formula.tree import Call, Constant, Kind, Name, Part, names_in

if TYPE_CHECKING:
    from daftar.records.types import RecordType

AS_BASE: Mapping[str, str] = {
    "whole": "number", "decimal": "number", "percent": "number", "money": "number", "duration": "number",
    "text": "text", "long_text": "text", "choice": "text", "stage": "text", "yes_no": "yes_no", "date": "date", "date_time": "moment",
}  # fmt: skip
"""Kind of field → what a formula reads of it: money in the base currency, durations in hours, options and stages by their name."""


# -- which fields --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """What a name of a formula reads. `link` leads there: None for the record's own field; `back` when the others link to it."""

    field: Field
    link: Field | None = None
    back: bool = False


def source_of(name: Name, type_: RecordType) -> Source | None:
    """What the name means for records of the type; None for nothing that a formula can read."""
    if len(name.path) == 1:
        field = type_.by_key.get(name.path[0])
        return Source(field) if field is not None and base_of(field) else None
    if len(name.path) != 2:
        return None
    first, last = name.path
    link = type_.by_key.get(first)
    if link is not None and link.kind == "link":
        target = type_.schema.types.get(getattr(link, "to", ""))
        field = target.by_key.get(last) if target else None
        return Source(field, link) if field is not None and base_of(field) else None
    other = type_.schema.by_slug.get(first.replace("_", "-"))
    if other is None or (field := other.by_key.get(last)) is None or not base_of(field):
        return None
    link = next((f for f in other.fields if f.kind in ("link", "links") and getattr(f, "to", "") == type_.key), None)
    return Source(field, link, back=True) if link is not None else None


def base_of(field: Field) -> str:
    return field.gives if isinstance(field, Formula) else AS_BASE.get(field.kind, "")


def kinds_for(type_: RecordType) -> Callable[[Name], Kind | None]:
    def kind(name: Name) -> Kind | None:
        source = source_of(name, type_)
        return Kind(base_of(source.field), many=source.back) if source else None  # type: ignore[arg-type]  # a Base

    return kind


def checked(text: str, type_: RecordType, key: str = "") -> dict[str, str]:
    """The settings of a formula field: its text with keys instead of names in brackets, and what it gives.

    Shapes: `key` is the field that gets it, "" for a new one. Errors: Invalid at `formula`.
    """
    try:
        tree = with_keys(read(text), type_)
        kind = kind_of(tree, kinds_for(type_))
        if kind.many or kind.base == "empty":
            raise Invalid(_("This gives no single value. Use sum, count, min or max of linked records."))
        if key and key in reached_from(tree, type_):
            raise Invalid(_("This formula would need its own value to be worked out."))
    except Invalid as refused:
        raise refused.at("formula") from None
    return {"formula": written(tree), "gives": kind.base}


def with_keys(part: Part, type_: RecordType) -> Part:
    """The tree with the keys of fields that are named as on the page: [Expected close], [Company].[Sector]."""
    if isinstance(part, Call):
        return Call(part.name, tuple(with_keys(inner, type_) for inner in part.parts), part.at)
    if isinstance(part, Constant):
        return part
    steps, here = [], type_
    for step in part.path:
        key = step
        if step[0] == "[":
            key = key_of(step[1:-1], here) or step
        steps.append(key)
        link = here.by_key.get(key)
        target = (
            here.schema.types.get(getattr(link, "to", "")) if link else here.schema.by_slug.get(key.replace("_", "-"))
        )
        here = target or here
    return Name(tuple(steps), part.at)


def named(name: Name, type_: RecordType) -> str:
    """The name as people read it: [Company].[Sector]; keys that mean nothing any more stay as they are."""
    source = source_of(name, type_)
    if source is None:
        return str(name)
    if source.link is None:
        return f"[{source.field.label}]"
    first = source.field.type.plural if source.back else source.link.label
    return f"[{first}].[{source.field.label}]"


def readable_names(type_: RecordType) -> list[str]:
    """Every name that a formula of the type can read, as it is written."""
    names = [Name((f.key,)) for f in type_.fields]
    for link in (f for f in type_.fields if f.kind == "link" and getattr(f, "to", "") in type_.schema.types):
        names += [Name((link.key, f.key)) for f in type_.schema.types[link.to].fields]
    for other in type_.schema.types.values():
        names += [Name((other.slug.replace("-", "_"), f.key)) for f in other.fields]
    return list(dict.fromkeys(named(name, type_) for name in names if source_of(name, type_)))


def key_of(label: str, type_: RecordType) -> str:
    """The key of the field, or the word of the type, that has this name on the page; "" for none."""
    wanted = fold(label)
    for field in type_.fields:
        if fold(str(field.label)) == wanted:
            return str(field.key)
    return next((t.slug.replace("-", "_") for t in type_.schema.types.values() if fold(t.plural) == wanted), "")


def reached_from(tree: Part, type_: RecordType, seen: frozenset[str] = frozenset()) -> set[str]:
    """Keys of the type's own formula fields that the tree reads, and those that they read."""
    found: set[str] = set()
    for name in names_in(tree):
        source = source_of(name, type_)
        if source is None or not isinstance(source.field, Formula) or source.field.tree is None:
            continue
        if source.link is None and source.field.key not in seen:
            found |= {source.field.key}
            found |= reached_from(source.field.tree, type_, seen | {source.field.key})
        elif source.link is not None:
            back = reached_types(source.field, seen)
            found |= {key for type_key, key in back if type_key == type_.key}
    return found


def reached_types(field: Formula, seen: frozenset[str]) -> set[tuple[str, str]]:
    """(type, formula field) of everything that a formula of a linked record reads; bounded by the number of formula fields."""
    found: set[tuple[str, str]] = set()
    waiting = [field]
    while waiting:
        one = waiting.pop()
        if (one.type.key, one.key) in found or one.tree is None:
            continue
        found.add((one.type.key, one.key))
        for name in names_in(one.tree):
            source = source_of(name, one.type)
            if source and isinstance(source.field, Formula):
                waiting.append(source.field)
    return found


def in_order(type_: RecordType) -> list[Formula]:
    """The formula fields of the type, each behind those that it reads."""
    fields = {f.key: f for f in type_.fields if isinstance(f, Formula)}
    made: list[Formula] = []

    def add(field: Formula, above: frozenset[str]) -> None:
        if field in made or field.key in above:
            return
        for name in names_in(field.tree) if field.tree else ():
            if len(name.path) == 1 and name.path[0] in fields:
                add(fields[name.path[0]], above | {field.key})
        made.append(field)

    for field in fields.values():
        add(field, frozenset())
    return made


def is_of_the_day(type_: RecordType) -> bool:
    """Whether a formula of the type reads what day it is, so that each night changes it."""
    return any(asks_for_now(f.tree) for f in type_.fields if isinstance(f, Formula) and f.tree is not None)


def asks_for_now(part: Part | None) -> bool:
    return isinstance(part, Call) and (part.name in ("now", "today") or any(map(asks_for_now, part.parts)))


# -- who may see it ------------------------------------------------------------------------------------


def closed_too(limits: Mapping[str, Mapping[str, Any]], types: Mapping[str, RecordType]) -> dict[str, dict[str, Any]]:
    """The limits, and every formula that reads a hidden field hidden with it: nobody learns by a sum what they may not see."""
    made = {key: dict(levels) for key, levels in limits.items()}
    moved = True
    while moved:
        moved = False
        for type_ in types.values():
            for field in (f for f in type_.fields if isinstance(f, Formula)):
                sources = [source_of(name, type_) for name in (names_in(field.tree) if field.tree else ())]
                hidden = any(s and made.get(s.field.type.key, {}).get(s.field.key) == "hidden" for s in sources)
                if hidden and made.get(type_.key, {}).get(field.key) != "hidden":
                    made.setdefault(type_.key, {})[field.key] = "hidden"
                    moved = True
    return made
