from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.activities import notices
from daftar.activities.views import sent
from daftar.kernel import clock
from daftar.kernel.errors import Missing
from daftar.kernel.ids import parse_id


@door("signed_in")
@require_POST
def seen(request: Any) -> HttpResponseBase:
    """Mark one notice (`id`) of one's own as seen, or all of them."""
    mine = notices.unseen(request.user)
    if request.POST.get("id"):
        mine = mine.filter(pk=parse_id(request.POST["id"]))
        if not mine.exists():
            raise Missing()
    mine.order_by().update(seen_at=clock.now())
    return sent.done(request, "/due/", _("Marked as seen."))
