"""A list as a file: the same address with /export.csv in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.exchange.exporting.rows import export_rows, is_mass
from daftar.exchange.views.attachments import attachment
from daftar.kernel import clock
from daftar.records.views.opening import opened


@door("signed_in", "export")
@require_safe
def csv(request: Any, slug: str) -> HttpResponseBase:
    """The rows of the address, in its order and columns; `cols=all` for every field, `bom=0` without the spreadsheets' mark.

    Who takes out very much shows again who it is.
    """
    reader, type_ = opened(request, slug)
    params = request.GET.copy()
    bom = params.pop("bom", ["1"])[-1] != "0"
    if not sessions.fresh(request) and is_mass(type_, params, reader):
        return ask_again(request)
    day = clock.today(reader.formats.zone).isoformat()
    return attachment(export_rows(type_, params, reader, bom=bom), f"{type_.slug}-{day}.csv")
