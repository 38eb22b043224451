"""All steps of an import, one after the other: in earnest with its place kept after each batch, or as a rehearsal that is taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from daftar.access.models import User
from daftar.exchange.importing import differences
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.kept import source_as_kept, source_of
from daftar.exchange.importing.lines import Lines, SameOfAll
from daftar.exchange.importing.progress import Teller
from daftar.exchange.importing.refused import refusals
from daftar.exchange.importing.report import RefusedRow, Report
from daftar.exchange.importing.running import Importer, Keep, Place, rehearsed
from daftar.exchange.importing.steps import NEW, Step, steps_of, to_json
from daftar.exchange.importing.targets import WAS, parse_target
from daftar.exchange.models import ImportRun, Refusal, State, SumDifference
from daftar.exchange.reading.source import Source
from daftar.exchange.recipes import RECIPES
from daftar.exchange.recipes.loading import make_pipeline
from daftar.exchange.taking_back.made import note_made, type_put_away
from daftar.kernel import clock
from daftar.records import custom_types
from daftar.records.models import ChangeSet, CustomType
from daftar.records.schema import current_schema

SECONDS = 60
"""After so long an import stands in the queue again, behind what else waits."""
MOST_REFUSALS = 20_000
"""Refused rows of a rehearsal that can be downloaded."""
KeepFile = Callable[[Source, int], Keep]
"""File and the lines of the steps before it → what is told after each batch, whose rows must still stand in the file."""


class Paused(Exception):
    """Somebody wants the import to wait; the batch at hand is taken back."""


class Later(Exception):
    """Others wait in the queue; the import goes on behind them."""


def rehearse(run: ImportRun) -> list[Report]:
    """The whole import, taken back; refused rows are kept for download. Errors: Paused when it is given up."""
    kept: list[Refusal] = []
    sums: list[SumDifference] = []
    teller = Teller(run.pk)

    def keep(source: Source, before: int) -> Keep:
        def note(report: Report, place: Place, rows: Sequence[RefusedRow]) -> None:
            source.look()
            kept.extend(refusals(run, source.name, rows) if len(kept) < MOST_REFUSALS else ())
            fresh = report.take_sums()
            sums.extend(differences.kept(run, source.name, report.type, fresh) if len(sums) < MOST_REFUSALS else ())
            if teller.tell(before + place.line):
                raise Paused

        return note

    def act() -> list[Report]:
        change_set = ChangeSet.objects.create(by=run.by, via="import", title=str(run)[:300])
        return carry(run, change_set, keep, [])

    reports: list[Report] = rehearsed(act)
    with transaction.atomic():
        Refusal.objects.filter(run=run).delete()
        Refusal.objects.bulk_create(kept, batch_size=500)
        SumDifference.objects.filter(run=run).delete()
        SumDifference.objects.bulk_create(sums, batch_size=500)
    return reports


def load(run: ImportRun, *, seconds: float | None = None) -> list[Report]:
    """The import in earnest; after each batch the run says where it stands, in the batch's own transaction.

    Errors: Paused; Later after so many seconds and at least one batch. The batch at hand is taken back then.
    """
    if run.change_set is None:
        with transaction.atomic():
            run.change_set = ChangeSet.objects.create(by=run.by, via="import", title=str(run)[:300])
            run.save(update_fields=["change_set"])
    until = time.monotonic() + seconds if seconds else None
    has_moved = False  # to see again what stands above can take longer than a turn

    def keep(source: Source, before: int) -> Keep:
        def note(report: Report, place: Place, rows: Sequence[RefusedRow]) -> None:
            nonlocal has_moved
            source.look()
            if until is not None and time.monotonic() > until and has_moved:
                raise Later
            Refusal.objects.bulk_create(refusals(run, source.name, rows), batch_size=500)
            SumDifference.objects.bulk_create(
                differences.kept(run, source.name, report.type, report.take_sums()), batch_size=500
            )
            going = ImportRun.objects.filter(pk=run.pk, state=State.RUNNING)
            if not going.update(
                report=report.to_json(),
                line=place.line,
                late=place.late,
                lines_done=before + place.line,
                at=clock.now(),
            ):
                raise Paused
            has_moved = True

        return note

    return carry(run, run.change_set, keep, [Report.from_json(kept) for kept in run.reports])


def carry(run: ImportRun, change_set: ChangeSet, keep: KeepFile, done: list[Report]) -> list[Report]:
    """Every step behind those that are done, the first of them from where the run stands. Errors: Unreadable."""
    in_earnest = change_set == run.change_set
    report = Report.from_json(run.report) if in_earnest and run.report else None
    place = Place(run.line, list(run.late)) if in_earnest and run.line else None
    complete(run)
    made = make_types(run, change_set, in_earnest=in_earnest)
    for pipeline in RECIPES[run.recipe].pipelines if run.recipe in RECIPES else ():
        make_pipeline(pipeline, run.by, change_set)
    reports, before = list(done), 0
    steps = [step for step in steps_of(run.steps) if not step.off]
    for n, step in enumerate(steps):
        file = run.files[step.file]
        if n >= len(done):
            source = source_as_kept(file)
            is_first = not (reports or made or run.recipe)
            holds = not (in_earnest or any(names(other, step.type) for other in steps[n + 1 :]))
            told = keep(source, before)
            reports.append(
                one(run, step, source, made, change_set, report, place, told, is_first=is_first, holds=holds)
            )
            report = place = None
            if in_earnest:
                kept = [each.to_json() for each in reports]
                ImportRun.objects.filter(pk=run.pk).update(reports=kept, report={}, line=0, late=[])
        before += int(file.get("rows", 0))
    return reports


def complete(run: ImportRun) -> None:
    """An import that waited through an update from a release without steps gets them now."""
    if not run.steps and run.recipe in RECIPES:
        sources = [source_of(file) for file in run.files]
        run.steps = to_json(RECIPES[run.recipe].steps_for(sources, str(run.map.get("existing", ""))))
        ImportRun.objects.filter(pk=run.pk).update(steps=run.steps)


def one(
    run: ImportRun, step: Step, source: Source, made: Mapping[str, str], change_set: ChangeSet,
    report: Report | None, place: Place | None, keep: Keep, *, is_first: bool, holds: bool,
) -> Report:  # fmt: skip
    lines = Lines.from_text(step.lines) if step.said else None
    importer = Importer(
        made.get(step.type, step.type), source, step.import_map(made), by=run.by, title=step.title, change_set=change_set,
        only=lines, decided=SameOfAll(lines, step.said) if lines else None, report=report, place=place,
        keep=keep, bag=Bag.of_kept(run.attached, dry=run.state == State.REHEARSING),
        look_for_same=run.state == State.REHEARSING, holds=holds, is_first=is_first,
    )  # fmt: skip
    return importer.run()


def names(step: Step, type_key: str) -> bool:
    """Whether rows of the step can mean records of that type."""
    type_ = current_schema().types.get(step.type)
    if type_ is None or step.type == type_key:
        return True
    texts = step.import_map().targets
    if any(text.startswith("+") and type_key in text for text in texts):  # a link that it makes
        return True
    keys = [parse_target(text).key.removeprefix(WAS) for text in texts]
    fields = [type_.by_key[key] for key in keys if key in type_.by_key]
    return any(field.kind == "any_link" or getattr(field, "to", "") == type_key for field in fields)


def make_types(run: ImportRun, change_set: ChangeSet, *, in_earnest: bool) -> dict[str, str]:
    """The key by which a new record type is meant → its real key, each made once whatever stops in between."""
    wanted = {step.type for step in steps_of(run.steps) if not step.off and step.type.startswith(NEW)}
    made: dict[str, str] = {}
    for new in run.types:
        if new["key"] not in wanted:
            continue
        if not new.get("made"):
            with transaction.atomic():
                row = type_for(new, run.by)
                note_made(change_set, "type", row.key, row.key)
                if in_earnest:
                    new["made"] = row.key
                    ImportRun.objects.filter(pk=run.pk).update(types=run.types)
                made[new["key"]] = row.key
        else:
            made[new["key"]] = new["made"]
    return made


def type_for(new: Mapping[str, Any], by: User) -> CustomType:
    """The record type that the import wants, made now; not in the menu, where six of an export at once would be in the way."""
    if key := type_put_away(new["plural"]):
        return custom_types.bring_back_type(key, by=by)
    return custom_types.add_type(
        new["name"], new["plural"], by=by, icon=new.get("icon", ""), title_label=new.get("title", ""), in_menu=False
    )
