"""Which field of a lead becomes which field of what it is converted to; custom fields go where their twin stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from daftar.access.models import Row
from daftar.records.fields.base import Field
from daftar.records.types import RecordType

PERSONAL, PLACE = ("phones", "emails", "messengers"), ("webs", "address")
REACH = (*PERSONAL, *PLACE)
SOURCE = ("source", "source_details", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "referrer")

FIELD_MAP: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "person_name": "name",
        "position": "position",
        **{key: key for key in REACH},
        "source": "source",
        "tags": "tags",
        "comments": "comments",
        "owner": "owner",
    },
    "company": {
        "company_name": "name",
        **{key: key for key in REACH},
        "source": "source",
        "tags": "tags",
        "owner": "owner",
    },
    "deal": {
        "title": "name",
        "amount": "amount",
        "wants": "comments",
        **{key: key for key in SOURCE},
        "tags": "tags",
        "owner": "owner",
    },
}
"""Target type → lead's field → target's field."""

GATHERED = ("phones", "emails", "messengers", "webs", "tags")
"""Lists of which an existing record gets what it does not have yet."""
NEVER_COMPLETED = frozenset({"name", "owner", "source", "comments", *SOURCE})
"""What an existing record says itself, even by saying nothing."""


def carried_over(
    value_of: Callable[[Field], Any],
    from_: RecordType,
    to: RecordType,
    *,
    beside: Collection[str] = (),
    existing: bool = False,
) -> dict[str, Any]:
    """The values that the target takes from a lead; empty ones are left out.

    Shapes: `value_of` gives the value of a lead's field; `beside` are all parts of the conversion: phones and mails go
    to the contact, web and postal addresses to the company, when there are both. An existing target is not told what
    it says itself (name, owner, source).
    """
    elsewhere: tuple[str, ...] = ()
    if "contact" in beside and "company" in beside:
        elsewhere = PERSONAL if to.key == "company" else PLACE
    pairs = {**FIELD_MAP.get(to.key, {}), **same_custom_fields(from_, to)}
    found: dict[str, Any] = {}
    for source_key, target_key in pairs.items():
        source, target = from_.field(source_key), to.field(target_key)
        if source is None or target is None or target.readonly:
            continue
        if source_key in elsewhere or (existing and target_key in NEVER_COMPLETED):
            continue
        value = taken_by(target, value_of(source))
        if not source.is_empty(value):
            found[target_key] = value
    return found


def same_custom_fields(from_: RecordType, to: RecordType) -> dict[str, str]:
    """Custom fields of the lead that the target has too: same key, same kind, and for links the same target.

    Stages stay behind: the target has pipelines of its own and begins in them by itself.
    """
    found = {}
    for field in from_.fields:
        twin = to.field(field.key)
        if not field.custom or twin is None or not twin.custom or twin.kind != field.kind or field.kind == "stage":
            continue
        if getattr(field, "to", "") == getattr(twin, "to", ""):
            found[field.key] = field.key
    return found


def taken_by(target: Field, value: Any) -> Any:
    """The value as the target may hold it: of options only those that it has."""
    if target.kind == "choice":
        return value if value and target.option(value) is not None else None  # type: ignore[attr-defined]
    if target.kind == "choices":
        return [key for key in value or () if target.option(key) is not None]  # type: ignore[attr-defined]
    return value


def completed(row: Row, type_: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values those that an existing record lacks; lists are joined, its own entries first."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        field = type_[key]
        old = field.get(row)
        if key in GATHERED:
            more = [item for item in value if mark(item) not in {mark(o) for o in old or ()}]
            if more:
                found[key] = [*(old or ()), *more]
        elif field.is_empty(old):
            found[key] = value
    return found


def mark(item: Any) -> str:
    """By what two entries of a list are the same."""
    return str(getattr(item, "value", item)).casefold()
