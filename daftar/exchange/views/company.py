"""The whole company as one file: written, downloaded, forgotten, loaded into an empty installation. For owners."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import audit
from daftar.access.doors import ask_again, door, fresh_sign_in
from daftar.access.plain_form import PlainForm
from daftar.access.sessions import fresh
from daftar.exchange.company import places, runs
from daftar.exchange.company.loading import what_is_here
from daftar.exchange.models import CompanyArchive
from daftar.exchange.views.attachments import kept_file
from daftar.kernel import keeping
from daftar.kernel.errors import Invalid, Missing
from daftar.ui.answers import go, is_fragment, toast

MOST_LISTED = 20


def owner(request: Any) -> Any:
    """The person, who is an owner. Errors: NotAllowed."""
    runs.check_owner(request.user)
    return request.user


def found(archive_id: int) -> CompanyArchive:
    row = CompanyArchive.objects.filter(pk=archive_id).first() if archive_id < 2**63 else None
    if row is None:
        raise Missing()
    return row


@door("settings", "settings")
@require_safe
def index(request: Any) -> HttpResponseBase:
    """What there is, what is at work, and whether one could be loaded here."""
    owner(request)
    return page(request, PlainForm({"owner": request.user.email or ""}))


def is_there(row: CompanyArchive) -> bool:
    """Whether the file can be downloaded."""
    return (
        row.act == CompanyArchive.Act.WRITE
        and not row.is_at_work
        and bool(row.path)
        and places.path_of(row.path).is_file()
    )


def page(request: Any, form: PlainForm, status: int = 200) -> HttpResponse:
    rows = list(CompanyArchive.objects.select_related("by").order_by("-pk")[:MOST_LISTED])
    at_work = next((row for row in rows if row.is_at_work), None)
    return render(request, "exchange/company.html", {
        "title": _("Move the company"), "rows": [(row, is_there(row)) for row in rows],
        "at_work": at_work, "far": places.far(at_work.path) if at_work else None,
        "here": what_is_here(request.user), "form": form, "days": keeping.days_of("company_archives"),
        "most": settings.MAX_BODY_BYTES // 1024 // 1024,
        "widgets": [
            form.input(
                "owner", _("Your address there"), type="email", dir="ltr", maxlength=254,
                help=_("You become the owner of the archive who has this address."),
            ),
            form.check("as_owner", _("One more owner"), help=_("Let me in as one more owner if I am none in the archive.")),
        ],
    }, status=status)  # fmt: skip


@door("settings", "settings")
@require_safe
def progress(request: Any, archive_id: int) -> HttpResponseBase:
    """The bar alone; when the work is over the whole page is loaded instead."""
    owner(request)
    row = found(archive_id)
    if not is_fragment(request):  # who signed in again after the loading comes back here
        return go(request, runs.PAGE)
    if not row.is_at_work:
        return HttpResponse(status=204, headers={"HX-Redirect": runs.PAGE})
    return render(request, "exchange/_company_progress.html", {"at_work": row, "far": places.far(row.path)})


@door("settings", "settings")
@require_POST
@fresh_sign_in(runs.PAGE)
def write(request: Any) -> HttpResponseBase:
    """Let an archive be written."""
    runs.start_writing(owner(request))
    return go(request, runs.PAGE)


@door("settings", "settings")
@require_POST
def load(request: Any) -> HttpResponseBase:
    """Take a file in and let it be loaded."""
    user = owner(request)
    if not fresh(request):
        return ask_again(request, runs.PAGE)
    form = PlainForm({}, request.POST)
    mine = form.typed("owner").strip()
    try:
        runs.start_loading(
            user,
            request.FILES.get("file"),
            owner="" if mine == (user.email or "") else mine,
            as_owner=form.is_on("as_owner"),
        )
    except Invalid as refused:
        form.errors[""] = refused.sentence
        return page(request, form, status=422)
    return go(request, runs.PAGE)


@door("settings", "settings")
@require_safe
@fresh_sign_in()
def download(request: Any, archive_id: int) -> HttpResponseBase:
    """The file. The log says who took it."""
    user, row = owner(request), found(archive_id)
    if not is_there(row):
        raise Missing()
    with transaction.atomic():
        audit.record("company_fetched", by=user, details={"rows": row.rows})
    return kept_file(places.path_of(row.path), f"company-{row.at:%Y-%m-%d}.zip", "application/zip")


@door("settings", "settings")
@require_POST
def forget(request: Any, archive_id: int) -> HttpResponseBase:
    """Delete the file before its days are over."""
    owner(request)
    row = found(archive_id)
    if row.is_at_work:
        raise Missing()
    runs.forget(row)
    return toast(go(request, runs.PAGE), _("The file is deleted."))
