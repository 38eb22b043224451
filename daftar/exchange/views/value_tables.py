"""Texts of a file beside the options and stages that they mean: tables of selects, one for each such column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.exchange.importing.maps import REST, ImportMap
from daftar.exchange.importing.targets import WAS, parse_target
from daftar.exchange.views.column_widgets import select
from daftar.records.types import RecordType
from daftar.ui.parts import Option, Widget

MOST = 100
"""Texts of one table that the form shows; what stands behind keeps its answer."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the form: `label` says which field it fills."""

    label: str
    lines: list[tuple[str, Widget]]
    more: int = 0


def tables_of(map_: ImportMap, type_: RecordType | None) -> list[Table]:
    """The table of stages, then one for each list of options."""
    tables = [stage_table(map_, type_)] if map_.stages else []
    for place, (key, table) in enumerate(sorted(map_.choices.items())):
        tables.append(choice_table(place, key, table, type_))
    return tables


def stage_table(map_: ImportMap, type_: RecordType | None) -> Table:
    kinds = {"open": _("new, open"), "won": _("new, won"), "lost": _("new, lost")}
    known = [
        s for p in (type_.pipelines if type_ is not None else ()) for s in p.stages if in_pipeline(p, map_.pipeline)
    ]
    lines = []
    for n, (text, said) in enumerate(sorted(map_.stages.items())[:MOST]):
        options = [
            Option(str(s.key or s.id), s.label, chosen=said in (s.key, str(s.id)), group=_("Stages")) for s in known
        ]
        name = said.partition(":")[2] or text
        for kind, words in kinds.items():
            label = words if name == text else f"{words}: {name}"
            options.append(Option(f"+{kind}:{name}", label, chosen=said == f"+{kind}:{name}", group=_("New stage")))
        lines.append((text, select(f"stage-{n}", text, said, options)))
    return Table(_("Stages"), lines, max(0, len(map_.stages) - MOST))


def in_pipeline(pipeline: Any, said: str) -> bool:
    return not said or said in (pipeline.key, str(pipeline.id), pipeline.label) or said == f"+{pipeline.label}"


def choice_table(place: int, key: str, table: Mapping[str, str], type_: RecordType | None) -> Table:
    field: Any = type_.field(key.removeprefix(WAS)) if type_ is not None else None
    known = [(o.key, o.label) for o in field.options() if not o.archived] if field is not None else []
    lines = []
    for n, (text, said) in enumerate(sorted(t for t in table.items() if t[0] != REST)[:MOST]):
        options = [Option(value, label, chosen=value == said, group=_("Options")) for value, label in known]
        if field is None or getattr(field, "open", True):
            options.append(Option("+", _("add it as it is written"), chosen=said == "+"))
        if said.startswith("+") and said != "+":
            options.append(Option(said, _("add “%(name)s”") % {"name": said[1:]}, chosen=True))
        lines.append((text, select(f"choice-{place}-{n}", text, said, options, nothing=_("leave empty"))))
    label = str(field.label) if field is not None else parse_target(key).label or key
    return Table(label, lines, max(0, len(table) - MOST))


# -- what the form says ------------------------------------------------------------------------------


def stages_said(form: QueryDict, map_: ImportMap) -> dict[str, str]:
    stages = dict(map_.stages)
    for n, text in enumerate(sorted(map_.stages)[:MOST]):
        said = form.get(f"stage-{n}", stages[text])[:200]
        stages[text] = said or stages[text]
    return stages


def choices_said(form: QueryDict, map_: ImportMap) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for place, (key, table) in enumerate(sorted(map_.choices.items())):
        made[key] = dict(table)
        for n, text in enumerate(sorted(t for t in table if t != REST)[:MOST]):
            made[key][text] = form.get(f"choice-{place}-{n}", table[text])[:200]
    return made
