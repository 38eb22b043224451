"""Rows that wait for a word: somebody says of each whether it is taken, makes a new record, or is left; they go on with the same import."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.importing.applying import LEAVE, NEW, UPDATE
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.kept import source_as_kept
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.running import Importer
from daftar.exchange.importing.runs import check_files
from daftar.exchange.importing.steps import Step, steps_of
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, State
from daftar.kernel.errors import Conflict
from daftar.records.models import BulkRun

WORDS = (UPDATE, NEW, LEAVE)


def decide(run: ImportRun, place: int, said: Mapping[int, str], *, by: User) -> None:
    """Carry out what was said of waiting rows of one step, all in one transaction.

    Shapes: line → one of `WORDS`, "update:12" for one of several records; lines that do not wait are passed over.
    Errors: Conflict while it is at work or when it was taken back; Unreadable when the file is gone or nothing was said.
    """
    if run.state != State.DONE or run.change_set is None:
        raise Conflict(_("Load the import first; then say what becomes of the rows that wait."))
    if BulkRun.objects.filter(undoes=run.change_set).exists():
        raise Conflict(_("This import was taken back."))
    with transaction.atomic():
        fresh = ImportRun.objects.select_for_update().get(pk=run.pk)
        check_files(fresh)
        step, index = step_at(fresh, place)
        report = Report.from_json(fresh.reports[index])
        waiting = {row.line for row in report.rows_told.get("waiting", ())}
        chosen = {line: word for line, word in said.items() if line in waiting and word.partition(":")[0] in WORDS}
        if not chosen:
            raise Unreadable(_("Say of at least one row what becomes of it."))
        made = {new["key"]: new.get("made", "") for new in fresh.types}
        importer = Importer(
            made.get(step.type, step.type), source_as_kept(fresh.files[step.file]), step.import_map(made), by=by, title=step.title,
            change_set=run.change_set, report=report, decided=chosen, only=set(chosen), bag=Bag.of_kept(fresh.attached),
        )  # fmt: skip
        fresh.reports[index] = importer.run().to_json()
        fresh.save(update_fields=["reports"])


def step_at(run: ImportRun, place: int) -> tuple[Step, int]:
    """The step at that place and the number of its report."""
    steps = [(n, step) for n, step in enumerate(steps_of(run.steps)) if not step.off]
    for index, (n, step) in enumerate(steps):
        if n == place and index < len(run.reports):
            return step, index
    raise Unreadable(_("There is nothing that waits here."))


def waits(run: ImportRun) -> bool:
    """Whether rows of the import wait for a word, for which its files are kept."""
    return any(report.get("waiting") for report in run.reports)
