"""What would become of the values of a field: how many fit another kind, which do not, and why. Nothing is written."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from daftar.access.models import Row, User
from daftar.kernel.errors import Invalid
from daftar.records import custom_fields
from daftar.records.models import CustomField, Retyping
from daftar.records.query.json import JsonValue
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.retyping.past import as_was
from daftar.records.retyping.runs import fields_of, misfits_of
from daftar.records.retyping.turning import Turn
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

SECONDS = 2.5
BATCH = 1_000
MOST_SHOWN = 100
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Misfit:
    """One value that does not fit. Shapes: `href` is "" for a record in the bin or that the reader may not see."""

    title: str
    href: str
    raw: str
    why: str
    in_bin: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Shapes: `seen` of `total` values were looked at before the time was over; `options` are those that a list would get."""

    fit: int
    misfit: int
    seen: int
    total: int
    misfits: tuple[Misfit, ...]
    options: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.seen == self.total


def count(
    type_: RecordType, row: CustomField, kind: str, settings: Mapping[str, Any], *, by: User, seconds: float = SECONDS
) -> Counted:
    """Try every value, also of records in the bin, until the time is over."""
    type_, until = type_.whole, time.monotonic() + seconds
    now = custom_fields.bound(type_, row)
    new = as_was(now, kind, custom_fields.checked_settings(type_, kind, settings), f"{row.key}__0")
    turn = Turn(now, new, Reader(by, schema=current_schema()))
    rows: Any = of_type(type_).annotate(was=JsonValue(row.kept_in)).filter(was__isnull=False)
    total, seen, lost, last = rows.count(), 0, 0, 0
    found: list[tuple[int, Any, str]] = []
    while True:
        some = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", "custom")[:BATCH])
        if not some:
            break
        turn.ready(custom.get(row.kept_in) for _pk, custom in some)
        for pk, custom in some:
            seen += 1
            try:
                turn.value(custom[row.kept_in])
            except Invalid as refused:
                lost += 1
                if len(found) < MOST_SHOWN:
                    found.append((pk, custom[row.kept_in], str(refused.sentence)))
        last = some[-1][0]
        if time.monotonic() > until:
            break
    options = tuple(option.label for option in turn.made)
    return Counted(seen - lost, lost, seen, max(total, seen), told(type_, turn, found, by), options)


def lost_by(run: Retyping, *, by: User) -> tuple[Misfit, ...]:
    """The first values that do not fit of a change that was prepared or done."""
    type_ = current_schema().type(run.type)
    old, new = fields_of(run)
    turn = Turn(old, new, Reader(by, schema=current_schema()))
    found = []
    for row in misfits_of(run).order_by("pk")[:MOST_SHOWN]:
        stored, why = row.custom.get(run.mark), ""
        try:
            turn.value(stored)
        except Invalid as refused:
            why = str(refused.sentence)
        found.append((row.pk, stored, why))
    return told(type_, turn, found, by)


def told(type_: RecordType, turn: Turn, found: list[tuple[int, Any, str]], by: User) -> tuple[Misfit, ...]:
    """The misfits with the names of their records, as far as the reader may see them."""
    reader = Reader(by)
    mine = reader.schema.type(type_.key)
    rows: dict[int, Row] = {row.pk: row for row in reader.seen(mine).filter(pk__in=[pk for pk, _stored, _why in found])}
    turn.ready(stored for _pk, stored, _why in found)
    made = []
    for pk, stored, why in found:
        row = rows.get(pk)
        raw = Truncator(turn.old.show(turn.old.load(stored), turn.reader).text).chars(LONGEST)
        in_bin = row is not None and row.deleted_at is not None
        href = mine.address(pk) if row is not None and not in_bin else ""
        made.append(Misfit(mine.title_of(row) if row is not None else f"{mine.name} {pk}", href, raw, why, in_bin))
    return tuple(made)
