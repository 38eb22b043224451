"""Repeating work of this room: reminders become notices, notices become mails and pushes, old ones are forgotten."""

from django.db import transaction

from daftar.activities import notices
from daftar.activities.models import Activity
from daftar.activities.notifying import forgetting, mails, pushes
from daftar.activities.notifying.writing import tell
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
                tell([notices.news_of(activity.owner_id or 0, "reminder", activity, None)])


@every(seconds=30)
def mail_notices() -> None:
    """Put into the outbox what is due by mail."""
    mails.post_due()


@every(seconds=5)
def push_notices() -> None:
    """Put on its way to browsers what is due there, and send what is on its way."""
    pushes.post_due()
    pushes.send_due()


@every(hours=24)
def forget_old_notices() -> None:
    """Notices are kept for as long as the company says."""
    forgetting.forget_old()
