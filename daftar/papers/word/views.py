"""Settings of papers, Word: the document that papers of a kind are written into is uploaded, tried, replaced, brought back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid, Missing
from daftar.papers.looks import KIND_NAMES, look_for
from daftar.papers.models import PaperTemplate, WordTemplate
from daftar.papers.places import PLACES
from daftar.papers.sample import sample
from daftar.papers.views import BASE, a_kind, asked, languages
from daftar.papers.word.keeping import WORD_TYPE, bring_back, content_of, keep_word, made_with, put_away, versions
from daftar.papers.word.package import MOST_BYTES
from daftar.papers.word.starting import start_document
from daftar.papers.word.values import GROUP_PLACES, LINE_PLACES, PICTURE_PLACES, TAX_PLACES
from daftar.ui.answers import go, toast


@door("settings", "settings")
@require_http_methods(["GET", "HEAD", "POST"])
def word(request: Any, kind: str, language: str) -> HttpResponseBase:
    """The Word template of a kind and language; a document with anything wrong is refused with what is wrong, and nothing changes."""
    row = asked(kind, language)
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            keep_word(a_kind(kind), row.language, request.FILES.get("file"), by=request.user)
            return toast(go(request, f"{BASE}{kind}/{language}/word/"), _("Saved."))
        except Invalid as refused:
            form.refuse(refused)
    kept = versions(a_kind(kind), row.language)
    return render(request, "papers/word.html", {
        "title": f"{KIND_NAMES[a_kind(kind)]} · {dict(languages())[row.language]} · Word", "back": f"{BASE}{kind}/{language}/",
        "action": f"{BASE}{kind}/{language}/word/", "file": file_widget(form), "problems": str(form.errors.get("file", "")).split("\n"),
        "is_refused": bool(form.errors), "current": next((one for one in kept if one.is_current), None), "versions": kept, "places": places(),
    }, status=422 if form.errors else 200)  # fmt: skip


def file_widget(form: PlainForm) -> Any:
    said = _("A .docx of at most %(most)s MB, without macros and without anything that lies elsewhere.") % {
        "most": MOST_BYTES // 1_000_000
    }
    accept = f".docx,{WORD_TYPE}"
    return PlainForm().widget(
        "input", "file", _("Word document"), help=said, required=True, attrs={"type": "file", "accept": accept}
    )


def places() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Groups of (place with its braces, what it is)."""
    groups = [
        (_("Anywhere"), PLACES), (_("In a row of a table, which is repeated for each line"), LINE_PLACES),
        (_("In a row of its own above lines that have a heading"), GROUP_PLACES),
        (_("In a row of a table, which is repeated for each tax"), TAX_PLACES), (_("Pictures"), PICTURE_PLACES),
    ]  # fmt: skip
    return [(name, [(f"{{{key}}}", said) for key, said in known.items()]) for name, known in groups]


@door("settings", "settings")
@require_safe
def start(request: Any, kind: str, language: str) -> HttpResponse:
    """A document to start from."""
    row = asked(kind, language)
    spoken = row.language or Installation.load().language
    return sent(start_document(a_kind(kind), spoken, look_for(a_kind(kind), spoken)), f"{kind}-{spoken}")


@door("settings", "settings")
@require_safe
def stored(request: Any, kind: str, language: str, id: int) -> HttpResponse:
    """A template as it was uploaded."""
    row = one_of(asked(kind, language), id)
    return sent(content_of(row), f"{kind}-template")


@door("settings", "settings")
@require_safe
def example(request: Any, kind: str, language: str, id: int) -> HttpResponse:
    """A template filled with the example paper."""
    row = one_of(asked(kind, language), id)
    return sent(made_with(row, sample(a_kind(kind), row.language or Installation.load().language)), f"{kind}-example")


def one_of(asked_for: PaperTemplate, id_: int) -> WordTemplate:
    row = WordTemplate.objects.filter(kind=asked_for.kind, language=asked_for.language, pk=id_).first()
    if row is None:
        raise Missing()
    return row


@door("settings", "settings")
@require_POST
def use(request: Any, kind: str, language: str, id: int) -> HttpResponseBase:
    """An earlier template counts again."""
    bring_back(a_kind(kind), asked(kind, language).language, id, by=request.user)
    return toast(go(request, f"{BASE}{kind}/{language}/word/"), _("This template counts again."))


@door("settings", "settings")
@require_POST
def away(request: Any, kind: str, language: str) -> HttpResponseBase:
    """No Word template any more."""
    put_away(a_kind(asked(kind, language).kind), asked(kind, language).language, by=request.user)
    return toast(
        go(request, f"{BASE}{kind}/{language}/word/"), _("Papers of this kind are no Word documents any more.")
    )


def sent(document: bytes, name: str) -> HttpResponse:
    """The document as a file; `name` in letters that every system knows."""
    answer = HttpResponse(document, content_type=WORD_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
