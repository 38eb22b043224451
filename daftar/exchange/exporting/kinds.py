"""What the formats with real values ask of a field."""

from __future__ import annotations

from typing import Any

from daftar.kernel.neutral import restored
from daftar.records.fields.base import Field
from daftar.records.types import RecordType

NOT_IN_FILES = frozenset({"next_step", "idle", "days_in_stage"})
"""Kinds that say something only beside their record."""


def file_fields(type_: RecordType) -> list[Field]:
    """Every field that a file can carry, in order of importance."""
    return [f for f in type_.fields if f.kind not in NOT_IN_FILES]


def inner_of(field: Field) -> Field:
    """What a formula gives; every other field itself."""
    any_field: Any = field
    return any_field.inner if field.kind == "formula" else field


def guarded(text: str) -> str:
    """Text that loading reads as it is: loading takes the apostrophe before a formula away, so one that was there gets another."""
    return f"'{text}" if restored(text) != text else text
