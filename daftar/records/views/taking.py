from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.records.taking import take
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment, toast


@door("signed_in", "change")
@require_POST
def take_it(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """The reader becomes the owner; back to the list the button stood in, else to the card."""
    reader, type_ = opened(request, slug)
    row = take(type_, record_id, by=reader.user)
    said = _("“%(what)s” is yours now.") % {"what": type_.title_of(row)}
    answer = go(request, request.POST.get("back") or type_.address(row.pk))
    if is_fragment(request):
        return toast(answer, said)
    messages.success(request, said)
    return answer
