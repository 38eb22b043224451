"""How every verb of this room reads and writes: through the engine's door, about a record that one may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.activities.models import Activity
from daftar.kernel.errors import NotAllowed
from daftar.records import reading, writing
from daftar.records.fields.any_link import Target
from daftar.records.schema import current_schema
from daftar.records.types import RecordType


def activity_type() -> RecordType:
    return current_schema().type("activity")


def record_of(about: Target, by: User) -> tuple[RecordType, Row]:
    """The record that is spoken of, and its type; `Missing` for what the person may not see."""
    type_ = current_schema().type(about.type)
    return type_, reading.get(type_, about.id, by)


def keep_new(values: Mapping[str, Any], about: Target | None, *, by: User, via: str, once: str) -> Activity:
    if about is not None:
        record_of(about, by)
    given = {key: value for key, value in values.items() if value not in (None, "")}
    row: Any = writing.create(activity_type(), {**given, "about": about}, by=by, via=via, once=once)
    return row  # type: ignore[no-any-return]


def activity_of(activity_id: int, by: User, *, to_change: bool = False) -> Activity:
    """The activity, or `Missing`; `NotAllowed` when it is wanted for a change that the person may not make."""
    row: Any = reading.get(activity_type(), activity_id, by)
    if to_change and not decide.may(by, "change", "activity", row):
        raise NotAllowed()
    return row  # type: ignore[no-any-return]


def keep_change(activity_id: int, values: Mapping[str, Any], *, by: User, via: str = "page") -> Activity:
    row: Any = writing.change(activity_type(), activity_id, values, by=by, via=via)
    return row  # type: ignore[no-any-return]
