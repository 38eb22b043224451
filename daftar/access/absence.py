"""Who is away today, and how that reads: "away until 14 August, Sara stands in"."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.formats import current


def is_away(first: dt.date | None, last: dt.date | None, today: dt.date | None = None) -> bool:
    """Whether the day (today, where the reader is) lies in the absence, both ends included."""
    day = today or clock.today(current().zone)
    return first is not None and first <= day and (last is None or day <= last)


def words(last: dt.date | None, substitute: str = "") -> str:
    """The absence of somebody who is away; `substitute` is a name or ""."""
    day = current().date(last) if last else ""
    if day and substitute:
        return _("Away until %(day)s, %(name)s stands in") % {"day": day, "name": substitute}
    if day:
        return _("Away until %(day)s") % {"day": day}
    return _("Away, %(name)s stands in") % {"name": substitute} if substitute else _("Away")


def words_of(person: User) -> str:
    """How the absence of the person reads today; "" when they are there."""
    if not is_away(person.absent_from, person.absent_until):
        return ""
    return words(person.absent_until, person.substitute.name if person.substitute else "")


def words_ahead(person: User) -> str:
    """The same, and what is coming: "Away from 1 to 14 August, Sara stands in"; "" when nothing is planned or it is over."""
    if now := words_of(person):
        return now
    if person.absent_from is None or person.absent_from < clock.today(current().zone):
        return ""
    first = current().date(person.absent_from)
    name = person.substitute.name if person.substitute else ""
    said = _("Away from %(day)s") % {"day": first}
    if person.absent_until:
        said = _("Away from %(day)s to %(last)s") % {"day": first, "last": current().date(person.absent_until)}
    return _("%(away)s, %(name)s stands in") % {"away": said, "name": name} if name else said
