"""The value of a formula for one record. What cannot be worked out is empty: nothing divided by zero stops a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from daftar.kernel import clock
from daftar.records.formula.functions import FIRST, FUNCTIONS, LAST, LONGEST_TEXT, OPERATORS, as_day, bounded
from daftar.records.formula.tree import Call, Constant, Name, Part

ON_THE_WAY = Decimal(10) ** 40


@dataclass(frozen=True, slots=True)
class Moment:
    """When the formula is worked out, for `now()` and `today()`; the day is that of the company's zone."""

    now: dt.datetime
    today: dt.date

    @classmethod
    def of(cls, zone: str | dt.tzinfo) -> Moment:
        return cls(clock.now(), clock.today(zone))


def work_out(part: Part, value_of: Callable[[Name], Any], at: Moment) -> Any:
    """The value: Decimal, str, bool, date, aware datetime or None.

    Shapes: `value_of` gives a field's value in these types, or a list of them for a field of linked records. The tree was checked before
    (`checking.kind_of`); fields may have changed since, and what does not fit any more gives None.
    """
    return kept(worked(part, value_of, at))


def worked(part: Part, value_of: Callable[[Name], Any], at: Moment) -> Any:
    if isinstance(part, Constant):
        return part.value
    if isinstance(part, Name):
        return value_of(part)
    if part.name in ("now", "today"):
        return at.now if part.name == "now" else at.today
    return called(part, [worked(inner, value_of, at) for inner in part.parts])


def called(part: Call, values: list[Any]) -> Any:
    known = OPERATORS.get(part.name) or FUNCTIONS.get(part.name)
    if known is None or (not known.knows_empty and any(value is None for value in values)):
        return None
    try:
        return small(known.work(*values))
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return None


def small(value: Any) -> Any:
    """A value on the way: as exact as it is, but never so large that working on costs much."""
    match value:
        case bool():
            return value
        case Decimal():
            return value if value.is_finite() and abs(value) < ON_THE_WAY else None
        case int() | float():
            return None  # of parts that are no numbers: the fields have changed since the formula was checked
        case str():
            return value[:LONGEST_TEXT]
    return value


def kept(value: Any) -> Any:
    """The value inside the limits of what a field keeps, else None."""
    match value:
        case bool():
            return value
        case Decimal() | int():
            return bounded(value)
        case str():
            return value[:LONGEST_TEXT]
        case dt.date():
            return value if FIRST <= as_day(value) <= LAST else None
    return value
