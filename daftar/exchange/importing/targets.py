"""Where a column of a file goes: a field or a part of it, a link by a key of the linked record, a new field, or what stands beside fields."""

from __future__ import annotations

from dataclasses import dataclass, replace

from daftar.access.decide import COMPANY_ONLY
from daftar.records.fields.base import Field
from daftar.records.types import RecordType

SOURCE_ID = "@id"
"""A column that names the record in the system that the file came from."""
CREATED = "@created"
"""A column that says when the record was made there."""
CHANGED = "@changed"
"""A column that says when the record was last changed there."""
MOVED = "@moved"
"""A column that says since when the record stands in its stage."""
STOCK = "@stock"
"""A column that says how much of a new product is there: its opening stock."""
WAS = "@was."
"""Before the key of a field that nobody sets by hand: what it was in the installation that wrote the file, for new records."""
BESIDE = frozenset({SOURCE_ID, CREATED, CHANGED, MOVED, STOCK})
"""Targets that are no fields."""
NEW_KINDS = (
    "text", "long_text", "whole", "decimal", "money", "percent", "date", "date_time", "yes_no", "choice", "phones", "emails", "webs",
    "person", "address",
)  # fmt: skip
"""Kinds of fields that a map can make on the spot."""
NOT_FROM_FILES = frozenset({"next_step", "idle", "days_in_stage"})
PARTS = {"address": ("street", "city", "region", "postcode", "country"), "money": ("currency",)}
"""Kinds whose parts can stand in columns of their own (`address.country`); lists with labels take the label (`phones.work`)."""
LABELLED = frozenset({"phones", "emails", "messengers", "webs"})
NEW_LINKS = ("link", "links")
"""A new link field says whereto and by which key: "+link.company:Account@id"."""
LINKING = ("link", "person", "links")
ID = "id"
"""The key of a linked record in the source system (`company@id`)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target taken apart.

    Shapes: `key` is a field key, or the whole word of what is no field yet (`@id`, `+money:Cost`); `part` is a line, a label, a currency or
    the type of a link to any record or of a new link; `by` is the key by which the linked record is known; `kind` and `label` are those
    of a new field.
    """

    key: str
    part: str = ""
    by: str = ""
    kind: str = ""
    label: str = ""


def parse_target(text: str) -> Target:
    if text.startswith(WAS):
        inner = parse_target(text.removeprefix(WAS))
        return replace(inner, key=f"{WAS}{inner.key}")
    if text.startswith("@"):
        return Target(text)
    if text.startswith("+"):
        words, _colon, label = text[1:].partition(":")
        kind, _dot, to = words.partition(".")
        by = ""
        if kind in (*NEW_LINKS, "person") and "@" in label:
            label, _at, by = label.rpartition("@")
        return Target(text, to, by, kind, " ".join(label.split()))
    rest, _at, by = text.partition("@")
    key, _dot, part = rest.partition(".")
    return Target(key, part, by)


def is_new_field(target: str) -> bool:
    """Whether the target is a field that the map makes, with a kind and a label that can be."""
    found = parse_target(target)
    if found.kind in NEW_LINKS:
        return bool(found.part and found.label)
    return found.kind in NEW_KINDS and found.part in ("", *PARTS.get(found.kind, ())) and bool(found.label)


def was_of(type_: RecordType, target: str) -> Field | None:
    """The field of "@was.converted_at", or None: not what is worked out, and of people nothing by which they sign in or have rights."""
    found = parse_target(target)
    field = type_.field(found.key.removeprefix(WAS)) if found.key.startswith(WAS) else None
    if field is None or not field.readonly or field.kind in {*NOT_FROM_FILES, "formula", "files", "any_link"}:
        return None
    if field.key in ("created_at", "changed_at") or (type_.key in COMPANY_ONLY and field.key != "created_by"):
        return None
    if field.key in type_.counted or not type_.from_files:
        return None
    is_link = field.kind in LINKING
    part = found.part if field.kind != "money" or found.part != "currency" else ""
    return field if not part and (not found.by or (is_link and knows(type_, field.to, found.by))) else None  # type: ignore[attr-defined]  # links have it


def target_of(type_: RecordType, target: str) -> tuple[Field, str] | None:
    """(field, part) of a target, or None when a file cannot fill it."""
    found = parse_target(target)
    field = type_.field(found.key)
    if field is None or field.readonly or field.kind in NOT_FROM_FILES or not type_.from_files:
        return None
    if field.kind == "any_link":
        return (field, found.part) if leads_somewhere(type_, found.part, found.by) else None
    if found.by:
        is_link = field.kind in LINKING and not found.part
        return (field, "") if is_link and knows(type_, field.to, found.by) else None  # type: ignore[attr-defined]  # these kinds have it
    if found.part and found.part not in PARTS.get(field.kind, ()) and field.kind not in LABELLED:
        return None
    return field, found.part


def leads_somewhere(type_: RecordType, to: str, by: str) -> bool:
    """Whether `about.lead@id` can be meant; `about` alone holds texts such as "lead:12"."""
    return knows(type_, to, by) if to else not by


def knows(type_: RecordType, to: str, by: str) -> bool:
    """Whether records of the linked type can be known by that key; "" stands for their name."""
    linked = type_.schema.types.get(to)
    if linked is None:
        return False
    return by in ("", ID) or is_key(linked, by)


def is_key(type_: RecordType, key: str) -> bool:
    """Whether rows can be recognised by the field: one with single values, or phones or mail addresses."""
    field = type_.field(key)
    return field is not None and (field.kind in ("phones", "emails") or not field.many)


def fillable(type_: RecordType) -> list[Field]:
    """The fields that a file can fill, in order of importance."""
    return [f for f in type_.writable if f.kind not in NOT_FROM_FILES and type_.from_files]


def fills(type_: RecordType, field: Field) -> str:
    """The target by which a file fills a field: `@was.` before that of one which only its room sets; "" when no file can."""
    if not field.readonly:
        return field.key if field.kind not in NOT_FROM_FILES else ""
    return f"{WAS}{field.key}" if type_.made_from and was_of(type_, f"{WAS}{field.key}") else ""
