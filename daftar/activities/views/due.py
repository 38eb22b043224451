"""The page "what is due", and the first page, which leads to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row, User
from daftar.activities import due_list
from daftar.activities.actions.complete import about_of
from daftar.activities.due_words import said
from daftar.activities.kinds import ICONS, NAMES
from daftar.activities.models import Activity
from daftar.activities.timeline.activity_lines import put_off_words
from daftar.kernel import clock
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import BadAddress, Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, is_fragment
from daftar.ui.parts import Shown

TONES = {"late": "late", "today": "today", "tomorrow": "later", "week": "later", "later": "later", "day": "later"}


@dataclass(frozen=True, slots=True)
class Item:
    """One planned activity of the list."""

    activity: Activity
    icon: str
    kind: str
    when: str
    when_title: str
    state: str
    about: Shown
    put_off: str
    href: str


@door("signed_in")
def home(request: Any) -> HttpResponseBase:
    return go(request, "/due/")


@door("signed_in")
@require_safe
def due(request: Any) -> HttpResponseBase:
    """Planned activities by day; `day` shows one day, `owner` somebody else's list (for heads)."""
    reader = reader_of(request)
    owner = owner_of(request.GET.get("owner", ""), reader)
    day, problem = day_of(request.GET.get("day", ""), reader)
    groups = due_list.due_list(owner, reader, day)
    unplanned = [] if day else due_list.unplanned(owner, reader)
    want_names(reader, [a for g in groups for a in g.rows])
    today = clock.today(reader.formats.zone)
    shown = day or today
    who = "" if owner == reader.user else f"&owner={owner.pk}"
    template = "activities/_due.html" if is_fragment(request) else "activities/due.html"
    return render(request, template, {
        "reader": reader, "active": "due", "is_part": is_fragment(request), "owner": owner, "is_own": owner == reader.user,
        "may_choose": may_choose(reader.user),
        "groups": [(g.key, g.name, [item(a, g.key, reader) for a in g.rows]) for g in groups],
        "unplanned": [(u.type, [forgotten(u.type, row, reader) for row in u.rows], u.more) for u in unplanned],
        "day": day, "problem": problem,
        "day_typed": reader.formats.date_numeric(day) if day else "", "here": request.get_full_path(),
        "day_before": f"/due/?day={shown - dt.timedelta(days=1)}{who}",
        "day_after": f"/due/?day={shown + dt.timedelta(days=1)}{who}",
        "all_days": "/due/" + (f"?owner={owner.pk}" if who else ""), "person": person_widget(owner, reader),
        "total": sum(len(g.rows) for g in groups),
    })  # fmt: skip


def owner_of(text: str, reader: Reader) -> User:
    """Whose list it is: one's own, or for heads anybody's; `Missing` otherwise."""
    if not text or text in ("me", str(reader.user.pk)):
        return reader.user
    person: User | None = User.objects.filter(pk=parse_id(text), deleted_at__isnull=True).first()
    if person is None or not may_choose(reader.user):
        raise Missing()
    return person


def may_choose(user: User) -> bool:
    return decide.scope(user, "see", "activity") in ("below", "all")


def day_of(text: str, reader: Reader) -> tuple[dt.date | None, str]:
    """The day as typed in either calendar; a day that cannot be read is said, and all days are shown."""
    if not text.strip():
        return None, ""
    try:
        return parse_date(text[:80], reader.formats), ""
    except (Invalid, BadAddress) as problem:
        return None, str(problem)


def person_widget(owner: User, reader: Reader) -> Any:
    reader.names.known["user", owner.pk] = owner.name
    return reader.schema.type("activity")["owner"].widget(owner.pk, reader)


def want_names(reader: Reader, activities: list[Activity]) -> None:
    """Fetch the names of all records and people that the page speaks of, one query per type."""
    targets = [about_of(a) for a in activities]
    reader.names.want((t.type, t.id) for t in targets if t)
    reader.names.fetch()


def item(activity: Activity, group: str, reader: Reader) -> Item:
    formats = reader.formats
    due_at = activity.due_at or activity.at
    late = group == "late" or (group == "day" and activity.late_from is not None and activity.late_from < clock.now())
    is_today = formats.local(due_at).date() == clock.today(formats.zone)
    about = about_shown(activity, reader)
    return Item(
        activity=activity,
        icon=ICONS.get(activity.kind, "circle"),
        kind=str(NAMES.get(activity.kind, activity.kind)),
        when=said(due_at, activity.all_day, formats),
        when_title=formats.date(due_at) if activity.all_day else formats.date_time(due_at),
        state="late" if late else "today" if is_today else TONES[group],
        about=about,
        put_off=put_off_words(activity.moves, reader) if activity.moves else "",
        href=f"{about.href}#timeline" if about.href else f"/activities/{activity.pk}/",
    )


def about_shown(activity: Activity, reader: Reader) -> Shown:
    """The record as a link; what this person may not see has no name."""
    about = about_of(activity)
    type_ = reader.schema.types.get(about.type) if about else None
    if about is None or type_ is None:
        return Shown()
    name = reader.names.known.get((about.type, about.id))
    if name is None:
        return Shown(_("not visible to you"), tone="quiet")
    return Shown(name, style="link", href=type_.address(about.id), title=type_.name, direction="auto")


def forgotten(type_: RecordType, row: Row, reader: Reader) -> tuple[str, str, str]:
    """Address, name and last contact of a record with nothing planned."""
    return type_.address(row.pk), type_.title_of(row), last_contact(row, reader)


def last_contact(row: Any, reader: Reader) -> str:
    if row.last_contact_at is None:
        return _("never spoken to")
    return _("last contact %(time)s") % {"time": reader.formats.ago(row.last_contact_at)}
