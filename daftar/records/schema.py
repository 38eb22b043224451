"""The schema as it stands now: declared types with their custom fields, options and pipelines, shared by all requests."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from daftar.access.grants import Level
from daftar.access.models import Role
from daftar.kernel.after_migrate import is_whole
from daftar.kernel.errors import Missing
from daftar.kernel.prepared import Prepared
from daftar.records.fields import KINDS, Field
from daftar.records.fields.base import Label
from daftar.records.fields.formula import Formula
from daftar.records.formula_sources import closed_too
from daftar.records.made_type import MadeType
from daftar.records.models import ChoiceOption, CustomField, CustomType, Pipeline, SchemaVersion, Stage
from daftar.records.shapes import OptionInfo, PipelineInfo, StageInfo
from daftar.records.types import DECLARED, RecordType, ShippedPipeline

MOST_VIEWS = 100
"""How many views of one schema are kept: one for each different set of closed fields."""


class Schema:
    """Everything that the company and its programmers declared; read-only, made anew when the version moves."""

    def __init__(self) -> None:
        self.changed_options: dict[tuple[str, str], list[ChoiceOption]] = {}
        for row in ChoiceOption.objects.all():
            self.changed_options.setdefault((row.type, row.field), []).append(row)
        for role in Role.objects.all():
            named = ChoiceOption(key=role.key, label=role.name, archived=role.archived)
            self.changed_options.setdefault(("user", "roles"), []).append(named)
        pipelines = load_pipelines()
        self.stages: dict[int, StageInfo] = {s.id: s for p in pipelines for s in p.stages}
        self.pipelines: dict[int, PipelineInfo] = {p.id: p for p in pipelines}
        made = list(CustomType.objects.all())
        self.declared_count = len(DECLARED)
        in_use = {*DECLARED, *(one.key for one in made if one.is_in_use)}
        custom = custom_fields(in_use)
        own = {key: [p for p in pipelines if p.type == key] for key in {p.type for p in pipelines}}
        self.kept_types: dict[str, RecordType] = {
            key: declared(self, custom.get(key, ()), own.get(key, ())) for key, declared in DECLARED.items()
        }
        """Every type of which records may be there, also made ones that are hidden or in the bin: for erasing, not for showing."""
        taken = {t.slug for t in self.kept_types.values()}
        for one in made:
            slug = f"{one.slug}-own" if one.slug in taken else one.slug
            self.kept_types[one.key] = MadeType(one, self, custom.get(one.key, ()), own.get(one.key, ()), slug=slug)
        self.types: dict[str, RecordType] = {key: t for key, t in self.kept_types.items() if key in in_use}
        self.by_slug: dict[str, RecordType] = {t.slug: t for t in self.types.values()}
        self.has_formulas = any(isinstance(f, Formula) for fields in custom.values() for f in fields)

        self.seen: dict[str, Schema] = {}
        """Views of this schema by what is hidden in them."""

    def seen_with(self, limits: Mapping[str, Mapping[str, Level]]) -> Schema:
        """The schema as somebody sees it to whom fields are closed (type → field → level); itself without limits."""
        if not limits:
            return self
        key = json.dumps({t: dict(of) for t, of in limits.items()}, sort_keys=True)
        if key not in self.seen:
            limits = closed_too(limits, self.types)
            mine = copy.copy(self)
            mine.types = {name: type_.seen_with(limits.get(name, {}), mine) for name, type_ in self.types.items()}
            mine.by_slug = {t.slug: t for t in mine.types.values()}
            if len(self.seen) >= MOST_VIEWS:
                self.seen.clear()
            self.seen[key] = mine
        return self.seen[key]

    def type(self, key: str) -> RecordType:
        """The record type, or `Missing`."""
        if key not in self.types:
            raise Missing()
        return self.types[key]

    def slug(self, slug: str) -> RecordType:
        """The record type by its word in addresses, or `Missing`."""
        if slug not in self.by_slug:
            raise Missing()
        return self.by_slug[slug]

    def stage(self, stage_id: int | None) -> StageInfo | None:
        return self.stages.get(stage_id) if stage_id else None

    def options(self, type_key: str, field_key: str, shipped: Iterable[OptionInfo]) -> list[OptionInfo]:
        """Shipped options with what the company changed, then the company's own, in order."""
        known = {o.key: o for o in shipped}
        for row in self.changed_options.get((type_key, field_key), ()):
            before = known.get(row.key)
            name: Label = row.label or (before.name if before else row.key)
            known[row.key] = OptionInfo(row.key, name, row.colour or (before.colour if before else ""), row.archived)
        return list(known.values())


def custom_fields(in_use: Collection[str]) -> dict[str, list[Field]]:
    """The custom fields that are shown, by type; a link to a type that is out of use waits until that comes back."""
    made: dict[str, list[Field]] = {}
    for row in CustomField.objects.filter(hidden=False, deleted_at=None):
        if row.kind not in ("link", "links") or row.settings.get("to") in in_use:
            made.setdefault(row.type, []).append(build_custom(row))
    return made


def build_custom(row: CustomField) -> Field:
    """The field object that a custom field's row means."""
    kind = KINDS[row.kind]
    field = kind.from_settings(
        row.key, row.label, row.settings, required=row.required, default=row.default, help=row.help, place=row.place
    )
    field.slot, field.past, field.unique = row.kept_in, row.past, row.unique
    field.show_if, field.require_if = row.show_if, row.require_if
    return field


def load_pipelines() -> list[PipelineInfo]:
    """All pipelines with their stages, two queries."""
    stages: dict[int, list[Stage]] = {}
    for stage in Stage.objects.all():
        stages.setdefault(stage.pipeline_id, []).append(stage)
    made = []
    for row in Pipeline.objects.all():
        shipped = shipped_pipeline(row.type, row.key)
        names = {s.key: s for s in shipped.stages} if shipped else {}
        made.append(
            PipelineInfo(
                row.pk, row.type, row.field, row.key, row.name, shipped.name if shipped else "", row.archived,
                tuple(stage_info(s, names) for s in stages.get(row.pk, ())),
            )
        )  # fmt: skip
    return made


def stage_info(row: Stage, shipped: dict[str, Any]) -> StageInfo:
    known = shipped.get(row.key) if row.key else None
    return StageInfo(
        id=row.pk,
        pipeline_id=row.pipeline_id,
        key=row.key,
        name=row.name,
        shipped_name=known.name if known else "",
        kind=row.kind,
        colour=row.colour,
        position=row.position,
        probability=row.probability,
        idle_days=row.idle_days,
        days_allowed=row.days_allowed,
        required=tuple(row.required),
        next_stages=frozenset(row.next_stages),
        script=row.script,
        shipped_script=known.script if known else "",
        archived=row.archived,
    )


def shipped_pipeline(type_key: str, key: str) -> ShippedPipeline | None:
    declared = DECLARED.get(type_key)
    return next((p for p in declared.shipped_pipelines if p.key == key), None) if declared and key else None


def version() -> QuerySet[SchemaVersion, int]:
    return SchemaVersion.objects.filter(pk=1).values_list("number", flat=True)


VERSION: Prepared[int] = Prepared(version)
_kept: tuple[str, int, Schema] | None = None


def current_schema() -> Schema:
    """The schema of now: one query for its version, more only when it moved."""
    global _kept
    number = VERSION.first() or 0
    place = str(connection.settings_dict["NAME"])
    kept = _kept
    if kept is None or kept[:2] != (place, number) or kept[2].declared_count != len(DECLARED):
        kept = _kept = (place, number, Schema())
    return kept[2]


def stages_of_pipeline(pipeline_id: int) -> frozenset[int]:
    """The stages of a pipeline, archived ones too; for rights that hold in a pipeline only."""
    pipeline = current_schema().pipelines.get(pipeline_id)
    return frozenset(s.id for s in pipeline.stages) if pipeline else frozenset()


def schema_changed() -> None:
    """Call in the transaction that changed fields, options or pipelines. The number is random, so that a rolled back one never returns."""
    SchemaVersion.objects.update_or_create(pk=1, defaults={"number": secrets.randbits(62)})


def install_pipelines(apps: Any = None, **_ignored: Any) -> None:
    """Make the pipelines that declared types ship and that are not there yet (after each migrate; safe to repeat)."""
    if not is_whole(apps):
        return
    made = False
    for key, declared in DECLARED.items():
        for position, shipped in enumerate(declared.shipped_pipelines):
            pipeline, new = Pipeline.objects.get_or_create(type=key, key=shipped.key, defaults={"position": position})
            if not new:
                continue
            made = True
            install_stages(pipeline, shipped)
    if made or not SchemaVersion.objects.exists():
        schema_changed()


def install_stages(pipeline: Pipeline, shipped: ShippedPipeline) -> None:
    rows = {
        s.key: Stage.objects.create(
            pipeline=pipeline, key=s.key, kind=s.kind, colour=s.colour, position=position, probability=s.probability,
            idle_days=s.idle_days, days_allowed=s.days_allowed, required=list(s.required),
        )
        for position, s in enumerate(shipped.stages)
    }  # fmt: skip
    for s in shipped.stages:
        if s.next:
            rows[s.key].next_stages = [rows[k].pk for k in s.next]
            rows[s.key].save(update_fields=["next_stages"])
