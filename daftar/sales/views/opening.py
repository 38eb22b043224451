"""How every page of this room opens: the record, and whether the person may change it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from daftar.access import decide
from daftar.access.models import Row
from daftar.kernel.errors import NotAllowed
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.ui.answers import form_page


def to_change(request: Any, slug: str, record_id: int) -> tuple[Reader, RecordType, Row]:
    """Reader, type and record of an address. Errors: Missing, NotAllowed."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    return reader, type_, row


def show_form(
    request: Any, context: dict[str, Any], *, body: str = "crm/_form_body.html", status: int = 200
) -> HttpResponse:
    """A form in the dialog, or as a page of its own where scripts do not run."""
    return form_page(request, {"body": body, "error": "", "hidden": {}, **context}, status)
