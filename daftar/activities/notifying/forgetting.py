"""Notices do not pile up for ever."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from daftar.activities.models import Notice
from daftar.kernel import keeping

AT_ONCE = 5_000


def forget_old() -> None:
    """Drop at most 5,000 of each: read ones and those that only were mailed, and much later the others."""
    for key, old in (("seen_notices", seen_before), ("unseen_notices", unseen_before)):
        if moment := keeping.before(key):
            gone = list(old(moment).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
            Notice.objects.filter(pk__in=gone).delete()


def seen_before(moment: datetime) -> QuerySet[Notice]:
    done = Q(seen_at__isnull=False) | Q(in_page=False)
    return Notice.objects.filter(done, at__lt=moment, mail_at__isnull=True)


def unseen_before(moment: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(at__lt=moment, mail_at__isnull=True, seen_at__isnull=True, in_page=True)
