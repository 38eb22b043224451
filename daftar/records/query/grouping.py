"""The rows of a view in groups: by a choice, a stage, a person, a linked record, yes or no, or the months of a date; with counts and sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate

from daftar.kernel.dates import from_jalali, jalali
from daftar.kernel.formats import Formats
from daftar.records.fields.base import Field
from daftar.records.query.conditions import Condition
from daftar.records.query.view import Total, View, can_group, sums_asked, sums_read
from daftar.records.types import RecordType
from daftar.ui.parts import Shown

MOST = 200
"""So many groups are shown, the largest; of dates so many months, the last ones."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """One group. Shapes: `shown` is its name to the reader, empty for rows without a value; `condition` finds its rows, None where none does."""

    shown: Shown
    count: int
    totals: Mapping[str, Total]
    condition: Condition | None


def able_fields(type_: RecordType) -> list[Field]:
    return [f for f in type_.fields if can_group(f)]


def groups_of(view: View) -> tuple[list[Grouped], bool]:
    """The groups of a view that names a field to group by, in their order, and whether there are more than are shown; one query, and names."""
    field = view.group_field
    if field is None:
        return [], False
    return by_month(view, field) if field.kind in ("date", "date_time") else by_value(view, field)


def rows_of(view: View, group: Grouped) -> View:
    """The view of one group's rows alone."""
    found = (group.condition,) if group.condition else ()
    others = {key: value for key, value in view.others.items() if key != "group"}
    return replace(view, simple=(*view.simple, *found), others=others, after="", before="")


# -- by value ------------------------------------------------------------------------------------------


def by_value(view: View, field: Field) -> tuple[list[Grouped], bool]:
    totals = view.type.totals
    found = (
        view.rows()
        .order_by()
        .values(group_value=field.expression())
        .annotate(group_count=Count("pk"), **sums_asked(totals))
        .order_by("-group_count", "group_value")[: MOST + 1]
    )
    rows = [(value_of(field, row["group_value"]), row) for row in found]
    view.reader.names.want(pair for value, _row in rows if not field.is_empty(value) for pair in field.wants(value))
    view.reader.names.fetch()
    made = [
        Grouped(
            Shown() if field.is_empty(value) else field.show(value, view.reader),
            row["group_count"],
            sums_read(row, totals),
            condition_of(field, value),
        )
        for value, row in rows[:MOST]
    ]
    return sorted(made, key=order_of(field, made)), len(rows) > MOST


def value_of(field: Field, raw: Any) -> Any:
    if field.kind == "yes_no":
        return None if raw is None else bool(raw)
    return int(raw) if raw not in (None, "") and field.kind in ("stage", "person", "link") else raw


def condition_of(field: Field, value: Any) -> Condition | None:
    known = {operator.key for operator in field.operators()}
    if field.is_empty(value):
        return Condition(field.key, "empty") if "empty" in known else None
    text = ("yes" if value else "no") if field.kind == "yes_no" else str(value)
    return Condition(field.key, "in" if "in" in known and field.kind != "yes_no" else "is", (text,))


def order_of(field: Field, groups: Sequence[Grouped]) -> Any:
    """Stages and choices in their own order, everything else by name; rows without a value last."""
    places: dict[str, int] = {}
    if field.makes_columns:
        places = {head.label: n for n, head in enumerate(field.column_heads(field.type.schema))}
    return lambda group: (
        not group.shown,
        places.get(group.shown.text, len(places)),
        group.shown.text.casefold(),
        -group.count,
    )


# -- by month ------------------------------------------------------------------------------------------


def by_month(view: View, field: Field) -> tuple[list[Grouped], bool]:
    """Months are those of the reader's calendar, so the database groups by days and these are put together here."""
    formats, totals = view.reader.formats, view.type.totals
    day: Any = field.expression()
    if field.kind == "date_time":
        day = TruncDate(day, tzinfo=formats.zone)
    found = view.rows().order_by().values(group_value=day).annotate(group_count=Count("pk"), **sums_asked(totals))
    months: dict[tuple[int, int] | None, tuple[int, dict[str, Total]]] = {}
    for row in found.order_by():
        month = month_of(row["group_value"], formats)
        count, so_far = months.get(month, (0, {}))
        months[month] = count + row["group_count"], added(so_far, sums_read(row, totals))
    last_first = sorted((m for m in months if m), reverse=True)
    shown: Iterable[tuple[int, int] | None] = [*last_first[:MOST], *([None] if None in months else [])]
    return [month_group(field, month, *months[month], formats) for month in shown], len(last_first) > MOST


def month_of(day: Any, formats: Formats) -> tuple[int, int] | None:
    if not day:
        return None
    date = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return jalali(date)[:2] if formats.calendar == "jalali" else (date.year, date.month)


def month_group(
    field: Field, month: tuple[int, int] | None, count: int, totals: Mapping[str, Total], formats: Formats
) -> Grouped:
    if month is None:
        return Grouped(Shown(), count, totals, Condition(field.key, "empty"))
    first, last = days_of(*month, formats)
    shown = Shown(formats.month_name(month[1], month[0]), style="date")
    return Grouped(shown, count, totals, Condition(field.key, "between", (first.isoformat(), last.isoformat())))


def days_of(year: int, month: int, formats: Formats) -> tuple[dt.date, dt.date]:
    """First and last day of a month of the reader's calendar."""
    after = (year + month // 12, month % 12 + 1)
    if formats.calendar == "jalali":
        return from_jalali(year, month, 1), from_jalali(*after, 1) - dt.timedelta(days=1)
    return dt.date(year, month, 1), dt.date(*after, 1) - dt.timedelta(days=1)


def added(one: Mapping[str, Total], other: Mapping[str, Total]) -> dict[str, Total]:
    made = dict(one)
    for key, total in other.items():
        before = made.get(key, Total(None))
        both = [t.sum for t in (before, total) if t.sum is not None]
        made[key] = Total(sum(both, Decimal(0)) if both else None, before.unrated + total.unrated)
    return made
