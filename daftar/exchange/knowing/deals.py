"""What only deals have: a closing day that says since when they are won, names out of product and client, an outcome beside the stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.proposal import Step
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.stages import is_settled, kind_of, matched, outcome_column
from daftar.kernel.text import fold
from daftar.records.types import RecordType

NAMING = {"product": ("products",), "client": ("company", "contact"), "number": ("number", "@id")}
PIPELINE_WORDS = frozenset({"pipeline", "deal pipeline", "воронка", "направление", "قیف", "قیف فروش"})
SAME_WORDS = ("system", "pipeline", "match", "date_order", "dates", "decimal", "numbers", "currency")


def close_dates(known: Known, looks: Sequence[Look], made: Columns) -> None:
    """Of deals: a closing day that only stands where a deal is won or lost is the day since when it is; ids with letters are numbers."""
    if known.type != "deal":
        return
    close, stage, own = made.heading_of("expected_close"), made.heading_of("stage"), made.heading_of("@id")
    if (
        own
        and "number" not in made.taken()
        and any(not value.isdigit() for value in known.table.column(own).some)
        and len(known.table.column(own).some[0]) < 20
    ):
        made.targets[own].append("number")
    if not close or not stage or {"closed_on", "@moved"} & made.taken():
        return
    n, m = known.table.headings.index(close), known.table.headings.index(stage)
    fits = [bool(cells[n]) == (kind_of(cells[m]) != "open") for _line, cells in known.table.sample if cells[m]]
    is_open = any(kind_of(cells[m]) == "open" for _line, cells in known.table.sample if cells[m])
    if fits and is_open and sum(fits) >= 0.95 * len(fits):
        made.targets[close] += ["closed_on", "@moved"]


def deal_names(made: Columns) -> list[list[str]]:
    """What a deal without a name is called by: product and client, else one of them and the number."""
    first = {key: next((h for t in targets if (h := made.heading_of(t))), "") for key, targets in NAMING.items()}
    pairs = [("product", "client"), ("product", "number"), ("client", "number"), ("product",), ("client",), ("number",)]
    return [[first[key] for key in pair] for pair in pairs if all(first[key] for key in pair)]


def pipeline_column(looks: Sequence[Look]) -> Look | None:
    """The column that says in which pipeline a row stands."""
    return next((one for one in looks if one.column.filled and fold(one.heading) in PIPELINE_WORDS), None)


def outcome_step(
    step: Step, known: Known, type_: RecordType | None, looks: Sequence[Look], made: Columns
) -> list[Step]:
    """Where a column beside the stage says won or lost and the stage does not: a second pass that moves these rows on."""
    own, heading = made.heading_of("@id"), made.heading_of("stage")
    stage = next((one for one in looks if one.heading == heading), None)
    says = outcome_column(looks, stage) if stage else None
    if type_ is None or stage is None or says is None or is_settled(known.table, stage, says):
        return []
    kinds = {text: kind_of(text) for text in says.column.counts}
    closed = [text for text, kind in kinds.items() if kind != "open"]
    columns = {own: ["@id"]} if own else {h: targets for h, targets in made.targets.items() if targets and h != heading}
    map_: dict[str, Any] = {word: step.map[word] for word in SAME_WORDS if word in step.map}
    map_ |= {
        "columns": {**columns, says.heading: ["stage"]},
        "stages": outcomes(type_, step.map.get("pipeline", ""), closed, kinds),
        "only": {"stage": [says.heading, closed]},
    }
    said = _("“%(column)s” says which are won or lost, so the file is gone through once more for that.") % {
        "column": says.heading
    }
    title = f"{step.title}: {says.heading}"
    return [Step(step.file, step.type, title, map_, [said], rows=step.rows, system=step.system, stage_order=closed)]


def outcomes(type_: RecordType, pipeline: str, closed: Sequence[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Text → the won or lost stage of the pipeline, made where it has none."""
    here = next((p for p in type_.pipelines if pipeline and pipeline in (p.key, p.label)), None)
    found = matched(here, closed, kinds) if here else {}
    return {text: found.get(text) or f"+{kinds[text]}:{text}" for text in closed}
