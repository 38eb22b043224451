from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from daftar.access import photos
from daftar.access.doors import door
from daftar.access.models import User
from daftar.kernel.errors import Missing


@door("signed_in")
@require_safe
def photo(request: Any, name: str) -> HttpResponseBase:
    """The photo of a colleague, for everybody who is signed in; a new photo has a new name, so it may be kept a while."""
    path = photos.path_of(name)
    if path is None or not User.objects.filter(photo=name, deleted_at=None).exists():
        raise Missing()
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response
