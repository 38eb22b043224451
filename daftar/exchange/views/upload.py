"""Taking files in: one for a record type, several for a recipe; and the example file that shows what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.exchange.exporting.example import example_file
from daftar.exchange.importing import runs
from daftar.exchange.importing.maps import fillable
from daftar.exchange.importing.saved_maps import proposed_map
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun
from daftar.exchange.recipes import RECIPES
from daftar.exchange.recipes.loading import check_rights
from daftar.exchange.views.attachments import attachment
from daftar.kernel.errors import Missing, NotAllowed
from daftar.records.types import RecordType
from daftar.records.views.opening import opened, reader_of
from daftar.ui.addresses import address


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Any, slug: str) -> HttpResponse:
    """Choose a file; what comes back is its map."""
    reader, type_ = opened(request, slug)
    if not decide.may(reader.user, "import", type_.key):
        raise NotAllowed()
    error = ""
    if request.method == "POST":
        run = ImportRun(by=reader.user, type=type_.key)
        try:
            runs.attach(run, request.FILES.getlist("attached"))
            take(run, request.FILES.getlist("file")[:1])
            run.map = proposed_map(type_, runs.source_of(run.files[0]))[0].to_json()
            run.save()
            return HttpResponseRedirect(address("exchange:run", run_id=run.pk))
        except Unreadable as problem:
            runs.forget_files(run)
            error = str(problem)
    context = {"type": type_, "error": error, "takes_files": takes_files(type_)}
    return render(request, "exchange/upload.html", context, status=422 if error else 200)


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def recipe(request: Any, key: str) -> HttpResponse:
    """Choose all files of a recipe at once, in any order and under any names."""
    user = reader_of(request).user
    if key not in RECIPES:
        raise Missing()
    chosen, error = RECIPES[key], ""
    check_rights(chosen, user)
    if request.method == "POST":
        run = ImportRun(by=user, recipe=key)
        try:
            take(run, request.FILES.getlist("file"))
            run.save()
            return HttpResponseRedirect(address("exchange:run", run_id=run.pk))
        except Unreadable as problem:
            runs.forget_files(run)
            error = str(problem)
    context = {"recipe": chosen, "error": error}
    return render(request, "exchange/upload_recipe.html", context, status=422 if error else 200)


def takes_files(type_: RecordType) -> bool:
    """Whether the type has a field whose cells can name files."""
    return any(f.kind == "files" for f in fillable(type_))


def take(run: ImportRun, uploads: Sequence[Any]) -> None:
    """Keep the uploaded files and look at them. Errors: Unreadable."""
    if not uploads:
        raise Unreadable(_("Choose a file first."))
    run.files = [runs.keep_file(upload) for upload in uploads]
    runs.prepare(run)


@door("signed_in", "import")
@require_safe
def example(request: Any, slug: str) -> HttpResponseBase:
    """A file with the headings of this type and one row."""
    reader, type_ = opened(request, slug)
    if not decide.may(reader.user, "import", type_.key):
        raise NotAllowed()
    return attachment([example_file(type_, reader)], f"{type_.slug}-example.csv")
