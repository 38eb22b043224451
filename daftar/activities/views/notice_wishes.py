"""How a person wants to be told: kinds and channels, quiet hours, a pause."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import choices, sessions
from daftar.access.doors import door
from daftar.access.models import Installation, User
from daftar.access.plain_form import PlainForm
from daftar.activities.models import NoticeWishes, PushBrowser
from daftar.activities.notifying import browsers
from daftar.activities.notifying.kinds import KINDS, Kind
from daftar.kernel import clock, outbox
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.formats import current
from daftar.kernel.text import clean_text
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

HERE = "/me/notices/"
CHANNELS = ("page", "mail", "push")
HALF_HOURS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]
LONGEST_PAUSE = dt.timedelta(days=366)


@door("signed_in")
def wishes(request: Any) -> HttpResponseBase:
    """The person's own settings; `off` asks whether to switch that kind off (the link in each mail and notice leads here)."""
    kept = NoticeWishes.objects.filter(user=request.user).first() or NoticeWishes(user=request.user)
    if request.method != "POST":
        return show(request, kept, form_of(kept))
    form = PlainForm(sent=request.POST)
    read(form, kept)
    if form.errors:
        return show(request, kept, form, status=422)
    keep(kept)
    return toast(go(request, HERE), _("Saved."))


@door("signed_in")
@require_POST
def switch_off(request: Any) -> HttpResponseBase:
    """Switch one `kind` off by all channels. Errors: Missing for what is none or cannot be switched off."""
    kind = KINDS.get(request.POST.get("kind", ""))
    if kind is None or kind.fixed:
        raise Missing()
    kept = NoticeWishes.objects.filter(user=request.user).first() or NoticeWishes(user=request.user)
    kept.channels = {**kept.channels, kind.key: dict.fromkeys(CHANNELS, False)}
    keep(kept)
    return toast(go(request, HERE), _("“%(kind)s” is switched off.") % {"kind": kind.label})


def keep(wishes: NoticeWishes) -> None:
    """Store the wishes, whether or not the person had any before."""
    columns = ("channels", "quiet_from", "quiet_until", "days", "paused_until")
    values = {name: getattr(wishes, name) for name in columns}
    NoticeWishes.objects.update_or_create(user_id=wishes.user_id, defaults=values)


# -- reading what was sent ------------------------------------------------------------------------------


def read(form: PlainForm, wishes: NoticeWishes) -> None:
    sent: Any = form.sent
    wishes.channels = {
        kind.key: {channel: f"{kind.key}.{channel}" in sent for channel in CHANNELS}
        for kind in KINDS.values()
        if not kind.fixed
    }
    start, end = (form.choice(name, ["", *kept_times(wishes), *HALF_HOURS]) for name in ("quiet_from", "quiet_until"))
    if bool(start) != bool(end):
        form.errors["quiet_until" if start else "quiet_from"] = _("Quiet hours need a beginning and an end.")
    elif start and start == end:
        form.errors["quiet_until"] = _("Quiet hours end at another time than they begin.")
    else:
        wishes.quiet_from, wishes.quiet_until = as_time(start), as_time(end)
    days = {word for word in form.several("days") if re.fullmatch("[0-6]", word)}
    wishes.days = sorted(map(int, days)) if len(days) < 7 else []
    with form.about("paused_until"):
        wishes.paused_until = day_of(form.typed("paused_until"))


def as_time(text: str) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None


def day_of(text: str) -> dt.date | None:
    """The day of the pause. Errors: Invalid for what is no day, and for one more than a year away."""
    typed = clean_text(text, max_length=40)
    if not typed:
        return None
    day = parse_date(typed, current())
    today = clock.today(current().zone)
    if day > today + LONGEST_PAUSE:
        raise Invalid(_("A pause lasts at most a year."))
    return day if day > today else None


# -- showing -----------------------------------------------------------------------------------------------


def form_of(wishes: NoticeWishes) -> PlainForm:
    paused = wishes.paused_until
    return PlainForm({
        "quiet_from": time_text(wishes.quiet_from), "quiet_until": time_text(wishes.quiet_until),
        "days": [str(day) for day in wishes.days or range(7)],
        "paused_until": current().date_numeric(paused) if paused and paused > clock.today(current().zone) else "",
    })  # fmt: skip


def time_text(time: dt.time | None) -> str:
    return time.strftime("%H:%M") if time else ""


def kept_times(wishes: NoticeWishes) -> list[str]:
    return [text for time in (wishes.quiet_from, wishes.quiet_until) if (text := time_text(time))]


def show(request: Any, wishes: NoticeWishes, form: PlainForm, status: int = 200) -> HttpResponse:
    user: User = request.user
    formats = current()
    times = sorted({*HALF_HOURS, *kept_times(wishes)})
    hours = [("", _("None")), *((text, formats.time(dt.time.fromisoformat(text))) for text in times)]
    asked = KINDS.get(request.GET.get("off", ""))
    session = sessions.row_of(request)
    told_in = [told_row(browser, session.pk if session else 0) for browser in browsers.of(user)]
    first_day = formats.first_day
    days = [choices.week_days()[(first_day + n) % 7] for n in range(7)]
    paused = Widget(
        "date", "paused_until", label=_("Pause until"), value=form.typed("paused_until"),
        error=str(form.errors.get("paused_until", "")), help=_("On this day notices come again."),
    )  # fmt: skip
    return render(request, "activities/notice_wishes.html", {
        "rows": [row_of(kind, wishes) for kind in KINDS.values()], "asked": asked if asked and not asked.fixed else None,
        "browsers": told_in, "here": next((one for one in told_in if one["is_here"]), None),
        "push_attributes": browsers.attributes(request), "has_mail": outbox.is_set_up(), "address": user.email or "",
        "zone": (user.time_zone or Installation.load().time_zone).replace("_", " "),
        "widgets": [
            form.select("quiet_from", _("Quiet from"), hours), form.select("quiet_until", _("Quiet until"), hours),
            form.ticks("days", _("Days on which you want to be told"), days), paused,
        ],
    }, status=status)  # fmt: skip


def told_row(browser: PushBrowser, session_id: int) -> dict[str, Any]:
    """One browser in which the person is told."""
    return {
        "id": browser.pk, "device": sessions.device(browser.agent), "is_here": browser.session_id == session_id,
        "made_at": browser.made_at, "used_at": browser.used_at, "problem": browser.problem,
    }  # fmt: skip


def row_of(kind: Kind, wishes: NoticeWishes) -> dict[str, Any]:
    """One kind with its boxes: whether each is ticked, and whether it can be changed."""
    labels = {"page": _("In the page"), "mail": _("By e-mail"), "push": _("Push")}
    boxes = [
        {
            "name": f"{kind.key}.{channel}",
            "label": labels[channel],
            "is_on": kind.wanted(wishes.channels, channel),
            "is_fixed": kind.fixed,
            "is_offered": kind.shipped(channel) is not None,
        }
        for channel in CHANNELS
    ]
    return {"kind": kind, "boxes": boxes}
