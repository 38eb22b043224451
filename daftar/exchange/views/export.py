"""A list as a file: the same address with /export.csv in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.exchange.exporting.rows import export_rows, is_mass
from daftar.exchange.views.attachments import attachment
from daftar.kernel import clock
from daftar.kernel.errors import BadAddress
from daftar.kernel.ids import parse_id
from daftar.records.query.view import MOST_ROWS
from daftar.records.views.opening import opened


def picked(given: QueryDict) -> tuple[QueryDict, frozenset[int]]:
    """The list's address and the rows that were picked there; the bar of picked rows sends the address as `of`, `all` for all of it."""
    if "of" not in given:
        return given.copy(), frozenset()
    params = QueryDict(str(given["of"])[:8000].removeprefix("?"), mutable=True)
    words = [word for text in given.getlist("ids") for word in text[:20_000].split(",") if word]
    if given.get("all") == "1":
        return params, frozenset()
    if not words or len(words) > MOST_ROWS:
        raise BadAddress(_("Pick some rows first."))
    return params, frozenset(parse_id(word) for word in words)


@door("signed_in", "export")
@require_safe
def csv(request: Any, slug: str) -> HttpResponseBase:
    """The rows of the address, in its order and columns; `cols=all` for every field, `bom=0` without the spreadsheets' mark.

    Who takes out very much shows again who it is.
    """
    reader, type_ = opened(request, slug)
    params, ids = picked(request.GET)
    bom = params.pop("bom", ["1"])[-1] != "0"
    if not sessions.fresh(request) and is_mass(type_, params, reader, ids=ids):
        return ask_again(request)
    day = clock.today(reader.formats.zone).isoformat()
    return attachment(export_rows(type_, params, reader, bom=bom, ids=ids), f"{type_.slug}-{day}.csv")
