"""Where the columns of a file go, as selects: fields, their parts, links by a key, new fields; and how single columns are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.targets import (
    CHANGED,
    CREATED,
    ID,
    LABELLED,
    LINKING,
    MOVED,
    NEW_KINDS,
    PARTS,
    SOURCE_ID,
    fillable,
    parse_target,
    target_of,
    was_of,
)
from daftar.records.fields import KINDS
from daftar.records.fields.address import LINES
from daftar.records.fields.base import Field
from daftar.records.types import RecordType
from daftar.ui.parts import Option, Widget

DATED, NUMBERED = ("date", "date_time"), ("money", "decimal", "percent")
LINK = "+link."
"""A new link field: "+link.company:Account@id"."""


def column_widget(n: int, heading: str, targets: Sequence[str], type_: RecordType | None) -> Widget:
    """The select for one column; without a type (one that the import makes) only what is new and what stands beside fields."""
    chosen = targets[0] if targets else ""
    options = [*field_options(type_), *beside_options(type_), *new_options(heading)]
    if chosen and chosen not in {value for value, _label, _group in options}:
        options.append((chosen, target_words(chosen, type_), _("As proposed")))
    return select(
        f"column-{n}",
        heading,
        chosen,
        [Option(value, label, chosen=value == chosen, group=group) for value, label, group in options],
        nothing=_("— leave out —"),
    )


def field_options(type_: RecordType | None) -> list[tuple[str, str, str]]:
    """(target, label, group) of the type's own fields."""
    options: list[tuple[str, str, str]] = []
    for field in fillable(type_) if type_ is not None else ():
        label, group = f"{field.label} *" if field.required else str(field.label), _("Fields")
        if field.kind != "any_link":
            options.append((field.key, label, group))
        options += [(f"{field.key}.{part}", f"{field.label}: {name}", group) for part, name in part_names(field)]
        options += [(target, label, _("Links by a key")) for target, label in key_names(field, type_)]
    return options


def beside_options(type_: RecordType | None) -> list[tuple[str, str, str]]:
    group = _("Beside the fields")
    options = [
        (SOURCE_ID, _("Id in the system it came from"), group),
        (CREATED, _("Created (date and time)"), group),
        (CHANGED, _("Changed (date and time)"), group),
    ]
    staged = type_ is not None and type_.stage_field is not None
    return [*options, (MOVED, _("In its stage since"), group)] if staged else options


def new_options(heading: str) -> list[tuple[str, str, str]]:
    """A field for the column, made on the spot and called like it."""
    label = " ".join(heading.split())[:100]
    return [(f"+{kind}:{label}", str(KINDS[kind].kind_name), _("New field")) for kind in NEW_KINDS if kind in KINDS]


def part_names(field: Any) -> list[tuple[str, str]]:
    """The parts of a field that can have columns of their own."""
    if field.kind == "address":
        return [(line, str(LINES[line][0])) for line in PARTS["address"]]
    if field.kind == "money":
        return [("currency", _("Currency"))]
    if field.kind in LABELLED:
        return [(key, str(name)) for key, name in field.labels.items()]
    return []


def key_names(field: Any, type_: RecordType | None) -> list[tuple[str, str]]:
    """Links by the id of the source system, by phone, e-mail or code of what they lead to."""
    if type_ is None:
        return []
    if field.kind == "any_link":
        types = [t for t in type_.schema.types.values() if t.timeline]
        by = _("%(field)s: %(type)s by its id there")
        return [(f"{field.key}.{t.key}@{ID}", by % {"field": field.label, "type": t.name}) for t in types]
    if field.kind not in LINKING:
        return []
    made = [(f"{field.key}@{ID}", _("%(field)s by its id there") % {"field": field.label})]
    linked = type_.schema.types.get(field.to)
    for key in linked.fields if linked is not None else ():
        if key.kind in ("emails", "phones") or (key.kind == "text" and getattr(key, "code", False)):
            words = _("%(field)s by %(key)s") % {"field": field.label, "key": str(key.label).casefold()}
            made.append((f"{field.key}@{key.key}", words))
    return made


def target_words(target: str, type_: RecordType | None) -> str:
    """A target that is not among the usual ones, in words."""
    if target.startswith(LINK):
        label = target.partition(":")[2].partition("@")[0]
        return _("New link: %(label)s") % {"label": label}
    found = parse_target(target)
    if found.kind:
        kind = KINDS[found.kind].kind_name if found.kind in KINDS else found.kind
        return _("New field “%(label)s”: %(kind)s") % {"label": found.label, "kind": kind}
    if type_ is not None and (was := was_of(type_, target)) is not None:
        return _("“%(field)s” as it was there, for new records") % {"field": was.label}
    known = target_of(type_, target) if type_ is not None else None
    return f"{known[0].label} ({target})" if known else target


# -- how one column is read ------------------------------------------------------------------------


def reading_widgets(n: int, heading: str, map_: ImportMap, type_: RecordType | None) -> list[Widget]:
    """Order of dates and decimal sign of a column, where it holds such values."""
    kinds = {kind_of(target, type_) for target in map_.columns.get(heading, ())}
    widgets: list[Widget] = []
    if kinds & set(DATED):
        words = {"dmy": _("day, month, year"), "mdy": _("month, day, year"), "ymd": _("year, month, day")}
        widgets.append(small(f"dates-{n}", _("Dates of this column"), map_.dates.get(heading, ""), words))
    if kinds & set(NUMBERED):
        signs = {".": "1,234.56", ",": "1.234,56"}
        widgets.append(small(f"numbers-{n}", _("Numbers of this column"), map_.numbers.get(heading, ""), signs))
    return widgets


def kind_of(target: str, type_: RecordType | None) -> str:
    if target in (CREATED, CHANGED, MOVED):
        return "date_time"
    found = parse_target(target)
    field: Field | None = type_.field(found.key) if type_ is not None else None
    return found.kind or (field.kind if field is not None and not found.part else "")


def small(name: str, label: str, chosen: str, words: dict[str, str]) -> Widget:
    options = [Option(value, text, chosen=value == chosen) for value, text in words.items()]
    return select(name, label, chosen, options, nothing=_("as the others"))


def select(name: str, label: str, value: str, options: Iterable[Option], *, nothing: str = "") -> Widget:
    """A select; with `nothing` choosing nothing is an answer too, on which a browser must not insist otherwise."""
    attrs = {"placeholder": nothing} if nothing else {}
    return Widget("select", name, label=label, value=value, options=tuple(options), required=not nothing, attrs=attrs)
