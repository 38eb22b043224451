"""Repeating work of this room: reminders become notices."""

from django.db import transaction

from daftar.activities import notices
from daftar.activities.models import Activity, Notice
from daftar.kernel import clock
from daftar.kernel.jobs import every

AT_ONCE = 500


@every(seconds=30)
def remind() -> None:
    """Tell the responsible people of what is due soon; each reminder once, whoever dies in between."""
    now = clock.now()
    due = Activity.objects.planned().filter(remind_at__lte=now, reminded_at__isnull=True, owner__isnull=False)
    for activity in due.order_by("remind_at", "id")[:AT_ONCE]:
        with transaction.atomic():
            if Activity.objects.filter(pk=activity.pk, reminded_at__isnull=True).update(reminded_at=now):
                notices.add([activity.owner_id], activity, Notice.Kind.REMINDER, None)
