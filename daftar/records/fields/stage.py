from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.db.models import Case, IntegerField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import clean_text, fold
from daftar.records.fields.base import ANY, NONE_OF, Field, Operator
from daftar.records.reader_protocol import Reader
from daftar.records.shapes import PipelineInfo, StageInfo
from daftar.ui.parts import Option, Shown, Widget

KIND = Operator("kind", _("is open, won or lost"), "many")


class Stage(Field):
    """The step of a pipeline at which the record stands; its contract is kept by `records.gate` at every door."""

    kind = "stage"
    kind_name = _("Stage")
    width, style = "tag", "tag"
    json_as = "whole"
    operator_set = (ANY, NONE_OF, KIND)
    makes_columns = True

    def find_column(self, type_: Any) -> str:
        names = {f.attname for f in type_.model._meta.concrete_fields}
        return f"{self.key}_id" if f"{self.key}_id" in names else ""

    def first(self, reader: Reader) -> Any:
        for pipeline in self.type.pipelines:
            if not pipeline.archived and pipeline.open_stages:
                return pipeline.open_stages[0].id
        return None

    def parse(self, raw: Any, reader: Reader) -> int | None:
        text = clean_text(str(raw or ""), max_length=200)
        if not text:
            return None
        found = self.find(text)
        if found is None:
            raise Invalid(_("There is no stage “%(text)s”.") % {"text": text}, field=self.key, unknown_choice=text)
        return found

    def find(self, text: str) -> int | None:
        """The stage by id, key or name; a name counts in the first pipeline that has it; "Pipeline / Stage" names both."""
        own: list[tuple[PipelineInfo, StageInfo]] = [(p, s) for p in self.type.pipelines for s in p.stages]
        if text.isascii() and text.isdigit():
            ids: dict[str, int] = {str(s.id): s.id for _p, s in own}
            return ids.get(text)
        pipeline_name, _slash, stage_name = text.rpartition("/")
        for pipeline, stage in own:
            if pipeline_name and fold(pipeline.label) != fold(pipeline_name):
                continue
            if stage.key == stage_name or fold(stage.label) == fold(stage_name):
                return stage.id
        return None

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Any:
        if operator == "kind":
            values = [s.id for p in self.type.pipelines for s in p.stages if s.kind in values]
            operator = "in"
        return super().compare(operator, values, reader)

    def parse_operand(self, raw: str, reader: Reader) -> Any:
        return raw if raw in ("open", "won", "lost") else self.parse(raw, reader)

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Any:
        if operator in ("in", "none") and any(r in ("open", "won", "lost") for r in raw):
            kinds = [s.id for p in self.type.pipelines for s in p.stages if s.kind in raw]
            rest = [r for r in raw if r not in ("open", "won", "lost")]
            return self.compare(operator, [*kinds, *(self.parse(r, reader) for r in rest)], reader)
        return super().condition(operator, raw, reader)

    def sort_expression(self) -> Combinable:
        stages = [s for p in self.type.pipelines for s in p.stages]
        whens = [When(self.where("exact", s.id), then=Value(n)) for n, s in enumerate(stages)]
        return Case(*whens, default=Value(None), output_field=IntegerField())

    def show(self, value: Any, reader: Reader) -> Shown:
        stage = reader.schema.stage(value)
        if stage is None:
            return Shown()
        tone = {"won": "ok", "lost": "danger"}.get(stage.kind, "")
        return Shown(stage.label, style="tag", colour=stage.colour, tone=tone)

    def choices(self, chosen: Sequence[str]) -> tuple[Option, ...]:
        several = len(self.type.pipelines) > 1
        return tuple(
            Option(str(s.id), s.label, s.colour, str(s.id) in chosen, p.label if several else "")
            for p in self.type.pipelines
            for s in p.stages
            if not (s.archived or p.archived) or str(s.id) in chosen
        )

    def widget(self, value: Any, reader: Reader) -> Widget:
        return self.make_widget("select", value=str(value or ""), options=self.choices([str(value or "")]))

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        return Widget("checks", self.key, label=str(self.label), options=self.choices(raw))

    def column_heads(self, schema: Any) -> list[Option]:
        return [
            Option(str(s.id), s.label, s.colour, group=str(p.id))
            for p in self.type.pipelines
            for s in p.stages
            if not (s.archived or p.archived)
        ]

    def export(self, value: Any, reader: Reader) -> str:
        stage = reader.schema.stage(value)
        if stage is None:
            return ""
        if len(self.type.pipelines) > 1:
            return f"{reader.schema.pipelines[stage.pipeline_id].label}/{stage.label}"
        return stage.label

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, **common)
