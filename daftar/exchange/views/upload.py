"""Taking files in: any at once, for a record type, or for a recipe; and the example file that shows what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.exchange.exporting.example import example_book, example_file
from daftar.exchange.exporting.formats import XLSX
from daftar.exchange.importing import runs
from daftar.exchange.importing.attached import take_in
from daftar.exchange.importing.kept import keep_file
from daftar.exchange.importing.maps import fillable
from daftar.exchange.importing.proposing import propose
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun
from daftar.exchange.recipes import RECIPES
from daftar.exchange.recipes.loading import check_rights
from daftar.exchange.views.attachments import attachment, download
from daftar.kernel.errors import Missing, NotAllowed
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import opened, reader_of
from daftar.ui.addresses import address


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Any, slug: str) -> HttpResponse:
    """Choose files for one record type; what comes back is their map."""
    reader, type_ = opened(request, slug)
    if not decide.may(reader.user, "import", type_.key) or not type_.from_files:
        raise NotAllowed(str(type_.made_from) if not type_.from_files else "")
    made, error = taken(request, ImportRun(by=reader.user, type=type_.key), reader)
    if made is not None:
        return made
    context = {"type": type_, "error": error, "takes_files": takes_files(type_)}
    return render(request, "exchange/upload.html", context, status=422 if error else 200)


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def recipe(request: Any, key: str) -> HttpResponse:
    """Choose all files of a recipe at once, in any order and under any names."""
    reader = reader_of(request)
    if key not in RECIPES:
        raise Missing()
    check_rights(RECIPES[key], reader.user)
    made, error = taken(request, ImportRun(by=reader.user, recipe=key), reader)
    if made is not None:
        return made
    context = {"recipe": RECIPES[key], "error": error}
    return render(request, "exchange/upload_recipe.html", context, status=422 if error else 200)


def taken(request: Any, run: ImportRun, reader: Reader) -> tuple[HttpResponse | None, str]:
    """(the way to the new import, what is wrong with the files); both empty before anything was sent."""
    if request.method != "POST":
        return None, ""
    try:
        take(run, request.FILES.getlist("file"), request.FILES.getlist("attached"), reader)
    except Unreadable as problem:
        return None, str(problem)
    return HttpResponseRedirect(address("exchange:run", run_id=run.pk)), ""


def take(run: ImportRun, uploads: Sequence[Any], attached: Sequence[Any], reader: Reader) -> None:
    """Keep the uploaded files, look at them and propose what becomes of them. Errors: Unreadable, with nothing kept."""
    try:
        run.attached = take_in(attached, run.attached)
        for upload in uploads:
            run.files.append(keep_file(upload))
        propose(run, reader)
        run.save()
    except Exception:
        runs.forget_files(run)
        raise


def takes_files(type_: RecordType) -> bool:
    """Whether the type has a field whose cells can name files."""
    return any(f.kind == "files" for f in fillable(type_))


@door("signed_in", "import")
@require_safe
def example(request: Any, slug: str) -> HttpResponseBase:
    """A file with the headings of this type and one row."""
    reader, type_ = opened(request, slug)
    if not decide.may(reader.user, "import", type_.key):
        raise NotAllowed()
    return attachment([example_file(type_, reader)], f"{type_.slug}-example.csv")


@door("signed_in", "import")
@require_safe
def example_sheet(request: Any, slug: str) -> HttpResponseBase:
    """The same as a workbook, whose second sheet explains the columns."""
    reader, type_ = opened(request, slug)
    if not decide.may(reader.user, "import", type_.key):
        raise NotAllowed()
    return download([example_book(type_, reader)], f"{type_.slug}-example.xlsx", XLSX.content_type)
