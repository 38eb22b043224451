"""What keeps a lead or deal alive, kept on its row: the next step, when both sides last spoke, until when it is parked.

The room that plans steps writes here. These columns are derived, so writing them neither moves the record's version nor
makes an event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeGuard

from daftar.access.models import Row
from daftar.records.draft import Draft
from daftar.records.models.columns import Followed
from daftar.records.reading import of_type
from daftar.records.types import RecordType

Stored = Callable[[Sequence[Draft], str], None]
_stored: dict[str, Stored] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """The next step of a record: when, what, and how often it was put off. Without a moment nothing is planned."""

    at: datetime | None = None
    text: str = ""
    moves: int = 0


def is_followed(type_: RecordType) -> bool:
    """Whether records of the type have a next step at all."""
    return issubclass(type_.model, Followed) and any(f.kind == "next_step" for f in type_.whole.fields)


def has_steps(row: Row) -> TypeGuard[Any]:
    return isinstance(row, Followed)


def is_open(type_: RecordType, row: Row) -> bool:
    """Whether the record still needs a next step: not won and not lost."""
    field = type_.stage_field
    stage = type_.schema.stage(field.get(row)) if field else None
    return stage is None or stage.kind == "open"


def follow(type_: RecordType, record_id: int, step: Step) -> None:
    """Keep the next step of a record; a planned one ends its parking. Nothing for types without a next step."""
    if not is_followed(type_):
        return
    values: dict[str, Any] = {"next_at": step.at, "next_text": step.text[:300], "next_moves": step.moves}
    if step.at is not None:
        values["parked_until"] = None
    of_type(type_).filter(pk=record_id).update(**values)


def spoke(type_: RecordType, record_id: int, at: datetime | None) -> None:
    """Keep when both sides last spoke; None when they never did."""
    if is_followed(type_):
        rows: Any = of_type(type_)
        rows.filter(pk=record_id).update(last_contact_at=at)


def park(type_: RecordType, record_id: int, until: date | None) -> None:
    """Leave the record in peace until that day, counted as not idle; None ends it."""
    if is_followed(type_):
        rows: Any = of_type(type_)
        rows.filter(pk=record_id).update(parked_until=until)


def when_stored(listener: Stored) -> Stored:
    """Decorator: call `listener(drafts, kind)` inside the transaction that stored them, for what must not be apart.

    Shapes: the drafts are of one type; `kind` is "" (created, changed, moved), "deleted" or "restored".
    """
    _stored[f"{listener.__module__}.{listener.__name__}"] = listener
    return listener


def tell_stored(drafts: Sequence[Draft], kind: str) -> None:
    for listener in list(_stored.values()):
        listener(drafts, kind)
