"""The tables of parts on a card: a row is added, changed, removed; the answer is the table again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.catalogue.card import rows_context
from daftar.catalogue.part_rows import BLOCKS, PartRows, rows_of
from daftar.kernel.errors import Conflict, Missing, NotAllowed
from daftar.records import reading
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, is_fragment, toast


def opened_rows(request: Any, record_id: int, block: str) -> PartRows:
    """Errors: Missing, NotAllowed."""
    reader = reader_of(request)
    type_ = reader.schema.type(BLOCKS[block].whole)
    if not decide.may(reader.user, "see", type_.key):
        raise Missing()
    rows = rows_of(block, reading.get(type_, record_id, reader.user), reader)
    if not rows.may_change:
        raise NotAllowed()
    return rows


@door("signed_in", "change")
@require_POST
def add(request: Any, record_id: int, block: str) -> HttpResponseBase:
    """Add a row; the cursor stands in the next one."""
    rows = opened_rows(request, record_id, block)
    is_kept = rows.add(request.POST)
    return shown(request, rows, is_kept=is_kept, focus="new")


@door("signed_in", "change")
@require_POST
def change(request: Any, record_id: int, part_id: int, block: str) -> HttpResponseBase:
    rows = opened_rows(request, record_id, block)
    return shown(request, rows, is_kept=rows.change(part_id, request.POST))


@door("signed_in", "change")
@require_POST
def remove(request: Any, record_id: int, part_id: int, block: str) -> HttpResponseBase:
    """Into the bin, with a way back in the answer."""
    rows = opened_rows(request, record_id, block)
    rows.remove(part_id)
    answer = shown(request, rows, is_kept=True)
    return toast(answer, _("The row is removed."), undo=f"/{rows.type.slug}/{part_id}/restore")


def shown(request: Any, rows: PartRows, *, is_kept: bool, focus: str = "") -> HttpResponseBase:
    """The table again; for a form without scripts the card, or the sentence of what is wrong."""
    whole = rows.reader.schema.type(rows.block.whole)
    if is_fragment(request):
        context = rows_context(rows, whole) | {"focus": focus}
        return render(request, "catalogue/_rows.html", context, status=200 if is_kept else 422)
    if not is_kept:
        said = [str(sentence) for errors in rows.errors.values() for sentence in errors.values()]
        raise Conflict(" ".join(said))
    return go(request, whole.address(rows.whole.pk))
