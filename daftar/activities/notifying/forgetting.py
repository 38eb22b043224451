"""Notices do not pile up for ever."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from daftar.activities.models import Notice
from daftar.activities.notifying import browsers
from daftar.kernel import clock

KEPT_SEEN, KEPT_UNSEEN = timedelta(days=90), timedelta(days=365)
AT_ONCE = 5_000


def forget_old() -> None:
    """Drop at most 5,000 notices: read ones and those that only were sent after three months, the others after a year."""
    now = clock.now()
    old = Q(at__lt=now - KEPT_UNSEEN) | Q(at__lt=now - KEPT_SEEN) & (Q(seen_at__isnull=False) | Q(in_page=False))
    gone = list(
        Notice.objects.filter(old, mail_at__isnull=True, push_at__isnull=True)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    Notice.objects.filter(pk__in=gone).delete()
    browsers.forget_old()
