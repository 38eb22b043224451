"""The stage contract: what a record must have to stand in a stage and where it may go from there. Every door asks here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.records.shapes import StageInfo

if TYPE_CHECKING:
    from daftar.records.draft import Draft


class StageRefused(Invalid):
    """The move breaks the contract. `missing` are the fields that a form should ask for to complete the move."""

    code = "stage_refused"

    def __init__(self, *args: Any, missing: Sequence[str] = (), stage: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self.missing, self.stage = list(missing), stage


def check(draft: Draft) -> None:
    """Raise `StageRefused` when the draft breaks the contract of the stage it enters or stands in."""
    field = draft.type.stage_field
    if field is None:
        return
    schema = draft.type.schema
    target = schema.stage(draft.value(field.key))
    if target is None:
        if draft.value(field.key) is not None:
            raise StageRefused(_("This stage does not exist any more. Choose another one."), field=field.key)
        return
    moved = field.key in draft.changed
    if moved:
        check_move(draft, field.key, schema.stage(draft.before.get(field.key)), target)
    missing = [key for key in target.required if key in draft.type.by_key and draft.is_empty(key)]
    if not moved:
        missing = [key for key in missing if key in draft.changed]
    if missing:
        raise StageRefused(
            errors={key: needed(draft, key, target) for key in missing}, missing=missing, stage=target.id
        )


def check_move(draft: Draft, key: str, source: StageInfo | None, target: StageInfo) -> None:
    own = {s.id for p in draft.type.pipelines for s in p.stages}
    if target.id not in own or target.archived or draft.type.schema.pipelines[target.pipeline_id].archived:
        raise StageRefused(_("This stage does not exist any more. Choose another one."), field=key)
    if source is None or source.pipeline_id != target.pipeline_id or not source.next_stages:
        return
    if target.id not in source.next_stages:
        names = joined(s.label for s in draft.type.schema.stages.values() if s.id in source.next_stages)
        raise StageRefused(
            _("From “%(source)s” the next stage can only be: %(names)s.") % {"source": source.label, "names": names},
            field=key,
        )


def needed(draft: Draft, key: str, stage: StageInfo) -> str:
    label = draft.type.by_key[key].label
    return _("“%(field)s” is needed in stage “%(stage)s”.") % {"field": label, "stage": stage.label}
