"""Files that are made while they are sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def attachment(pieces: Iterable[str], name: str) -> StreamingHttpResponse:
    """A CSV file to save; browsers neither show nor guess it."""
    response = StreamingHttpResponse((piece.encode() for piece in pieces), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
