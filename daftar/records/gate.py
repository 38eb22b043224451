"""The stage contract: what a record must have to stand in a stage and where it may go from there. Every door asks here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.records import conditional
from daftar.records.shapes import StageInfo

if TYPE_CHECKING:
    from daftar.records.draft import Draft
    from daftar.records.fields.base import Field
    from daftar.records.types import RecordType


class StageRefused(Invalid):
    """The move breaks the contract. `missing` are the fields that a form should ask for to complete the move."""

    code = "stage_refused"

    def __init__(self, *args: Any, missing: Sequence[str] = (), stage: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self.missing, self.stage = list(missing), stage


def check(draft: Draft) -> None:
    """Raise `StageRefused` when the draft breaks the contract of a stage it enters or stands in.

    A record may stand in several stages, one for each stage field; what they all miss is told together.
    """
    refused: list[StageRefused] = []
    for field in draft.type.stage_fields:
        try:
            check_stage(draft, field)
        except StageRefused as problem:
            refused.append(problem)
    if draft.is_moved and (owed := conditional.owed(draft)):
        moved = next(field for field in draft.type.stage_fields if field.key in draft.changed)
        refused.append(StageRefused(errors=owed, missing=list(owed), stage=draft.value(moved.key) or 0))
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise StageRefused(
            errors={key: sentence for one in reversed(refused) for key, sentence in one.errors.items()},
            missing=list(dict.fromkeys(key for one in refused for key in one.missing)),
            stage=refused[0].stage,
        )


def check_stage(draft: Draft, field: Field) -> None:
    schema = draft.type.schema
    target = schema.stage(draft.value(field.key))
    if target is None:
        if draft.value(field.key) is not None:
            raise StageRefused(_("This stage does not exist any more. Choose another one."), field=field.key)
        return
    moved = field.key in draft.changed
    if moved:
        check_move(draft, field, schema.stage(draft.before.get(field.key)), target)
    missing = dict.fromkeys(lacking(draft.type, target, draft.is_empty), target)
    if moved:
        missing = owed(draft, schema.stage(draft.before.get(field.key)), target) | missing
    else:
        missing = {key: stage for key, stage in missing.items() if key in draft.changed}
    if missing:
        raise StageRefused(
            errors={key: needed(draft, key, stage) for key, stage in missing.items()},
            missing=list(missing),
            stage=target.id,
        )


def lacking(type_: RecordType, stage: StageInfo, is_empty: Callable[[str], bool]) -> list[str]:
    """The fields that the stage requires and that are empty."""
    return [key for key in stage.required if key in type_.by_key and is_empty(key)]


def owed(draft: Draft, source: StageInfo | None, target: StageInfo) -> dict[str, StageInfo]:
    """What the record lacks already in the stage that it leaves: its contract changed, or it was put there when another was deleted.

    Whoever gives the record up is not asked for it.
    """
    if source is None or source.kind != "open" or target.kind == "lost" or source.pipeline_id != target.pipeline_id:
        return {}
    was_empty = lacking(draft.type, source, lambda key: draft.type.by_key[key].is_empty(draft.old(key)))
    return {key: source for key in was_empty if draft.is_empty(key)}


def check_move(draft: Draft, field: Field, source: StageInfo | None, target: StageInfo) -> None:
    key = field.key
    own = {s.id for p in draft.type.pipelines_of(field) for s in p.stages}
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
