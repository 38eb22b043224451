"""The functions and operators of formulas: what they take, what they give, how they work. One entry each."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException, localcontext
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import fold
from daftar.records.formula.tree import DATE, EMPTY, MOMENT, NUMBER, TEXT, YES_NO, Base, Kind

LONGEST_TEXT = 1_000
LARGEST = Decimal(10) ** 14
"""Above it a number is none: the database keeps 14 digits before the point."""
PLACES = Decimal("0.0001")
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)
Values = Sequence[Any]


class Wrong(Exception):
    """The parts do not fit the function; the sentence says what it takes."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `takes` in words for the page, `kind` what it gives for what it is given (or `Wrong`), `work` how.

    Shapes: `work` gets the values in order, None for empty ones; where `knows_empty` is false it is not asked when one of them
    is empty, and the answer is empty.
    """

    name: str
    takes: str
    says: Any
    kind: Callable[[Sequence[Kind]], Kind]
    work: Callable[..., Any]
    knows_empty: bool = False


FUNCTIONS: dict[str, Function] = {}
OPERATORS: dict[str, Function] = {}


def given(
    *wanted: str, least: int | None = None, more: bool = False, gives: Kind | None = None
) -> Callable[[Sequence[Kind]], Kind]:
    """A check for parts of fixed kinds. Shapes: `wanted` are kinds joined by "|", or "any"; with `more` the last one repeats."""
    least = len(wanted) if least is None else least

    def kind(parts: Sequence[Kind]) -> Kind:
        if len(parts) < least or (len(parts) > len(wanted) and not more):
            raise Wrong
        for n, part in enumerate(parts):
            want = wanted[min(n, len(wanted) - 1)]
            if part.many or not (part == EMPTY or want == "any" or part.base in want.split("|")):
                raise Wrong
        return gives or next((p for p in parts if p != EMPTY), EMPTY)

    return kind


def same(parts: Sequence[Kind], *, gives: Kind | None = None) -> Kind:
    """All parts of one kind, empty ones aside."""
    filled = {part for part in parts if part != EMPTY}
    if not parts or any(part.many for part in parts) or len(filled) > 1:
        raise Wrong
    return gives or next(iter(filled), EMPTY)


def of_many(*bases: Base, gives: Kind | None = None, several: bool = False) -> Callable[[Sequence[Kind]], Kind]:
    """One part with the values of linked records; with `several` also some single values of the same kind."""

    def kind(parts: Sequence[Kind]) -> Kind:
        if len(parts) == 1 and parts[0].many and (not bases or parts[0].base in bases):
            return gives or Kind(parts[0].base)
        if several and len(parts) > 1 and (found := same(parts)).base in (*bases, "empty"):
            return found
        raise Wrong

    return kind


def function(
    name: str, takes: str, says: Any, kind: Callable[[Sequence[Kind]], Kind], *, knows_empty: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(work: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(name, takes, says, kind, work, knows_empty)
        return work

    return add


def operator(
    name: str, kind: Callable[[Sequence[Kind]], Kind], work: Callable[..., Any], *, knows_empty: bool = False
) -> None:
    OPERATORS[name] = Function(name, "", "", kind, work, knows_empty)


# -- numbers -------------------------------------------------------------------------------------------


def bounded(value: Any) -> Decimal | None:
    """The number as a column keeps it, with four places; None for what is no number or too large."""
    try:
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= LARGEST:
            return None
        return number.quantize(PLACES).normalize() + 0
    except (DecimalException, ValueError):
        return None


def divided(a: Decimal, b: Decimal) -> Decimal | None:
    with localcontext() as context:
        context.prec = 40
        return a / b if b else None


def rounded(number: Decimal, places: Decimal = Decimal(0)) -> Decimal | None:
    if places != places.to_integral_value() or not -14 <= places <= 4:
        return None
    with localcontext() as context:
        context.prec, context.rounding = 60, "ROUND_HALF_UP"
        return (
            number.quantize(Decimal(1).scaleb(-int(places)))
            if places >= 0
            else number.scaleb(int(places)).to_integral_value().scaleb(-int(places))
        )


function(
    "round",
    "number, places",
    _("rounds half up; without places to a whole number"),
    given("number", "number", least=1, gives=NUMBER),
)(rounded)
function("abs", "number", _("without its minus"), given("number"))(abs)
function("floor", "number", _("the whole number below"), given("number"))(lambda n: n.to_integral_value("ROUND_FLOOR"))
function("ceil", "number", _("the whole number above"), given("number"))(lambda n: n.to_integral_value("ROUND_CEILING"))


# -- many values ---------------------------------------------------------------------------------------


def all_of(values: Values) -> list[Any]:
    """The filled values of one list, or of single ones."""
    found = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
    return [value for value in found if value is not None]


@function(
    "sum",
    "linked numbers",
    _("all of them added; also of numbers parted by commas"),
    of_many("number", several=True),
    knows_empty=True,
)
def total(*values: Any) -> Decimal:
    return sum(all_of(values), Decimal(0))


@function("count", "linked values", _("how many there are that are not empty"), of_many(gives=NUMBER), knows_empty=True)
def number_of(*values: Any) -> Decimal:
    return Decimal(len(all_of(values)))


@function(
    "avg",
    "linked numbers",
    _("their mean; empty when there are none"),
    of_many("number", several=True),
    knows_empty=True,
)
def mean(*values: Any) -> Decimal | None:
    found = all_of(values)
    return divided(sum(found, Decimal(0)), Decimal(len(found)))


@function(
    "min",
    "values",
    _("the smallest number or earliest date, of linked records or of single values"),
    of_many("number", "date", "moment", several=True),
    knows_empty=True,
)
def least_of(*values: Any) -> Any:
    return min(all_of(values), default=None)


@function(
    "max",
    "values",
    _("the largest number or latest date, of linked records or of single values"),
    of_many("number", "date", "moment", several=True),
    knows_empty=True,
)
def most_of(*values: Any) -> Any:
    return max(all_of(values), default=None)


# -- choosing ------------------------------------------------------------------------------------------


def kind_of_if(parts: Sequence[Kind]) -> Kind:
    if len(parts) not in (2, 3) or parts[0].base not in ("yes_no", "empty") or parts[0].many:
        raise Wrong
    return same(parts[1:])


@function(
    "if",
    "condition, value, other value",
    _("the value where the condition holds, else the other one, or empty"),
    kind_of_if,
    knows_empty=True,
)
def chosen(condition: Any, value: Any, other: Any = None) -> Any:
    return value if condition else other


@function("first", "values", _("the first one that is not empty"), same, knows_empty=True)
def first_filled(*values: Any) -> Any:
    return next((value for value in values if value is not None and value != ""), None)


def any_one(parts: Sequence[Kind]) -> Kind:
    if len(parts) != 1:
        raise Wrong
    return YES_NO


@function("empty", "value", _("whether nothing stands there"), any_one, knows_empty=True)
def is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, list | tuple) and not all_of([value]))


# -- text ----------------------------------------------------------------------------------------------

function("upper", "text", _("in capital letters"), given("text"))(str.upper)
function("lower", "text", _("in small letters"), given("text"))(str.lower)
function("length", "text", _("how many signs it has"), given("text", gives=NUMBER))(lambda text: Decimal(len(text)))
function("left", "text, count", _("its first signs"), given("text", "number", gives=TEXT))(
    lambda text, n: text[: max(int(n), 0)]
)
function("right", "text, count", _("its last signs"), given("text", "number", gives=TEXT))(
    lambda text, n: text[-int(n) :] if n >= 1 else ""
)
function(
    "contains",
    "text, part",
    _("whether the part stands in it, however it is spelled"),
    given("text", "text", gives=YES_NO),
)(lambda text, part: fold(part) in fold(text))
function("text", "value", _("a number or date as text"), given("any", gives=TEXT))(lambda value: as_text(value))


def as_text(value: Any) -> str:
    """A value inside of a text: numbers with a point, dates as 2026-11-26, the same for every reader."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case dt.datetime():
            return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M")
        case dt.date():
            return value.isoformat()
    return str(value)


# -- dates ---------------------------------------------------------------------------------------------


def moved(day: dt.date, days: Decimal) -> dt.date | None:
    """So many days later; None outside of the years that fields take."""
    try:
        found = day + dt.timedelta(days=int(days))
    except OverflowError:
        return None
    return found if FIRST <= (found.date() if isinstance(found, dt.datetime) else found) <= LAST else None


def moved_by_months(day: dt.date, months: Decimal) -> dt.date | None:
    """The same day some months later, or the last one of a shorter month."""
    if abs(months) > 3_600:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not FIRST.year <= year <= LAST.year:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def made_date(year: Decimal, month: Decimal, day: Decimal) -> dt.date | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None
    return found if FIRST <= found <= LAST else None


def days_between(first: dt.date, last: dt.date) -> Decimal:
    """Whole days from the first to the last one; parts of a day between two moments."""
    if isinstance(first, dt.datetime) and isinstance(last, dt.datetime):
        return Decimal(str((last - first).total_seconds())) / 86_400
    return Decimal((as_day(last) - as_day(first)).days)


def as_day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


WHEN = "date|moment"
function("today", "", _("the day of now"), given(gives=DATE))(lambda: None)
function("now", "", _("this moment"), given(gives=MOMENT))(lambda: None)
function(
    "date", "year, month, day", _("a day of the Gregorian calendar"), given("number", "number", "number", gives=DATE)
)(made_date)
function("days", "from, to", _("the days between"), given(WHEN, WHEN, gives=NUMBER))(days_between)
function("add_days", "date, count", _("so many days later"), given(WHEN, "number"))(moved)
function("add_months", "date, count", _("so many months later"), given(WHEN, "number"))(moved_by_months)
function("year", "date", _("its year"), given(WHEN, gives=NUMBER))(lambda day: Decimal(day.year))
function("month", "date", _("its month, 1 to 12"), given(WHEN, gives=NUMBER))(lambda day: Decimal(day.month))
function("day", "date", _("its day of the month"), given(WHEN, gives=NUMBER))(lambda day: Decimal(day.day))
function("weekday", "date", _("1 for Monday to 7 for Sunday"), given(WHEN, gives=NUMBER))(
    lambda day: Decimal(day.isoweekday())
)


# -- operators -----------------------------------------------------------------------------------------


def kind_of_plus(parts: Sequence[Kind]) -> Kind:
    if parts[0].base in ("date", "moment"):
        return given(WHEN, "number")(parts)
    return given("number", "number", gives=NUMBER)(parts)


def kind_of_minus(parts: Sequence[Kind]) -> Kind:
    if parts[0].base in ("date", "moment") and parts[1].base in ("date", "moment"):
        return given(WHEN, WHEN, gives=NUMBER)(parts)
    return kind_of_plus(parts)


def minus(a: Any, b: Any) -> Any:
    if isinstance(a, dt.date):
        return days_between(b, a) if isinstance(b, dt.date) else moved(a, -b)
    return a - b


def equal(a: Any, b: Any) -> bool:
    """Texts are equal when they are spelled the same but for capital letters and the like; empty equals empty."""
    if isinstance(a, str) and isinstance(b, str):
        return a == b or fold(a) == fold(b) != ""
    if isinstance(a, dt.date) and isinstance(b, dt.date) and isinstance(a, dt.datetime) != isinstance(b, dt.datetime):
        return as_day(a) == as_day(b)
    return bool((a or None) == (b or None)) if isinstance(a, str) or isinstance(b, str) else bool(a == b)


def kind_of_equal(parts: Sequence[Kind]) -> Kind:
    if {p.base for p in parts} <= {"date", "moment", "empty"} and not any(p.many for p in parts):
        return YES_NO
    return same(parts, gives=YES_NO)


def compared(work: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(a: Any, b: Any) -> bool:
        if isinstance(a, dt.datetime) != isinstance(b, dt.datetime) and isinstance(a, dt.date):
            a, b = as_day(a), as_day(b)
        return work(fold(a), fold(b)) if isinstance(a, str) else work(a, b)

    return compare


operator("+", kind_of_plus, lambda a, b: moved(a, b) if isinstance(a, dt.date) else a + b)
operator("-", kind_of_minus, minus)
operator("*", given("number", "number", gives=NUMBER), lambda a, b: a * b)
operator("/", given("number", "number", gives=NUMBER), divided)
operator("negative", given("number", gives=NUMBER), lambda a: -a)
operator("&", given("any", "any", gives=TEXT), lambda a, b: as_text(a) + as_text(b), knows_empty=True)
operator("=", kind_of_equal, equal, knows_empty=True)
operator("<>", kind_of_equal, lambda a, b: not equal(a, b), knows_empty=True)
operator("<", kind_of_equal, compared(lambda a, b: a < b))
operator("<=", kind_of_equal, compared(lambda a, b: a <= b))
operator(">", kind_of_equal, compared(lambda a, b: a > b))
operator(">=", kind_of_equal, compared(lambda a, b: a >= b))
operator("and", given("yes_no", "yes_no", gives=YES_NO), lambda a, b: bool(a and b), knows_empty=True)
operator("or", given("yes_no", "yes_no", gives=YES_NO), lambda a, b: bool(a or b), knows_empty=True)
operator("not", given("yes_no", gives=YES_NO), lambda a: not a, knows_empty=True)
