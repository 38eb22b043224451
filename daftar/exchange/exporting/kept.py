"""Files of exports that are written: who may have one, and how long it stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.models import EXPORT_AT_WORK, ExportRun
from daftar.exchange.shelf import Shelf
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Missing, NotAllowed
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

KEPT_DAYS = 90
"""How long it is listed that there was an export, when its file is gone."""
shelf = Shelf("exports")


def title_of(run: ExportRun, types: Mapping[str, RecordType]) -> str:
    """ "Contacts, Excel (XLSX)" in the language of now."""
    name = capfirst(types[run.type].plural) if run.type in types else run.type
    return _("%(what)s, %(format)s") % {"what": name, "format": FORMATS[run.format].label}


def type_of(run: ExportRun, reader: Reader) -> RecordType:
    """Errors: Missing, said of the type."""
    if run.type not in reader.schema.types:
        raise Missing(_("The records of this export are not here any more, so there is nothing to export."))
    return reader.schema.types[run.type]


def check_right(reader: Reader, type_: RecordType) -> None:
    """Errors: NotAllowed, saying which right is gone."""
    if not (decide.may(reader.user, "see", type_.key) and decide.may(reader.user, "export", type_.key)):
        raise NotAllowed(
            _("You may not export these records any more: %(what)s. Ask who runs the company if you need them.")
            % {"what": type_.plural}
        )


def check_may_have(run: ExportRun, reader: Reader) -> None:
    """Whether the person may still have all that is in the file. Errors: Missing, NotAllowed."""
    type_ = type_of(run, reader)
    check_right(reader, type_)
    reach, there = reach_of(reader.user, run.type), current_schema().types[run.type].by_key
    hidden = [key for key in run.columns if key in there and key not in type_.by_key]
    if hidden or reach not in ("all", run.reach):
        raise NotAllowed(
            _("Your rights have changed since this file was written, and it holds what you may not have now. Export the list again.")
        )  # fmt: skip


def reach_of(user: User, type_key: str) -> str:
    """How far the person's rights to see and export the type go: "all", or words that are equal as long as the rights are."""
    standing = decide.standing(user)
    scopes = [standing.scope(action, type_key) for action in ("see", "export")]
    whole = all(type_key in decide.COMPANY_ONLY or standing.reaches_all(a, type_key) for a in ("see", "export"))
    if whole and scopes == ["all", "all"]:
        return "all"
    return " ".join([*scopes, *map(str, sorted(standing.departments_below))])


def is_kept(run: ExportRun) -> bool:
    """Whether the file can be had."""
    return bool(run.path) and shelf.path_of(run.path).is_file()


def path_of(run: ExportRun) -> Path:
    """Where the file lies. Errors: Missing when there is none."""
    if not is_kept(run):
        raise Missing(_("There is no file, or it is not kept any more. Look under “Exports”."))
    return shelf.path_of(run.path)


def note_fetched(run: ExportRun) -> None:
    """The log says who took the file, each time."""
    with transaction.atomic():
        details = {"type": run.type, "rows": run.total, "format": run.format}
        audit.record("export_fetched", by=run.by, about=(run.type, None), details=details)


# -- keeping -------------------------------------------------------------------------------------------------


def kept() -> QuerySet[ExportRun]:
    return ExportRun.objects.exclude(path="")


def kept_before(moment: datetime) -> QuerySet[ExportRun]:
    return kept().filter(finished_at__lt=moment)


def forget_file(run: ExportRun) -> None:
    """The file goes; that it was written stays in the list for a while."""
    ExportRun.objects.filter(pk=run.pk).update(path="", size_bytes=0)
    unlink(run)


def forget(run: ExportRun) -> None:
    """It goes whole. Errors: Conflict while it is at work."""
    if not ExportRun.objects.filter(pk=run.pk).exclude(state__in=EXPORT_AT_WORK).delete()[0]:
        raise Conflict(_("This file is being written. Cancel it first."))
    unlink(run)


def unlink(run: ExportRun) -> None:
    shelf.path_of(run.path).unlink(missing_ok=True)


def clean_up(moment: datetime | None) -> None:
    """Files of before the moment go, rows without a file after three months, and what killed work left after a day."""
    for run in kept_before(moment) if moment else ():
        forget_file(run)
    old = ExportRun.objects.filter(path="", at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    old.exclude(state__in=EXPORT_AT_WORK).delete()
    shelf.clean_up(set(kept().values_list("path", flat=True)))
