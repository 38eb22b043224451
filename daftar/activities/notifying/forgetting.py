"""Old notices are forgotten: nobody needs to know for ever what they were told."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from daftar.activities.models import Notice
from daftar.activities.notifying import browsers
from daftar.kernel import keeping

AT_ONCE = 5_000
SENT = Q(mail_at__isnull=True, push_at__isnull=True)
"""Nothing of it waits to be sent any more."""


def forget_old() -> None:
    """Drop at most 5,000 of each: read ones and those that only were sent, and much later the others."""
    for key, old in (("seen_notices", seen_before), ("unseen_notices", unseen_before)):
        if moment := keeping.before(key):
            gone = list(old(moment).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
            Notice.objects.filter(pk__in=gone).delete()
    browsers.forget_old()


def seen_before(moment: datetime) -> QuerySet[Notice]:
    done = Q(seen_at__isnull=False) | Q(in_page=False)
    return Notice.objects.filter(SENT, done, at__lt=moment)


def unseen_before(moment: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(SENT, at__lt=moment, seen_at__isnull=True, in_page=True)
