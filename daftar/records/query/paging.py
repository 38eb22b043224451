"""Paging by key: the next page starts behind the last row, so page 20,000 costs what page 1 costs. Empty values count as smallest."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import Col, Combinable
from django.utils.translation import gettext as _

from daftar.access.models import Row
from daftar.kernel.errors import BadAddress
from daftar.records.whole_rows import whole_rows


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; `next` and `previous` are cursors for `after=` and `before=`, or "" at an end."""

    rows: Sequence[Row]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place in an order: sort value and id of a row."""

    value: Any
    id: int

    def __str__(self) -> str:
        text = json.dumps([*tagged(self.value), self.id], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> Cursor:
        try:
            tag, value, id_ = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
            if not isinstance(id_, int) or isinstance(id_, bool) or not 0 < id_ < 2**63:
                raise ValueError
            return cls(untagged(tag, value), id_)
        except (ValueError, TypeError, ArithmeticError, binascii.Error, UnicodeError, RecursionError):
            raise broken_mark() from None


def tagged(value: Any) -> tuple[str, Any]:
    match value:
        case None | str() | bool() | int():
            return "", value
        case Decimal() | float():
            return "n", str(value)
        case datetime():
            return "t", value.isoformat()
        case date():
            return "d", value.isoformat()
    raise TypeError(type(value))


def untagged(tag: str, value: Any) -> Any:
    match tag:
        case "":
            if not isinstance(value, str | int | None) or (isinstance(value, str) and "\0" in value):
                raise ValueError
            return value
        case "n":
            number = Decimal(value)
            if not number.is_finite():
                raise ValueError
            return number
        case "t":
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError
            return moment
        case "d":
            return date.fromisoformat(value)
    raise ValueError


class Gathered(Func):
    """The value itself, but no index has its order: the database first gathers the rows by what they must be, then sorts them."""

    template = "+%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="GREATEST(%(expressions)s)", **context)


def page_of(
    rows: QuerySet[Row],
    sort: Combinable,
    *,
    descending: bool,
    limit: int,
    after: str = "",
    before: str = "",
    gathered: bool = False,
) -> Page:
    """The page behind `after` (or before `before`) in the order of `sort`, then id: one query for the ids and one for the rows.

    At the seam of empty values the ids need two. Shapes: `gathered` for few rows among very many, which are found sooner by what
    they are than along their order.
    """
    named = rows.annotate(sort_value=sort)
    if before:
        found, more = ids_along(named, fitting(Cursor.parse(before), named), not descending, limit, gathered)
        found.reverse()
        return Page(
            whole_rows(rows.model, [id_ for id_, _ in found]), mark(found[-1:]), mark(found[:1]) if more else ""
        )
    here = ids_of(rows, sort, descending=descending, limit=limit, after=after, gathered=gathered)
    return Page(whole_rows(rows.model, here.ids), here.next, here.first if after else "")


@dataclass(frozen=True, slots=True)
class PageIds:
    """The ids of the records of a page in order, the mark of the first one, and the mark behind the last one; "" where nothing is behind it."""

    ids: Sequence[int]
    first: str
    next: str


def ids_of(
    rows: QuerySet[Row], sort: Combinable, *, descending: bool, limit: int, after: str = "", gathered: bool = False
) -> PageIds:
    """As `page_of`, for whoever takes the rows of several pages at once."""
    named = rows.annotate(sort_value=sort)
    cursor = fitting(Cursor.parse(after), named) if after else None
    found, more = ids_along(named, cursor, descending, limit, gathered)
    return PageIds([id_ for id_, _ in found], mark(found[:1]), mark(found[-1:]) if more else "")


def fitting(cursor: Cursor, named: QuerySet[Row]) -> Cursor:
    """The cursor, if its value is one that this order can have: a mark of another order is as broken as a torn one."""
    if cursor.value is not None:
        kind = named.query.annotations["sort_value"].output_field
        try:
            kind.get_db_prep_value(kind.to_python(cursor.value), connections[named.db])
        except (ValidationError, ValueError, TypeError, ArithmeticError):
            raise broken_mark() from None
    return cursor


def broken_mark() -> BadAddress:
    return BadAddress(_("This page mark is broken. Start from the first page."), field="after")


def mark(of: Sequence[tuple[int, Any]]) -> str:
    """The mark of one record, said as (id, sort value); "" for none."""
    return "".join(str(Cursor(value, id_)) for id_, value in of)


def ids_along(
    rows: QuerySet[Row], cursor: Cursor | None, descending: bool, limit: int, gathered: bool
) -> tuple[list[tuple[int, Any]], bool]:
    """(id, sort value) of the records behind the cursor, and whether there are more."""
    ordered: QuerySet[Any] = in_order(rows, descending, gathered)
    found: list[tuple[int, Any]] = []
    for behind in pieces(cursor, descending):
        found += ordered.filter(behind).values_list("pk", "sort_value")[: limit + 1 - len(found)]
        if len(found) > limit:
            break
    return found[:limit], len(found) > limit


def in_order(rows: QuerySet[Row], descending: bool, gathered: bool = False) -> QuerySet[Row]:
    """The rows by their `sort_value`, then id; empty values are the smallest."""
    value: Any = Gathered(F("sort_value")) if gathered else F("sort_value")
    if is_never_empty(rows) and not gathered:
        # PostgreSQL walks an index only in the very order of the index, places of NULL included.
        return rows.order_by("-sort_value", "-id") if descending else rows.order_by("sort_value", "id")
    if descending:
        return rows.order_by(value.desc(nulls_last=True), "-id")
    return rows.order_by(value.asc(nulls_first=True), "id")


def is_never_empty(rows: QuerySet[Row]) -> bool:
    column = rows.query.annotations["sort_value"]
    # The name of a linked record is never NULL, but it may not be there.
    return isinstance(column, Col) and not column.target.null and column.alias == rows.query.base_table


def pieces(cursor: Cursor | None, descending: bool) -> list[Q]:
    """The conditions behind the cursor, split where empty values begin or end, so that each can walk an index."""
    if cursor is None:
        return [Q()]
    step, empty = ("lt" if descending else "gt"), Q(sort_value__isnull=True)
    by_id = Q(**{f"id__{step}": cursor.id})
    if cursor.value is None:
        return [empty & by_id] if descending else [empty & by_id, ~empty]
    here = Q(**{f"sort_value__{step}e": cursor.value}) & (
        Q(**{f"sort_value__{step}": cursor.value}) | Q(sort_value=cursor.value) & by_id
    )
    return [here, empty] if descending else [here]
