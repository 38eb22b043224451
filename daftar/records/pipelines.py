"""Pipelines and their stages are changed here, by those who run the company; then every process renews its schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed, Sentence
from daftar.kernel.text import clean_text
from daftar.records.audited import audited_pipeline, audited_stage
from daftar.records.draft import Draft
from daftar.records.fields.stage import Stage as StageField
from daftar.records.models import Pipeline, Stage, StageSpan
from daftar.records.reading import of_type
from daftar.records.schema import current_schema, schema_changed
from daftar.records.shapes import StageInfo
from daftar.records.storing import store
from daftar.records.types import RecordType
from daftar.records.writing import announce

COLOURS = ("grey", "blue", "green", "teal", "amber", "orange", "red", "pink", "purple")
LONGEST_NAME, LONGEST_SCRIPT, MOST_DAYS, MOST_STAGES, MOST_PIPELINES = 200, 2000, 3650, 50, 50
BATCH = 500


class InUse(Conflict):
    """Records stand in the stage or pipeline; say where they go. `count` is their number."""

    code = "stage_in_use"

    def __init__(self, count: int) -> None:
        super().__init__(_("Records stand here. Choose the stage to which they go."))
        self.count = count


def staged_fields() -> list[tuple[RecordType, StageField]]:
    """Every stage field of every record type, with its type."""
    return [(t, f) for t in current_schema().types.values() for f in t.stage_fields if isinstance(f, StageField)]


@audited_pipeline
def add_pipeline(type_key: str, name: str, *, by: User, field: str = "") -> Pipeline:
    """A new pipeline with one open, one won and one lost stage, at the end of the list.

    Shapes: `field` is the key of a stage field of the type; "" for the declared one.
    Errors: NotAllowed, Missing for a type without such a field, Invalid.
    """
    type_, stage_field = staged(type_key, field, by)
    own = stage_field.pipelines_key
    with transaction.atomic():
        rows = Pipeline.objects.select_for_update().filter(type=type_.key, field=own)
        if rows.filter(archived=False).count() >= MOST_PIPELINES:
            raise Invalid(_("There are too many pipelines already. Archive one first."), field="name")
        pipeline = Pipeline.objects.create(
            type=type_.key,
            field=own,
            name=free_name(name, rows),
            position=following(rows.aggregate(last=Max("position"))["last"]),
        )
        for position, (label, kind, colour, probability) in enumerate(
            ((_("New"), "open", "blue", 10), (_("Won"), "won", "green", 100), (_("Lost"), "lost", "red", 0))
        ):
            Stage.objects.create(
                pipeline=pipeline, name=label, kind=kind, colour=colour, probability=probability, position=position
            )
        schema_changed()
    return pipeline


@audited_pipeline
def rename_pipeline(pipeline_id: int, name: str, *, by: User) -> Pipeline:
    """Give the pipeline another name; an empty one brings back the shipped name.

    Errors: NotAllowed, Missing, Invalid.
    """
    with transaction.atomic():
        pipeline = locked_pipeline(pipeline_id, by)
        others = beside(pipeline).exclude(pk=pipeline.pk)
        pipeline.name = "" if pipeline.key and not name.strip() else free_name(name, others)
        pipeline.save(update_fields=["name"])
        schema_changed()
    return pipeline


@audited_pipeline
def move_pipeline(pipeline_id: int, step: int, *, by: User) -> None:
    """Move the pipeline one place up (-1) or down (1) in the list. Errors: NotAllowed, Missing."""
    with transaction.atomic():
        pipeline = locked_pipeline(pipeline_id, by)
        rows = beside(pipeline).select_for_update().filter(archived=False)
        reorder(list(rows), pipeline.pk, step)
        schema_changed()


@audited_pipeline
def archive_pipeline(pipeline_id: int, *, by: User, move_to: int | None = None) -> int:
    """Take the pipeline out of use; its records go to the stage `move_to` of another one. Gives their number.

    Errors: NotAllowed, Missing, InUse without a valid `move_to`, Conflict for the last pipeline.
    """
    with transaction.atomic():
        pipeline = locked_pipeline(pipeline_id, by)
        if not beside(pipeline).filter(archived=False).exclude(pk=pipeline.pk).exists():
            raise Conflict(_("This is the only pipeline. Add another one first."))
        stages = list(Stage.objects.filter(pipeline=pipeline).values_list("pk", flat=True))
        moved = emptied(pipeline, stages, move_to, by)
        Pipeline.objects.filter(pk=pipeline.pk).update(archived=True)
        schema_changed()
    return moved


@audited_pipeline
def use_pipeline_again(pipeline_id: int, *, by: User) -> None:
    """Take the pipeline out of the archive. Errors: NotAllowed, Missing."""
    with transaction.atomic():
        pipeline = locked_pipeline(pipeline_id, by)
        Pipeline.objects.filter(pk=pipeline.pk).update(archived=False)
        schema_changed()


@audited_stage
def add_stage(pipeline_id: int, values: Mapping[str, Any], *, by: User) -> Stage:
    """A new stage at the end of its kind.

    Shapes: `values` as in `stage_values`; the name is needed. Errors: NotAllowed, Missing, Invalid by field.
    """
    with transaction.atomic():
        pipeline = locked_pipeline(pipeline_id, by)
        stages = list(Stage.objects.select_for_update().filter(pipeline=pipeline))
        if len([s for s in stages if not s.archived]) >= MOST_STAGES:
            raise Invalid(_("There are too many stages already."), field="name")
        stage = Stage(pipeline=pipeline)
        apply(stage, values, stages, current_schema().type(pipeline.type))
        same = [n for n, s in enumerate(stages, 1) if s.kind == stage.kind]
        place = same[-1] if same else len(stages)
        stage.position = place
        stage.save()
        renumber([*stages[:place], stage, *stages[place:]])
        schema_changed()
    return stage


@audited_stage
def change_stage(stage_id: int, values: Mapping[str, Any], *, by: User) -> Stage:
    """Change the stage and its contract; what stands in it stays, and is asked for the new contract when it next moves.

    What records took from the stage when they entered (its probability) they take anew, unless somebody gave them another.
    Shapes: `values` as in `stage_values`; an empty name brings back the shipped one.
    Errors: NotAllowed, Missing, Invalid by field.
    """
    with transaction.atomic():
        stage = locked_stage(stage_id, by)
        before = current_schema().stage(stage_id)
        stages = [s for s in Stage.objects.filter(pipeline=stage.pipeline) if s.pk != stage.pk]
        apply(stage, values, stages, current_schema().type(stage.pipeline.type))
        stage.save()
        schema_changed()
        if before is not None:
            take_anew(stage.pipeline, before, by)
    return stage


def take_anew(pipeline: Pipeline, before: StageInfo, by: User) -> None:
    """Give the records in a changed stage its new values where they still have its old ones, with history."""
    type_ = current_schema().type(pipeline.type)
    field, after = stage_field_of(type_, pipeline.field), type_.schema.stages[before.id]
    for key, word in type_.from_stage.items() if field is type_.stage_field else ():
        old, new = Decimal(getattr(before, word)), Decimal(getattr(after, word))
        if old == new:
            continue
        rows = standing(field, [before.id]).filter(type_[key].where("exact", old))
        while some := list(rows.select_for_update().order_by("pk")[:BATCH]):
            drafts = [Draft(type_, row, by=by, via="page") for row in some]
            for draft in drafts:
                draft.set(key, new)
                draft.data["why"] = "stage_changed"
            store(drafts)
            for draft in drafts:
                announce(draft, "changed")


@audited_stage
def move_stage(stage_id: int, step: int, *, by: User) -> None:
    """Move the stage one place forwards (1) or back (-1) in its pipeline. Errors: NotAllowed, Missing."""
    with transaction.atomic():
        stage = locked_stage(stage_id, by)
        rows = Stage.objects.select_for_update().filter(pipeline=stage.pipeline, archived=False)
        reorder(list(rows), stage.pk, step)
        schema_changed()


@audited_stage
def remove_stage(stage_id: int, *, by: User, move_to: int | None = None) -> int:
    """Take the stage out of its pipeline; records that stand in it go to `move_to`. Gives the number of moved records.

    A stage in which something ever stood is archived, so that stage history keeps its name.
    Errors: NotAllowed, Missing, InUse without a valid `move_to`, Conflict for the last open stage.
    """
    with transaction.atomic():
        stage = locked_stage(stage_id, by)
        others = Stage.objects.filter(pipeline=stage.pipeline, archived=False).exclude(pk=stage.pk)
        if stage.kind == "open" and not others.filter(kind="open").exists():
            raise Conflict(_("This is the only open stage of the pipeline. Add another one first."))
        moved = emptied(stage.pipeline, [stage.pk], move_to, by)
        for other in others:
            if stage.pk in other.next_stages:
                other.next_stages = [pk for pk in other.next_stages if pk != stage.pk]
                other.save(update_fields=["next_stages"])
        if stage.key or StageSpan.objects.filter(stage=stage).exists():
            Stage.objects.filter(pk=stage.pk).update(archived=True)
        else:
            stage.delete()
        schema_changed()
    return moved


def count_in(field: StageField, stage_ids: Sequence[int]) -> int:
    """How many records stand in these stages of the field, those in the bin too."""
    count: int = standing(field, stage_ids).count()
    return count


def missing_in(field: StageField, stage_ids: Sequence[int], target: StageInfo) -> dict[str, int]:
    """Field key → how many records of these stages would stand in the target without a field that it requires; one query."""
    keys = [key for key in target.required if key in field.type.by_key]
    counts = {f"n_{n}": Count("pk", filter=field.type[key].empty_q()) for n, key in enumerate(keys)}
    found = standing(field, stage_ids).order_by().aggregate(**counts) if counts else {}
    return {key: found[f"n_{n}"] for n, key in enumerate(keys) if found[f"n_{n}"]}


# -- how -----------------------------------------------------------------------------------------------


def staged(type_key: str, field_key: str, by: User) -> tuple[RecordType, StageField]:
    """The type and its stage field; "" for the declared one."""
    if not decide.may_settings(by):
        raise NotAllowed()
    type_ = current_schema().type(type_key)
    return type_, stage_field_of(type_, field_key)


def stage_field_of(type_: RecordType, field_key: str) -> StageField:
    """The stage field of that key, "" for the declared one. Errors: Missing, also for a hidden one."""
    field = type_.field(field_key) if field_key else type_.stage_field
    if not isinstance(field, StageField):
        raise Missing()
    return field


def beside(pipeline: Pipeline) -> QuerySet[Pipeline]:
    """The pipelines of the same field, this one too."""
    return Pipeline.objects.filter(type=pipeline.type, field=pipeline.field)


def locked_pipeline(pipeline_id: int, by: User) -> Pipeline:
    if not decide.may_settings(by):
        raise NotAllowed()
    pipeline = Pipeline.objects.select_for_update().filter(pk=pipeline_id).first()
    if pipeline is None:
        raise Missing()
    staged(pipeline.type, pipeline.field, by)
    return pipeline


def locked_stage(stage_id: int, by: User) -> Stage:
    if not decide.may_settings(by):
        raise NotAllowed()
    stage = Stage.objects.select_for_update().select_related("pipeline").filter(pk=stage_id, archived=False).first()
    if stage is None:
        raise Missing()
    staged(stage.pipeline.type, stage.pipeline.field, by)
    return stage


def following(last: int | None) -> int:
    return 0 if last is None else last + 1


def free_name(name: str, others: Any) -> str:
    text = clean_text(name, max_length=LONGEST_NAME)
    if not text:
        raise Invalid(_("Give it a name."), field="name")
    labels = {p.pk: current_schema().pipelines[p.pk].label for p in others if p.pk in current_schema().pipelines}
    if any(label.casefold() == text.casefold() for label in labels.values()):
        raise Invalid(_("There is one with this name already."), field="name")
    return text


def reorder(rows: list[Any], pk: int, step: int) -> None:
    """Write new positions with the row `pk` moved by one place."""
    at = next(n for n, row in enumerate(rows) if row.pk == pk)
    to = min(max(at + (1 if step > 0 else -1), 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    renumber(rows)


def renumber(rows: Sequence[Any]) -> None:
    """Write the positions of rows as they stand here."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


def apply(stage: Stage, values: Mapping[str, Any], others: Sequence[Stage], type_: RecordType) -> None:
    """Set the checked values on the stage; raises `Invalid` with all errors."""
    errors: dict[str, Sentence] = {}
    for key, value in values.items():
        try:
            setattr(stage, key, checked(key, value, stage, others, type_))
        except Invalid as refused:
            errors[key] = next(iter(refused.errors.values()))
    if not stage.name and not stage.key:
        errors.setdefault("name", _("Give it a name."))
    if stage.kind != "open" and not any(s.kind == "open" and not s.archived for s in others):
        errors.setdefault("kind", _("A pipeline needs at least one open stage."))
    if errors:
        raise Invalid(errors=errors)


def checked(key: str, value: Any, stage: Stage, others: Sequence[Stage], type_: RecordType) -> Any:
    """One value of a stage as it is kept, or `Invalid`.

    Shapes: name, script, kind, colour text; probability, idle_days, days_allowed whole numbers (None for no limit);
    required field keys; next_stages ids.
    """
    match key:
        case "name":
            return checked_name(str(value or ""), others)
        case "script":
            return clean_text(str(value or ""), max_length=LONGEST_SCRIPT, multiline=True)
        case "kind" if value in Stage.Kind.values:
            return value
        case "colour" if value in COLOURS:
            return value
        case "probability":
            return whole(value, 0, 100) or 0
        case "idle_days" | "days_allowed":
            return whole(value, 1, MOST_DAYS)
        case "required":
            unknown = [k for k in value if k not in {f.key for f in requirable(type_)}]
            if unknown:
                raise Invalid(_("There is no field “%(key)s” here.") % {"key": str(unknown[0])[:60]})
            return list(dict.fromkeys(value))
        case "next_stages":
            known = {s.pk for s in others if not s.archived}
            if any(pk not in known for pk in value):
                raise Invalid(_("This stage does not exist any more. Choose another one."))
            return list(dict.fromkeys(value))
    raise Invalid(_("This cannot be chosen here."))


def checked_name(name: str, others: Sequence[Stage]) -> str:
    text = clean_text(name, max_length=LONGEST_NAME)
    stages = current_schema().stages
    taken = {stages[s.pk].label.casefold() for s in others if s.pk in stages and not s.archived}
    if text and text.casefold() in taken:
        raise Invalid(_("There is one with this name already."))
    return text


def whole(value: Any, low: int, high: int) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) or not low <= int(text) <= high:
        raise Invalid(_("This number must be between %(low)s and %(high)s.") % {"low": low, "high": f"{high:,}"})
    return int(text)


def requirable(type_: RecordType) -> list[Any]:
    """The fields that a stage can ask for."""
    return [f for f in type_.writable if f.kind != "stage" and not f.title]


def standing(field: StageField, stage_ids: Sequence[int]) -> Any:
    return of_type(field.type).filter(field.where("in", list(stage_ids)))


def emptied(pipeline: Pipeline, stage_ids: Sequence[int], move_to: int | None, by: User) -> int:
    """Move everything that stands in the stages to `move_to`, with history and without asking for that stage's fields.

    The contract is for people who move a record on; here the place under it goes away. What a record then lacks is counted
    before (`missing_in`), stands on its card, and is asked for when it moves on (`gate.owed`).
    """
    type_ = current_schema().type(pipeline.type)
    field = stage_field_of(type_, pipeline.field)
    count = count_in(field, stage_ids)
    if not count:
        return 0
    target = type_.schema.stage(move_to)
    own = {p.id for p in field.pipelines if not p.archived}
    if target is None or target.archived or target.id in stage_ids or target.pipeline_id not in own:
        raise InUse(count)
    while rows := list(standing(field, stage_ids).select_for_update().order_by("pk")[:BATCH]):
        drafts = [Draft(type_, row, by=by, via="page") for row in rows]
        for draft in drafts:
            draft.set(field.key, target.id)
            type_.complete(draft)
            draft.data["why"] = "stage_removed"
        store(drafts)
        for draft in drafts:
            announce(draft, "moved")
    return count
