"""What became of the rows of each step, ready for the page: lists of rows, groups of names, rows and sums by stage beside the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.importing.outcomes import Group, RowTold, StageSum
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.steps import Step, steps_of
from daftar.exchange.models import ImportRun, State
from daftar.kernel.formats import Formats
from daftar.records.schema import current_schema
from daftar.records.types import RecordType
from daftar.ui.parts import Option

GROUPS = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of one outcome."""

    words: str
    count: int
    rows: Sequence[RowTold]


@dataclass(frozen=True, slots=True)
class StageLine:
    stage: str
    rows_there: int
    rows_here: int
    sums_there: str
    sums_here: str

    @property
    def differs(self) -> bool:
        return (self.rows_there, self.sums_there) != (self.rows_here, self.sums_here)


@dataclass(frozen=True, slots=True)
class Repeated:
    """What becomes of rows of one name: what holds now, and the other way that can be chosen."""

    words: str
    other: str
    button: str


@dataclass(slots=True)
class Told:
    """One step's report as the page shows it; `place` is the step's among those of the run.

    Shapes: `waiting` are the listed rows that wait, each with what can be said of it (nothing before the import is loaded); `rest` and `same` are
    what can be said of the others among them, and of all that wait.
    """

    report: Report
    place: int
    type: RecordType | None
    lists: list[Listed] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    stages: list[StageLine] = field(default_factory=list)
    repeated: Repeated | None = None
    waiting: list[tuple[RowTold, Sequence[Option]]] = field(default_factory=list)
    rest: Sequence[Option] = ()
    same: Sequence[Option] = ()

    @property
    def differs(self) -> bool:
        return any(line.differs for line in self.stages)


def told_of(run: ImportRun, reports: Sequence[Report], formats: Formats) -> list[Told]:
    """The reports with something to show beside their counts, in the order of the steps."""
    places = [(n, step) for n, step in enumerate(steps_of(run.steps)) if not step.off]
    made = [one(run, place, step, report, formats) for (place, step), report in zip(places, reports, strict=False)]
    return [
        told
        for told in made
        if told.lists or told.report.waiting or told.groups or told.report.odd or told.report.errors or told.stages
    ]


def one(run: ImportRun, place: int, step: Step, report: Report, formats: Formats) -> Told:
    told = Told(report, place, current_schema().types.get(report.type))
    told.lists = lists_of(report)
    if names_tell(told.type):
        told.groups = sorted(report.grouped.values(), key=lambda group: -group.count)[:GROUPS]
    told.stages = stages_of(report.in_file, report.by_stage, formats)
    if run.state == State.REHEARSED and run.change_set_id is None:
        told.repeated = one_record_each() if step.map.get("repeated") == "one" else a_record_each_row()
    may_decide = run.state == State.DONE and bool(report.waits) and bool(run.files)
    told.waiting = [(row, choices_of(row) if may_decide else ()) for row in report.rows_told.get("waiting", ())]
    if may_decide:
        take, new, leave = said_of_one()
        told.rest = (Option("", _("go on waiting")), take, leave)
        told.same = (Option("", "—"), take, new, leave)
    return told


def said_of_one() -> tuple[Option, Option, Option]:
    return Option("update", _("take it")), Option("new", _("make a new record")), Option("leave", _("leave it"))


def choices_of(row: RowTold) -> Sequence[Option]:
    """What can be said of a row that waits; of one that can mean several records, which of them it is."""
    take, new, leave = said_of_one()
    these = [Option(f"update:{one.record}", _("it is “%(name)s”") % {"name": one.title}) for one in row.others]
    return (Option("", _("as below")), *(these or [take]), new, leave)


def one_record_each() -> Repeated:
    return Repeated(_("All rows of a name are one record."), "each", _("Make a record for each and rehearse again"))


def a_record_each_row() -> Repeated:
    return Repeated(_("Each row is a record of its own."), "one", _("Make one record of each name and rehearse again"))


def names_tell(type_: RecordType | None) -> bool:
    """Whether two records of one name are worth a look: not two calls or two deals that are called alike."""
    return type_ is not None and type_.timeline and type_.stage_field is None


def lists_of(report: Report) -> list[Listed]:
    """The outcomes that have any rows; those that wait have a form of their own."""
    words: Mapping[str, str] = {
        "created": _("New"),
        "updated": _("Updated"),
        "candidates": _("New, but may be the same as a record here"),
        "repeated": _("Repeat a row above"),
        "unchanged": _("Unchanged"),
    }
    found = [Listed(said, getattr(report, name), report.rows_told.get(name, [])) for name, said in words.items()]
    return [listed for listed in found if listed.count]


def stages_of(there: Mapping[str, StageSum], here: Mapping[str, StageSum], formats: Formats) -> list[StageLine]:
    """A line for each stage of the file or of what was stored, when the type has amounts or stages at all."""
    none = StageSum()
    return [
        StageLine(
            stage or _("without a stage"),
            there.get(stage, none).rows,
            here.get(stage, none).rows,
            sums(there.get(stage, none), formats),
            sums(here.get(stage, none), formats),
        )
        for stage in dict.fromkeys([*there, *here])
    ]


def sums(of: StageSum, formats: Formats) -> str:
    return formats.joined(
        [f"{formats.number(Decimal(amount))} {currency}" for currency, amount in sorted(of.sums.items())]
    )


def waits(reports: Sequence[Report]) -> bool:
    return any(report.waiting for report in reports)


def context_of(run: ImportRun, reports: Sequence[Report], formats: Formats) -> dict[str, Any]:
    return {"told_steps": told_of(run, reports, formats), "waits": waits(reports)}
