"""How every page of a record type opens: who reads, and which type the address means."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel.errors import Missing
from daftar.records import reading
from daftar.records.merging.merged import gone
from daftar.records.reader import Reader
from daftar.records.types import RecordType


def reader_of(request: Any) -> Reader:
    """The reader of this request, made once."""
    reader: Reader | None = getattr(request, "reader", None)
    if reader is None:
        reader = request.reader = Reader(request.user)
    return reader


def opened(request: Any, slug: str) -> tuple[Reader, RecordType]:
    """The reader and the record type of an address; `Missing` for no such type, or one of which one sees nothing."""
    reader = reader_of(request)
    type_ = reader.schema.slug(slug)
    if not decide.may(reader.user, "see", type_.key):
        raise Missing()
    return reader, type_


def live(type_: RecordType, record_id: int, user: User) -> Row:
    """A record that somebody wants to change. Errors: Missing; Conflict, with the way, when it was merged into another meanwhile."""
    try:
        return reading.get(type_, record_id, user)
    except Missing:
        raise gone(type_, record_id, user) from None


def looked_at(request: Any) -> SplitResult:
    """The address of the page that sent the request, when a script did."""
    address: str = request.headers.get("HX-Current-URL", "")[:8000]
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
