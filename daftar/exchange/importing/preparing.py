"""What a map makes before its first row: fields on the spot, options, a pipeline, stages. Safe to repeat: what is there is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.importing.making import make_options
from daftar.exchange.importing.maps import REST, ImportMap
from daftar.exchange.importing.readings import ToMake
from daftar.exchange.importing.targets import NEW_LINKS, is_new_field, parse_target
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.taking_back.made import note_made
from daftar.kernel.errors import Invalid
from daftar.kernel.text import clean_text, fold
from daftar.records import custom_fields, pipelines
from daftar.records.fields import KINDS
from daftar.records.fields.stage import Stage as StageField
from daftar.records.models import ChangeSet, ChoiceOption, CustomField, Pipeline, Stage
from daftar.records.schema import current_schema, schema_changed
from daftar.records.shapes import PipelineInfo
from daftar.records.types import RecordType

STAGE_LOOKS = {"open": ("blue", 50), "won": ("green", 100), "lost": ("red", 0)}
"""Colour and probability with which a stage begins, by its kind."""


def makes_something(map_: ImportMap) -> bool:
    said = [
        *map_.stages.values(),
        map_.pipeline,
        *map_.targets,
        *(key for table in map_.choices.values() for key in table.values()),
    ]
    return any(word.startswith("+") for word in said)


def prepare(type_key: str, map_: ImportMap, *, by: User, change_set: ChangeSet | None) -> ImportMap:
    """Make what the map wants and give it back with the keys of what was made, or was there before.

    Errors: Unreadable for who may not change the company's settings and for what cannot be made. Nothing is made when one is raised.
    """
    if not makes_something(map_):
        return map_
    try:
        with transaction.atomic():
            map_ = with_fields(type_key, map_, by, change_set)
            map_ = with_stages(type_key, map_, by, change_set)
            return with_options(type_key, map_, by, change_set)
    except Unreadable:
        raise
    except Invalid as refused:
        raise Unreadable(str(refused)) from None


def check_right(by: User) -> None:
    if not decide.may_settings(by):
        raise Unreadable(
            _(
                "Only those who run the company may make new fields, stages and options. Leave these columns out, or ask one of them."
            )
        )


# -- fields ----------------------------------------------------------------------------------------


def with_fields(type_key: str, map_: ImportMap, by: User, change_set: ChangeSet | None) -> ImportMap:
    keys: dict[str, str] = {}
    lists: list[str] = []
    for target in map_.targets:
        if is_new_field(target):
            key, found = field_for(type_key, target, by, change_set), parse_target(target)
            part = "" if found.kind in NEW_LINKS else found.part
            keys[target] = f"{key}@{found.by}" if found.by else f"{key}.{part}" if part else key
            lists += [key] if found.kind == "choice" else []
    if not keys:
        return map_
    choices = {keys.get(key, key): dict(table) for key, table in map_.choices.items()}
    for key in lists:  # a list that was made for the file takes what the file holds
        choices.setdefault(key, {}).setdefault(REST, "+")
    return replace(
        map_,
        columns={heading: tuple(keys.get(t, t) for t in targets) for heading, targets in map_.columns.items()},
        compose=renamed(map_.compose, keys),
        defaults=renamed(map_.defaults, keys),
        only=renamed(map_.only, keys),
        choices=choices,
    )


def renamed(table: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    return {keys.get(key, key): value for key, value in table.items()}


def field_for(type_key: str, target: str, by: User, change_set: ChangeSet | None) -> str:
    """The key of the field with that label and kind, made when it is not there."""
    type_, wanted = current_schema().type(type_key), parse_target(target)
    label = clean_text(wanted.label, max_length=200)
    rows = CustomField.objects.filter(type=type_.key, deleted_at=None)
    named = {fold(str(f.label)): (f.key, f.kind) for f in type_.fields}
    named |= {fold(row.label): (row.key, row.kind) for row in rows if not row.hidden}
    if (known := named.get(fold(label))) is not None:
        key, kind = str(known[0]), known[1]
        if kind != wanted.kind:
            raise Unreadable(
                _(
                    "There is a field “%(label)s” already, of another kind: %(kind)s. Choose it for the column, or give the new one another name."
                )
                % {"label": label, "kind": KINDS[kind].kind_name if kind in KINDS else kind}
            )
        return key
    check_right(by)
    settings = {"to": wanted.part} if wanted.kind in NEW_LINKS else {"total": True} if wanted.kind == "money" else {}
    row = custom_fields.add_field(type_, wanted.kind, label, by=by, settings=settings)
    note_made(change_set, "field", type_.key, row.key)
    return str(row.key)


# -- pipelines and stages ----------------------------------------------------------------------------


def with_stages(type_key: str, map_: ImportMap, by: User, change_set: ChangeSet | None) -> ImportMap:
    if not (map_.pipeline.startswith("+") or any(said.startswith("+") for said in map_.stages.values())):
        return map_
    before = set(Pipeline.objects.values_list("pk", flat=True))
    if not map_.pipeline and any("/" in said for said in map_.stages.values()):
        return replace(map_, stages=stages_of_several(type_key, map_.stages, by, change_set))
    pipeline = pipeline_for(type_key, map_.pipeline, by, change_set)
    stages = {
        text: stage_for(type_key, pipeline.id, said, by, change_set) if said.startswith("+") else said
        for text, said in map_.stages.items()
    }
    if pipeline.id not in before:
        drop_first_stages(pipeline.id, set(stages.values()))
    return replace(map_, pipeline=pipeline.key or str(pipeline.id), stages=stages)


def stages_of_several(
    type_key: str, table: Mapping[str, str], by: User, change_set: ChangeSet | None
) -> dict[str, str]:
    """The table with ids for "+open:Pipeline/Stage", which names the pipeline, too; each is made when it is not there."""
    before = set(Pipeline.objects.values_list("pk", flat=True))
    found: dict[str, str] = {}
    used: dict[int, set[str]] = {}
    for text, said in table.items():
        kind, _colon, name = said.partition(":")
        pipeline_name, slash, stage = name.partition("/")
        if not (said.startswith("+") and slash):
            found[text] = said
            continue
        pipeline = pipeline_for(type_key, f"+{pipeline_name}", by, change_set)
        found[text] = stage_for(type_key, pipeline.id, f"{kind}:{stage}", by, change_set)
        used.setdefault(pipeline.id, set()).add(found[text])
    for pipeline_id, ids in used.items():
        if pipeline_id not in before:
            drop_first_stages(pipeline_id, ids)
    return found


def drop_first_stages(pipeline_id: int, used: set[str]) -> None:
    """The stages with which every new pipeline begins go where the file brings its own of that kind."""
    rows = list(Stage.objects.filter(pipeline=pipeline_id))
    words = {fold(word) for word in used}
    named = {row.pk for row in rows if str(row.pk) in used or fold(row.name) in words}
    own = {row.kind for row in rows if row.pk in named}
    for row in rows:
        if row.pk not in named and row.kind in own:
            row.delete()
    schema_changed()


def pipeline_for(type_key: str, said: str, by: User, change_set: ChangeSet | None) -> PipelineInfo:
    """The pipeline of the map: by key, id or name, the first one when it names none; made for "+Name" unless there is one of that name."""
    own: list[PipelineInfo] = current_schema().type(type_key).pipelines
    name = said.removeprefix("+").strip()
    for one in own:
        if not one.archived and (not said or name in (one.key, str(one.id)) or fold(one.label) == fold(name)):
            return one
    if not said.startswith("+"):
        raise Unreadable(_("There is no pipeline “%(name)s”.") % {"name": name[:80]})
    check_right(by)
    pk = again_in_use(type_key, name, by) or int(pipelines.add_pipeline(type_key, name, by=by).pk)
    note_made(change_set, "pipeline", type_key, str(pk))
    found: PipelineInfo = current_schema().pipelines[pk]
    return found


def again_in_use(type_key: str, name: str, by: User) -> int:
    """A pipeline of that name out of the archive, where an import that was taken back left it; 0 when there is none."""
    field = current_schema().type(type_key).stage_field
    key = field.pipelines_key if isinstance(field, StageField) else ""
    rows = Pipeline.objects.filter(type=type_key, field=key, archived=True)
    for row in rows:
        if fold(row.name) == fold(name):
            pipelines.use_pipeline_again(row.pk, by=by)
            return int(row.pk)
    return 0


def stage_for(type_key: str, pipeline_id: int, said: str, by: User, change_set: ChangeSet | None) -> str:
    """The id of a stage "+kind:Name" of the pipeline, made when it is not there."""
    kind, _colon, name = said[1:].partition(":")
    if kind not in STAGE_LOOKS or not name.strip():
        raise Unreadable(
            _("A new stage is written as +open:Name, +won:Name or +lost:Name, not “%(said)s”.") % {"said": said[:80]}
        )
    archived = Stage.objects.filter(pipeline=pipeline_id, archived=True, kind=kind)
    for row in archived:
        if fold(row.name) == fold(name):
            check_right(by)
            Stage.objects.filter(pk=row.pk).update(archived=False)
            schema_changed()
            note_made(change_set, "stage", type_key, str(row.pk))
    for stage in current_schema().pipelines[pipeline_id].stages:
        if not stage.archived and fold(stage.label) == fold(name):
            if stage.kind != kind:
                raise Unreadable(
                    _(
                        "There is a stage “%(name)s” already, and it is not of the kind “%(kind)s”. Choose it, or give the new one another name."
                    )
                    % {"name": stage.label, "kind": kind}
                )
            return str(stage.id)
    check_right(by)
    colour, probability = STAGE_LOOKS[kind]
    values = {"name": name.strip(), "kind": kind, "colour": colour, "probability": probability}
    made = pipelines.add_stage(pipeline_id, values, by=by)
    note_made(change_set, "stage", type_key, str(made.pk))
    return str(made.pk)


# -- options -----------------------------------------------------------------------------------------


def with_options(type_key: str, map_: ImportMap, by: User, change_set: ChangeSet | None) -> ImportMap:
    """Every "+" and "+Name" of the tables as the key of an option; "+" for all other texts stays."""
    type_ = current_schema().type(type_key)
    wants: dict[tuple[str, str], ToMake] = {}
    found: dict[tuple[str, str], str] = {}
    for key, table in map_.choices.items():
        for text, said in table.items():
            if text != REST and said.startswith("+"):
                label = clean_text(said[1:].strip() or text, max_length=100)
                known = options_of(type_, key).get(fold(label))
                if known is None:
                    wants[key, text] = ToMake("option", key, label)
                else:
                    found[key, text] = known
                    use_option_again(type_key, key, known, change_set)
    if wants:
        check_right(by)
        distinct = {want.key: want for want in wants.values()}
        made = make_options(list(distinct.values()), type_, change_set)
        found |= {place: made[want.key] for place, want in wants.items()}
    choices = {
        key: {text: found.get((key, text), said) for text, said in table.items()} for key, table in map_.choices.items()
    }
    return replace(map_, choices=choices)


def use_option_again(type_key: str, key: str, option: str, change_set: ChangeSet | None) -> None:
    """An option out of the archive, where an import that was taken back left it."""
    archived = ChoiceOption.objects.filter(type=type_key, field=key, key=option, archived=True)
    if archived.update(archived=False):
        schema_changed()
        note_made(change_set, "option", type_key, f"{key}:{option}")


def options_of(type_: RecordType, key: str) -> dict[str, str]:
    """Folded name or key → key. Errors: Unreadable for a list that takes no new options."""
    field: Any = type_[key]
    if not getattr(field, "open", False):
        raise Unreadable(
            _("“%(field)s” takes no new options. Choose one of its own for every text.") % {"field": field.label}
        )
    return {fold(word): option.key for option in field.options() for word in (option.key, option.label)}
