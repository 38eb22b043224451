"""Numbers of papers: given under a lock in the transaction of the issue, so that none is left out and none is given twice."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.jalali import jalali
from daftar.sales.models import NumberCounter, SalesSettings

Series = Literal["quote", "invoice", "credit", "purchase"]
SERIES: tuple[Series, ...] = ("quote", "invoice", "credit", "purchase")
PLACE = re.compile(r"\{(year|month|jyear|jmonth|number)(?::([1-9]))?\}")
LONGEST = 60


def take_number(series: Series, day: date) -> str:
    """The next number of the series, in the caller's transaction; it goes back when that is undone.

    Whoever takes one waits for others who took one of the same series and have not stored it yet.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that stores its paper")
    pattern = getattr(SalesSettings.load(), f"{series}_pattern")
    counter = {"series": series, "period": period_of(pattern, day)}
    NumberCounter.objects.bulk_create([NumberCounter(**counter)], ignore_conflicts=True)
    NumberCounter.objects.filter(**counter).update(last=F("last") + 1)
    return written(pattern, day, NumberCounter.objects.get(**counter).last)


def written(pattern: str, day: date, number: int) -> str:
    """The pattern with the day's year and month and the number in it."""
    persian = jalali(day)
    values = {"year": day.year, "month": f"{day.month:02}", "jyear": persian[0], "jmonth": f"{persian[1]:02}"}

    def fill(found: re.Match[str]) -> str:
        word, width = found.group(1), int(found.group(2) or 1)
        return f"{number:0{width}}" if word == "number" else str(values[word])

    return PLACE.sub(fill, pattern)


def period_of(pattern: str, day: date) -> str:
    """In which the numbers count from one: the year or month that the pattern names; "" for ever."""
    words = {found.group(1) for found in PLACE.finditer(pattern)}
    parts = [word for word in ("year", "jyear", "month", "jmonth") if word in words]
    return "-".join(written(f"{{{part}}}", day, 0) for part in parts)


def checked(pattern: str) -> str:
    """The pattern. Errors: Invalid, with what is wrong."""
    text = pattern.strip()
    if not text or len(text) > LONGEST - 20:
        raise Invalid(_("Write a pattern of at most 40 signs, such as INV-{year}-{number:5}."))
    places = [found.group(1) for found in PLACE.finditer(text)]
    if places.count("number") != 1:
        raise Invalid(_("The pattern needs {number} in it, once."))
    rest = PLACE.sub("", text)
    if wrong := re.search(r"\{[^}]*\}?|\}", rest):
        raise Invalid(
            _("“%(place)s” is not known here. There are {year}, {month}, {jyear}, {jmonth}, {number} and {number:5}.")
            % {"place": wrong.group(0)[:20]}
        )
    has_month = {"month", "jmonth"} & set(places)
    if has_month and not {"year", "jyear"} & set(places):
        raise Invalid(_("A pattern with the month needs the year, too: else numbers come again next year."))
    return text


def go_on_from(series: Series, number: int, day: date) -> None:
    """Let the next number of the present period be this one. Errors: Conflict below a number that was given."""
    pattern = getattr(SalesSettings.load(), f"{series}_pattern")
    counter = {"series": series, "period": period_of(pattern, day)}
    with transaction.atomic():
        NumberCounter.objects.bulk_create([NumberCounter(**counter)], ignore_conflicts=True)
        kept = NumberCounter.objects.select_for_update().get(**counter)
        if number <= kept.last:
            raise Conflict(_("Number %(number)s was given already. Choose a larger one.") % {"number": kept.last})
        kept.last = number - 1
        kept.save(update_fields=["last"])
