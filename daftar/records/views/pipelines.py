"""The pages on which those who run the company change pipelines and stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import DaftarError, Invalid, Missing
from daftar.kernel.formats import joined
from daftar.records import pipelines
from daftar.records.fields.stage import Stage
from daftar.records.pipelines import InUse
from daftar.records.shapes import PipelineInfo, StageInfo
from daftar.records.types import RecordType
from daftar.records.views.opening import reader_of
from daftar.records.views.stage_form import StageForm, stages_to_choose
from daftar.ui.answers import go, is_fragment

STEPS = {"up": -1, "down": 1}


@door("settings", "settings")
@require_safe
def types(request: Any) -> HttpResponse:
    """The record types that go through stages, with each of their stage fields."""
    reader_of(request)
    rows = [(t, f, base(f), len([p for p in f.pipelines if not p.archived])) for t, f in pipelines.staged_fields()]
    return render(request, "records/settings_pipelines_types.html", {"rows": rows, "title": _("Pipelines")})


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any, type_key: str, key: str = "") -> HttpResponseBase:
    """GET: the pipelines of one stage field with their stages. POST: a new pipeline."""
    field = staged(request, type_key, key)
    type_ = field.type
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            made = pipelines.add_pipeline(type_.key, form.typed("name"), by=request.user, field=key)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return go(request, f"{base(field)}#pipeline-{made.pk}")
    in_use = [p for p in field.pipelines if not p.archived]
    shown = [(p, [(s, sentences(s, type_)) for s in p.stages if not s.archived]) for p in in_use]
    return render(request, "records/settings_pipelines.html", {
        "type": type_, "title": title_of(field), "base": of_type(type_), "here": base(field),
        "pipelines": shown, "archived": [p for p in field.pipelines if p.archived],
        "new": form.input("name", _("New pipeline"), required=True, maxlength=200),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def pipeline(request: Any, type_key: str, pipeline_id: int) -> HttpResponseBase:
    """GET: a form for the name. POST: rename, or with `act` move up or down, take out of the archive."""
    field, row = of_pipeline(request, type_key, pipeline_id)
    form = PlainForm({"name": row.name or row.label}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        act = request.POST.get("act", "")
        if act in STEPS:
            pipelines.move_pipeline(row.id, STEPS[act], by=request.user)
            return go(request, base(field))
        if act == "use_again":
            pipelines.use_pipeline_again(row.id, by=request.user)
            return go(request, base(field))
        try:
            pipelines.rename_pipeline(row.id, form.typed("name"), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return go(request, base(field))
    name = form.input("name", _("Name"), required=not row.key, maxlength=200)
    title = _("Pipeline “%(name)s”") % {"name": row.label}
    return small_form(
        request, field, title, [name], f"{of_type(field.type)}{row.id}/", status=422 if form.errors else 200
    )


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: Any, type_key: str, pipeline_id: int) -> HttpResponseBase:
    """Take a pipeline out of use; asks where its records go."""
    field, row = of_pipeline(request, type_key, pipeline_id)
    title = _("Archive the pipeline “%(name)s”") % {"name": row.label}
    gone = [s.id for s in row.stages]
    return emptying(
        request, field, title, gone, f"{of_type(field.type)}{row.id}/archive",
        lambda to: pipelines.archive_pipeline(row.id, by=request.user, move_to=to),
    )  # fmt: skip


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def new_stage(request: Any, type_key: str, pipeline_id: int) -> HttpResponseBase:
    field, row = of_pipeline(request, type_key, pipeline_id)
    form = StageForm(field.type, row, None, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            pipelines.add_stage(row.id, form.values(), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return go(request, base(field))
    title = _("New stage in “%(pipeline)s”") % {"pipeline": row.label}
    action = f"{of_type(field.type)}{row.id}/stages/new"
    return small_form(
        request, field, title, form.widgets(), action, whole=form.whole, status=422 if form.errors else 200
    )


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: Any, type_key: str, stage_id: int) -> HttpResponseBase:
    """GET: the stage and its contract. POST: change it, or with `act` move it forwards or back."""
    field, row, found = of_stage(request, type_key, stage_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act in STEPS:
        pipelines.move_stage(found.id, STEPS[act], by=request.user)
        return go(request, f"{base(field)}#stage-{found.id}")
    form = StageForm(field.type, row, found, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            pipelines.change_stage(found.id, form.values(), by=request.user)
        except Invalid as refused:
            form.refuse(refused)
        else:
            return go(request, f"{base(field)}#stage-{found.id}")
    title = _("Stage “%(name)s”") % {"name": found.label}
    action = f"{of_type(field.type)}stages/{found.id}/"
    return small_form(
        request, field, title, form.widgets(), action, whole=form.whole, status=422 if form.errors else 200
    )


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def remove_stage(request: Any, type_key: str, stage_id: int) -> HttpResponseBase:
    """Take a stage out of its pipeline; asks where its records go."""
    field, _row, found = of_stage(request, type_key, stage_id)
    title = _("Delete the stage “%(name)s”") % {"name": found.label}
    return emptying(
        request, field, title, [found.id], f"{of_type(field.type)}stages/{found.id}/remove",
        lambda to: pipelines.remove_stage(found.id, by=request.user, move_to=to),
    )  # fmt: skip


def emptying(
    request: Any, field: Stage, title: str, gone: list[int], action: str, act: Callable[[int | None], int]
) -> HttpResponseBase:
    """The question where the records go; what they will lack there is said before it is done; then the act."""
    count = pipelines.count_in(field, gone)
    sent = request.POST.get("move_to", "") if request.method == "POST" else ""
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    status, lacks = 200, []
    to = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None
    if count and to is not None and request.POST.get("sure", "") != sent:
        lacks = what_is_missing(request, field, gone, to, count)
    if lacks:
        status = 422
    elif request.method == "POST":
        try:
            act(to)
        except InUse as refused:
            form.errors["move_to"], status = str(refused), 422
        except DaftarError as refused:
            form.errors[""], status = str(refused), refused.status
        else:
            return go(request, base(field))
    targets = [("", ""), *stages_to_choose(field, but=gone)]
    widgets = [form.select("move_to", _("Its records go to"), targets)] if count else []
    note = _("%(count)s records stand here.") % {"count": reader_of(request).formats.number(count)} if count else ""
    return small_form(
        request, field, title, widgets, action, whole=str(form.errors.get("", "")), status=status, note=note, lacks=lacks, sure=sent,
        submit=_("Archive") if action.endswith("archive") else _("Delete"), kind="danger",
    )  # fmt: skip


def what_is_missing(request: Any, field: Stage, gone: list[int], to: int, count: int) -> list[str]:
    """Sentences about the fields that the target requires and that some of the records do not have."""
    target = next((s for p in field.pipelines for s in p.stages if s.id == to and s.id not in gone), None)
    number = reader_of(request).formats.number
    found = pipelines.missing_in(field, gone, target) if target is not None else {}
    return [
        _("%(some)s of %(all)s have no “%(field)s”.")
        % {"some": number(some), "all": number(count), "field": field.type[key].label}
        for key, some in found.items()
    ]


def small_form(
    request: Any, field: Stage, title: str, widgets: list[Any], action: str, *, whole: str = "", note: str = "",
    submit: str = "", kind: str = "primary", status: int = 200, lacks: Sequence[str] = (),
    sure: str = "",
) -> HttpResponse:  # fmt: skip
    name = "records/_settings_pipelines_form.html" if is_fragment(request) else "records/settings_pipelines_form.html"
    context = {
        "title": title, "widgets": widgets, "action": action, "whole": whole, "note": note, "back": base(field),
        "submit": submit or _("Save"), "kind": kind, "lacks": lacks, "sure": sure,
    }  # fmt: skip
    return render(request, name, context, status=status)


def sentences(stage: StageInfo, type_: RecordType) -> list[str]:
    """The contract of a stage in words."""
    said = []
    if stage.required:
        fields = joined(str(type_.by_key[k].label) for k in stage.required if k in type_.by_key)
        said.append(_("needs %(fields)s") % {"fields": fields})
    if stage.next_stages:
        names = joined(s.label for s in type_.schema.stages.values() if s.id in stage.next_stages)
        said.append(_("then only %(stages)s") % {"stages": names})
    if stage.words_for_seller:
        said.append(_("words for the seller"))
    return said


def title_of(field: Stage) -> str:
    title = _("Pipelines of %(type)s") % {"type": field.type.plural}
    return f"{title}: {field.label}" if field.custom else title


def of_type(type_: RecordType) -> str:
    """The address under which every pipeline and stage of the type has its own."""
    return f"/settings/pipelines/{type_.key}/"


def base(field: Stage) -> str:
    """The page of the field's pipelines."""
    return f"{of_type(field.type)}fields/{field.key}/" if field.custom else of_type(field.type)


def staged(request: Any, type_key: str, key: str) -> Stage:
    return pipelines.stage_field_of(reader_of(request).schema.type(type_key), key)


def of_pipeline(request: Any, type_key: str, pipeline_id: int) -> tuple[Stage, PipelineInfo]:
    """The pipeline with the field to which it belongs; those of a hidden field have no page."""
    type_ = reader_of(request).schema.type(type_key)
    found = next((p for p in type_.every_pipeline if p.id == pipeline_id), None)
    if found is None:
        raise Missing()
    return pipelines.stage_field_of(type_, found.field), found


def of_stage(request: Any, type_key: str, stage_id: int) -> tuple[Stage, PipelineInfo, StageInfo]:
    found = reader_of(request).schema.stage(stage_id)
    if found is None or found.archived:
        raise Missing()
    return *of_pipeline(request, type_key, found.pipeline_id), found
