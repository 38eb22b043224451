"""What a custom field was before its kind was changed: history is read by the kind in which it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daftar.records.fields import KINDS
from daftar.records.fields.base import Field


def field_then(field: Field, event_id: int) -> Field:
    """The field as it was when the event was written; mostly the field itself."""
    for was in field.past:
        if event_id <= was["to"]:
            return as_was(field, was["kind"], was["settings"], was["slot"])
    return field


def field_in(field: Field, slot: str) -> Field:
    """The field as it was while its values stood under that word; itself where they do now, or where the word is unknown."""
    for was in field.past:
        if was["slot"] == slot:
            return as_was(field, was["kind"], was["settings"], was["slot"])
    return field


def as_was(field: Field, kind: str, settings: Mapping[str, Any], slot: str) -> Field:
    """The field with the same name, as another kind."""
    common = {"required": False, "help": str(field.help), "place": field.place}
    other = KINDS[kind].from_settings(field.key, str(field.label), settings, **common)
    other.slot = slot
    return other.bind(field.type, custom=True)
