"""The part of an undo that is not about records: what the import made goes, one thing a transaction, and says why where it cannot."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.models import Made
from daftar.exchange.taking_back.things import BRING_BACK, ORDER, PUT_AWAY, done
from daftar.kernel import clock
from daftar.records.bulk import beside
from daftar.records.bulk.beside import Told
from daftar.records.models import ChangeSet


def put_away(change_set: ChangeSet, by: User) -> bool:
    """The next thing that this set made goes, or is told to stay. False when all were tried."""
    for kind in ORDER:
        made = Made.objects.filter(change_set=change_set, kind=kind, tried_at=None).order_by("-id").first()
        if made is None:
            continue
        with transaction.atomic():
            made.stays = done(PUT_AWAY[kind], made, by)
            made.tried_at = clock.now()
            made.gone_at = None if made.stays else made.tried_at
            made.save()
        return True
    return False


def bring_back(change_set: ChangeSet, by: User) -> bool:
    """The next thing that was put away comes back. False when all are there."""
    for kind in reversed(ORDER):
        made = Made.objects.filter(change_set=change_set, kind=kind).exclude(tried_at=None).order_by("id").first()
        if made is None:
            continue
        with transaction.atomic():
            made.stays = done(BRING_BACK[kind], made, by)
            made.tried_at = made.gone_at = None
            made.save()
        return True
    return False


def told(change_set: ChangeSet) -> list[Told]:
    """What went and what stayed, in words."""
    kinds = {
        "field": _("field"), "option": _("option"), "stage": _("stage"), "pipeline": _("pipeline"), "type": _("record type"),
    }  # fmt: skip
    found = []
    for made in Made.objects.filter(change_set=change_set, kind__in=ORDER).exclude(tried_at=None).order_by("id"):
        what = f"{kinds[made.kind]} “{made.name or made.ref}”"
        found.append(Told(f"{what}: {made.stays}" if made.stays else what, bool(made.stays)))
    return found


beside.add(beside.Beside(put_away, bring_back, told))
