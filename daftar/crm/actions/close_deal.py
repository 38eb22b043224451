"""A deal is won, lost or opened again: the same stages and the same contract as by dragging it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row, User
from daftar.kernel.errors import Conflict
from daftar.records import reading, writing
from daftar.records.models import StageSpan
from daftar.records.schema import current_schema
from daftar.records.shapes import StageInfo
from daftar.records.types import RecordType, action


@action(on="deal", name=_("Win"), icon="trophy")
def win_deal(deal_id: int, *, by: User, via: str = "page", values: Mapping[str, Any] | None = None) -> Row:
    """Move the deal to the won stage of its pipeline.

    Shapes: `values` are what the stage may ask for.
    Errors: Missing, NotAllowed, StageRefused (`missing` names the fields), Conflict when there is no such stage.
    """
    return move_to_kind(deal_id, "won", values or {}, by=by, via=via)


@action(on="deal", name=_("Lose"), icon="thumbs-down")
def lose_deal(deal_id: int, *, by: User, reason: str | None = None, comment: str = "", via: str = "page") -> Row:
    """Move the deal to the lost stage of its pipeline and keep why.

    Shapes: `reason` is the key of an option of the field `lost_reason`.
    Errors: Missing, NotAllowed, StageRefused without the reason, Conflict when the pipeline has no such stage.
    """
    values: dict[str, Any] = {"lost_reason": reason} if reason else {}
    return move_to_kind(deal_id, "lost", {**values, **({"lost_comment": comment} if comment else {})}, by=by, via=via)


@action(on="deal", name=_("Open again"), icon="rotate-ccw")
def reopen_deal(deal_id: int, *, by: User, via: str = "page") -> Row:
    """Move a won or lost deal back to the open stage where it stood last; day of closing and reason are cleared.

    Errors: Missing, NotAllowed, StageRefused, Conflict when the pipeline has no open stage.
    """
    type_ = current_schema().type("deal")
    deal = reading.get(type_, deal_id, by)
    current = type_.schema.stage(type_["stage"].get(deal))
    if current is not None and current.kind == "open":
        return deal
    return writing.change(type_, deal_id, {"stage": last_open_stage(type_, deal).id}, by=by, via=via)


def last_open_stage(type_: RecordType, deal: Row) -> StageInfo:
    """Where the deal stood last, else the first open stage of its pipeline."""
    own = stages_of(type_, deal, "open")
    stayed = StageSpan.objects.filter(type=type_.key, record_id=deal.pk, stage_id__in=[s.id for s in own])
    known = stayed.order_by("-id").values_list("stage_id", flat=True).first()
    return next((s for s in own if s.id == known), own[0])


def move_to_kind(deal_id: int, kind: str, values: Mapping[str, Any], *, by: User, via: str) -> Row:
    type_ = current_schema().type("deal")
    deal = reading.get(type_, deal_id, by)
    stage = stages_of(type_, deal, kind)[0]
    return writing.change(type_, deal_id, {**values, "stage": stage.id}, by=by, via=via)


def stages_of(type_: RecordType, row: Row, kind: str) -> list[StageInfo]:
    """The stages of one kind in the record's pipeline, else in the first one; `Conflict` without any."""
    current = type_.schema.stage(type_["stage"].get(row))
    pipelines = [p for p in type_.pipelines if not p.archived]
    if current is not None:
        pipelines.sort(key=lambda p: p.id != current.pipeline_id)
    found = [s for p in pipelines[:1] for s in p.stages if s.kind == kind and not s.archived]
    if not found:
        raise Conflict(_now("This pipeline has no stage for that. Add one in the settings."))
    return found
