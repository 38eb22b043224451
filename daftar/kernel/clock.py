"""The only place that asks the machine for the time, so that tests can set it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

_frozen_at: dt.datetime | None = None
_told: ContextVar[dt.datetime | None] = ContextVar("told", default=None)


def now() -> dt.datetime:
    """The present moment as an aware datetime in UTC."""
    return _told.get() or _frozen_at or dt.datetime.now(dt.UTC)


_days: dict[str | dt.tzinfo, tuple[dt.datetime, dt.datetime, dt.date]] = {}
"""The day that each zone was last seen to have, with the moments between which it is that day."""


def today(tz: str | dt.tzinfo) -> dt.date:
    """The date that a wall calendar in zone `tz` ("Asia/Tehran", or a tzinfo) shows now."""
    moment, known = now(), _days.get(tz)
    if known is None or not known[0] <= moment < known[1]:
        zone = ZoneInfo(tz) if isinstance(tz, str) else tz
        day = moment.astimezone(zone).date()
        known = _days[tz] = (start_of(day, zone), start_of(day + dt.timedelta(days=1), zone), day)
    return known[2]


def start_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


@contextmanager
def frozen(at: dt.datetime | str) -> Iterator[None]:
    """Stop the clock at `at` for a test, in all threads; nests.

    Shapes: an aware datetime or ISO text; a text or datetime without offset is taken as UTC.
    """
    global _frozen_at
    moment = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    before = _frozen_at
    _frozen_at = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    try:
        yield
    finally:
        _frozen_at = before


@contextmanager
def as_of(moment: dt.datetime) -> Iterator[None]:
    """What runs inside happens at that moment; other threads go on in their own time. For the past of the demo company; nests."""
    before = _told.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _told.reset(before)
