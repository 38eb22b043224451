"""The form of one stage with its contract."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from daftar.access.plain_form import PlainForm
from daftar.records.fields.stage import Stage as StageField
from daftar.records.models import Stage
from daftar.records.pipelines import COLOURS, requirable
from daftar.records.shapes import PipelineInfo, StageInfo
from daftar.records.types import RecordType
from daftar.records.views.custom_fields import colours
from daftar.ui.parts import Option, Widget


class StageForm(PlainForm):
    """A new stage of the pipeline, or one that is there already."""

    def __init__(
        self, type_: RecordType, pipeline: PipelineInfo, stage: StageInfo | None, sent: QueryDict | None
    ) -> None:
        kept: dict[str, Any] = {"kind": "open", "colour": "blue", "probability": 0}
        if stage is not None:
            kept = {
                "name": stage.label, "kind": stage.kind, "colour": stage.colour, "probability": stage.probability,
                "idle_days": stage.idle_days, "days_allowed": stage.days_allowed, "script": stage.words_for_seller,
            }  # fmt: skip
        super().__init__(kept, sent)
        self.type, self.pipeline, self.stage = type_, pipeline, stage

    def values(self) -> dict[str, Any]:
        """What was sent, for `add_stage` and `change_stage`. Shipped words that were left alone stay translated."""
        texts = {key: self.typed(key).strip() for key in ("name", "script", "kind", "colour")}
        if self.stage is not None:
            for key, known, shipped in (
                ("name", self.stage.name, self.stage.label),
                ("script", self.stage.script, self.stage.words_for_seller),
            ):
                if not known and texts[key].replace("\r\n", "\n") == shipped:
                    texts[key] = ""
        numbers = {key: self.typed(key) for key in ("probability", "idle_days", "days_allowed")}
        return {**texts, **numbers, "required": self.several("required"), "next_stages": self.next_stages()}

    def several(self, name: str) -> list[str]:
        return [v for v in self.sent.getlist(name) if v] if self.sent is not None else []

    def next_stages(self) -> list[int]:
        return [int(v) for v in self.several("next_stages") if v.isascii() and v.isdigit() and len(v) < 19]

    @property
    def whole(self) -> str:
        """What is wrong with the form as a whole."""
        return str(self.errors.get("", ""))

    def widgets(self) -> list[Widget]:
        names = dict(colours())
        is_shipped = self.stage is not None and bool(self.stage.key)
        number: dict[str, Any] = {"inputmode": "numeric", "maxlength": 6}
        watched = _("Days without talk both ways. Empty: nobody watches.")
        followed = _("What stands here takes a new one, except where somebody gave another.")
        free = _("Nothing ticked: any.")
        marked = _("Longer stays are marked. Empty: no limit.")
        return [
            self.input(
                "name", _("Name"), required=not is_shipped, maxlength=200,
                help=_("Left empty, it has its first name in every language.") if is_shipped else "",
            ),
            self.select("kind", _("Kind"), Stage.Kind.choices),
            self.select("colour", _("Colour"), [(c, names[c]) for c in COLOURS]),
            self.input("probability", _("Probability, %"), help=followed if self.type.from_stage else "", **number),
            self.input("idle_days", _("Idle after days"), help=watched, **number),
            self.input("days_allowed", _("Days allowed"), help=marked, **number),
            self.checks("required", _("Needed fields"), self.fields(), self.kept_required()),
            self.checks("next_stages", _("Next stages"), self.others(), self.kept_next(), help=free),
            self.area("script", _("Words for the seller"), rows=4, maxlength=2000),
        ]  # fmt: skip

    def checks(
        self, name: str, label: str, choices: list[tuple[str, str]], kept: Collection[str], *, help: str = ""
    ) -> Widget:
        chosen = self.several(name) if self.sent is not None else kept
        options = tuple(Option(key, word, chosen=key in chosen) for key, word in choices)
        return self.widget("checks", name, label, options=options, help=help)

    def fields(self) -> list[tuple[str, str]]:
        return [(f.key, str(f.label)) for f in requirable(self.type)]

    def others(self) -> list[tuple[str, str]]:
        own = self.stage.id if self.stage else 0
        return [(str(s.id), s.label) for s in self.pipeline.stages if not s.archived and s.id != own]

    def kept_required(self) -> Collection[str]:
        return self.stage.required if self.stage else ()

    def kept_next(self) -> Collection[str]:
        return {str(pk) for pk in self.stage.next_stages} if self.stage else set()


def stages_to_choose(field: StageField, but: Collection[int]) -> list[tuple[str, str]]:
    """Every stage of the field in use, with its pipeline where there are several."""
    shown = [p for p in field.pipelines if not p.archived]
    return [
        (str(s.id), f"{p.label} / {s.label}" if len(shown) > 1 else s.label)
        for p in shown
        for s in p.stages
        if not s.archived and s.id not in but
    ]
