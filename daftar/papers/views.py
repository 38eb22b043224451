"""Settings of papers: what was made of which template, and the page on which it is made."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Conflict, Missing
from daftar.papers.document import KINDS, Kind
from daftar.papers.editing import (
    LONGEST_TITLE,
    SIZES,
    differences,
    in_order,
    keep,
    mark_of,
    put_back,
    read,
    standing,
    start,
)
from daftar.papers.looks import KIND_NAMES, SHOWS, TEXTS, look_of
from daftar.papers.models import PaperTemplate
from daftar.papers.places import PLACES
from daftar.papers.render import picture
from daftar.papers.sample import sample
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

BASE = "/settings/papers/"
ALL = "all"
LANGUAGES = {"en": "English", "fa": "فارسی", "ru": "Русский"}


@door("settings", "settings")
@require_safe
def papers(request: Any) -> HttpResponse:
    """Kinds by languages: which templates are the owner's."""
    own = set(PaperTemplate.objects.values_list("kind", "language"))
    rows = [
        (KIND_NAMES[kind], [(f"{BASE}{kind}/{word or ALL}/", name, (kind, word) in own) for word, name in languages()])
        for kind in KINDS
    ]
    return render(request, "papers/papers.html", {
        "title": _("Papers"), "back": "/settings/", "heads": [name for _word, name in languages()], "rows": rows,
    })  # fmt: skip


def languages() -> list[tuple[str, str]]:
    return [("", _("All languages")), *LANGUAGES.items()]


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: Any, kind: str, language: str) -> HttpResponseBase:
    """One template; what is wrong is said at its field and nothing is saved."""
    row = asked(kind, language)
    form = PlainForm(start(row), request.POST if request.method == "POST" else None)
    mark, status, theirs = form.sent.get("mark") if form.sent is not None else mark_of(row), 200, []
    chosen = request.POST.get("logo.chosen", "")
    if form.sent is not None:
        after = read(form, row, request.FILES.get("logo"), chosen)
        try:
            if not form.errors:
                keep(after, by=request.user, mark=mark)
                return toast(go(request, BASE), _("Saved."))
            status = 422
        except Conflict as refused:
            row = asked(kind, language)
            form.errors[""], mark, status, theirs = refused.sentence, mark_of(row), 409, differences(row, after)
            chosen = after.logo if "logo" in request.FILES else ""
    name = dict(languages())[row.language]
    return render(request, "papers/template.html", {
        "mark": mark, "chosen_logo": chosen, "conflict": str(form.errors.get("", "")), "theirs": theirs,
        "saved": row.changed_at, "saver": row.changed_by,
        "title": f"{KIND_NAMES[row.kind]} · {name}", "back": BASE, "action": f"{BASE}{kind}/{language}/",  # type: ignore[index]  # a kind
        "is_own": row.pk is not None, "has_logo": bool(row.logo), "columns": in_order(form.several("columns"), form),
        "columns_error": str(form.errors.get("columns", "")), "places": list(PLACES.items()), **widgets(form),
    }, status=status)  # fmt: skip


def asked(kind: str, language: str) -> PaperTemplate:
    """Errors: Missing for a kind or language that papers do not have."""
    if kind not in KIND_NAMES or language not in (ALL, *LANGUAGES):
        raise Missing()
    return standing(a_kind(kind), "" if language == ALL else language)


def a_kind(word: str) -> Kind:
    """Errors: Missing for another word."""
    found = next((kind for kind in KINDS if kind == word), None)
    if found is None:
        raise Missing()
    return found


def widgets(form: PlainForm) -> dict[str, Any]:
    logo = form.widget(
        "input", "logo", _("Logo"), help=_("PNG, JPEG or WebP, at most 5 MB."),
        attrs={"type": "file", "accept": "image/png,image/jpeg,image/webp,image/gif"},
    )  # fmt: skip
    looks: list[Widget] = [
        form.input("accent", _("Colour"), type="color", required=True),
        form.select("size", _("Size of letters"), [(str(size), f"{size} pt") for size in SIZES]),
    ]
    title = form.input(
        "title", _("Title"), maxlength=LONGEST_TITLE, help=_("What the paper is called. Empty: as shipped.")
    )
    return {
        "named": title, "logo": logo, "no_logo": form.check("no_logo", _("Without this logo")), "looks": looks,
        "shows": form.ticks("shows", _("On the paper"), SHOWS.items()),
        "texts": [form.area(f"text.{key}", name, rows=3, maxlength=4000) for key, name in TEXTS.items()],
    }  # fmt: skip


@door("settings", "settings")
@require_POST
def preview(request: Any, kind: str, language: str) -> HttpResponse:
    """The form as it is typed, as a picture of an example; sentences in its place where it cannot be."""
    row = asked(kind, language)
    form = PlainForm(start(row), request.POST)
    after = read(form, row, request.FILES.get("logo"), request.POST.get("logo.chosen", ""))
    made = ""
    if not form.errors:
        example = sample(a_kind(kind), row.language or Installation.load().language)
        made = b64encode(picture(example, look_of(after))).decode()
    return render(
        request, "papers/_preview.html", {"picture": made, "errors": [str(said) for said in form.errors.values()]}
    )


@door("settings", "settings")
@require_POST
def reset(request: Any, kind: str, language: str) -> HttpResponseBase:
    """Back to what is shipped, or to the template of all languages."""
    row = asked(kind, language)
    if row.pk is not None:
        put_back(row, by=request.user, mark=request.POST.get("mark"))
    return toast(go(request, BASE), _("This template is as it was shipped."))
