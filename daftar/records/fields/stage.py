from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from django.db.models import Case, IntegerField, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import clean_text, fold
from daftar.records.fields.base import ANY, EMPTY, FILLED, NONE_OF, Field, Operator
from daftar.records.reader_protocol import Reader
from daftar.records.shapes import PipelineInfo, StageInfo
from daftar.ui.parts import Option, Shown, Widget

KIND = Operator("kind", _("is open, won or lost"), "many", _("%(field)s is %(values)s"))
KINDS = {"open": _("open"), "won": _("won"), "lost": _("lost")}
"""Words of an address that stand for all stages of a kind."""


class Stage(Field):
    """The step of a pipeline at which the record stands; its contract is kept by `records.gate` at every door.

    The declared stage of a type always has a value. A custom one is a way of its own beside it (delivery after the sale):
    it has its own pipelines, and nothing until somebody puts the record on it.
    """

    kind = "stage"
    kind_name = _("Stage")
    width, style = "tag", "tag"
    json_as = "whole"
    operator_set = (ANY, NONE_OF, KIND)
    makes_columns = True

    def find_column(self, type_: Any) -> str:
        names = {f.attname for f in type_.model._meta.concrete_fields}
        return f"{self.key}_id" if f"{self.key}_id" in names else ""

    @property
    def pipelines(self) -> list[PipelineInfo]:
        """The pipelines of this field, archived ones too."""
        found: list[PipelineInfo] = self.type.pipelines_of(self)
        return found

    @property
    def pipelines_key(self) -> str:
        """How its pipelines name it: "" the declared one."""
        return self.key if self.custom else ""

    @property
    def may_be_empty(self) -> bool:
        return self.custom and not self.required

    def operators(self) -> tuple[Operator, ...]:
        return (*self.operator_set, EMPTY, FILLED) if self.custom else self.operator_set

    def first(self, reader: Reader) -> Any:
        if self.default is not None and self.is_in_use(self.default):
            return self.default
        opened = [p.open_stages[0] for p in self.pipelines if not p.archived and p.open_stages]
        return None if self.may_be_empty or not opened else opened[0].id

    def is_in_use(self, stage_id: int) -> bool:
        return any(s.id == stage_id and not s.archived for p in self.pipelines for s in p.stages if not p.archived)

    def parse(self, raw: Any, reader: Reader) -> int | None:
        text = clean_text(str(raw or ""), max_length=200)
        if not text:
            return None
        found = self.find(text)
        if found is None:
            raise Invalid(_("There is no stage “%(text)s”.") % {"text": text}, field=self.key, unknown_choice=text)
        return found

    def find(self, text: str) -> int | None:
        """The stage by id, key or name; a name counts in the first pipeline that has it; "Pipeline / Stage" names both.

        What is out of use gives way to what is in use.
        """
        own: list[tuple[PipelineInfo, StageInfo]] = [(p, s) for p in self.pipelines for s in p.stages]
        own.sort(key=lambda pair: pair[0].archived or pair[1].archived)
        if text.isascii() and text.isdigit():
            ids: dict[str, int] = {str(s.id): s.id for _p, s in own}
            return ids.get(text)
        for _pipeline, stage in own:
            if text == stage.key or fold(stage.label) == fold(text):
                return stage.id
        for at in (n for n, sign in enumerate(text) if sign == "/"):
            pipeline_name, stage_name = fold(text[:at]), text[at + 1 :].strip()
            for pipeline, stage in own:
                is_named = stage_name == stage.key or fold(stage.label) == fold(stage_name)
                if is_named and fold(pipeline.label) == pipeline_name:
                    return stage.id
        return None

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Any:
        if operator == "kind":
            values = [s.id for p in self.pipelines for s in p.stages if s.kind in values]
            operator = "in"
        return super().compare(operator, values, reader)

    def parse_operand(self, raw: str, reader: Reader) -> Any:
        return raw if raw in ("open", "won", "lost") else self.parse(raw, reader)

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Any:
        if operator in ("in", "none") and any(r in ("open", "won", "lost") for r in raw):
            return self.compare(operator, self.ids_of(raw, reader), reader)
        return super().condition(operator, raw, reader)

    def meets(self, operator: str, raw: Sequence[str], value: Any, reader: Reader) -> bool:
        if operator in ("empty", "filled"):
            return super().meets(operator, raw, value, reader)
        self.operator(operator)
        return (value in self.ids_of(raw, reader)) is (operator != "none")

    def ids_of(self, raw: Sequence[str], reader: Reader) -> list[int | None]:
        """The stages that are named, by themselves or by their kind."""
        kinds = [s.id for p in self.pipelines for s in p.stages if s.kind in raw]
        return [*kinds, *(self.parse(r, reader) for r in raw if r not in ("open", "won", "lost"))]

    def stages_meant(self, operator: str, raw: Sequence[str], reader: Reader) -> frozenset[int] | None:
        """All stages that the condition lets through; None for a condition that says it otherwise."""
        return frozenset(id_ for id_ in self.ids_of(raw, reader) if id_) if operator in ("in", "kind") else None

    def sort_expression(self) -> Combinable:
        stages = [s for p in self.pipelines for s in p.stages]
        whens = [When(self.where("exact", s.id), then=Value(n)) for n, s in enumerate(stages)]
        return Case(*whens, default=Value(None), output_field=IntegerField())

    def show(self, value: Any, reader: Reader) -> Shown:
        if value not in reader.shown_stages:
            stage = reader.schema.stage(value)
            tone = {"won": "ok", "lost": "danger"}.get(stage.kind, "") if stage else ""
            reader.shown_stages[value] = (
                Shown(stage.label, style="tag", colour=stage.colour, tone=tone) if stage else Shown()
            )
        return reader.shown_stages[value]

    def choices(self, chosen: Sequence[str]) -> tuple[Option, ...]:
        several = len(self.pipelines) > 1
        return tuple(
            Option(str(s.id), s.label, s.colour, str(s.id) in chosen, p.label if several else "")
            for p in self.pipelines
            for s in p.stages
            if not (s.archived or p.archived) or str(s.id) in chosen
        )

    def widget(self, value: Any, reader: Reader) -> Widget:
        return self.make_widget("select", value=str(value or ""), options=self.choices([str(value or "")]))

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        if operator == KIND.key:
            kinds = tuple(Option(key, str(name), chosen=key in raw) for key, name in KINDS.items())
            return Widget("checks", self.key, label=str(self.label), options=kinds)
        said = tuple(Option(key, str(name), chosen=True) for key, name in KINDS.items() if key in raw)
        return Widget("checks", self.key, label=str(self.label), options=(*said, *self.choices(raw)))

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [str(KINDS[text]) if text in KINDS else self.stage_words(text, reader) for text in raw]

    def stage_words(self, text: str, reader: Reader) -> str:
        stage = reader.schema.stage(self.find(text))
        return stage.label if stage else text

    def column_heads(self, schema: Any) -> list[Option]:
        return [
            Option(str(s.id), s.label, s.colour, group=str(p.id))
            for p in self.pipelines
            for s in p.stages
            if not (s.archived or p.archived)
        ]

    def export(self, value: Any, reader: Reader) -> str:
        stage = reader.schema.stage(value)
        if stage is None:
            return ""
        if len(self.pipelines) > 1:
            return f"{reader.schema.pipelines[stage.pipeline_id].label}/{stage.label}"
        return stage.label

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, **common)
