from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import User
from daftar.kernel.errors import Missing
from daftar.records import card_parts, conditional, files, lacking, reading
from daftar.records.fields.base import Field
from daftar.records.linked import linked_to
from daftar.records.merging.merged import living
from daftar.records.retention.holding import hold_of
from daftar.records.taking import may_take
from daftar.records.types import ACTIONS, RecordType
from daftar.records.views.opening import opened
from daftar.ui.parts import Shown


@door("signed_in")
def card(request: Any, slug: str, record_id: int) -> HttpResponse:
    """One record: head with the facts that matter, fields beside the timeline, linked records and files."""
    reader, type_ = opened(request, slug)
    try:
        row = reading.get(type_, record_id, reader.user)
    except Missing:
        into = living(type_, record_id, reader.user)
        if into is None:
            raise
        return redirect(type_.address(into))
    reader.load(type_, [row])
    linked = linked_to(type_, row, reader)
    may_change = decide.may(reader.user, "change", type_.key, row)
    return render(request, "records/card.html", {
        "type": type_, "row": row, "reader": reader, "active": type_.key, "title": type_.title_of(row),
        "head": [shown for f in type_.head_fields() if f.kind != "stage" and (shown := f.show(f.get(row), reader))],
        "strip": [(str(f.label), f.show(f.get(row), reader)) for f in strip_fields(type_)],
        "sections": [(name, *facts(type_, row, fields, reader)) for name, fields in type_.sections()],
        "stages": stage_steps(type_, row) if may_change else [],
        "stage": type_.schema.stage(type_.stage_field.get(row)) if type_.stage_field else None,
        "lacking": lacking.in_words(type_, [row]).get(row.pk, []),
        "linked": [(item, [(type_of.title_of(r), type_of.address(r.pk), notes(type_of, r, reader)) for r in item.rows])
                   for item in linked for type_of in [item.type]],
        "files": files.of_record(type_.key, row.pk, but=type_.hidden),
        "may_change": may_change, "may_delete": decide.may(reader.user, "delete", type_.key, row),
        "who": who_words(reader.user, type_, may_change),
        "may_take": may_take(type_, row, reader.user),
        "fixed": type_.held(row) if may_change else {},
        "held": hold_of(type_.key, row.pk) if type_.timeline else None, "may_hold": may_change and type_.timeline,
        "may_see_traces": type_.is_person and decide.may_settings(reader.user),
        "actions": [a for a in ACTIONS.get(type_.key, ()) if may_change and hasattr(a, "url") and a.url],
        "part": lambda place: card_parts.fill(place, request, type_, row),
    })  # fmt: skip


def who_words(user: User, type_: RecordType, may_change: bool) -> str:
    """The way to the page that says who sees the record; "" where everybody does."""
    if not decide.own_rights(type_.key):
        return ""
    return _("Who sees this") if may_change or decide.may_settings(user) else _("Why do I see this")


def strip_fields(type_: RecordType) -> list[Field]:
    """The eight facts over the timeline of a narrow window: those of the head, then the next in importance."""
    head = type_.head_fields()
    return [*head, *(f for f in type_.fields if f not in head and not f.title and f.kind != "files")][:8]


def facts(
    type_: RecordType, row: Any, fields: list[Field], reader: Any
) -> tuple[list[tuple[Field, Shown]], list[Field]]:
    """The filled fields with their values, and the empty ones, which fold into one line."""
    shown = [(f, f.show(f.get(row), reader)) for f in fields if conditional.is_shown_on(f, row, reader)]
    filled = [(f, s) for f, s in shown if s]
    return filled, [f for f, s in shown if not s and not f.readonly]


def stage_steps(type_: RecordType, row: Any) -> list[dict[str, Any]]:
    """The stages of the record's pipeline for the path in the head."""
    field = type_.stage_field
    stage = type_.schema.stage(field.get(row)) if field else None
    if stage is None:
        return []
    order = {"open": 0, "won": 1, "lost": 2}
    stages = [s for s in type_.schema.pipelines[stage.pipeline_id].stages if not s.archived or s.id == stage.id]
    return [
        {"id": s.id, "name": s.label, "colour": s.colour, "kind": s.kind}
        for s in sorted(stages, key=lambda s: (order[s.kind], s.position))
    ]


def notes(type_: RecordType, row: Any, reader: Any) -> list[Shown]:
    """The facts that stand beside a linked record: those that its type names, else its money, else its stage."""
    named = [type_[key] for key in type_.beside.split() if type_.field(key)]
    shown = [field.show(field.get(row), reader) for field in named or by_kind(type_)]
    return [one for one in shown if one][: len(named) or 1]


def by_kind(type_: RecordType) -> list[Field]:
    return [field for kind in ("money", "stage") for field in type_.fields if field.kind == kind]
