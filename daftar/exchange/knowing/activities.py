"""Calls, meetings and tasks: what kind they are, when they were done, how long they took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.fitting import is_moment
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.table import Table
from daftar.exchange.knowing.writing import moment_of
from daftar.kernel import clock
from daftar.kernel.text import fold

DONE = frozenset(map(fold, ["completed", "complete", "done", "closed", "held", "finished", "завершена", "завершен", "завершено", "выполнена",
"выполнено", "готово", "закрыта", "انجام شده", "انجام شد", "تمام شده", "بسته"]))  # fmt: skip
CLOSED_WORDS = (
    "closed time",
    "completed on",
    "completed at",
    "done time",
    "marked as done",
    "дата завершения",
    "завершено",
    "تاریخ انجام",
)
STATUS = ("status", "state", "done", "статус", "состояние", "وضعیت")
CHANGED_WORDS = ("modified time", "last modified", "дата изменения")
LOOKED_AT = 400


def activity_words(known: Known, looks: Sequence[Look], made: Columns, orders: Mapping[str, str]) -> dict[str, Any]:
    """Words of the map of a file of activities: `defaults` and `only`."""
    words: dict[str, Any] = {}
    defaults: dict[str, str] = {}
    if known.kind and not made.heading_of("kind"):
        defaults["kind"] = known.kind
    if not made.heading_of("done_at"):
        status = status_column(looks)
        when = done_column(known, looks, made, orders, by_status=status is not None)
        if when:
            defaults["done_at"] = f"={when}"
            if status is not None:
                words["only"] = {"done_at": [status.heading, [v for v in status.column.counts if fold(v) in DONE]]}
    due = made.heading_of("due_at")
    if (created := made.heading_of("@created")) and (not due or not known.table.column(due).is_full):
        defaults.setdefault("due_at", f"={created}")
    return words | ({"defaults": defaults} if defaults else {})


def status_column(looks: Sequence[Look]) -> Look | None:
    """A column that says of each row whether it is done."""
    for look in looks:
        few = look.kind in ("choice", "yes_no", "text") and look.column.whole and look.column.distinct <= 20
        if (
            few
            and any(word in fold(look.heading) for word in STATUS)
            and any(fold(v) in DONE for v in look.column.counts)
        ):
            return look
    return None


def done_column(
    known: Known, looks: Sequence[Look], made: Columns, orders: Mapping[str, str], *, by_status: bool
) -> str:
    """The column that says when a thing was done: a closing time, the start of what lies in the past, for tasks the last change or the due day.

    A moment in the future is none: what is done lies behind us.
    """
    named = [look for look in looks if is_moment(look)]
    closed = [look.heading for look in named if fold(look.heading).startswith(CLOSED_WORDS)]
    changed = [look.heading for look in named if fold(look.heading).startswith(CHANGED_WORDS)]
    due = made.heading_of("due_at")
    if known.kind == "task" and not by_status and not closed:
        return ""
    tried: list[str] = [*closed, *(changed if known.kind == "task" else ()), *([due] if due else ())]
    for heading in tried:
        look = next(one for one in looks if one.heading == heading)
        order = orders.get(heading, "") or look.dates.order
        likely = look.column.filled and (heading in closed or look.column.is_full) and is_past(look, order)
        if likely and not (heading in changed and goes_back(known.table, heading, made.heading_of("@created"), order)):
            return heading
    return ""


def is_past(look: Look, order: str) -> bool:
    today = clock.now().date()
    days = [moment_of(value, order) for value in (*look.column.some, *sorted(look.column.counts)[-LOOKED_AT:])]
    return all(day is None or day <= today for day in days)


def goes_back(table: Table, heading: str, before: str, order: str) -> bool:
    """Whether the column lies before another in more than a tenth of the rows, so that it cannot be what it seems."""
    if not before:
        return False
    n, m = table.headings.index(heading), table.headings.index(before)
    pairs = [(moment_of(c[n], order), moment_of(c[m], "")) for _line, c in table.sample[:LOOKED_AT]]
    known = [(one, other) for one, other in pairs if isinstance(one, dt.date) and isinstance(other, dt.date)]
    return bool(known) and sum(one < other for one, other in known) > 0.1 * len(known)
