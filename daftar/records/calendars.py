"""A view as a calendar: how many records each day has, the first of them, and how many have no day; three queries whatever their number."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel import clock
from daftar.kernel.dates import from_jalali, parse_date
from daftar.kernel.errors import BadAddress, Invalid, Missing
from daftar.kernel.formats import Formats
from daftar.kernel.text import ascii_digits
from daftar.records.fields._days import Days
from daftar.records.fields.base import Field
from daftar.records.query.conditions import Condition
from daftar.records.query.day_number import DayNumber
from daftar.records.query.paging import in_order
from daftar.records.query.view import COUNTED, View
from daftar.records.types import RecordType
from daftar.records.whole_rows import whole_rows
from daftar.ui import calendar as squares

CARDS = {"month": 4, "week": 12, "agenda": 12, "day": 100}
"""How a calendar can be spread → so many cards of a day stand there; the others are behind a link."""
MONTH = re.compile(r"(\d{4})-(\d{1,2})")
NO_DAY, NOR_THIS = dt.date(1871, 3, 7), dt.date(1872, 4, 9)
"""Days that no calendar shows."""


@dataclass(frozen=True, slots=True)
class Pile:
    """One day. Shapes: `rows` are the first of its `count` records, in order."""

    square: squares.Day
    day: dt.date
    count: int
    rows: Sequence[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class CalendarView:
    """A view standing on the days of a field. Shapes: `span` is a key of `CARDS`, `on` the day that is looked at."""

    view: View
    field: Field
    days: Days
    span: str
    on: dt.date

    @classmethod
    def of(cls, view: View) -> CalendarView:
        """The calendar that the address means (`by`, `span`, `on`); what it cannot mean goes to the view's problems."""
        able = view.type.day_fields
        problems = list(view.problems)
        field = day_field(view.type, view.others.get("by", ""))
        if not able:
            raise Missing()
        if field is None:
            said = _("A calendar cannot stand on “%(key)s”.") % {"key": view.others["by"][:60]}
            problems.append(BadAddress(said, field="by"))
            field = able[0]
        span = view.others.get("span", "month")
        if span not in CARDS:
            said = _("There is no calendar by “%(key)s”; try one of: %(known)s.")
            known = view.reader.formats.joined(CARDS)
            problems.append(BadAddress(said % {"key": span[:60], "known": known}, field="span"))
            span = "month"
        on = clock.today(view.reader.formats.zone)
        try:
            on = read_day(view.others.get("on", ""), on, view.reader.formats)
        except Invalid as refused:
            problems.append(BadAddress(str(refused), field="on"))
        days = field.days
        if days is None:
            raise Missing()
        return cls(replace(view, problems=tuple(problems)), field, days, span, on)

    # -- which days --------------------------------------------------------------------------------

    @property
    def formats(self) -> Formats:
        return self.view.reader.formats

    def squares(self) -> list[squares.Day]:
        """The days that are drawn, in order: whole weeks, or the days of the month alone in an agenda."""
        today = clock.today(self.formats.zone)
        if self.span == "day":
            return squares.days(self.on, 1, self.formats, today)
        if self.span == "week":
            return squares.days(squares.week_start(self.on, self.formats), 7, self.formats, today)
        month = squares.month(*squares.month_of(self.on, self.formats), self.formats, today)
        drawn = [day for week in month.weeks for day in week]
        return drawn if self.span == "month" else [day for day in drawn if not day.is_other_month]

    def turned(self, step: int) -> dt.date:
        """The day to look at one page on (1) or back (-1): the first of the month, the same weekday, or the next day."""
        if self.span in ("day", "week"):
            return self.on + dt.timedelta(days=step * (7 if self.span == "week" else 1))
        year, month = squares.month_of(self.on, self.formats)
        months = year * 12 + month - 1 + step
        return first_of(months // 12, months % 12 + 1, self.formats)

    # -- which records -----------------------------------------------------------------------------

    def piles(self) -> list[Pile]:
        """Every drawn day with its count and first records; names are loaded by `load`."""
        drawn = self.squares()
        days = [dt.date.fromisoformat(square.iso) for square in drawn]
        rows = self.view.rows().filter(self.days.between(*map(self.days.sql_value, self.bounds(days[0], days[-1]))))
        place = self.place(days)
        counts = dict(
            rows.order_by().annotate(calendar_day=place).values_list("calendar_day").annotate(count=Count("*"))
        )
        found: dict[Any, list[Row]] = {}
        keys = self.keys(days)
        first = self.first_of_each([(day, key) for day, key in zip(days, keys, strict=True) if counts.get(key)])
        for row in whole_rows(self.view.type.model, list(first)):
            found.setdefault(first[row.pk], []).append(row)
        return [
            Pile(square, day, counts.get(key, 0), found.get(key, ()))
            for square, day, key in zip(drawn, days, keys, strict=True)
        ]

    def keys(self, days: Sequence[dt.date]) -> list[Any]:
        """What `place` gives for each of the days."""
        if self.days.kind == "date":
            return [self.days.sql_value(day) for day in days]
        return list(range(len(days)))

    def first_of_each(self, days: Sequence[tuple[dt.date, Any]]) -> dict[int, Any]:
        """Record → key of its day, of the records that fit on each of the days, in order: one query with a part for each day.

        Django makes the words of one part, with a day that nobody means; the values of the days take its place: where the values of
        two such days differ, for a filter of the reader may name any day.
        """
        if not days:
            return {}
        (sql, fixed), (_same, other) = self.part(NO_DAY), self.part(NOR_THIS)
        edges = self.edges(NO_DAY)
        places = {n: edges.index(one) for n, (one, two) in enumerate(zip(fixed, other, strict=True)) if one != two}
        given: list[Any] = []
        for day, _key in days:
            edges = self.edges(day)
            given += [edges[places[n]] if n in places else value for n, value in enumerate(fixed)]
        parts = (f"SELECT {n}, day_{n}.* FROM ({sql}) AS day_{n}" for n in range(len(days)))  # noqa: S608  # Django's own words
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), given)
            return {row[1]: days[row[0]][1] for row in cursor.fetchall()}

    def part(self, day: dt.date) -> tuple[str, Sequence[Any]]:
        """The statement, with its values, of the numbers of the first records of a day."""
        rows: QuerySet[Any] = self.ordered(self.view.rows().filter(self.on_day(day)))
        made: tuple[str, Sequence[Any]] = (
            rows.values_list("pk")[: CARDS[self.span]].query.get_compiler(connection=connection).as_sql()
        )
        return made

    def on_day(self, day: dt.date) -> Q:
        """The records of one day: in the words by which an index has them in the order of the list, where there is one."""
        first, last = map(self.days.sql_value, self.bounds(day, day))
        return self.days.where("exact", first) if self.days.kind == "date" else self.days.between(first, last)

    def edges(self, day: dt.date) -> list[Any]:
        """The values of `on_day` as the driver takes them."""
        first, last = map(self.days.sql_value, self.bounds(day, day))
        return [as_asked(first)] if self.days.kind == "date" else [as_asked(first), as_asked(last)]

    def ordered(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Moments by their time; days in the order of the list."""
        if self.days.kind == "date_time":
            return rows.order_by(self.days.expression(), "id")
        return in_order(
            rows.annotate(sort_value=self.view.sort_field.sort_value(self.view.reader)), self.view.descending
        )

    def bounds(self, first: dt.date, last: dt.date) -> tuple[Any, Any]:
        return self.days.days_span(first, last, self.view.reader)

    def place(self, days: Sequence[dt.date]) -> Any:
        """SQL of the day of a record: the value itself, or the number of the moment's day among `days`."""
        if self.days.kind == "date":
            return self.days.expression()
        return DayNumber(self.days.expression(), [self.days.sql_value(self.bounds(day, day)[0]) for day in days])

    @property
    def without_day(self) -> View:
        """The rows of the view that stand on no day."""
        return replace(self.view, simple=(*self.view.simple, Condition(self.field.key, "empty")), after="", before="")

    def count_without_day(self) -> int:
        """How many those are, exact up to `COUNTED`; 0 for a field that always has a value."""
        if not may_lack_day(self.field):
            return 0
        return self.view.rows().filter(self.field.empty_q()).order_by().values("pk")[: COUNTED + 1].count()


def as_asked(value: Any) -> Any:
    """A day or moment as Django hands it to the database."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, dt.date) else value


def day_field(type_: RecordType, key: str) -> Field | None:
    """The field that a calendar stands on: the named one, or the first when nothing is named."""
    able = type_.day_fields
    return next((f for f in able if f.key == key), None) if key else next(iter(able), None)


def read_day(text: str, today: dt.date, formats: Formats) -> dt.date:
    """A day or a month ("2026-11", "1405-09") as it stands in an address or was typed. Errors: Invalid."""
    if not text.strip():
        return today
    month = MONTH.fullmatch(ascii_digits(text).strip())
    if month is None:
        day = parse_date(text, formats)
    else:
        year, number = int(month[1]), int(month[2])
        try:
            day = from_jalali(year, number, 1) if year < 1700 else dt.date(year, number, 1)
        except ValueError:
            raise Invalid(_("There is no such month.")) from None
    if not squares.FIRST <= day <= squares.LAST:
        raise Invalid(_("The year must be between 1900 and 2200."))
    return day


def first_of(year: int, month: int, formats: Formats) -> dt.date:
    return from_jalali(year, month, 1) if formats.is_jalali else dt.date(year, month, 1)


def may_lack_day(field: Field) -> bool:
    """Whether there can be records without a value, as the database knows it."""
    return not field.column or bool(field.type.model._meta.get_field(field.column).null)
