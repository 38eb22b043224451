from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records import files, reading
from daftar.records.models import Event, StoredFile
from daftar.records.reader import Reader
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment, tell


@door("signed_in", "change")
@require_POST
def upload(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """Keep the uploaded files with the record."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    sent = request.FILES.getlist("file") or request.FILES.getlist("files")
    if not sent:
        raise Invalid(_("Choose a file first."), field="file")
    laid = [files.lay_down(type_.key, row.pk, one, by=reader.user) for one in sent]
    with transaction.atomic():
        for kept in laid:
            kept.save(force_insert=True)
            Event.objects.create(
                type=type_.key, record_id=row.pk, version=row.version, kind="file", by=reader.user, via="page",
                data={"file": kept.pk, "name": kept.name},
            )  # fmt: skip
    if not is_fragment(request):
        return go(request, type_.address(record_id))
    return tell(listed(request, type_, row), "record:changed", type=type_.key, id=row.pk, version=row.version)


def listed(request: Any, type_: Any, row: Any) -> HttpResponse:
    return render(request, "records/_files.html", {
        "type": type_, "row": row, "files": files.of_record(type_.key, row.pk, but=type_.hidden),
        "may_change": decide.may(request.user, "change", type_.key, row),
    })  # fmt: skip


@door("signed_in")
def download(request: Any, file_id: int, name: str) -> HttpResponseBase:
    """The file as an attachment; `?preview` gives our own smaller picture of an image. Needs the right to see its record."""
    file = StoredFile.objects.filter(pk=file_id, deleted_at=None).first()
    if file is None:
        raise Missing()
    reader = Reader(request.user)
    if file.record_id:
        type_ = reader.schema.type(file.type)
        reading.get(type_, file.record_id, request.user)
        if file.field in type_.hidden:
            raise Missing()
    elif file.by_id != request.user.pk:
        raise Missing()
    preview = "preview" in request.GET and bool(file.preview)
    path = files.folder() / (file.preview if preview else file.path)
    if not path.is_file():
        raise Missing()
    response = FileResponse(
        path.open("rb"), as_attachment=not preview, filename=file.name,
        content_type="image/png" if preview else "application/octet-stream",
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@door("signed_in", "change")
@require_POST
def remove(request: Any, slug: str, record_id: int, file_id: int) -> HttpResponseBase:
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    file = StoredFile.objects.filter(pk=file_id, type=type_.key, record_id=row.pk, deleted_at=None).first()
    if file is None or file.field in type_.hidden:
        raise Missing()
    if (field := type_.field(file.field)) is not None and field.readonly:
        raise NotAllowed(_("“%(field)s” cannot be changed here.") % {"field": field.label})
    files.remove(file)
    return listed(request, type_, row) if is_fragment(request) else go(request, type_.address(record_id))
