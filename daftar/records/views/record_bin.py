from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.records import writing
from daftar.records.views.opening import opened
from daftar.ui.answers import go, toast


@door("signed_in", "delete")
@require_POST
def delete(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """Into the bin, with a way back in the answer."""
    reader, type_ = opened(request, slug)
    row = writing.remove(type_, record_id, by=reader.user, via="page")
    said = _("“%(what)s” lies in the bin.") % {"what": type_.title_of(row)}
    return toast(go(request, type_.address()), said, undo=f"{type_.address(record_id)}restore")


@door("signed_in", "delete")
@require_POST
def restore(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    reader, type_ = opened(request, slug)
    row = writing.bring_back(type_, record_id, by=reader.user, via="page")
    said = _("“%(what)s” is back with everything that belongs to it.") % {"what": type_.title_of(row)}
    return toast(go(request, type_.address(record_id)), said)
