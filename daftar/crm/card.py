"""What the CRM adds to cards: convert a lead, win, lose or reopen a deal, the words for the seller."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from daftar.access import decide
from daftar.access.models import Row
from daftar.crm.consenting import PEOPLE, now_of
from daftar.records import card_parts
from daftar.records.shapes import StageInfo
from daftar.records.types import RecordType


def add_parts() -> None:
    card_parts.add("head", script, order=10, types=("lead", "deal"))
    card_parts.add("head", lead_buttons, order=20, types=("lead",))
    card_parts.add("head", deal_buttons, order=20, types=("deal",))
    card_parts.add("rail", consents, order=80, types=PEOPLE)


def consents(request: Any, type_: RecordType, row: Row) -> str:
    """To what the person consents now, and the way to the page of it."""
    held = [one for one in now_of(type_.key, row.pk) if one.given]
    return render_to_string("crm/_consents.html", {"held": held, "here": f"{type_.address(row.pk)}consents/"}, request)


def script(request: Any, type_: RecordType, row: Row) -> str:
    """The words that the company gave its sellers for this stage."""
    stage = stage_of(type_, row)
    if stage is None or not stage.words_for_seller:
        return ""
    return render_to_string("crm/_script.html", {"words": stage.words_for_seller, "stage": stage}, request)


def lead_buttons(request: Any, type_: RecordType, row: Row) -> str:
    if type_["converted_at"].get(row) or not decide.may(request.user, "change", type_.key, row):
        return ""
    return render_to_string("crm/_lead_buttons.html", {"base": type_.address(row.pk)}, request)


def deal_buttons(request: Any, type_: RecordType, row: Row) -> str:
    """Won and lost of the deal's own pipeline; the record's contract asks for what is missing."""
    stage = stage_of(type_, row)
    if stage is None or not decide.may(request.user, "change", type_.key, row):
        return ""
    context = {
        "base": type_.address(row.pk), "row": row, "is_open": stage.kind == "open",
        "won": closing_stage(type_, stage, "won"), "lost": closing_stage(type_, stage, "lost"),
    }  # fmt: skip
    return render_to_string("crm/_deal_buttons.html", context, request)


def stage_of(type_: RecordType, row: Row) -> StageInfo | None:
    return type_.schema.stage(type_["stage"].get(row))


def closing_stage(type_: RecordType, stage: StageInfo, kind: str) -> StageInfo | None:
    own = type_.schema.pipelines[stage.pipeline_id].stages
    return next((s for s in own if s.kind == kind and not s.archived), None)
