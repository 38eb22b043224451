"""The bell in the app bar: how much is unread; silent while the person wants no disturbance."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access.models import Installation, User
from daftar.activities.models import NoticeWishes
from daftar.activities.notifying import lines
from daftar.activities.notifying.quiet import quiet_until
from daftar.kernel import clock
from daftar.kernel.formats import current
from daftar.kernel.prepared import Prepared


def bell(request: Any) -> str:
    """The bell of whoever asks, with the number of unread notices; nothing for strangers."""
    if not getattr(request.user, "is_active", False):
        return ""
    count, quiet = lines.count_unseen(request.user), quiet_words(request.user, getattr(request, "company", None))
    words = ngettext("%(count)s unread notice", "%(count)s unread notices", count) % {"count": said(count)}
    words = words if count else _("Notices")
    return render_to_string("activities/_bell.html", {
        "count": said(count) if count else "", "words": f"{words}. {quiet}" if quiet else words, "quiet": bool(quiet),
        "user_id": request.user.pk,
    }, request)  # fmt: skip


def said(count: int) -> str:
    return f"{current().number(99)}+" if count >= lines.MOST_COUNTED else current().number(count)


def wishes_of(user_id: int) -> QuerySet[NoticeWishes]:
    return NoticeWishes.objects.filter(user_id=user_id)


WISHES: Prepared[NoticeWishes] = Prepared(wishes_of, int)


def quiet_words(user: User, company: Installation | None = None) -> str:
    """Until when it is quiet for the person, or "" when it is not."""
    company = company or Installation.load()
    wishes = WISHES.first(user.pk)
    until = quiet_until(user, wishes, clock.now(), company.time_zone)
    return _("Quiet until %(moment)s") % {"moment": current().when(until)} if until else ""
