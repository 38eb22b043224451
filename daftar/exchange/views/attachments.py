"""Files that are made while they are sent, and files that were made before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.http import FileResponse, StreamingHttpResponse


def attachment(pieces: Iterable[str], name: str) -> StreamingHttpResponse:
    """A CSV file to save; browsers neither show nor guess it."""
    return download((piece.encode() for piece in pieces), name, "text/csv; charset=utf-8")


def download(pieces: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """A file to save, of any kind; browsers neither show nor guess it."""
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def kept_file(path: Path, name: str, content_type: str) -> FileResponse:
    """A file that lies on the disk, to save; no cache keeps it, browsers neither show nor guess it."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
