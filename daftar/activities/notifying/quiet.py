"""When a person does not want to be disturbed: their quiet hours and days, a pause, an absence."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from daftar.access.models import User
from daftar.activities.models import NoticeWishes

MOST_STEPS = 1200
"""More than three years of quiet days; then we stop looking."""


def quiet_until(user: User, wishes: NoticeWishes | None, now: dt.datetime, company_zone: str) -> dt.datetime | None:
    """The moment when mails may go again and the page is no longer silent; None when that is now."""
    zone = ZoneInfo(user.time_zone or company_zone or "UTC")
    moment = now.astimezone(zone)
    for _step in range(MOST_STEPS):
        later = end_of_quiet(moment, user, wishes)
        if later is None:
            break
        moment = later
    moment = moment.astimezone(dt.UTC)
    return moment if moment > now else None


def end_of_quiet(moment: dt.datetime, user: User, wishes: NoticeWishes | None) -> dt.datetime | None:
    """Where the quiet of this moment ends at the earliest (there may be more behind it); None when it is not quiet."""
    day, tomorrow = moment.date(), moment.date() + dt.timedelta(days=1)
    if is_absent(user, day):
        return start_of(user.absent_until + dt.timedelta(days=1) if user.absent_until else tomorrow, moment)
    if wishes is None:
        return None
    if wishes.paused_until and day < wishes.paused_until:
        return start_of(wishes.paused_until, moment)
    if wishes.days and day.weekday() not in wishes.days:
        return start_of(tomorrow, moment)
    return end_of_hours(moment, wishes.quiet_from, wishes.quiet_until)


def is_absent(user: User, day: dt.date) -> bool:
    if user.absent_from is None and user.absent_until is None:
        return False
    return (user.absent_from or day) <= day <= (user.absent_until or day)


def end_of_hours(moment: dt.datetime, start: dt.time | None, end: dt.time | None) -> dt.datetime | None:
    if start is None or end is None or start == end:
        return None
    now = moment.time()
    if start < end:
        return at(moment.date(), end, moment) if start <= now < end else None
    if now >= start:
        return at(moment.date() + dt.timedelta(days=1), end, moment)
    return at(moment.date(), end, moment) if now < end else None


def start_of(day: dt.date, moment: dt.datetime) -> dt.datetime:
    return at(day, dt.time(), moment)


def at(day: dt.date, time: dt.time, moment: dt.datetime) -> dt.datetime:
    """That time on the same wall, but never before the moment (an hour that the clock goes back)."""
    return max(dt.datetime.combine(day, time, moment.tzinfo), moment + dt.timedelta(minutes=1))
