"""The part of an undo that is not about records: what the import made goes, one thing a transaction, and says why where it cannot."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.models import AT_WORK, ImportRun, Made, State
from daftar.exchange.taking_back.ids import ids_back
from daftar.exchange.taking_back.made import ID
from daftar.exchange.taking_back.things import BRING_BACK, ORDER, PUT_AWAY, done, name_now
from daftar.kernel import clock
from daftar.kernel.errors import Conflict
from daftar.records.bulk import beside
from daftar.records.bulk.beside import Told
from daftar.records.models import BulkRun, ChangeSet


def put_away(change_set: ChangeSet, by: User) -> bool:
    """The next thing that this set made goes, or is told to stay. False when all were tried."""
    for kind in ORDER:
        made = Made.objects.filter(change_set=change_set, kind=kind, tried_at=None).order_by("-id").first()
        if made is None:
            continue
        with transaction.atomic():
            made.stays = done(PUT_AWAY[kind], made, by) if decide.may_settings(by) else only_for_them()
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
            made.stays = done(BRING_BACK[kind], made, by) if decide.may_settings(by) else only_for_them()
            made.tried_at = made.gone_at = None
            made.save()
        return True
    return False


def only_for_them() -> str:
    return _("Only those who run the company may remove it or bring it back.")


def told(change_set: ChangeSet) -> list[Told]:
    """What went and what stayed, in words."""
    found = []
    for made in Made.objects.filter(change_set=change_set, kind__in=ORDER).exclude(tried_at=None).order_by("id"):
        what = words_for(made)
        found.append(Told(f"{what}: {made.stays}" if made.stays else what, bool(made.stays)))
    ids = Made.objects.filter(change_set=change_set, kind=ID).exclude(stays="").order_by("id")
    return found + [Told(sentence, stays=True) for sentence in ids.values_list("stays", flat=True)]


def words_for(made: Made) -> str:
    """What it is, with its name."""
    kinds = {
        "field": _("field"), "option": _("option"), "stage": _("stage"), "pipeline": _("pipeline"), "type": _("record type"),
    }  # fmt: skip
    return _("%(kind)s “%(name)s”") % {"kind": kinds[made.kind], "name": made.name or name_now(made)}


def why_not(change_set: ChangeSet) -> str:
    is_at_work = ImportRun.objects.filter(change_set=change_set, state__in=AT_WORK).exists()
    return _("Pause the import first.") if is_at_work else ""


def has_more(change_set: ChangeSet) -> bool:
    first, _is_again = beside.first_set(change_set)
    return Made.objects.filter(change_set=first, kind__in=ORDER).exists()


def begun(run: BulkRun) -> None:
    """An import that stopped halfway does not go on when it is being taken back; what stayed is tried anew. Errors: Conflict while it is at work."""
    of_set = ImportRun.objects.filter(change_set=run.undoes).order_by("pk")
    for one in of_set.select_for_update() if run.undoes_id else ():
        if one.is_at_work:
            raise Conflict(_("Pause the import first."))
        if one.state in (State.FAILED, State.PAUSED):
            ImportRun.objects.filter(pk=one.pk).update(state=State.DONE, finished_at=clock.now())
    if run.undoes is not None:
        first, _is_again = beside.first_set(run.undoes)
        Made.objects.filter(change_set=first, kind__in=ORDER, gone_at=None).update(tried_at=None, stays="")


def ended(run: BulkRun) -> None:
    """Of a run that does an import again: ids of the source find their records again."""
    if run.undoes is not None:
        first, is_again = beside.first_set(run.undoes)
        if is_again:
            ids_back(run, first)


beside.add(beside.Beside(put_away, bring_back, told, why_not, has_more, begun, ended))
