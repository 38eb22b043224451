"""The page of notices, the bell in the bar, and what one does with a notice: open it, mark it as read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access.doors import door
from daftar.activities.models import Notice
from daftar.activities.notifying import bell as bells
from daftar.activities.notifying import lines
from daftar.activities.views import sent
from daftar.kernel import clock
from daftar.kernel.errors import Missing
from daftar.kernel.ids import parse_id
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go

MOST_IDS = 200


@door("signed_in")
@require_safe
def index(request: Any) -> HttpResponse:
    """What the person is told, the newest first; `show=unread` only what was not read yet, `after` is the last one before."""
    reader = reader_of(request)
    only_unseen = request.GET.get("show") == "unread"
    after = parse_id(request.GET["after"]) if request.GET.get("after") else 0
    found, following = lines.page(reader, only_unseen=only_unseen, after=after)
    here = "/notices/?show=unread" if only_unseen else "/notices/"
    return render(request, "activities/notices.html", {
        "lines": found, "only_unseen": only_unseen, "here": here, "is_first": not after,
        "next": f"{here}{'&' if '?' in here else '?'}after={following}" if following else "",
        "newest": max((id_ for line in found for id_ in line.ids), default=0), "quiet": bells.quiet_words(request.user),
        "main_class": "fills",
    })  # fmt: skip


@door("signed_in")
@require_safe
def bell(request: Any) -> HttpResponse:
    """The bell alone, for pages that hear of something new."""
    return HttpResponse(bells.bell(request))


@door("signed_in")
@require_POST
def seen(request: Any) -> HttpResponseBase:
    """Mark notices (`id`, several times) of one's own as read, or all of them up to `until`."""
    mine = lines.unseen(request.user.pk)
    if ids := request.POST.getlist("id"):
        mine = own(request, ids)
    elif request.POST.get("until"):
        mine = mine.filter(pk__lte=parse_id(request.POST["until"]))
    mark_seen(mine)
    return sent.done(request, "/notices/", _("Marked as read."))


@door("signed_in")
@require_POST
def open_one(request: Any) -> HttpResponseBase:
    """Mark notices (`id`) as read and go where they lead; a part of a line leads to its own record."""
    rows = list(own(request, request.POST.getlist("id")).select_related("activity"))
    reader = reader_of(request)
    titles = lines.titles_of(rows, reader)
    shown = [row for row in rows if lines.may_be_shown(row, titles, reader)]
    if not shown:
        raise Missing()
    mark_seen(Notice.objects.filter(pk__in=[row.pk for row in shown]))
    return go(request, lines.line_of(shown, titles, reader).href)


def own(request: Any, ids: list[str]) -> QuerySet[Notice]:
    """These notices, all of them the person's. Errors: Missing."""
    numbers = {parse_id(id_) for id_ in ids[:MOST_IDS]}
    rows = lines.of(request.user.pk).filter(pk__in=numbers)
    if not numbers or rows.count() != len(numbers):
        raise Missing()
    return rows


def mark_seen(rows: QuerySet[Notice]) -> None:
    rows.order_by().filter(seen_at__isnull=True).update(seen_at=clock.now())
