"""Fields, options, stages, pipelines and record types that an import made: put away when nothing uses them, and brought back.

Each function answers "" when it was done, else why the thing stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access.models import User
from daftar.exchange.models import Made
from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import current
from daftar.records import custom_fields, custom_types, field_bin, pipelines
from daftar.records.fields.choice import Choice
from daftar.records.models import ChoiceOption, CustomField, CustomType, Pipeline, RecordLink, Stage
from daftar.records.reading import of_type
from daftar.records.schema import current_schema, schema_changed

ORDER = ("option", "field", "stage", "pipeline", "type")
"""In this order they go; the other way round they come back."""
Act = Callable[[Made, User], str]


def used(count: int) -> str:
    return ngettext("%(count)s record uses it.", "%(count)s records use it.", count) % {
        "count": current().number(count)
    }


def name_now(made: Made) -> str:
    """How the thing is called now; its key where it is not there any more."""
    key, _colon, word = made.ref.partition(":")
    rows: Any
    match made.kind:
        case "field":
            rows = CustomField.objects.filter(type=made.type, key=made.ref).values_list("label", flat=True)
        case "option":
            rows = ChoiceOption.objects.filter(type=made.type, field=key, key=word).values_list("label", flat=True)
        case "type":
            rows = CustomType.objects.filter(key=made.ref).values_list("plural", flat=True)
        case kind:
            model = Stage if kind == "stage" else Pipeline
            rows = model._default_manager.filter(pk=int(made.ref)).values_list("name", flat=True)
    return str(rows.first() or word or made.ref)


# -- fields and options ------------------------------------------------------------------------------


def put_field_away(made: Made, by: User) -> str:
    row = CustomField.objects.filter(type=made.type, key=made.ref, deleted_at=None).first()
    type_ = current_schema().types.get(made.type)
    if row is None or type_ is None:
        return ""
    made.name = row.label
    field = custom_fields.bound(type_, row)
    if count := filled(type_, field):
        return used(count)
    field_bin.delete_field(type_, row.key, by=by, typed=row.label)
    return ""


def filled(type_: Any, field: Any) -> int:
    """How many live records have a value in the field."""
    rows = of_type(type_).filter(deleted_at=None)
    if field.kind == "links":
        linked = RecordLink.objects.filter(type=type_.key, field=field.key).values("record_id")
        return int(rows.filter(pk__in=linked).count())
    return int(rows.exclude(field.empty_q()).count())


def bring_field_back(made: Made, by: User) -> str:
    row = CustomField.objects.filter(type=made.type, key=made.ref).exclude(deleted_at=None).first()
    type_ = current_schema().types.get(made.type)
    if row is not None and type_ is not None:
        field_bin.take_out_of_bin(type_, row.key, by=by)
    return ""


def put_option_away(made: Made, by: User) -> str:
    key, _colon, word = made.ref.partition(":")
    type_ = current_schema().types.get(made.type)
    field = type_.field(key) if type_ is not None else None
    row = ChoiceOption.objects.filter(type=made.type, field=key, key=word).first()
    if type_ is None or field is None or row is None:
        return ""
    made.name = f"{field.label}: {row.label}"
    if isinstance(field, Choice) and (count := of_type(type_).filter(field.chosen_q(word), deleted_at=None).count()):
        return used(count)
    ChoiceOption.objects.filter(pk=row.pk).update(archived=True)
    schema_changed()
    return ""


def bring_option_back(made: Made, by: User) -> str:
    key, _colon, word = made.ref.partition(":")
    if ChoiceOption.objects.filter(type=made.type, field=key, key=word, archived=True).update(archived=False):
        schema_changed()
    return ""


# -- stages and pipelines ----------------------------------------------------------------------------


def put_stage_away(made: Made, by: User) -> str:
    row = Stage.objects.filter(pk=int(made.ref), archived=False).select_related("pipeline").first()
    if row is None or row.pipeline.archived:
        return ""
    made.name = row.name
    if count := standing(made.type, [row.pk], row.pipeline):
        return used(count)
    others = Stage.objects.filter(pipeline=row.pipeline, archived=False).exclude(pk=row.pk)
    if row.kind == "open" and not others.filter(kind="open").exists():
        return (
            "" if is_made(made, "pipeline", str(row.pipeline_id)) else _("It is the only open stage of its pipeline.")
        )
    Stage.objects.filter(pk=row.pk).update(archived=True)
    schema_changed()
    return ""


def bring_stage_back(made: Made, by: User) -> str:
    if Stage.objects.filter(pk=int(made.ref), archived=True).update(archived=False):
        schema_changed()
    return ""


def put_pipeline_away(made: Made, by: User) -> str:
    row = Pipeline.objects.filter(pk=int(made.ref), archived=False).first()
    if row is None:
        return ""
    made.name = row.name
    stages = list(Stage.objects.filter(pipeline=row).values_list("pk", flat=True))
    if count := standing(made.type, stages, row):
        return used(count)
    if not pipelines.beside(row).filter(archived=False).exclude(pk=row.pk).exists():
        return _("It is the only pipeline.")
    Pipeline.objects.filter(pk=row.pk).update(archived=True)
    schema_changed()
    return ""


def bring_pipeline_back(made: Made, by: User) -> str:
    if Pipeline.objects.filter(pk=int(made.ref), archived=True).update(archived=False):
        schema_changed()
    return ""


def standing(type_key: str, stage_ids: list[int], pipeline: Pipeline) -> int:
    """How many live records stand in these stages."""
    type_ = current_schema().types.get(type_key)
    if type_ is None or not stage_ids:
        return 0
    return int(
        pipelines.standing(pipelines.stage_field_of(type_, pipeline.field), stage_ids).filter(deleted_at=None).count()
    )


def is_made(made: Made, kind: str, ref: str) -> bool:
    return Made.objects.filter(change_set=made.change_set_id, kind=kind, ref=ref).exists()


# -- record types ------------------------------------------------------------------------------------


def put_type_away(made: Made, by: User) -> str:
    row = CustomType.objects.filter(key=made.ref, deleted_at=None).first()
    if row is None:
        return ""
    made.name = row.plural
    type_ = current_schema().types.get(made.ref)
    if type_ is not None and (count := of_type(type_).filter(deleted_at=None).count()):
        return used(count)
    custom_types.delete_type(row.key, by=by, typed=row.plural)
    return ""


def bring_type_back(made: Made, by: User) -> str:
    if CustomType.objects.filter(key=made.ref).exclude(deleted_at=None).exists():
        custom_types.bring_back_type(made.ref, by=by)
    return ""


PUT_AWAY: dict[str, Act] = {
    "option": put_option_away,
    "field": put_field_away,
    "stage": put_stage_away,
    "pipeline": put_pipeline_away,
    "type": put_type_away,
}
BRING_BACK: dict[str, Act] = {
    "option": bring_option_back,
    "field": bring_field_back,
    "stage": bring_stage_back,
    "pipeline": bring_pipeline_back,
    "type": bring_type_back,
}


def done(act: Act, made: Made, by: User) -> str:
    """Do it; what the room that keeps the thing refuses is why it stays."""
    try:
        return act(made, by)
    except DaftarError as refused:
        return str(refused)
