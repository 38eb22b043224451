"""Traces of people in this room: what was planned and done with them, what it says about their deals, notices, mentions."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from daftar.activities.models import Activity, Notice, NoticeWishes, OutgoingPush, PushBrowser
from daftar.kernel import personal
from daftar.kernel.personal import Place, Subject
from daftar.records.models import Event, RecordLink
from daftar.records.personal import EARLY, erase_files, kept_by, leave_out, linking


def about_them(subject: Subject) -> QuerySet[Activity]:
    """What is about a record of theirs: it is about nobody else."""
    wanted = (Q(about_type=key, about_id=id_) for key, id_ in subject.records)
    found: QuerySet[Activity] = Activity.objects.filter(reduce(or_, wanted))
    return found


def find(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(row) for row in about_them(subject).order_by("at", "pk")]


def erase(subject: Subject) -> int:
    """The activities with their history, files and notices; the accounts' own lose nothing but mentions."""
    rows = list(about_them(subject).values_list("pk", flat=True))
    if rows:
        their_own = Subject(tuple(("activity", pk) for pk in rows))
        for model in (Event, RecordLink):
            kept_by(model)(their_own).delete()
        erase_files(their_own)
        Notice.objects.filter(activity__in=rows).delete()
        Activity.objects.filter(pk__in=rows).delete()
    return len(rows)


def beside(subject: Subject) -> list[Activity]:
    """Activities about records that link to the person, and those that mention their account, which name them."""
    wanted = [Q(about_type=key, about_id=id_) for key, id_ in linking(subject)]
    near = list(Activity.objects.filter(reduce(or_, wanted))) if wanted else []
    if subject.user_ids:
        by_name = [Q(body__icontains=f"@{name}") for name in subject.names]
        mentioning = Activity.objects.filter(reduce(or_, by_name, ~Q(mentions=[])))
        near += [row for row in mentioning if set(row.mentions) & set(subject.user_ids) or subject.is_in(row.body)]
    return near


def find_beside(subject: Subject) -> list[dict[str, Any]]:
    return [
        personal.told(row)
        for row in beside(subject)
        if subject.is_in([row.subject, row.body, row.place, row.phone, row.outsider])
    ]


def erase_beside(subject: Subject) -> int:
    count = 0
    for row in beside(subject):
        changed = leave_out(row, subject)
        if set(row.mentions) & set(subject.user_ids):
            row.mentions = [id_ for id_ in row.mentions if id_ not in subject.user_ids]
            row.save(update_fields=["mentions"])
            changed = True
        for event in Event.objects.filter(type="activity", record_id=row.pk):
            changed = leave_out(event, subject) or changed
        count += changed
    return count


def notices(subject: Subject) -> QuerySet[Notice]:
    """What they were told or did, what is told of their records, and what names them (a file that was loaded)."""
    naming = [row.pk for row in Notice.objects.exclude(data={}) if subject.is_in(list(map(str, row.data.values())))]
    found = Q(to__in=subject.user_ids) | Q(by__in=subject.user_ids) | Q(pk__in=naming)
    return Notice.objects.filter(reduce(or_, (Q(type=key, record_id=id_) for key, id_ in subject.records), found))


def wishes(subject: Subject) -> QuerySet[NoticeWishes]:
    return NoticeWishes.objects.filter(user__in=subject.user_ids)


def push_browsers(subject: Subject) -> QuerySet[PushBrowser]:
    return PushBrowser.objects.filter(user__in=subject.user_ids)


def pushes(subject: Subject) -> QuerySet[OutgoingPush]:
    """What is on its way to them. What is told of them to others is not written before it is sent."""
    return OutgoingPush.objects.filter(browser__user__in=subject.user_ids)


personal.add(
    Place(
        "timeline", _("Timeline"), {"activities.Activity": "about_id subject body place phone outsider result mentions"}, find, erase, 50
    )
)  # fmt: skip
personal.add(Place("beside", _("What is planned with linked records"), {}, find_beside, erase_beside, EARLY))
personal.rows("notices", _("Notices"), {"activities.Notice": "activity record_id data"}, notices)
personal.rows("notice_wishes", _("What they want to be told"), {"activities.NoticeWishes": "channels days"}, wishes)
personal.rows("pushes", _("Notices on their way to a browser"), {"activities.OutgoingPush": "ids"}, pushes, order=EARLY)
personal.rows(
    "push_browsers", _("Browsers that are told"),
    {"activities.PushBrowser": "endpoint p256dh auth agent"}, push_browsers,
)  # fmt: skip
personal.excuse("activities.PushKey", "private", "A key of the installation.")
