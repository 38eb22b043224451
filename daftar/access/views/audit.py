"""The audit log: search it, take it as a file, check that it is whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access.audit import checking, record
from daftar.access.audit.kinds import KINDS, RESULTS
from daftar.access.audit.naming import type_name
from daftar.access.audit.reading import NAMES, Line, Search, lines_of
from daftar.access.doors import door, fresh_sign_in
from daftar.access.jobs import check_audit_log
from daftar.access.models import AuditEntry, User
from daftar.kernel import clock
from daftar.kernel.errors import Missing
from daftar.kernel.formats import Formats, current, using
from daftar.kernel.neutral import neutral
from daftar.ui.answers import go, toast
from daftar.ui.parts import Widget

MOST_ROWS = 100_000
"""Rows of one file."""
HERE = "/settings/audit/"


@door("settings", "settings")
@require_safe
def index(request: Any) -> HttpResponse:
    """Entries, newest first; who, what, about what, when and with which result are in the address."""
    search = Search.parse(request.GET)
    status = 400 if search.form.errors else 200
    try:
        entries, after, before = search.page(request.GET.get("after", ""), request.GET.get("before", ""))
    except Missing:
        entries, after, before = search.page()
        status = 400
    asked = {name: request.GET[name] for name in NAMES if request.GET.get(name)}
    return render(request, "access/audit.html", {
        "title": _("Audit log"), "lines": lines_of(entries, request.user), "widgets": widgets(search),
        "is_narrowed": search.is_narrowed, "check": checking.last_check(), "problem_words": checking.problem_words,
        "next": with_query(HERE, asked | {"after": after}) if after else "",
        "previous": with_query(HERE, asked | {"before": before}) if before else "",
        "file": with_query(f"{HERE}export.csv", asked), "main_class": "fills",
    }, status=status)  # fmt: skip


def widgets(search: Search) -> list[Widget]:
    form = search.form
    people = [(str(pk), name) for pk, name in User.objects.order_by("name").values_list("pk", "name")[:1000]]
    types = (
        AuditEntry.objects.exclude(about_type="").values_list("about_type", flat=True).distinct().order_by("about_type")
    )
    nobody, anything = ("", _("Everybody")), ("", _("Everything"))

    def day(name: str, label: str) -> Widget:
        return Widget("date", name, label=label, value=form.typed(name), error=str(form.errors.get(name, "")))

    kinds = sorted(((key, str(kind.label)) for key, kind in KINDS.items()), key=lambda pair: pair[1])
    return [
        form.select("who", _("Who"), [nobody, *people]),
        form.select("what", _("What"), [anything, *kinds]),
        form.select("result", _("Result"), [anything, *RESULTS.items()]),
        form.select("type", _("About"), [anything, *((key, type_name(key)) for key in types)]),
        form.input("id", _("Number"), inputmode="numeric", maxlength=20, dir="ltr"),
        day("from", _("From")),
        day("to", _("Until")),
    ]


def with_query(path: str, asked: dict[str, str]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


@door("settings", "settings")
@require_safe
@fresh_sign_in()
def export(request: Any) -> HttpResponseBase:
    """The entries of the address as CSV, at most a hundred thousand; taking them is an entry, too."""
    search = Search.parse(request.GET)
    if search.form.errors:
        return index(request)
    record("exported", by=request.user, about=("audit", None), details={
        "type": "audit", "rows": min(search.rows().count(), MOST_ROWS), "view": request.get_full_path()[:300],
    })  # fmt: skip
    made = pieces(search, request.user, current(), translation.get_language() or "en")
    response = StreamingHttpResponse((piece.encode() for piece in made), content_type="text/csv; charset=utf-8")
    day = clock.today(current().zone).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{day}.csv"'
    return response


def pieces(search: Search, reader: User, formats: Formats, language: str) -> Iterator[str]:
    with using(formats), translation.override(language):
        heads = [
            _("Number"), _("When"), _("Who"), _("What"), _("Sentence"), _("Changes"), _("Result"), _("Times"),
            _("Door"), _("Address"), _("Device"),
        ]  # fmt: skip
        yield "\ufeff" + as_csv([heads])
    for batch in search.every(MOST_ROWS):
        with using(formats), translation.override(language):
            piece = as_csv(cells(line) for line in lines_of(batch, reader))
        yield piece


def cells(line: Line) -> list[str]:
    changes = "; ".join(f"{key}: {old} → {new}" for key, old, new in line.changes)
    return [
        str(line.number), line.at.isoformat(timespec="seconds") if line.at else "", line.who, line.what, line.sentence, changes, line.result,
        str(line.count), line.door, line.address, line.device,
    ]  # fmt: skip


def as_csv(rows: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue()


@door("settings", "settings")
@require_POST
def check(request: Any) -> HttpResponseBase:
    """Check the whole chain, by the worker."""
    check_audit_log.enqueue()
    return toast(go(request, HERE), _("The log is being checked. Load this page again in a moment."))
