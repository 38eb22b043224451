"""What a rule may ask of a record besides its age. Rooms add theirs: the records room knows neither deals nor calls.

A condition is either SQL (`where`), or a question about all records of a person at once (`holds_for`), whichever the room has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import lazy

from daftar.kernel.personal import Record
from daftar.records.models import Event
from daftar.records.types import RecordType

Happened = Callable[[RecordType, datetime], Q]
KeepBack = Callable[[Sequence[Record]], str]


@dataclass(frozen=True)
class Condition:
    """Shapes: `types` are record types that can be asked; `words` stand inside of a rule's sentence ("without any deal")."""

    key: str
    types: tuple[str, ...]
    words: Any
    where: Callable[[RecordType], Q] | None = None
    holds_for: Callable[[Sequence[Record]], bool] | None = None


def filled(words: Any, **given: Any) -> str:
    return str(words) % {name: str(value) for name, value in given.items()}


lazily = lazy(filled, str)
"""A sentence with values in it, all translated when it is shown."""
_conditions: dict[str, Condition] = {}
_happened: list[Happened] = []
_keep_back: list[KeepBack] = []


def add(condition: Condition) -> None:
    _conditions[condition.key] = condition


def happened(where: Happened) -> Happened:
    """Say by what else one sees that something happened to a record since a moment, or is still to come."""
    _happened.append(where)
    return where


def keep_back_when(why: KeepBack) -> KeepBack:
    """Ask this before a rule touches a record, or any of the records of its person: "" or the sentence that says why not.

    By hand it may still be erased; `personal.refuse_when` is what forbids that too.
    """
    _keep_back.append(why)
    return why


def of_type(type_key: str) -> list[Condition]:
    return [one for one in _conditions.values() if type_key in one.types]


def named(keys: Iterable[str]) -> list[Condition]:
    return [_conditions[key] for key in keys if key in _conditions]


def quiet(type_: RecordType, moment: datetime) -> Q:
    """Nothing happened to the record since, in whatever room."""
    return unchanged(moment) & ~reduce(or_, (asked(type_, moment) for asked in (in_history, *_happened)))


def in_history(type_: RecordType, moment: datetime) -> Q:
    return Q(Exists(Event.objects.filter(type=type_.key, record_id=OuterRef("pk"), at__gte=moment)))


def unchanged(moment: datetime) -> Q:
    return Q(changed_at__lt=moment)


def kept_back(records: Sequence[Record]) -> str:
    """The first sentence that says why a rule leaves these records alone; "" for none."""
    return next((sentence for why in _keep_back if (sentence := why(records))), "")
