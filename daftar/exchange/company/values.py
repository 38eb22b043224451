"""One value of a column as it stands in an archive, and back: plain JSON that means the same on every database.

Numbers with digits behind the point are text, times are UTC with six digits of a second, links are numbers of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

Dump = Callable[[Any], Any]
Load = Callable[[Any], Any]
DEEPEST = 64
"""Lists within lists of a JSON column."""
BOUNDS: dict[str, tuple[int, int]] = {
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "IntegerField": (-(2**31), 2**31 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "BigIntegerField": (-(2**63), 2**63 - 1),
    "PositiveBigIntegerField": (0, 2**63 - 1),
    "AutoField": (1, 2**31 - 1),
    "BigAutoField": (1, 2**63 - 1),
}


class Unfit(Exception):
    """A value that its column does not take; the text is the reason."""


def kind_of(column: models.Field[Any, Any]) -> str:
    """The kind of the column, of a link that of the rows it leads to."""
    while isinstance(column, models.ForeignKey):
        column = column.target_field
    return column.get_internal_type()


# -- out -----------------------------------------------------------------------------------------------------


def same(value: Any) -> Any:
    return value


def moment_out(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def dump_of(column: models.Field[Any, Any]) -> Dump:
    """How a value of the database is written."""
    kind = kind_of(column)
    if kind == "DecimalField":
        step = Decimal(1).scaleb(-column.decimal_places)  # type: ignore[attr-defined]  # a DecimalField
        return lambda value: None if value is None else format(value.quantize(step), "f")
    if kind == "DateTimeField":
        return moment_out
    if kind in ("DateField", "TimeField"):
        return lambda value: None if value is None else value.isoformat()
    if kind in BOUNDS or kind in ("CharField", "TextField", "EmailField", "BooleanField", "JSONField"):
        return same
    raise TypeError(f"{column}: say how a {kind} is written")


# -- in ------------------------------------------------------------------------------------------------------


def load_of(column: models.Field[Any, Any]) -> Load:
    """How a value of an archive becomes one for the column. Errors of what it returns: Unfit."""
    read = reader_of(column)
    if column.null:
        return lambda value: None if value is None else read(value)
    return read


def reader_of(column: models.Field[Any, Any]) -> Load:
    kind = kind_of(column)
    if kind in BOUNDS:
        return whole(*BOUNDS[kind])
    if kind in ("CharField", "TextField", "EmailField"):
        return text(column.max_length)
    if kind == "DecimalField":
        return decimal(column.max_digits, column.decimal_places)  # type: ignore[attr-defined]  # a DecimalField
    return {
        "BooleanField": yes_no,
        "DateTimeField": moment,
        "DateField": day,
        "TimeField": hour,
        "JSONField": tree_of(column),
    }[kind]


def whole(low: int, high: int) -> Load:
    def read(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise Unfit(
                _("“%(value)s” is no whole number from %(low)s to %(high)s.")
                % {"value": cut(value), "low": low, "high": high}
            )
        return value

    return read


def text(longest: int | None) -> Load:
    def read(value: Any) -> str:
        if type(value) is not str:
            raise Unfit(_("“%(value)s” is no text.") % {"value": cut(value)})
        if longest is not None and len(value) > longest:
            raise Unfit(_("“%(value)s” is longer than %(most)s characters.") % {"value": cut(value), "most": longest})
        return value

    return read


def decimal(digits: int, places: int) -> Load:
    def read(value: Any) -> Decimal:
        try:
            found = Decimal(value) if type(value) is str and len(value) < 60 else None
        except InvalidOperation:
            found = None
        if found is None or not found.is_finite() or not fits(found):
            words = {"value": cut(value), "digits": digits, "places": places}
            raise Unfit(
                _("“%(value)s” is no number of %(digits)s digits, %(places)s of them behind the point.") % words
            )
        return found

    def fits(found: Decimal) -> bool:
        _sign, given, exponent = found.as_tuple()
        behind = max(0, -int(exponent))
        return behind <= places and len(given) + max(0, int(exponent)) - behind <= digits - places

    return read


def yes_no(value: Any) -> bool:
    if type(value) is not bool:
        raise Unfit(_("“%(value)s” is neither true nor false.") % {"value": cut(value)})
    return value


def moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value) if type(value) is str else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Unfit(_("“%(value)s” is no time like 2026-11-26T08:30:00.000000Z.") % {"value": cut(value)})
    return found


def day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unfit(_("“%(value)s” is no day like 2026-11-26.") % {"value": cut(value)}) from None


def hour(value: Any) -> time:
    try:
        return time.fromisoformat(value)
    except (ValueError, TypeError):
        raise Unfit(_("“%(value)s” is no time of day like 08:30:00.") % {"value": cut(value)}) from None


def tree_of(column: models.Field[Any, Any]) -> Load:
    """A JSON column takes what is of the kind of its default. How deep it lies is looked at in `opening.py`."""
    if kind_of(column) != "JSONField":
        return same
    wanted: type = type(column.get_default())
    name = _("a list") if wanted is list else _("an object") if wanted is dict else None

    def read(value: Any) -> Any:
        if name is not None and type(value) is not wanted:
            raise Unfit(_("“%(value)s” is not %(kind)s.") % {"value": cut(value), "kind": name})
        return value

    return read


def depth(value: Any) -> int:
    """How many lists and objects lie within each other; counted without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        here, level = waiting.pop()
        inside = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
        deepest = max(deepest, level)
        waiting += [(one, level + 1) for one in inside if isinstance(one, dict | list)]
    return deepest


def holds_nul(value: Any) -> bool:
    """Whether any text of the value holds the character NUL, which no database text may."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            if "\0" in here:
                return True
        elif isinstance(here, dict):
            waiting += [*here.keys(), *here.values()]
        elif isinstance(here, list):
            waiting += here
    return False


def cut(value: Any) -> str:
    """A value as an error shows it."""
    said = str(value)
    return said if len(said) <= 60 else f"{said[:60]}…"
