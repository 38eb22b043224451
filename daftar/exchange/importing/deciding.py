"""Rows that wait for a word: somebody says of each whether it is taken, makes a new record, or is left; they go on with the same import."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.importing.applying import LEAVE, NEW, UPDATE
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.kept import source_as_kept
from daftar.exchange.importing.lines import Lines
from daftar.exchange.importing.outcomes import MOST_ROWS, WAITING, RowTold
from daftar.exchange.importing.refused import refusals
from daftar.exchange.importing.report import RefusedRow, Report, line_of
from daftar.exchange.importing.running import Importer, Place, rehearsed
from daftar.exchange.importing.runs import check_files, check_loaded
from daftar.exchange.importing.steps import Step, steps_of, to_json
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, Refusal, State

WORDS = (UPDATE, NEW, LEAVE)


def decide(run: ImportRun, place: int, said: Mapping[int, str], *, by: User) -> None:
    """Carry out what was said of waiting rows of one step, all in one transaction; then the next ones are listed.

    Shapes: line → one of `WORDS`, "update:12" for one of several records; lines that do not wait are passed over.
    Errors: Conflict while it is at work or when it was taken back; Unreadable when the file is gone or nothing was said.
    """
    with transaction.atomic():
        fresh = taken(run)
        step, index = step_at(fresh, place)
        report = Report.from_json(fresh.reports[index])
        chosen = {line: word for line, word in said.items() if line in report.waits and word.partition(":")[0] in WORDS}
        if not chosen:
            raise Unreadable(_("Say of at least one row what becomes of it."))
        looking = Looking(fresh, step, by)
        looking.importer(report, chosen, decided=chosen).run()
        looking.list_next(report)
        fresh.reports[index] = report.to_json()
        fresh.save(update_fields=["reports"])


def decide_all(run: ImportRun, place: int, word: str) -> None:
    """Say the same of all rows of a step that wait, listed or not: they become a step of their own, with which the import goes on when it is started.

    Errors: as of `decide`.
    """
    with transaction.atomic():
        fresh = taken(run)
        step, index = step_at(fresh, place)
        report = Report.from_json(fresh.reports[index])
        if word not in WORDS or not report.waits:
            raise Unreadable(_("There is nothing that waits here."))
        more = step.but(
            title=_("%(title)s, decided") % {"title": step.title[:180]}, said=word, lines=report.waits.to_text()
        )
        report.waiting -= len(report.waits)
        report.waits, report.rows_told[WAITING] = Lines(), []
        fresh.reports[index] = report.to_json()
        fresh.report = Report(more.title, report.type, mixed=report.mixed).to_json()
        fresh.steps = [*fresh.steps, *to_json([more])]
        fresh.lines_total += int(fresh.files[step.file]["rows"])
        fresh.state = State.PAUSED
        fresh.save(update_fields=["reports", "report", "steps", "lines_total", "state"])


def taken(run: ImportRun) -> ImportRun:
    """The import as it stands, locked. Errors: Conflict while it is at work or when it was taken back; Unreadable without its files."""
    fresh = ImportRun.objects.select_for_update(of=("self",)).select_related("change_set").get(pk=run.pk)
    check_loaded(fresh)
    check_files(fresh)
    return fresh


def step_at(run: ImportRun, place: int) -> tuple[Step, int]:
    """The step at that place and the number of its report."""
    steps = [(n, step) for n, step in enumerate(steps_of(run.steps)) if not step.off]
    for index, (n, step) in enumerate(steps):
        if n == place and index < len(run.reports):
            return step, index
    raise Unreadable(_("There is nothing that waits here."))


class Looking:
    """Reads chosen rows of one step once more."""

    def __init__(self, run: ImportRun, step: Step, by: User) -> None:
        self.run, self.step, self.by = run, step, by
        self.source = source_as_kept(run.files[step.file])
        self.made = {new["key"]: new.get("made", "") for new in run.types}

    def importer(self, report: Report, only: Collection[int], *, dry: bool = False, **words: Any) -> Importer:
        step, run = self.step, self.run
        return Importer(
            self.made.get(step.type, step.type), self.source, step.import_map(self.made), by=self.by, title=step.title,
            change_set=run.change_set, report=report, only=set(only), bag=Bag.of_kept(run.attached, dry=dry),
            keep=None if dry else self.keep, **words,
        )  # fmt: skip

    def keep(self, _report: Report, _place: Place, rows: Sequence[RefusedRow]) -> None:
        Refusal.objects.bulk_create(refusals(self.run, self.source.name, rows), batch_size=500)

    def list_next(self, report: Report) -> None:
        """Fill the list of the rows that wait, with old and new as they are now; they go on waiting, and nothing is written."""
        listed = report.rows_told.setdefault(WAITING, [])
        known = {row.line for row in listed}
        more = list(islice((line for line in report.waits if line not in known), MOST_ROWS - len(listed)))
        if not more:
            return
        looked = Report(mixed=report.mixed)
        rehearsed(self.importer(looked, more, dry=True).run)
        told = {row.line: RowTold(row.line, row.title) for rows in looked.rows_told.values() for row in rows}
        told |= {row.line: row for row in looked.rows_told.get(WAITING, ())}
        report.rows_told[WAITING] = sorted(
            [*listed, *(told.get(line) or RowTold(line, "") for line in more)], key=line_of
        )
