"""How long the house keeps what piles up by itself (sent mails, notices, files of imports): one list, one number of days each.

A room names a period in its `keeping.py`, which `apps.ready` imports, and its clean-up asks `before(key)`. The page of
retention shows the list and changes the numbers within the bounds given here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.models import KeptFor
from daftar.kernel.text import ascii_digits

FOR_EVER = 0


@dataclass(frozen=True)
class Period:
    """Shapes: `days` is the shipped number; `low` and `high` bound what may be chosen; with `may_stay` 0 means for ever.
    `count` says how many would go that are older than a moment.
    """

    key: str
    label: Any
    days: int
    low: int
    high: int
    count: Callable[[datetime], int]
    may_stay: bool = False
    note: Any = ""


_all: dict[str, Period] = {}


def add(period: Period) -> None:
    _all[period.key] = period


def periods() -> list[Period]:
    return list(_all.values())


def chosen() -> dict[str, int]:
    """Days of every period."""
    kept = dict(KeptFor.objects.values_list("key", "days"))
    return {key: kept.get(key, period.days) for key, period in _all.items()}


def days_of(key: str) -> int:
    row = KeptFor.objects.filter(key=key).first()
    return row.days if row else _all[key].days


def before(key: str) -> datetime | None:
    """What is older than this may go; None where it stays for ever."""
    days = days_of(key)
    return None if days == FOR_EVER else clock.now() - timedelta(days=days)


def due(period: Period, days: int) -> int:
    """How many would go today if they were kept for so many days."""
    return 0 if days == FOR_EVER else period.count(clock.now() - timedelta(days=days))


def read(typed: Mapping[str, str]) -> dict[str, int]:
    """The days of every period as typed. Errors: Invalid by key, with the bounds in words."""
    made: dict[str, int] = {}
    errors: dict[str, Any] = {}
    for key, period in _all.items():
        text = ascii_digits(typed.get(key, "")).strip()
        if not text and period.may_stay:
            made[key] = FOR_EVER
        elif text.isdecimal() and len(text) < 6 and period.low <= int(text) <= period.high:
            made[key] = int(text)
        else:
            words = {"low": period.low, "high": period.high}
            errors[key] = (
                _("A number of days from %(low)s to %(high)s, or nothing for ever.") % words
                if period.may_stay
                else _("A number of days from %(low)s to %(high)s.") % words
            )
    if errors:
        raise Invalid(errors=errors)
    return made


def choose(days: Mapping[str, int]) -> None:
    """Keep these numbers of days, in the caller's transaction."""
    for key, number in days.items():
        KeptFor.objects.update_or_create(key=key, defaults={"days": number})
