"""Traces of people in imports: kept tables and the files beside them, what the reports list, rows that were refused; and in kept exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.exchange.company import runs as company_runs
from daftar.exchange.exporting import kept as kept_exports
from daftar.exchange.importing.attached import forget
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import AT_WORK, EXPORT_AT_WORK, CompanyArchive, ExportRun, ImportRun, Refusal, SumDifference
from daftar.exchange.reading.opening import is_packed, open_source
from daftar.kernel import personal
from daftar.kernel.personal import Place, Subject
from daftar.records.models import Event
from daftar.records.personal import kept_by

PIECE, OVERLAP = 1024 * 1024, 1000


def runs(subject: Subject, *, at_work: bool = False) -> Iterator[ImportRun]:
    """Imports that made or changed the person's records, or whose tables or reports name them; of those at work alone if so asked."""
    among = ImportRun.objects.order_by("pk")
    among = among.filter(state__in=AT_WORK) if at_work else among
    if at_work and not among.exists():
        return
    sets = set(kept_by(Event)(subject).exclude(change_set=None).values_list("change_set", flat=True))
    for run in among:
        if (run.change_set_id in sets and holds_anything(run)) or is_named(run, subject):
            yield run


def holds_anything(run: ImportRun) -> bool:
    told = ("odd", "errors", "rows", "grouped", "sums")
    lists = [report.get(part) for report in [*run.reports, run.report] if report for part in told]
    return bool(run.files or run.attached or any(lists))


def is_named(run: ImportRun, subject: Subject) -> bool:
    if subject.is_in([run.reports, run.report, run.late, run.problem, run.attached, run.files, run.proposal]):
        return True
    return any(stands_in(file, subject) for file in run.files)


def stands_in(file: dict[str, Any], subject: Subject) -> bool:
    """Whether a kept table names the person. What is no plain text is read as rows, every sheet of it; damaged it counts as naming them."""
    return holds_in(Path(settings.DATA) / "imports" / Path(str(file.get("path", ""))).name, file, subject)


def holds_in(path: Path, file: dict[str, Any], subject: Subject) -> bool:
    try:
        source = open_source(path, name=str(file.get("name", "")))
    except Unreadable:
        return is_packed(path) or stands_in_text(path, file, subject)
    if source.kind == "csv":
        return stands_in_text(path, file, subject)
    try:
        return any(stands_in_rows(path, source.name, sheet, subject) for sheet in source.sheets or [""])
    except Unreadable:
        return True


def stands_in_rows(path: Path, name: str, sheet: str, subject: Subject) -> bool:
    rows = open_source(path, name=name, sheet=sheet).rows()
    return any(subject.is_in("\n".join([*row.cells, getattr(row, "value", "")])) for row in rows)


def stands_in_text(path: Path, file: dict[str, Any], subject: Subject) -> bool:
    """It is read in pieces, in the encoding that was chosen."""
    before = ""
    try:
        with path.open(encoding=file.get("encoding") or "utf-8", errors="replace") as text:
            while piece := text.read(PIECE):
                if subject.is_in(before + piece):
                    return True
                before = piece[-OVERLAP:]
    except (FileNotFoundError, IsADirectoryError):
        return False
    except LookupError:  # an encoding that nobody knows
        return True
    return False


def find(subject: Subject) -> list[dict[str, Any]]:
    return [
        {"at": str(run.at), "files": [file["name"] for file in [*run.files, *run.attached]]} for run in runs(subject)
    ]


def erase(subject: Subject) -> int:
    """The whole files go, for nobody can take one row out of a file; counts of the reports stay, what they list goes."""
    count = 0
    for run in runs(subject):
        gone = [*run.files, *run.attached]
        transaction.on_commit(lambda gone=gone: forget(gone))  # type: ignore[misc]  # bound now
        run.files, run.attached, run.late, run.problem, run.proposal = [], [], [], "", {}
        run.reports, run.report = [counts_of(report) for report in run.reports], counts_of(run.report)
        run.save(update_fields=["files", "attached", "late", "problem", "proposal", "reports", "report"])
        count += 1
    return count


def counts_of(report: Any) -> Any:
    return {**report, "odd": [], "errors": [], "rows": {}, "grouped": [], "sums": []} if report else report


def refused(subject: Subject) -> list[Refusal]:
    return [row for row in Refusal.objects.order_by("pk").iterator() if subject.is_in([row.cells, row.why])]


def find_refused(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(row) for row in refused(subject)]


def erase_refused(subject: Subject) -> int:
    return Refusal.objects.filter(pk__in=[row.pk for row in refused(subject)]).delete()[0]


def sums_of(subject: Subject) -> list[SumDifference]:
    return [row for row in SumDifference.objects.order_by("pk").iterator() if subject.is_in([row.title])]


def find_sums(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(row) for row in sums_of(subject)]


def erase_sums(subject: Subject) -> int:
    """The name goes, the sums stay."""
    return SumDifference.objects.filter(pk__in=[row.pk for row in sums_of(subject)]).update(title="")


def at_work(subject: Subject) -> str:
    """A table that is being loaded would bring the person back."""
    if any(True for _run in runs(subject, at_work=True)):
        return _now("An import that names this person is being loaded. Try again when it is done.")
    return ""


def archives(subject: Subject) -> list[CompanyArchive]:
    """Archives of the whole company, which hold whoever was there; loaded, they would bring a person back."""
    return list(company_runs.kept().order_by("pk"))


def find_archives(subject: Subject) -> list[dict[str, Any]]:
    return [{"at": str(row.at), "bytes": row.size_bytes} for row in archives(subject)]


def erase_archives(subject: Subject) -> int:
    rows = archives(subject)
    for row in rows:
        transaction.on_commit(lambda row=row: company_runs.forget(row))  # type: ignore[misc]  # bound now
    return len(rows)


def archive_at_work(subject: Subject) -> str:
    if CompanyArchive.objects.filter(state=CompanyArchive.State.WAITING).exists():
        return _now("An archive of the whole company is being written or loaded. Try again when it is done.")
    return ""


def exports(subject: Subject) -> Iterator[ExportRun]:
    """Exports whose files or filters name the person."""
    for run in ExportRun.objects.exclude(state__in=EXPORT_AT_WORK).order_by("pk"):
        path = kept_exports.shelf.path_of(run.path)
        named = subject.is_in([unquote_plus(run.query), run.words])
        if named or (run.path and path.is_file() and holds_in(path, {"name": path.name}, subject)):
            yield run


def find_exports(subject: Subject) -> list[dict[str, Any]]:
    return [{"at": str(run.at), "type": run.type, "rows": run.total, "filters": run.words} for run in exports(subject)]


def erase_exports(subject: Subject) -> int:
    """The whole file goes, with what was asked for: nobody can take one row out of it, and who needs it exports again."""
    rows = list(exports(subject))
    ExportRun.objects.filter(pk__in=[run.pk for run in rows]).delete()
    for run in rows:
        transaction.on_commit(lambda run=run: kept_exports.unlink(run))  # type: ignore[misc]  # bound now
    return len(rows)


def export_at_work(subject: Subject) -> str:
    """A file that is being written would keep the person."""
    if ExportRun.objects.filter(state__in=EXPORT_AT_WORK).exists():
        return _now("A file of an export is being written. Try again when it is done.")
    return ""


personal.refuse_when(archive_at_work)
personal.refuse_when(export_at_work)
personal.add(
    Place("exports", _("Files of exports"), {"exchange.ExportRun": "query words"}, find_exports, erase_exports, 30)
)
personal.excuse("exchange.ExportRun", "columns", "Keys of fields.")
personal.add(Place("archives", _("Archives of the company"), {}, find_archives, erase_archives, 30))
personal.excuse("exchange.CompanyArchive", "wish", "The address of an owner who loads, of whom the log says the same.")
personal.refuse_when(at_work)
personal.add(
    Place(
        "imports", _("Imports"), {"exchange.ImportRun": "files attached proposal reports report late"}, find, erase, 30
    )
)
personal.add(
    Place("refused", _("Refused rows of imports"), {"exchange.Refusal": "cells why"}, find_refused, erase_refused, 30)
)
personal.add(
    Place(
        "compared_sums", _("Compared sums of imports"), {"exchange.SumDifference": "title"}, find_sums, erase_sums, 30
    )
)
for _column in ("map", "steps", "types"):
    personal.excuse("exchange.ImportRun", _column, "Which column means what; no row of the file.")
for _column in ("ref", "name", "stays"):
    personal.excuse("exchange.Made", _column, "Names of fields, options, stages and record types, not of people.")
personal.excuse("exchange.SavedMap", "map", "Which column means what; no row of the file.")
